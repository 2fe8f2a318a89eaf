//! The texts and attributes of XML and of HTML: a scanner that follows tags and never refuses.

use super::{
    Edit,
    json::{self, Change, Found},
    splice,
};
use crate::{
    json::{Pointer, Step},
    redact::{
        leaf::Scalar,
        names::{Judge, Mark, Sense},
    },
};
use std::borrow::Cow;

/// Deeper elements are not told apart.
const MAX_DEPTH: usize = 256;

/// Elements whose text names the value in the element beside them.
const SAYS: &[&str] = &["name", "key", "field", "header"];
/// Elements that hold such a value; a property list calls them by their type.
const HOLDS: &[&str] = &["value", "values", "string", "data"];

fn is_one_of(list: &[&str], name: &str) -> bool {
    list.iter().any(|one| name.eq_ignore_ascii_case(one))
}

/// Walks every text that stands in an element and every attribute.
pub(in crate::redact) fn edit(text: &str, names: Judge<'_>, change: &mut Change<'_>) -> Vec<Edit> {
    let mut scan = Scan {
        text,
        names,
        change,
        at: Pointer::root(),
        marks: vec![Mark::default()],
        said: None,
        edits: Vec::new(),
    };
    let mut done = 0;
    while let Some(step) = memchr::memchr(b'<', &text.as_bytes()[done..]) {
        let open = done + step;
        scan.value(done, open);
        let rest = &text[open..];
        done = if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(text.len(), |end| open + end);
            // A remark is a text like any other.
            scan.raw((open + 4).min(end), end);
            (end + 3).min(text.len())
        } else if rest.starts_with("<![CDATA[") {
            let end = rest.find("]]>").map_or(text.len(), |end| open + end);
            scan.raw(open + 9, end.max(open + 9).min(text.len()));
            (end + 3).min(text.len())
        } else {
            let end = tag_end(rest.as_bytes()).map_or(text.len(), |end| open + end + 1);
            scan.tag(open + 1, end);
            if is_script(&rest[1..]) { scan.script(end) } else { end }
        };
    }
    scan.value(done, text.len());
    scan.edits
}

struct Scan<'t, 'f, 'g> {
    text: &'t str,
    names: Judge<'t>,
    change: &'f mut Change<'g>,
    at: Pointer,
    marks: Vec<Mark>,
    /// What `<name>` has just said of the `<value>` beside it, and how deep both are.
    said: Option<(usize, Mark)>,
    edits: Vec<Edit>,
}

