//! One interaction of a contract: the request it wants and the answer it gives.

use super::body::{self, Wanted};
use super::matcher::Matcher;
use super::rules::{AllRules, RuleSet};
use crate::mocks::conditions::{Asked, Condition, Custom, Fit, Text};
use crate::mocks::placed::{Placed, Value};
use crate::mocks::{Content, Replies, Reply, Stub};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cassettes::json::Json;
use cassettes::model::{Body, Headers, is_header_name};
use cassettes::subject::Spot;
use std::sync::Arc;

/// Reads an interaction.
pub(super) fn read(file: &str, node: &Placed) -> Stub {
    let at = |node: &Placed| Spot { file: file.to_owned(), line: node.line };
    let mut stub = Stub::new(at(node));
    stub.label = node.str_of("description").unwrap_or("an interaction").to_owned();
    let nothing = Placed { line: node.line, value: Value::Map(Vec::new()) };
    let request = node.get("request").unwrap_or(&nothing);
    let rules = AllRules::read(request.get("matchingRules").or_else(|| request.get("requestMatchingRules")));
    for what in rules.unknown() {
        stub.doubt(at(request.get("matchingRules").unwrap_or(request)), what);
    }
    stub.when = conditions(request, rules);
    let response = node.get("response").unwrap_or(&nothing);
    let status = response.get("status").and_then(Placed::number).unwrap_or(200);
    let mut reply = Reply::new(u16::try_from(status).unwrap_or(0), at(response));
    if !(100..=999).contains(&reply.status) {
        stub.doubt(at(response), format!("the status {status}"));
    }
    reply.headers = headers(response);
    match sent(response, &reply.headers) {
        Ok((bytes, kind)) => {
            if let (Some(kind), false) = (kind, reply.headers.contains("content-type")) {
                reply.headers.push("Content-Type", kind);
            }
            reply.body = Content::Fixed(Body::from(bytes));
            let place = response.get("body").filter(|body| !body.is_null()).unwrap_or(response);
            let place = place.get("content").unwrap_or(place);
            reply.head = Some(at(response));
            reply.spot = at(place);
            reply.lines = place.lines();
        }
        Err(what) => stub.doubt(at(response), what),
    }
    stub.replies = Replies::one(reply);
    if node.get("pluginConfiguration").is_some_and(|p| !p.members().is_empty()) {
        stub.doubt(at(node), "pluginConfiguration");
    }
    stub
}

fn custom(told: String, test: impl Fn(&Asked<'_>) -> Fit + Send + Sync + 'static) -> Condition {
    Condition::Custom(Custom { told, test: Arc::new(test) })
}

fn conditions(request: &Placed, rules: AllRules) -> Vec<Condition> {
    let mut when = vec![Condition::method(request.str_of("method").unwrap_or("GET"))];
    let rules = Arc::new(rules);
    let path = request.get("path").and_then(Placed::text).unwrap_or("/").to_owned();
    when.push(match rules.path.whole().is_some() || rules.path.is_unsure() {
        false => Condition::path(&path),
        true if rules.path.only_pattern().is_some() => {
            Condition::Path(rules.path.only_pattern().map_or(Text::Present, Text::Matches))
        }
        true => {
            let rules = Arc::clone(&rules);
            custom(format!("path like `{path}`"), move |asked| match rules.path.whole() {
                Some(set) => set.fit_text(&path, asked.request.path()),
                None => Fit::Unsure,
            })
        }
    });
    let wanted = query(request);
    let own = Arc::clone(&rules);
    let told = wanted.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    when.push(custom(format!("query like `{told}`"), move |asked| {
        body::pairs(&own.query, &wanted, asked.query())
    }));
    for (name, value) in header_pairs(request) {
        // What is a plain test is told as one.
        let media = ["content-type", "accept"].iter().any(|n| name.eq_ignore_ascii_case(n));
        let plain = match rules.header.named(&name, true).map(RuleSet::matchers) {
            None if !media && !value.contains(',') => Some(Text::Equal(value.clone())),
            Some([Matcher::Regex(pattern)]) => Some(Text::Matches(pattern.clone())),
            _ => None,
        };
        let rules = Arc::clone(&rules);
        when.push(match plain {
            Some(text) => Condition::Header(name, text),
            None => custom(format!("header {name} like `{value}`"), move |asked| {
                header(&rules, &name, &value, asked)
            }),
        });
    }
    let content = Arc::new(wanted_body(request));
    if !matches!(*content, Wanted::Anything) {
        when.push(custom("body like the contract's".to_owned(), move |asked| {
            content.fit(&rules.body, asked)
        }));
    }
    when
}

/// The query as a text or, since version 3, by names.
fn query(request: &Placed) -> Vec<(String, String)> {
    let Some(query) = request.get("query") else { return Vec::new() };
    if let Some(text) = query.as_str() {
        return body::read_pairs(text);
    }
    let mut pairs = Vec::new();
    for member in query.members() {
        let own = |value: &Placed| (member.name.clone(), value.text().unwrap_or_default().to_owned());
        match &member.value.value {
            Value::List(items) => pairs.extend(items.iter().map(own)),
            Value::Scalar(_) | Value::Map(_) => pairs.push(own(&member.value)),
        }
    }
    pairs
}

/// Names and values of headers; several of one name joined as HTTP does.
fn header_pairs(message: &Placed) -> Vec<(String, String)> {
    let members = message.get("headers").map(Placed::members).unwrap_or_default().iter();
    members
        .map(|member| {
            let value = match &member.value.value {
                Value::List(items) => items.iter().filter_map(Placed::text).collect::<Vec<_>>().join(", "),
                Value::Scalar(_) | Value::Map(_) => member.value.text().unwrap_or_default().to_owned(),
            };
            (member.name.clone(), value)
        })
        .collect()
}

fn header(rules: &AllRules, name: &str, wanted: &str, asked: &Asked<'_>) -> Fit {
    let found = asked.header(name);
    if found.is_empty() {
        return Fit::Unmet;
    }
    let found = found.iter().map(|value| value.text.as_ref()).collect::<Vec<_>>().join(", ");
    if let Some(set) = rules.header.named(name, true) {
        return set.fit_text(wanted, &found);
    }
    if ["content-type", "accept"].iter().any(|n| name.eq_ignore_ascii_case(n)) {
        return Fit::of(same_media(wanted, &found));
    }
    let plain = |text: &str| text.split(',').map(str::trim).collect::<Vec<_>>().join(",");
    Fit::of(plain(wanted) == plain(&found))
}

/// Media types are one where their parameters are, those that only the client adds apart.
fn same_media(wanted: &str, found: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let charset = |part: &str| match part.to_ascii_lowercase() {
            lower if lower.starts_with("charset=") => lower,
            _ => part.to_owned(),
        };
        text.split(';').map(|part| charset(&part.replace([' ', '"'], ""))).collect()
    };
    let (wanted, found) = (parts(wanted), parts(found));
    wanted.first() == found.first() && wanted.iter().all(|part| found.contains(part))
}

