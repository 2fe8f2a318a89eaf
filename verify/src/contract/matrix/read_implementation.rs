//! Reading who computes the number, and how it is asked.

use super::contract::{Asks, Content, Implementation, Question};
use super::decimal::{Form, Scale};
use super::error::ContractError;
use super::read::{kind, known, map, text_of};
use super::template::Template;
use super::value::Value;
use super::words;
use cassettes::json::Json;
use cassettes::model::is_header_name;
use cassettes::placed::{Member, Placed};

const NAMES: [&str; 18] = [
    "get",
    "head",
    "post",
    "put",
    "patch",
    "query",
    "headers",
    "json",
    "form",
    "text",
    "exec",
    "start",
    "cassette",
    "value",
    "unit",
    "scale",
    "digits",
    "media-type",
];
const METHODS: [&str; 6] = ["get", "head", "post", "put", "patch", "query"];
const EXAMPLE: &str = "for example {get: \"http://127.0.0.1:8001/items/{item}\", value: $.sold}";

/// Reads one.
pub(super) fn read(member: &Member) -> Result<Implementation, ContractError> {
    let Member { name, line, value } = member;
    map(value, "an implementation as a map").map_err(|error| error.advised(EXAMPLE))?;
    known(value.members(), "part of an implementation", &NAMES)?;
    let line = *line;
    if name.is_empty() || name.contains(char::is_control) {
        return Err(ContractError::new(line, "", "expected a name for the implementation, got none"));
    }
    let place = value.get("value").ok_or_else(|| {
        ContractError::new(line, name, format!("`{name}` does not say where its number stands"))
            .advised("add value: $.sold, value: header X-Sold, or value: $ for a whole text")
    })?;
    let text = text_of(place, "the place of the number")?;
    let found = Value::parse(text).map_err(|why| ContractError::new(place.line, text, why))?;
    let scale = value.get("scale").map(scale).transpose()?.unwrap_or(Scale::ONE);
    let form = value.get("digits").map(form).transpose()?;
    let plain =
        |name: &str, what: &str| value.get(name).map(|v| text_of(v, what).map(str::to_owned)).transpose();
    Ok(Implementation {
        name: name.clone(),
        line,
        asks: asks(name, line, value)?,
        value: found,
        unit: plain("unit", "a unit")?,
        scale,
        form,
        media_type: plain("media-type", "a media type")?,
    })
}

fn scale(value: &Placed) -> Result<Scale, ContractError> {
    let text = text_of(value, "a number above zero")?;
    Scale::parse(text).ok_or_else(|| {
        ContractError::new(value.line, text, format!("expected a scale above zero, got `{text}`"))
            .advised("100 where it counts cents and the contract euros")
    })
}

fn form(value: &Placed) -> Result<Form, ContractError> {
    let text = text_of(value, "a sample of how digits are grouped")?;
    Form::parse(text).ok_or_else(|| {
        ContractError::new(value.line, text, format!("expected a sample with both marks, got `{text}`"))
            .advised("digits: \"1,234.56\" or digits: \"1.234,56\"")
    })
}

fn asks(name: &str, line: u32, value: &Placed) -> Result<Asks, ContractError> {
    let methods: Vec<&Member> =
        value.members().iter().filter(|m| METHODS.contains(&m.name.as_str())).collect();
    let (exec, start, cassette) = (value.member("exec"), value.member("start"), value.member("cassette"));
    let clash = |one: &Member, other: &str| {
        ContractError::new(one.line, &one.name, format!("`{}` beside `{other}` in `{name}`", one.name))
            .advised("an implementation is asked in one way")
    };
    if let Some(exec) = exec {
        let other =
            ["start", "cassette", "headers", "json", "form", "text"].iter().find_map(|n| value.member(n));
        if let Some(other) = methods.first().copied().or(other) {
            return Err(clash(other, "exec"));
        }
        return command(name, exec).map(Asks::Exec);
    }
    let [asked] = methods.as_slice() else {
        if let [first, second, ..] = methods.as_slice() {
            return Err(clash(second, &first.name));
        }
        return Err(ContractError::new(line, name, format!("`{name}` does not say how it is asked"))
            .advised("say get: URL, post: URL, exec: COMMAND, start: COMMAND with a path, or cassette: FILE with a path"));
    };
    let question = question(value, asked)?;
    let target = text_of(&asked.value, "a URL")?;
    match (start, cassette) {
        (Some(_), Some(cassette)) => Err(clash(cassette, "start")),
        (Some(start), None) => {
            path(asked, target)?;
            let command = text_of(&start.value, "a command")?.to_owned();
            Ok(Asks::Started(command, question))
        }
        (None, Some(cassette)) => {
            path(asked, target)?;
            let file = text_of(&cassette.value, "a cassette's file")?.to_owned();
            Ok(Asks::Cassette(file, question))
        }
        (None, None) if target.starts_with("http://") || target.starts_with("https://") => {
            Ok(Asks::Http(question))
        }
        (None, None) => Err(ContractError::new(
            asked.line,
            target,
            format!("expected a URL that begins with http:// or https://, got `{target}`"),
        )
        .advised("a path alone goes with cassette: or start:")),
    }
}