impl Scan<'_, '_, '_> {
    /// Text between tags, without the white space around it.
    fn value(&mut self, from: usize, to: usize) {
        let raw = &self.text[from..to];
        let trimmed = raw.trim();
        if !trimmed.is_empty() {
            let start = from + (raw.len() - raw.trim_start().len());
            self.ask(start, start + trimmed.len(), true);
        }
    }

    fn raw(&mut self, from: usize, to: usize) {
        if from < to {
            self.ask(from, to, false);
        }
    }

    fn ask(&mut self, from: usize, to: usize, entities: bool) {
        let raw = &self.text[from..to];
        let value = if entities { unescape(raw) } else { Cow::Borrowed(raw) };
        let mark = self.marks.last().copied().unwrap_or_default();
        if let Some(Step::Member(name)) = self.at.0.last()
            && is_one_of(SAYS, name)
        {
            self.said = Some((self.at.0.len(), self.names.mark_of_name(&value)));
        }
        if let Some(with) = self.document(&value, mark) {
            let with = with.map(|with| if entities { escape(&with).replace('"', "&quot;") } else { with });
            self.edits.extend(with.map(|with| Edit::new(from..to, with)));
            return;
        }
        let found = Found { at: &self.at, mark, scalar: Scalar::Text, text: &value };
        if let Some(with) = (self.change)(&found) {
            let quoted = matches!(self.at.0.last(), Some(Step::Member(name)) if name.starts_with('@'));
            let with = match (entities, quoted) {
                (true, true) => escape(&with).replace('"', "&quot;"),
                (true, false) => escape(&with),
                (false, _) => with,
            };
            self.edits.push(Edit::new(from..to, with));
        }
    }

    /// The same of a value that is itself a JSON document; none if it is not.
    fn document(&mut self, value: &str, mark: Mark) -> Option<Option<String>> {
        let trimmed = value.trim();
        if !(trimmed.starts_with(['{', '[']) && trimmed.ends_with(['}', ']'])) {
            return None;
        }
        let start = json::Start { at: self.at.clone(), mark: mark.inside(), inside: 1 };
        let walked = json::edit(value.as_bytes(), start, self.names, &mut *self.change);
        let whole = walked.whole && value[walked.end..].trim().is_empty();
        let with = || String::from_utf8(splice(value.as_bytes(), &walked.edits)).ok();
        whole.then(|| if walked.edits.is_empty() { None } else { with() })
    }

    /// A program up to where its element ends; in it a `<` opens no tag.
    fn script(&mut self, from: usize) -> usize {
        let bytes = self.text.as_bytes();
        let ends = |at: &usize| bytes[*at..].get(..8).is_some_and(|b| b.eq_ignore_ascii_case(b"</script"));
        let to =
            memchr::memchr_iter(b'<', &bytes[from..]).map(|at| from + at).find(ends).unwrap_or(bytes.len());
        let text = self.text[from..to].trim();
        let start = from + (self.text[from..to].len() - self.text[from..to].trim_start().len());
        match self.document(text, Mark::default()) {
            Some(with) => self.edits.extend(with.map(|with| Edit::new(start..start + text.len(), with))),
            None => self.raw(from, to),
        }
        to
    }

    /// What stands between `<` and `>`.
    fn tag(&mut self, from: usize, to: usize) {
        let inside = self.text[from..to].trim_end_matches('>');
        if inside.starts_with(['?', '!']) {
            return;
        }
        if let Some(name) = inside.strip_prefix('/') {
            // HTML leaves tags open: close all up to the one that is meant.
            let name = local(name.trim());
            if let Some(depth) = self.at.0.iter().rposition(|s| matches!(s, Step::Member(n) if n == name)) {
                self.at.0.truncate(depth);
                self.marks.truncate(depth + 1);
            }
            return;
        }
        let name_end = inside.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inside.len());
        if self.at.0.len() < MAX_DEPTH {
            self.enter(local(&inside[..name_end]));
            self.attributes(from + name_end, from + inside.len());
            if inside.ends_with('/') || is_void(&inside[..name_end]) {
                self.leave();
            }
        }
    }

    fn attributes(&mut self, from: usize, to: usize) {
        let bytes = &self.text.as_bytes()[..to];
        let mut at = from;
        let mut all: Vec<(&str, usize, usize)> = Vec::new();
        while let Some(equals) = memchr::memchr(b'=', &bytes[at..]).map(|e| at + e) {
            let name = self.text[at..equals].trim().rsplit(char::is_whitespace).next().unwrap_or_default();
            let open =
                equals + 1 + bytes[equals + 1..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            let (start, end) = match bytes.get(open) {
                Some(quote @ (b'"' | b'\'')) => {
                    (open + 1, memchr::memchr(*quote, &bytes[open + 1..]).map_or(to, |e| open + 1 + e))
                }
                _ => (
                    open,
                    open + bytes[open.min(to)..].iter().take_while(|b| !b.is_ascii_whitespace()).count(),
                ),
            };
            all.push((local(name), start, end));
            at = (end + 1).min(to);
        }
        let text = self.text;
        let value = |&(_, start, end): &(&str, usize, usize)| text.get(start..end).unwrap_or_default();
        // A field has its name and its value in attributes, in either order; or its value is the element's.
        let named = all.iter().filter(|(name, ..)| is_one_of(&["name", "key", "property"], name));
        let mut field =
            named.map(|one| self.names.mark_of_name(value(one))).find(|mark| mark.sense != Sense::No);
        if field.is_none()
            && all.iter().any(|one| one.0 == "type" && value(one).eq_ignore_ascii_case("password"))
        {
            field = Some(Mark::of(Sense::Secret));
        }
        for (name, start, end) in all {
            // What an element is called says nothing of its attributes.
            self.at.0.push(Step::Member(format!("@{name}")));
            let own = self.names.mark(&self.at, Mark::default());
            self.marks.push(field.filter(|_| is_one_of(&["value", "content"], name)).unwrap_or(own));
            if start < end {
                self.ask(start, end, true);
            }
            self.leave();
        }
        if let (Some(field), Some(own)) = (field, self.marks.last_mut())
            && own.sense == Sense::No
        {
            *own = field;
        }
    }

    fn enter(&mut self, name: &str) {
        let parent = self.marks.last().copied().unwrap_or_default();
        self.at.0.push(Step::Member(name.to_owned()));
        let own = self.names.mark(&self.at, parent);
        let said = self.said.filter(|(depth, _)| *depth == self.at.0.len());
        let beside = said.filter(|_| own.sense == Sense::No && is_one_of(HOLDS, name)).map(|said| said.1);
        self.marks.push(beside.unwrap_or(own));
        if !is_one_of(SAYS, name) && said.is_some() {
            self.said = None;
        }
    }

    fn leave(&mut self) {
        self.at.0.pop();
        self.marks.pop();
    }
}

