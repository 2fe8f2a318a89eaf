//! Adds entries to `ignore:` in a settings file without touching a byte of the rest.

use super::Ignore;
use serde_yaml::Value;

/// An entry to add.
#[derive(Debug, Clone)]
pub(crate) struct New {
    pub(crate) ignore: Ignore,
    /// What it hides, for whoever reads the file.
    pub(crate) remark: String,
}

/// The text is not of a form that entries can be added to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub(crate) struct EditError {
    what: &'static str,
    /// What to paste in by hand.
    pub(crate) lines: String,
}

/// The text with the entries added. Before it is given out it is read again: it must hold what it held, and
/// the entries.
pub(crate) fn add(text: &str, new: &[New]) -> Result<String, EditError> {
    let fail = |what| EditError { what, lines: block("ignore:\n", new, "", "\n") };
    let before = read(text).ok_or_else(|| fail("the file is no YAML mapping"))?;
    let added =
        insert(text, new).ok_or_else(|| fail("`ignore:` is written in a form that cannot be added to"))?;
    let expected = merged(before, new).ok_or_else(|| fail("`ignore:` is no list"))?;
    match read(&added) {
        Some(after) if after == expected => Ok(added),
        _ => Err(fail("adding to `ignore:` here would change more than it should")),
    }
}

/// The settings as values; a file without any is an empty mapping.
fn read(text: &str) -> Option<Value> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Some(Value::Mapping(serde_yaml::Mapping::new()));
    }
    serde_yaml::from_str(text).ok().filter(Value::is_mapping)
}

fn merged(mut settings: Value, new: &[New]) -> Option<Value> {
    let entries = new.iter().map(|new| {
        let pairs =
            [("finding", &new.ignore.finding), ("reason", &new.ignore.reason), ("until", &new.ignore.until)];
        pairs.into_iter().map(|(name, value)| (Value::from(name), Value::from(value.as_str()))).collect()
    });
    let mapping = settings.as_mapping_mut()?;
    let mut list = match mapping.get("ignore") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Sequence(list)) => list.clone(),
        Some(_) => return None,
    };
    list.extend(entries.map(Value::Mapping));
    mapping.insert(Value::from("ignore"), Value::Sequence(list));
    Some(settings)
}

fn insert(text: &str, new: &[New]) -> Option<String> {
    let end_of_line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some(heading) = lines.iter().position(|line| line.starts_with("ignore:")) else {
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end_of_line };
        let heading = format!("ignore:{end_of_line}");
        return Some(format!("{text}{gap}{}", block(&heading, new, "", end_of_line)));
    };
    let start: usize = lines[..heading].iter().map(|line| line.len()).sum();
    let value = without_remark(&lines[heading]["ignore:".len()..]);
    match value {
        // A list of lines, or none yet.
        "" | "~" | "null" | "[]" => {
            let indent = lines[heading + 1..]
                .iter()
                .find(|line| !is_idle(line))
                .map(|line| &line[..line.len() - line.trim_start().len()])
                .filter(|indent| value.is_empty() && lines_of(&lines, heading, indent) > 0)
                .unwrap_or_default();
            let count = if value.is_empty() { lines_of(&lines, heading, indent) } else { 0 };
            let at = start + lines[heading..=heading + count].iter().map(|line| line.len()).sum::<usize>();
            let (mut head, tail) = (text[..at].to_owned(), &text[at..]);
            if !value.is_empty() {
                let from = start + "ignore:".len() + lines[heading]["ignore:".len()..].find(value)?;
                head.replace_range(from - 1..from + value.len(), "");
            }
            if !head.ends_with('\n') {
                head.push_str(end_of_line);
            }
            Some(format!("{head}{}{tail}", block("", new, indent, end_of_line)))
        }
        value if value.starts_with('[') => {
            let open = start + "ignore:".len() + lines[heading]["ignore:".len()..].find('[')?;
            let close = open + closing(&text[open..])?;
            let head = text[..close].trim_end();
            let comma = if head.ends_with(['[', ',']) { "" } else { ", " };
            let entries: Vec<String> = new.iter().map(flow).collect();
            Some(format!("{head}{comma}{}{}", entries.join(", "), &text[close..]))
        }
        _ => None,
    }
}

/// How many lines after the heading belong to its list, up to the last that is no remark or blank.
fn lines_of(lines: &[&str], heading: usize, indent: &str) -> usize {
    let mut count = 0;
    for (number, line) in (1..).zip(&lines[heading + 1..]) {
        if is_idle(line) {
            continue;
        }
        let inside = line.strip_prefix(indent).is_some_and(|rest| rest.starts_with(['-', ' ', '\t']));
        if !inside {
            break;
        }
        count = number;
    }
    count
}

