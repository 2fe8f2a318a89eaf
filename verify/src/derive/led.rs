//! Where a lesson carries a value that an earlier answer gave, and how a plan keeps that value.

use crate::lacking::replaced;
use cassettes::json::{Json, Pointer, Step};
use cassettes::links::{Link, Part, Source, SourcePlace, Target};
use cassettes::plan::{Content, Lesson};

/// The place of a value as a plan writes it (`$.data[0].id`, `header.location`); none for places that plans do
/// not know.
pub(super) fn place(source: &Source) -> Option<String> {
    match (&source.place, &source.part) {
        (SourcePlace::Json(at, _), Part::Whole) => Some(json_path(at)),
        (SourcePlace::Header(name, 0), Part::Whole | Part::Target | Part::Path) => {
            Some(format!("header.{name}"))
        }
        _ => None,
    }
}

pub(super) fn json_path(at: &Pointer) -> String {
    let mut path = "$".to_owned();
    for step in &at.0 {
        match step {
            Step::Member(name) => {
                let mut bytes = name.bytes();
                let word = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
                    && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_');
                if word {
                    path.push('.');
                    path.push_str(name);
                } else {
                    let quoted = name.replace('\\', "\\\\").replace('\'', "\\'");
                    path.push_str(&format!("['{quoted}']"));
                }
            }
            Step::Index(at) => path.push_str(&format!("[{at}]")),
            Step::Every => path.push_str("[*]"),
        }
    }
    path
}

/// Puts `{{name}}` where a lesson carries the value of a link. False: the lesson does not carry it there.
pub(super) fn put(lesson: &mut Lesson, link: &Link, name: &str, recorded: &str) -> bool {
    let with = format!("{{{{{name}}}}}");
    match &link.target {
        Target::Whole | Target::Path => put_address(lesson, &link.value, &with),
        Target::Segment(at) => put_segments(lesson, (*at, *at), &link.value, &with, recorded),
        Target::Segments(from, to) => put_segments(lesson, (*from, *to), &link.value, &with, recorded),
        Target::Query(name, nth) => put_query(lesson, (name, *nth), &link.value, &with),
        Target::Header(name, _) => {
            let field = lesson.headers.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(name));
            let Some((_, Some(value))) = field else { return false };
            let found = value.contains(&link.value);
            *value = value.replace(&link.value, &with);
            found
        }
        Target::Json(at) => {
            let Content::Json(json) = &mut lesson.content else { return false };
            let carries = at.find(json).and_then(Json::scalar_text) == Some(link.value.as_str());
            if carries {
                *json = replaced(json, &at.0, &Json::String(with.clone()));
                *json = everywhere(json, &link.value, &with);
            }
            carries
        }
        Target::Form(name, _) => {
            let Content::Form(pairs) = &mut lesson.content else { return false };
            let pair = pairs.iter_mut().find(|(own, value)| own == name && *value == link.value);
            pair.map(|(_, value)| *value = with).is_some()
        }
        Target::Cookie(_) | Target::Text => false,
    }
}

/// What a document says once more is the same there, where it is long enough to be no chance.
fn everywhere(json: &Json, value: &str, with: &str) -> Json {
    const LEAST: usize = 6;
    match json {
        Json::String(text) if value.len() >= LEAST && text == value => Json::String(with.to_owned()),
        Json::Array(items) => Json::Array(items.iter().map(|item| everywhere(item, value, with)).collect()),
        Json::Object(members) => Json::Object(
            members.iter().map(|(name, member)| (name.clone(), everywhere(member, value, with))).collect(),
        ),
        other => other.clone(),
    }
}

/// A lesson's target that begins with an address that was given.
fn put_address(lesson: &mut Lesson, address: &str, with: &str) -> bool {
    let path = match address.find("://") {
        Some(at) => address[at + 3..].find('/').map_or("/", |slash| &address[at + 3 + slash..]),
        None => address,
    };
    let Some(rest) =
        lesson.target.strip_prefix(path).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    else {
        return false;
    };
    lesson.target = format!("{with}{rest}");
    true
}