/// The body of a message and its media type, through version 4's wrapping.
fn content(message: &Placed) -> Option<(&Placed, Option<String>, Option<&str>)> {
    let body = message.get("body")?;
    let pairs = header_pairs(message);
    let kind =
        pairs.into_iter().find(|(n, _)| n.eq_ignore_ascii_case("content-type")).map(|(_, value)| value);
    match body.get("content") {
        Some(inner) if body.get("contentType").is_some() || body.get("encoded").is_some() => {
            let kind = body.str_of("contentType").map(str::to_owned).or(kind);
            Some((inner, kind, body.get("encoded").and_then(Placed::text)))
        }
        _ => Some((body, kind, None)),
    }
}

fn media(kind: Option<&str>) -> String {
    kind.and_then(|k| k.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_json(media: &str) -> bool {
    media.ends_with("/json") || media.ends_with("+json")
}

fn wanted_body(request: &Placed) -> Wanted {
    let Some((body, kind, encoded)) = content(request) else { return Wanted::Anything };
    let media = media(kind.as_deref());
    match (&body.value, encoded) {
        (Value::Scalar(Json::Null), _) => Wanted::Nothing,
        (Value::Scalar(Json::String(text)), _) if text.is_empty() => Wanted::Nothing,
        (Value::Scalar(Json::String(text)), Some(how)) if how.eq_ignore_ascii_case("base64") => {
            match STANDARD.decode(text.as_bytes()) {
                Ok(bytes) => match String::from_utf8(bytes) {
                    Ok(text) => of_text(text, &media),
                    Err(bytes) => Wanted::Bytes(bytes.into_bytes()),
                },
                Err(_) => Wanted::Text(text.clone()),
            }
        }
        (Value::Scalar(Json::String(text)), _) => of_text(text.clone(), &media),
        _ => Wanted::Json(body.to_json()),
    }
}

fn of_text(text: String, media: &str) -> Wanted {
    if is_json(media) {
        return match Json::parse(text.as_bytes()) {
            Ok(json) => Wanted::Json(json),
            Err(_) => Wanted::Json(Json::String(text)),
        };
    }
    if media.ends_with("/xml") || media.ends_with("+xml") || media.is_empty() && text.starts_with("<?xml") {
        return Wanted::Xml(text);
    }
    match media {
        "application/x-www-form-urlencoded" => Wanted::Form(text),
        _ => Wanted::Text(text),
    }
}

fn headers(response: &Placed) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in header_pairs(response) {
        // Cookies are the one header that must not be joined.
        let list = response.get("headers").and_then(|h| h.get(&name)).filter(|h| h.is_list());
        let apart = list.filter(|_| name.eq_ignore_ascii_case("set-cookie")).map(Placed::items);
        let lawful = |value: &str| is_header_name(&name) && !value.contains(['\r', '\n']);
        match apart {
            Some(items) => {
                for value in items.iter().filter_map(Placed::text).filter(|value| lawful(value)) {
                    headers.push(name.as_str(), value);
                }
            }
            None if lawful(&value) => headers.push(name, value),
            None => {}
        }
    }
    headers
}

/// The bytes of an answer's body, and its media type where no header names it.
fn sent(response: &Placed, headers: &Headers) -> Result<(Vec<u8>, Option<String>), String> {
    let Some((body, kind, encoded)) = content(response) else { return Ok((Vec::new(), None)) };
    let media = headers.media_type().unwrap_or_else(|| media(kind.as_deref()));
    Ok(match (&body.value, encoded) {
        (Value::Scalar(Json::Null), _) => (Vec::new(), kind),
        (Value::Scalar(Json::String(text)), Some(how)) if how.eq_ignore_ascii_case("base64") => {
            (STANDARD.decode(text.as_bytes()).map_err(|_| "body.content, which is no base64")?, kind)
        }
        (Value::Scalar(Json::String(text)), Some(_)) => (text.clone().into_bytes(), kind),
        (Value::Scalar(Json::String(text)), None) => {
            let quoted = is_json(&media) && !text.is_empty() && Json::parse(text.as_bytes()).is_err();
            let bytes = if quoted { body.to_json().to_string() } else { text.clone() };
            (bytes.into_bytes(), kind.or_else(|| (!text.is_empty()).then(|| "text/plain".to_owned())))
        }
        _ => (body.to_json().to_string().into_bytes(), kind.or_else(|| Some("application/json".to_owned()))),
    })
}
