//! Text in columns.

/// Lines of at most `width` characters, broken at spaces and after commas where there are any.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut count = 0;
    for word in text.split_inclusive([' ', ',']) {
        let mut word = word;
        let len = word.trim_end().chars().count();
        if count > 0 && count + len > width {
            lines.push(line.trim_end().to_owned());
            line = String::new();
            count = 0;
        }
        // A word longer than a line is cut.
        while word.trim_end().chars().count() > width {
            let cut = word.char_indices().nth(width).map_or(word.len(), |(i, _)| i);
            lines.push(word[..cut].to_owned());
            word = &word[cut..];
        }
        count += word.chars().count();
        line.push_str(word);
    }
    if !line.trim_end().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The text filled up with spaces to `width` characters.
pub(super) fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.chars().count());
    format!("{text}{}", " ".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_where_it_may_be() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap(r#"{"a":1,"b":22,"c":3}"#, 9), [r#"{"a":1,"#, r#""b":22,"#, r#""c":3}"#]);
        assert_eq!(wrap("abcdefghijklmnopqr", 8), ["abcdefgh", "ijklmnop", "qr"]);
        assert_eq!(wrap("", 8), [""]);
        assert_eq!(pad("é", 3), "é  ");
    }
}
