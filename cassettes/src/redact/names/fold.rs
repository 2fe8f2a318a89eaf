//! One spelling for names that people write in many: `accessToken`, `Access-Token`, `ACCESS_TOKEN`.

/// A name in lower case, as words joined by `_` and all in one.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::redact) struct Folded {
    /// `access_token`
    pub(in crate::redact) words: String,
    /// `accesstoken`
    pub(in crate::redact) joined: String,
}

/// Splits at anything that is no letter or digit, and where lower case turns to upper (`accessToken`)
/// or a run of upper case ends in a word (`APIKey`).
pub(in crate::redact) fn fold(name: &str) -> Folded {
    let mut words = String::with_capacity(name.len() + 4);
    let mut chars = name.chars().peekable();
    let mut last = '_';
    while let Some(c) = chars.next() {
        if !c.is_alphanumeric() {
            if !words.is_empty() && !words.ends_with('_') {
                words.push('_');
            }
        } else {
            let next_is_lower = chars.peek().is_some_and(|n| n.is_lowercase());
            let begins = c.is_uppercase()
                && (last.is_lowercase() || ((last.is_uppercase() || last.is_numeric()) && next_is_lower));
            if begins && !words.is_empty() && !words.ends_with('_') {
                words.push('_');
            }
            words.extend(c.to_lowercase());
        }
        last = c;
    }
    if words.ends_with('_') {
        words.pop();
    }
    let joined = words.replace('_', "");
    Folded { words, joined }
}

impl Folded {
    /// Of words that are folded.
    pub(in crate::redact) fn of(words: &str) -> Folded {
        Folded { words: words.to_owned(), joined: words.replace('_', "") }
    }

    /// Without the number that it ends in: `token1`, `api_key_2`.
    pub(in crate::redact) fn unnumbered(&self) -> Option<Folded> {
        let bare = self.words.trim_end_matches(|c: char| c.is_ascii_digit());
        let bare = bare.strip_suffix('_').unwrap_or(bare);
        (bare.len() < self.words.len() && !bare.is_empty()).then(|| Folded::of(bare))
    }

    /// The last word.
    pub(in crate::redact) fn last(&self) -> &str {
        self.words.rsplit('_').next().unwrap_or_default()
    }

    /// Every word but the last.
    pub(in crate::redact) fn before_last(&self) -> impl Iterator<Item = &str> {
        self.words.rsplit('_').skip(1)
    }

    /// Whether it ends in these words, or is nothing but them.
    pub(in crate::redact) fn ends_in(&self, words: &str) -> bool {
        self.words.strip_suffix(words).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
    }

    /// As if it stood in the singular.
    pub(in crate::redact) fn singular(mut self) -> Option<Folded> {
        let plural = self.words.ends_with('s') && !self.words.ends_with("ss");
        plural.then(|| {
            self.words.pop();
            self.joined.pop();
            self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_fold() {
        for (name, words) in [
            ("accessToken", "access_token"),
            ("Access-Token", "access_token"),
            ("ACCESS_TOKEN", "access_token"),
            ("APIKey", "api_key"),
            ("X-API-Key", "x_api_key"),
            ("user[new_password]", "user_new_password"),
            ("__csrf", "csrf"),
            ("", ""),
            ("oauth2Token", "oauth2_token"),
        ] {
            assert_eq!(fold(name).words, words, "{name}");
        }
        assert_eq!(fold("apiKey_2").unnumbered().map(|f| f.words), Some("api_key".to_owned()));
        assert!(fold("newPassword").ends_in("password") && !fold("nopassword").ends_in("password"));
    }
}