fn put_segments(
    lesson: &mut Lesson,
    (from, to): (usize, usize),
    value: &str,
    with: &str,
    recorded: &str,
) -> bool {
    let (path, query) =
        lesson.target.split_once('?').map_or((lesson.target.as_str(), None), |(p, q)| (p, Some(q)));
    let mut segments: Vec<String> = path.split('/').map(str::to_owned).collect();
    // The first piece is what stands before the first slash.
    let (from, to) = (from + 1, to + 1);
    if to >= segments.len() {
        return false;
    }
    let raw = segments[from..=to].join("/");
    // A made-up id that happens to hold the digits of a real one is made up.
    let before: Vec<&str> = recorded.split('?').next().unwrap_or_default().split('/').collect();
    if before.get(from..=to).is_none_or(|before| before.join("/") != raw) {
        return false;
    }
    let decoded = decoded(&raw);
    if !decoded.contains(value) {
        return false;
    }
    let put = if decoded == value { with.to_owned() } else { decoded.replacen(value, with, 1) };
    segments.splice(from..=to, [put]);
    let mut target = segments.join("/");
    if let Some(query) = query {
        target.push('?');
        target.push_str(query);
    }
    lesson.target = target;
    true
}

fn put_query(lesson: &mut Lesson, (name, nth): (&str, usize), value: &str, with: &str) -> bool {
    let Some((path, query)) = lesson.target.split_once('?') else { return false };
    let mut seen = 0;
    let mut found = false;
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| {
            let (own, said) = pair.split_once('=').unwrap_or((pair, ""));
            if decoded(own) != name {
                return pair.to_owned();
            }
            seen += 1;
            let said = decoded(&said.replace('+', " "));
            if seen != nth + 1 || !said.contains(value) {
                return pair.to_owned();
            }
            found = true;
            format!("{own}={}", if said == value { with.to_owned() } else { said.replacen(value, with, 1) })
        })
        .collect();
    let target = format!("{path}?{}", pairs.join("&"));
    if found && !target.contains(char::is_whitespace) {
        lesson.target = target;
        return true;
    }
    false
}

/// Puts `{{name}}` where a lesson names what was put at a path: in its own path, or as a value of its body.
pub(super) fn call(lesson: &mut Lesson, whole: &str, with: &str) {
    let (at, last) = (whole.split('/').count() - 1, whole.rsplit('/').next().unwrap_or_default());
    let (path, query) =
        lesson.target.split_once('?').map_or((lesson.target.as_str(), None), |(p, q)| (p, Some(q)));
    let mut pieces: Vec<String> = path.split('/').map(str::to_owned).collect();
    if let Some(piece) = pieces.get_mut(at)
        && let Some(rest) = piece.strip_prefix(last).filter(|rest| rest.is_empty() || rest.starts_with(':'))
    {
        *piece = format!("{with}{rest}");
    }
    lesson.target = pieces.join("/") + &query.map(|query| format!("?{query}")).unwrap_or_default();
    match &mut lesson.content {
        Content::Json(Json::Object(members)) => {
            for (_, value) in members.iter_mut().filter(|(_, value)| value.as_str() == Some(last)) {
                *value = Json::String(with.to_owned());
            }
        }
        Content::Form(pairs) => {
            for (_, value) in pairs.iter_mut().filter(|(_, value)| value == last) {
                with.clone_into(value);
            }
        }
        _ => {}
    }
}

fn decoded(text: &str) -> String {
    cassettes::model::Request::new("GET", format!("/{}", text.replace('/', "%2F"))).segments().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(target: Target, value: &str) -> Link {
        let place = SourcePlace::Json(Pointer::root().member("id"), false);
        let source = Source { place, part: Part::Whole };
        Link { from: 0, source, to: 1, target, value: value.into(), others: Vec::new(), parts: None }
    }

    #[test]
    fn values_are_named_where_they_stand() {
        let put = |target: &str, at: Target, value: &str| {
            let mut lesson = Lesson::new("ask", "GET", target);
            put(&mut lesson, &link(at, value), "x", target).then_some(lesson.target)
        };
        assert_eq!(put("/v1/c/7/o?x=7", Target::Segment(2), "7").as_deref(), Some("/v1/c/{{x}}/o?x=7"));
        assert_eq!(put("/v1/c/7.json", Target::Segment(2), "7").as_deref(), Some("/v1/c/{{x}}.json"));
        assert_eq!(put("/v1/c/8", Target::Segment(2), "7"), None);
        assert_eq!(put("/v2/a/b/tags", Target::Segments(1, 2), "a/b").as_deref(), Some("/v2/{{x}}/tags"));
        assert_eq!(
            put("/v1?id=a%20b&n=1", Target::Query("id".into(), 0), "a b").as_deref(),
            Some("/v1?id={{x}}&n=1")
        );
        assert_eq!(put("/v1/j/1/log", Target::Path, "http://h/v1/j/1").as_deref(), Some("{{x}}/log"));
        assert_eq!(json_path(&Pointer::root().member("a-b").index(0).member("c")), "$['a-b'][0].c");
    }
}
