//! The engine's laws, with a dialect of two helpers.

use super::{Call, Dialect, LOGIC, TEXTS, Template, Value, math};
use cassettes::json::Json;
use cassettes::model::Timestamp;

static DIALECT: Dialect = Dialect {
    helpers: &[&[("math", math), ("echo", echo), ("draw", draw)], LOGIC, TEXTS],
    roots: &["request"],
    escapes: true,
    trims: false,
};

static TRIMMED: Dialect =
    Dialect { trims: true, ..Dialect { helpers: &[], roots: &["request"], escapes: false, trims: false } };

fn echo(call: &Call<'_>) -> Result<Value, String> {
    Ok(call.params.first().cloned().unwrap_or(Value::Nothing))
}

fn draw(call: &Call<'_>) -> Result<Value, String> {
    Ok(Value::text(call.chance.uuid()))
}

fn filled(dialect: &'static Dialect, text: &str, turn: u64) -> Result<String, String> {
    let json = br#"{"list":[{"n":1,"tags":["a","b"]},{"n":2.50,"tags":[]}],"name":"A & B","none":[],"x-y":{"z w":7}}"#;
    let request = Value::Json(Json::parse(json).expect("JSON"));
    let root = Value::Map { members: vec![("request".to_owned(), request)], any_case: false };
    Template::new(text, dialect)?.fill(root, Timestamp(0), turn)
}

#[test]
fn templates_are_filled() {
    let cases = [
        ("{{request.name}} {{{request.name}}} {{&request.name}}", "A &amp; B A & B A & B"),
        (r"\{{request.name}} {{! a {{comment }}x{{!-- }} --}}", "{{request.name}} x"),
        ("{{request.list.[1].n}} {{request.list.0.tags.[1]}} {{request.x-y.[z w]}}", "2.50 b 7"),
        ("{{#each request.list}}{{@index}}{{#each tags}}{{this}}{{../n}}{{/each}},{{/each}}", "0a1b1,1,"),
        (
            "{{#each request.list as |item at|}}{{at}}={{item.n}}{{#unless @last}};{{/unless}}{{/each}}",
            "0=1;1=2.50",
        ),
        ("{{#each request.none}}x{{else}}none{{/each}}", "none"),
        ("{{#if request.none}}a{{else if (eq request.name 'A & B')}}b{{else}}c{{/if}}", "b"),
        ("{{#eq (math 1 '+' 1) 2}}two{{else}}other{{/eq}} {{gt 3 2 yes='more' no='less'}}", "two more"),
        ("{{#with request.list.[0]}}{{n}}{{/with}}{{^request.none}}empty{{/request.none}}", "1empty"),
        ("a {{~#if request.name~}}  b  {{~/if~}} c", "abc"),
        (
            "{{#assign 'x'}}{{request.list.0.n}}!{{/assign}}{{x}}{{echo request.name assign='y'}}{{upper y}}",
            "1!A &amp; B",
        ),
        ("{{lookup request.list.0 'n'}} {{request.lost.deep.er}}|", "1 |"),
        (
            "{{join request.list.0.tags '-'}} {{substring request.name 0 1}} {{replace 'aXb' 'X' '+'}}",
            "a-b A a+b",
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(filled(&DIALECT, text, 0).as_deref(), Ok(wanted), "{text}");
    }
    let lines = "a\n  {{#if request.name}}\nb\n  {{else}}\nc\n{{/if}}\nd {{request.name}}\n";
    assert_eq!(filled(&TRIMMED, lines, 0).as_deref(), Ok("a\nb\nd A & B\n"));
}

#[test]
fn what_is_not_understood_is_said_before_anything_is_asked() {
    let cases = [
        ("{{odd request.name}}", "the helper odd"),
        ("{{#odd request.name}}x{{/odd}}", "the helper odd"),
        ("{{echo (odd 1)}}", "the helper odd"),
        ("{{startOfTest}}", "the name startOfTest"),
        ("{{> header}}", "the partial header"),
        ("{{#if request.name}}x", "a block that is not closed"),
        ("x{{/if}}", "the end of a block that did not begin"),
        ("{{request.name", "an expression that is not closed"),
        ("{{{{raw}}}}x{{{{/raw}}}}", "raw blocks"),
    ];
    for (text, wanted) in cases {
        assert_eq!(filled(&DIALECT, text, 0), Err(wanted.to_owned()), "{text}");
    }
    let deep = [
        format!("{}x{}", "{{#if request.name}}".repeat(500), "{{/if}}".repeat(500)),
        format!("{{{{echo {}1{}}}}}", "(echo ".repeat(50_000), ")".repeat(50_000)),
        format!("{{{{#if 1}}}}{}", "{{else if 1}}".repeat(50_000)),
    ];
    for text in deep {
        assert!(filled(&DIALECT, &text, 0).is_err(), "{text:.40}");
    }
    let wide = "{{#each request.list}}".repeat(40) + "x" + &"{{/each}}".repeat(40);
    assert_eq!(filled(&DIALECT, &wide, 0), Err("a template that goes on so long".to_owned()));
}

#[test]
fn chance_changes_with_every_turn_and_comes_again() {
    let drawn = |turn| filled(&DIALECT, "{{draw}}", turn).expect("drawn");
    assert_eq!(drawn(3), drawn(3));
    assert_ne!(drawn(3), drawn(4));
    assert_eq!((drawn(3).len(), drawn(3).as_bytes()[14]), (36, b'4'));
}
