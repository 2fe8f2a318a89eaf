//! Markup that cannot be broken by what it shows: only words of the program are markup, all else is text.

/// A growing piece of markup.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Markup as it stands in the program; nothing that comes from outside lives that long.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text, escaped for contents and for attributes alike.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // Browsers would drop or replace them; the reader shall see that something was there. What
                // turns the direction of text could make an excerpt look like another.
                '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\x7f'..='\u{9f}' => {
                    self.0.push('\u{fffd}');
                }
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => self.0.push('\u{fffd}'),
                c => self.0.push(c),
            }
        }
        self
    }

    /// A start tag. Empty attributes stand without a value.
    pub(super) fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) -> &mut Self {
        self.raw("<").raw(tag);
        for (name, value) in attributes {
            self.raw(" ").raw(name);
            if !value.is_empty() {
                self.raw("=\"").text(value).raw("\"");
            }
        }
        self.raw(">")
    }

    /// An end tag.
    pub(super) fn close(&mut self, tag: &'static str) -> &mut Self {
        self.raw("</").raw(tag).raw(">")
    }

    /// An element with text in it.
    pub(super) fn leaf(
        &mut self,
        tag: &'static str,
        attributes: &[(&'static str, &str)],
        text: &str,
    ) -> &mut Self {
        self.open(tag, attributes).text(text).close(tag)
    }

    /// Text for those who hear the page, or that is too much for the eye.
    pub(super) fn spoken(&mut self, text: &str) -> &mut Self {
        self.leaf("span", &[("class", "spoken")], text)
    }

    /// A link to an exchange that the page tells of.
    pub(super) fn cite(&mut self, cite: &str, shown: &str, title: &str) -> &mut Self {
        let link = format!("#{}", anchor("exchange", cite));
        self.leaf("a", &[("class", "cite"), ("href", &link), ("title", title)], shown)
    }

    /// Text with spans of code in backticks.
    pub(super) fn prose(&mut self, text: &str) -> &mut Self {
        let parts: Vec<&str> = text.split('`').collect();
        // An odd backtick at the end opens nothing.
        let closed = parts.len() % 2 == 1;
        for (number, part) in parts.iter().enumerate() {
            let last = number + 1 == parts.len();
            if number % 2 == 1 && (closed || !last) {
                self.leaf("code", &[], part);
            } else {
                if number % 2 == 1 {
                    self.text("`");
                }
                self.text(part);
            }
        }
        self
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}

/// The name of a place in the page: letters, digits and hyphens, one for each `what`.
pub(super) fn anchor(kind: &str, what: &str) -> String {
    let mut name = format!("{kind}-");
    for c in what.chars() {
        if c.is_ascii_alphanumeric() || c == '-' {
            name.push(c);
        } else {
            name.push_str(&format!("_{:x}", u32::from(c)));
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(make: impl Fn(&mut Markup)) -> String {
        let mut markup = Markup::default();
        make(&mut markup);
        markup.into_text()
    }

    #[test]
    fn nothing_that_is_shown_is_markup() {
        let hostile = "</script><img src=x onerror=\"a('b')\">&amp;\0\u{202e}";
        let shown = made(|m| {
            m.leaf("a", &[("title", hostile), ("hidden", "")], hostile);
        });
        assert!(!shown.contains("</script") && !shown.contains("<img") && !shown.contains("\"a("), "{shown}");
        assert!(shown.starts_with("<a title=\"&lt;/script&gt;") && shown.contains(" hidden>"), "{shown}");
        assert!(shown.contains("&amp;amp;\u{fffd}\u{fffd}"), "{shown}");
    }

    #[test]
    fn backticks_are_code_where_they_are_closed() {
        let prose = |text: &str| {
            made(|m| {
                m.prose(text);
            })
        };
        assert_eq!(prose("a `b<` c"), "a <code>b&lt;</code> c");
        assert_eq!(prose("a `b"), "a `b");
        assert_eq!(anchor("exchange", "a.yaml#3"), "exchange-a_2eyaml_233");
    }
}
