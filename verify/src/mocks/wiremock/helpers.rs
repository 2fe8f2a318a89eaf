//! The tool's own helpers.

use super::super::conditions::{Dialect, JsonPath, Pattern, Standing};
use super::super::templates::{Call, Helper, Value, Zone, math, shift};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cassettes::json::Json;
use cassettes::model::Request;

/// The tool's own helpers.
pub(super) static HELPERS: &[(&str, Helper)] = &[
    ("array", |call| Ok(Value::List(call.params.clone()))),
    ("arrayJoin", array_join),
    ("base64", base64),
    ("contains", contains),
    ("date", date),
    ("hostname", |_| Ok(Value::text("localhost"))),
    ("jsonPath", json_path),
    ("matches", |call| Ok(Value::truth(pattern(&call.text(1)?)?.groups(&call.text(0)?).is_some()))),
    ("math", math),
    ("now", now),
    ("parseJson", parse_json),
    ("pickRandom", pick_random),
    ("randomDecimal", random_decimal),
    ("randomInt", random_int),
    ("randomValue", random_value),
    ("range", range),
    ("regexExtract", regex_extract),
    ("size", size),
    ("toJson", |call| Ok(Value::text(call.params.first().unwrap_or(&Value::Nothing).json()?.to_string()))),
    ("trim", |call| Ok(Value::text(call.text(0)?.trim()))),
    ("urlEncode", url_encode),
    ("val", |call| Ok(call.params.iter().find(|v| **v != Value::Nothing).cloned().unwrap_or(Value::Nothing))),
];

/// The longest list that is made of numbers.
const LONGEST: i64 = 100_000;

fn now(call: &Call<'_>) -> Result<Value, String> {
    moment(call, call.now, None)
}

fn date(call: &Call<'_>) -> Result<Value, String> {
    match call.params.first() {
        Some(Value::Moment { at, zone, .. }) => moment(call, *at, zone.clone()),
        None | Some(Value::Nothing) => now(call),
        Some(_) => Err("a date that is no moment".to_owned()),
    }
}

fn moment(call: &Call<'_>, at: cassettes::model::Timestamp, zone: Option<Zone>) -> Result<Value, String> {
    call.only(&["format", "offset", "timezone"])?;
    let at = match call.named_text("offset")? {
        Some(offset) => shift(at, &offset)?,
        None => at,
    };
    let zone = match call.named_text("timezone")? {
        Some(name) => Some(Zone::find(&name)?),
        None => zone,
    };
    let made = Value::Moment { at, format: call.named_text("format")?, zone };
    // What cannot be written is told now.
    made.written()?;
    Ok(made)
}

fn json_path(call: &Call<'_>) -> Result<Value, String> {
    call.only(&["default"])?;
    let fallback = || call.named("default").cloned().unwrap_or(Value::text(""));
    let json = match call.params.first() {
        None | Some(Value::Nothing) => return Ok(Value::text("")),
        Some(Value::Json(json @ (Json::Array(_) | Json::Object(_)))) => json.clone(),
        Some(value) => {
            let text = value.written()?;
            if text.is_empty() {
                return Ok(Value::text(""));
            }
            Json::parse(text.as_bytes()).map_err(|_| "a text that is no JSON".to_owned())?
        }
    };
    let source = call.text(1)?;
    let path = JsonPath::java(&source, None).map_err(|_| format!("the JSONPath {source}"))?;
    Ok(match path.find(&json) {
        Standing::One(None | Some(Json::Null)) => fallback(),
        Standing::One(Some(value)) => Value::Json(value),
        Standing::Many(values) => Value::Json(Json::Array(values)),
    })
}

fn parse_json(call: &Call<'_>) -> Result<Value, String> {
    // With a second word the value gets a name instead of being written.
    if call.params.len() > 1 {
        return Err("a name for parsed JSON".to_owned());
    }
    let text = call.text(0)?;
    Json::parse(text.as_bytes()).map(Value::Json).map_err(|_| "a text that is no JSON".to_owned())
}

fn base64(call: &Call<'_>) -> Result<Value, String> {
    call.only(&["decode", "padding"])?;
    let text = call.text(0)?;
    if call.named("decode").is_some_and(Value::holds) {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| "a text that is no base64".to_owned())?;
        return Ok(Value::text(String::from_utf8_lossy(&bytes)));
    }
    let encoded = STANDARD.encode(text);
    let bare = call.named("padding").is_some_and(|padding| !padding.holds());
    Ok(Value::text(if bare { encoded.trim_end_matches('=').to_owned() } else { encoded }))
}

fn url_encode(call: &Call<'_>) -> Result<Value, String> {
    call.only(&["decode"])?;
    let text = call.text(0)?;
    if call.named("decode").is_some_and(Value::holds) {
        let pairs = Request::new("", format!("?x={text}")).query_pairs();
        return Ok(Value::text(pairs.into_iter().next().map_or(String::new(), |(_, value)| value)));
    }
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b if b.is_ascii_alphanumeric() || b".-*_".contains(&b) => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    Ok(Value::text(out))
}

