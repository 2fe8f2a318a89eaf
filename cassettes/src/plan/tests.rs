//! Plans read, written and refused.

use super::*;
use crate::json::Json;

const WHOLE: &str = r#"# What the vendor is believed to do.
# Run it after each upgrade.
upstream: http://127.0.0.1:9000
headers: {Accept: application/json}
token:
  claims: {sub: u1, exp: +1h}
  header: {kid: k1}
  field: "X-Token: {}"
lessons:
- walk: GET /v1/customers?limit=3
  believe: {pages: 3}
# A word is no number.
- reject: POST /v1/charges
  headers: {X-Token: null, X-Trace: "{{new.uuid}}"}
  json: {amount: ten, source: "{{card}}", rate: 1.50, live: "no"}
  keep: {id: $.id, tag: header.etag}
  believe: {status: 422, class: validation}
- ask: PATCH {{place}}?x=1
  text: |
    two
    lines
- rate: GET /v1/limited
  most: 50
  wait: true
finally:
- ask: DELETE /v1/customers/{{id}}
  form: {why: [done, ""], size: "7"}
"#;

#[test]
fn a_plan_is_read_with_its_lines_and_written_as_it_was() {
    let plan = Plan::parse(WHOLE.as_bytes()).expect("a plan");
    let reject = &plan.lessons[1];
    assert_eq!((reject.line, reject.line_of("/believe/class"), reject.line_of("/json")), (13, 17, 15));
    assert_eq!(reject.note.as_deref(), Some("A word is no number."));
    assert_eq!(reject.headers[0], ("X-Token".to_owned(), None));
    let sent = r#"{"amount":"ten","source":"{{card}}","rate":1.50,"live":"no"}"#;
    assert_eq!(reject.content.bytes().as_deref(), Some(sent.as_bytes()));
    assert_eq!(plan.lessons[3].setting("most"), Some(&Json::Number("50".into())));
    assert_eq!(plan.finally[0].content.bytes().as_deref(), Some(&b"why=done&why=&size=7"[..]));
    assert_eq!(plan.token.as_ref().map(|t| t.carry("abc")), Some(("X-Token".into(), "abc".into())));
    assert_eq!(plan.to_yaml(), WHOLE);
}

#[test]
fn whatever_a_plan_holds_is_read_back() {
    let mut texts: Vec<String> = [
        "",
        "no",
        "~",
        "1",
        "1e3",
        "+1h",
        "a: b",
        "a #b",
        "- x",
        "{{x}}",
        "é",
        "\"q\" 'r'",
        "a\nb\n",
        "x:",
        "Bearer x,y",
        "0x1f",
        "=",
        "*a",
        "&a",
        "!t",
        "[",
        "}",
        "?",
        " a",
        "a ",
        "\t",
        "\u{0}\u{7f}\u{2028}",
        "nan",
        ".5",
        "1:30",
        "2024-01-01",
        "a{{x}}",
        "a\\b",
    ]
    .map(String::from)
    .to_vec();
    texts.push("long ".repeat(60));
    let all = Json::Array(texts.iter().map(|t| Json::String(t.clone())).collect());
    let mut lesson = Lesson::new("ask", "GET", "/a,b:c?d={{e}}&f=[1]'\"%20#x");
    for text in &texts {
        lesson.settings = vec![("s".into(), Json::String(text.clone())), ("l".into(), all.clone())];
        lesson.content = Content::Text(text.clone());
        lesson.believe = Json::Object(vec![(text.clone(), Json::Object(vec![(text.clone(), all.clone())]))]);
        let plan = Plan {
            headers: vec![("x-a".into(), text.replace(['\n', '\u{0}'], " "))],
            lessons: vec![
                lesson.clone(),
                Lesson { content: Content::Json(Json::String(text.clone())), ..lesson.clone() },
            ],
            finally: vec![Lesson {
                content: Content::Form(vec![(text.clone(), text.clone())]),
                ..lesson.clone()
            }],
            ..Plan::default()
        };
        let written = plan.to_yaml();
        assert_eq!(Plan::parse(written.as_bytes()).as_ref(), Ok(&plan), "{written}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let wrong = |text: &str| {
        let error = Plan::parse(text.as_bytes()).expect_err(text);
        (error.line, error.to_string(), error.hint.unwrap_or_default())
    };
    let (line, what, hint) = wrong("upstream: x\nlesons: []\n");
    assert_eq!(
        (line, what.as_str(), hint.as_str()),
        (2, "unknown part of a plan `lesons`", "did you mean `lessons`?")
    );
    for (line, text) in [
        (2, "lessons:\n- walk: /v1/x\n"),
        (2, "lessons:\n- walk: get /v1/x\n"),
        (2, "lessons:\n- walk: GET /v1/a b\n"),
        (3, "lessons:\n- ask: GET /x\n  ask: GET /y\n"),
        (4, "lessons:\n- ask: GET /x\n  json: 1\n  text: x\n"),
        (3, "lessons:\n- ask: GET /x\n  keep: {id: id}\n"),
        (3, "lessons:\n- ask: GET /x\n  headers: {\"a b\": c}\n"),
        (3, "lessons:\n- ask: GET /x\n  headers: {a: \"c\\nd\"}\n"),
        (2, "lessons:\n- believe: {}\n"),
        (1, "lessons: {ask: GET /x}\n"),
        (1, "token: {field: \"X\"}\n"),
        (1, "[]"),
        (1, ""),
    ] {
        assert_eq!(wrong(text).0, line, "{text}");
    }
    let (line, _, hint) = wrong("lessons:\n- ask: POST /x\n  json: {a: {{id}}}\n");
    assert!(line >= 3 && hint.contains("quotes"), "{line} {hint}");
}

#[test]
fn no_text_makes_the_reader_panic() {
    let bytes = WHOLE.as_bytes();
    for at in 0..bytes.len() {
        let _ = Plan::parse(&bytes[..at]);
        for odd in [b'{', b'}', b':', b'-', b'\n', b'"', b'#', b'&', b'*', 0xff, 0] {
            let mut text = bytes.to_vec();
            text[at] = odd;
            if let Ok(plan) = Plan::parse(&text) {
                assert!(Plan::parse(plan.to_yaml().as_bytes()).is_ok(), "{}", plan.to_yaml());
            }
        }
    }
}