fn is_idle(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

fn without_remark(value: &str) -> &str {
    let value = value.trim();
    if value.starts_with('#') {
        return "";
    }
    value.split(" #").next().unwrap_or_default().trim()
}

/// Where the bracket that opens the text is closed; quotes and remarks hide brackets.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote, mut before) = (0_usize, None, ' ');
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (Some('"'), '\\') => drop(chars.next()),
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(c),
            (None, '#') if before.is_whitespace() => {
                chars.by_ref().find(|(_, c)| *c == '\n')?;
            }
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        before = c;
    }
    None
}

fn block(heading: &str, new: &[New], indent: &str, end: &str) -> String {
    let mut out = heading.to_owned();
    for New { ignore: Ignore { finding, reason, until }, remark } in new {
        let remark: String = remark.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        out.push_str(&format!("{indent}- finding: \"{finding}\"  # {remark}{end}"));
        out.push_str(&format!("{indent}  reason: {}{end}", quoted(reason)));
        out.push_str(&format!("{indent}  until: {until}{end}"));
    }
    out
}

fn flow(new: &New) -> String {
    let Ignore { finding, reason, until } = &new.ignore;
    format!("{{finding: \"{finding}\", reason: {}, until: {until}}}", quoted(reason))
}

/// JSON's quotes are YAML's, too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(finding: &str) -> New {
        New {
            ignore: Ignore {
                finding: finding.to_owned(),
                reason: "we \"know\": #12".to_owned(),
                until: "2027-01-31".to_owned(),
            },
            remark: "status-changed GET /x".to_owned(),
        }
    }

    const ADDED: &str = "- finding: \"00aa\"  # status-changed GET /x\n  reason: \"we \\\"know\\\": #12\"\n  until: 2027-01-31\n";

    #[test]
    fn the_rest_of_the_file_stays_as_it_is() {
        let indented: String = ADDED.lines().map(|line| format!("  {line}\n")).collect();
        let old = "- {finding: 'bb', reason: r, until: 2026-01-01}";
        for (before, after) in [
            (String::new(), format!("ignore:\n{ADDED}")),
            ("# a remark\ncassettes: [a.yaml] # b".to_owned(), format!("# a remark\ncassettes: [a.yaml] # b\nignore:\n{ADDED}")),
            ("ignore: # ours\n\nupstreams: []\n".to_owned(), format!("ignore: # ours\n{ADDED}\nupstreams: []\n")),
            ("ignore: []  # none\nupstreams: []\n".to_owned(), format!("ignore:  # none\n{ADDED}upstreams: []\n")),
            (
                format!("ignore:\n{old}\n# after\n\nupstreams: []\n"),
                format!("ignore:\n{old}\n{ADDED}# after\n\nupstreams: []\n"),
            ),
            (
                format!("ignore:\n  # first\n  {old}\nupstreams: []\n"),
                format!("ignore:\n  # first\n  {old}\n{indented}upstreams: []\n"),
            ),
            (
                "ignore:\n- finding: 'bb'\n  reason: |\n    two\n\n    lines\n  until: 2026-01-01".to_owned(),
                format!("ignore:\n- finding: 'bb'\n  reason: |\n    two\n\n    lines\n  until: 2026-01-01\n{ADDED}"),
            ),
            (
                "ignore: [{finding: bb, reason: \"a ] b\", until: 2026-01-01}] # x\nupstreams: []\n".to_owned(),
                "ignore: [{finding: bb, reason: \"a ] b\", until: 2026-01-01}, {finding: \"00aa\", reason: \"we \\\"know\\\": #12\", until: 2027-01-31}] # x\nupstreams: []\n".to_owned(),
            ),
        ] {
            assert_eq!(add(&before, &[new("00aa")]).as_deref(), Ok(after.as_str()), "{before}");
        }
        let windows = add("cassettes: [a]\r\n", &[new("00aa")]).expect("added");
        assert_eq!(
            windows,
            format!("cassettes: [a]\r\nignore:\n{ADDED}").replace("\r\n", "\n").replace('\n', "\r\n")
        );
    }

    #[test]
    fn what_cannot_be_added_to_is_left_alone() {
        for text in
            ["{cassettes: [a], ignore: []}\n", "- a\n", "ignore: &x\n- 1\n", "ignore: maybe\n", "a: [\n"]
        {
            let error = add(text, &[new("00aa")]).expect_err(text);
            assert!(error.lines.contains("00aa"), "{text}");
        }
    }
}
