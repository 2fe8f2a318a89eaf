//! A command line as words. It is split before anything is put in, and no shell sees it: a value is never more
//! than a part of one word.

/// Splits a line at blanks; quotes of both kinds and a backslash keep them. Errs where a quote is not closed.
pub(super) fn split(line: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            // Within double quotes only these are taken from their meaning.
            (Some('"'), '\\') if matches!(chars.peek(), Some('"' | '\\')) => {
                word.get_or_insert_default().extend(chars.next());
            }
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                word.get_or_insert_default();
                quote = Some(c);
            }
            (None, '\\') => word.get_or_insert_default().extend(chars.next()),
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("a quote that is not closed");
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn quotes_keep_blanks_together() {
        let words = split(r#"sh  -c 'echo "$0"' "a \"b\" \n" c\ d ''"#).expect("closed");
        assert_eq!(words, ["sh", "-c", "echo \"$0\"", "a \"b\" \\n", "c d", ""]);
        assert_eq!(split("   "), Ok(Vec::new()));
        assert!(split("echo 'a").is_err());
    }
}