/// The `>` that ends a tag; one within quotes does not.
fn tag_end(rest: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr3(b'>', b'"', b'\'', rest.get(at..)?)?;
        match rest[at] {
            b'>' => return Some(at),
            quote => at += 1 + memchr::memchr(quote, rest.get(at + 1..)?)? + 1,
        }
    }
}

/// Without its namespace's prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn is_script(tag: &str) -> bool {
    let name = tag.as_bytes().get(..6).is_some_and(|name| name.eq_ignore_ascii_case(b"script"));
    name && tag[6..].starts_with(|c: char| c.is_whitespace() || c == '>')
}

fn is_void(name: &str) -> bool {
    const VOID: [&str; 8] = ["input", "meta", "br", "hr", "img", "link", "base", "source"];
    VOID.iter().any(|void| name.eq_ignore_ascii_case(void))
}

fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    const NAMED: [(&str, &str); 5] =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'")];
    let done = NAMED.iter().fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c));
    Cow::Owned(done.replace("&#34;", "\"").replace("&#13;", "\r").replace("&amp;", "&"))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::RedactRules,
        redact::{names::Names, spans::splice},
    };

    fn hide(text: &str) -> String {
        let names = Names::new(&RedactRules::default()).expect("no rules");
        let edits = edit(text, Judge(Some(&names)), &mut |found| {
            found.mark.wants(found.text, false).then(|| "*".to_owned())
        });
        String::from_utf8(splice(text.as_bytes(), &edits)).expect("UTF-8")
    }

    #[test]
    fn elements_and_attributes_are_judged_by_name() {
        for (text, after) in [
            (
                "<a:Password Type=\"t\"> x&amp;y </a:Password><b>x</b>",
                "<a:Password Type=\"t\"> * </a:Password><b>x</b>",
            ),
            (
                "<r><SecretAccessKey>a</SecretAccessKey><Id>a</Id></r>",
                "<r><SecretAccessKey>*</SecretAccessKey><Id>a</Id></r>",
            ),
            ("<c><password><![CDATA[x]]></password></c>", "<c><password><![CDATA[*]]></password></c>"),
            ("<x api_key='k>1' id=1/><y>k</y>", "<x api_key='*' id=1/><y>k</y>"),
            (
                "<input type=hidden name=\"csrf_token\" value=\"v\">v",
                "<input type=hidden name=\"csrf_token\" value=\"*\">v",
            ),
            ("<NextToken>x</NextToken><NextMarker/>", "<NextToken>x</NextToken><NextMarker/>"),
            ("<password>cut", "<password>*"),
            ("<a <b> </ > <", "<a <b> </ > <"),
            ("<input value='v' name='api_key'>", "<input value='*' name='api_key'>"),
            ("<INPUT TYPE=x type=\"password\" value=v>", "<INPUT TYPE=x type=\"password\" value=*>"),
            ("<textarea name='password'>v</textarea>v", "<textarea name='password'>*</textarea>v"),
            ("<p><name>password</name><value>v</value></p>", "<p><name>password</name><value>*</value></p>"),
            (
                "<dict><key>api_key</key><string>v</string><key>a</key><string>v</string></dict>",
                "<dict><key>api_key</key><string>*</string><key>a</key><string>v</string></dict>",
            ),
            (
                "<script>{\"a\":\"</b>\",\"password\":\"v\"}</script>v",
                "<script>{\"a\":\"</b>\",\"password\":\"*\"}</script>v",
            ),
            ("<x><![CDATA[{\"password\":\"v\"}]]></x>", "<x><![CDATA[{\"password\":\"*\"}]]></x>"),
            ("<x>{&quot;password&quot;:&quot;v&quot;}</x>", "<x>{&quot;password&quot;:&quot;*&quot;}</x>"),
        ] {
            assert_eq!(hide(text), after);
        }
        for text in [
            "<",
            "<>",
            "</",
            "<a b",
            "<a b=",
            "<a b='",
            "<![CDATA[",
            "<!--",
            "a>b",
            "<é é=é>é",
            "<script>",
            "<script",
            "<scripté>",
            "<!--->",
            "<key>",
        ] {
            hide(text);
        }
    }
}