fn contains(call: &Call<'_>) -> Result<Value, String> {
    let (Some(holder), wanted) = (call.params.first(), call.text(1)?) else { return Ok(Value::truth(false)) };
    if let Value::List(_) | Value::Json(Json::Array(_)) = holder {
        let entries = holder.entries().unwrap_or_default();
        let written: Result<Vec<String>, String> = entries.iter().map(|(_, v)| v.written()).collect();
        return Ok(Value::truth(written?.contains(&wanted)));
    }
    Ok(Value::truth(holder.written()?.contains(&wanted)))
}

fn array_join(call: &Call<'_>) -> Result<Value, String> {
    call.only(&["prefix", "suffix"])?;
    let between = call.text(0)?;
    let list = call.params.get(1).and_then(Value::entries).ok_or("a list that is none")?;
    let written: Result<Vec<String>, String> = list.iter().map(|(_, v)| v.written()).collect();
    let edge = |name: &str| call.named_text(name).map(Option::unwrap_or_default);
    Ok(Value::text(format!("{}{}{}", edge("prefix")?, written?.join(&between), edge("suffix")?)))
}

fn pattern(source: &str) -> Result<Pattern, String> {
    Pattern::within(source, "", Dialect::Java).map_err(|_| format!("the expression {source}"))
}

fn regex_extract(call: &Call<'_>) -> Result<Value, String> {
    call.only(&["default"])?;
    if call.params.len() > 2 {
        return Err("a name for what was found".to_owned());
    }
    match pattern(&call.text(1)?)?.groups(&call.text(0)?) {
        Some(groups) => Ok(Value::text(groups.into_iter().next().flatten().unwrap_or_default())),
        None => call.named("default").cloned().ok_or_else(|| "an expression that finds nothing".to_owned()),
    }
}

fn size(call: &Call<'_>) -> Result<Value, String> {
    let value = call.params.first().unwrap_or(&Value::Nothing);
    Ok(Value::number(match value {
        Value::Json(Json::String(text)) => text.chars().count(),
        Value::Parts { list, .. } => list.len(),
        other => other.entries().map_or(0, |entries| entries.len()),
    }))
}

fn range(call: &Call<'_>) -> Result<Value, String> {
    let (from, to) = (call.text(0)?, call.text(1)?);
    let (Ok(from), Ok(to)) = (from.parse::<i64>(), to.parse::<i64>()) else {
        return Err(format!("a range from {from} to {to}"));
    };
    if to.saturating_sub(from) > LONGEST {
        return Err("a range so long".to_owned());
    }
    Ok(Value::List((from..=to).map(Value::number).collect()))
}

fn pick_random(call: &Call<'_>) -> Result<Value, String> {
    call.only(&[])?;
    let list = match call.params.as_slice() {
        [one] => one.entries().map_or_else(|| vec![one.clone()], |e| e.into_iter().map(|(_, v)| v).collect()),
        many => many.to_vec(),
    };
    let at = call.chance.below(list.len() as u64) as usize;
    list.get(at).cloned().ok_or_else(|| "a choice of nothing".to_owned())
}

fn random_int(call: &Call<'_>) -> Result<Value, String> {
    call.only(&["lower", "upper"])?;
    let lower = call.named_number("lower")?.unwrap_or(i32::MIN.into());
    let upper = call.named_number("upper")?.unwrap_or(i32::MAX.into());
    let width =
        upper.checked_sub(lower).and_then(|width| u64::try_from(width).ok()).filter(|width| *width > 0);
    let drawn = call.chance.below(width.ok_or("a number between no two")?);
    Ok(Value::number(lower.saturating_add_unsigned(drawn)))
}

fn random_decimal(call: &Call<'_>) -> Result<Value, String> {
    call.only(&["lower", "upper"])?;
    let bound = |name: &str, otherwise: f64| -> Result<f64, String> {
        let Some(text) = call.named_text(name)? else { return Ok(otherwise) };
        text.parse().map_err(|_| format!("{name}={text}"))
    };
    let (lower, upper) = (bound("lower", 0.0)?, bound("upper", 1e300)?);
    Ok(Value::number(format!("{:?}", lower + (upper - lower) * call.chance.part())))
}

fn random_value(call: &Call<'_>) -> Result<Value, String> {
    call.only(&["length", "type", "uppercase"])?;
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
    const DIGITS: &str = "0123456789";
    let length = call.named_number("length")?.unwrap_or(36).clamp(0, LONGEST) as usize;
    let kind = call.named_text("type")?.unwrap_or_else(|| "ALPHANUMERIC".to_owned());
    let of = match kind.as_str() {
        "UUID" => String::new(),
        "ALPHANUMERIC" => format!("{LETTERS}{DIGITS}"),
        "ALPHABETIC" => LETTERS.to_owned(),
        "NUMERIC" => DIGITS.to_owned(),
        "HEXADECIMAL" => format!("abcdef{DIGITS}"),
        "ALPHANUMERIC_AND_SYMBOLS" => ('!'..'~').collect(),
        other => return Err(format!("type={other}")),
    };
    let text = if kind == "UUID" { call.chance.uuid() } else { call.chance.letters(&of, length) };
    let upper = call.named("uppercase").is_some_and(Value::holds);
    Ok(Value::text(if upper { text.to_uppercase() } else { text.to_lowercase() }))
}