fn path(asked: &Member, target: &str) -> Result<(), ContractError> {
    if target.starts_with('/') {
        return Ok(());
    }
    Err(ContractError::new(asked.line, target, format!("expected a path that begins with /, got `{target}`"))
        .advised("with cassette: and start: the server is known already"))
}

fn question(value: &Placed, asked: &Member) -> Result<Question, ContractError> {
    let target = text_of(&asked.value, "a URL or a path")?;
    if let Some(bad) = target.chars().find(|c| c.is_whitespace() || c.is_control()) {
        return Err(ContractError::new(
            asked.line,
            target,
            format!("expected a URL without blanks, got {bad:?} in `{target}`"),
        )
        .advised("percent-encode it: a blank is %20; values of {name} are encoded for you"));
    }
    let mut headers = Vec::new();
    if let Some(fields) = value.get("headers") {
        map(fields, "headers as a map")?;
        for field in fields.members() {
            if !is_header_name(&field.name) {
                return Err(ContractError::new(
                    field.line,
                    &field.name,
                    format!("expected the name of a header, got `{}`", field.name),
                ));
            }
            let text = text_of(&field.value, "the value of a header")?;
            if text.contains(['\r', '\n', '\0']) {
                return Err(ContractError::new(
                    field.line,
                    &field.name,
                    "expected the value of a header, got several lines",
                ));
            }
            headers.push((field.name.clone(), Template::parse(text)));
        }
    }
    let bodies: Vec<&Member> =
        value.members().iter().filter(|m| ["json", "form", "text"].contains(&m.name.as_str())).collect();
    let content = match bodies.as_slice() {
        [] => Content::Nothing,
        [body] => content(body)?,
        [_, second, ..] => {
            return Err(ContractError::new(
                second.line,
                &second.name,
                format!("`{}` beside another body", second.name),
            )
            .advised("a question has one of json, form and text"));
        }
    };
    if content != Content::Nothing && matches!(asked.name.as_str(), "get" | "head") {
        return Err(ContractError::new(asked.line, &asked.name, format!("a body with `{}`", asked.name))
            .advised("ask with post: instead"));
    }
    let method = asked.name.to_ascii_uppercase();
    Ok(Question { method, target: Template::parse(target), headers, content })
}

fn content(body: &Member) -> Result<Content, ContractError> {
    match body.name.as_str() {
        "json" => Ok(Content::Json(body.value.to_json())),
        "form" => {
            map(&body.value, "a form as a map")?;
            let pair = |field: &Member| {
                Ok((field.name.clone(), Template::parse(text_of(&field.value, "the value of a field")?)))
            };
            body.value.members().iter().map(pair).collect::<Result<_, _>>().map(Content::Form)
        }
        _ => Ok(Content::Text(Template::parse(text_of(&body.value, "text")?))),
    }
}

fn command(name: &str, exec: &Member) -> Result<Vec<Template>, ContractError> {
    let words: Vec<String> = match exec.value.to_json() {
        Json::String(line) => words::split(&line).map_err(|why| {
            ContractError::new(exec.line, &line, format!("the command of `{name}` has {why}"))
        })?,
        Json::Array(_) => {
            let word = |item: &Placed| text_of(item, "a word of the command").map(str::to_owned);
            exec.value.items().iter().map(word).collect::<Result<_, _>>()?
        }
        _ => {
            return Err(ContractError::new(
                exec.line,
                "exec",
                format!("expected a command, got {}", kind(&exec.value)),
            )
            .advised("exec: \"python3 export.py {item}\", or a list of its words"));
        }
    };
    if words.is_empty() {
        return Err(ContractError::new(exec.line, "exec", format!("the command of `{name}` is empty")));
    }
    Ok(words.iter().map(|word| Template::parse(word)).collect())
}
