//! Paths with variables and wildcards.

use super::pattern::Dialect;
use super::{Fit, Pattern, PatternError};
use cassettes::model::Request;

/// A path with variables and wildcards.
#[derive(Debug, Clone, PartialEq)]
pub struct PathTemplate {
    source: String,
    names: Vec<String>,
    pattern: Pattern,
}

impl PathTemplate {
    /// `/users/{id}/**`: a variable is a piece of a segment, two stars are all that follows.
    pub fn braces(source: &str) -> Result<Self, PatternError> {
        let mut build = Build::default();
        let mut rest = source;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("**") {
                build.rest("*");
                rest = after;
            } else if let Some((name, after)) = rest.strip_prefix('{').and_then(|r| r.split_once('}')) {
                build.variable(name);
                rest = after;
            } else {
                rest = build.letter(rest);
            }
        }
        build.done(source)
    }

    /// `/users/:id/*`: a variable is a piece of a segment, a star is all that follows or stands between.
    pub fn colons(source: &str) -> Result<Self, PatternError> {
        let mut build = Build::default();
        let mut rest = source;
        while !rest.is_empty() {
            let name: String = match rest.strip_prefix(':') {
                Some(after) => after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect(),
                None => String::new(),
            };
            if !name.is_empty() {
                rest = &rest[1 + name.len()..];
                build.variable(&name);
            } else if let Some(after) = rest.strip_prefix('*') {
                build.rest("*");
                rest = after;
            } else {
                rest = build.letter(rest);
            }
        }
        build.done(source)
    }

    /// As the file has it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// As OpenAPI writes it, whatever notation it came in.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        let mut rest = self.source.as_str();
        while let Some(c) = rest.chars().next() {
            let name: String = rest
                .strip_prefix(':')
                .unwrap_or("")
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if !name.is_empty() && self.names.contains(&name) {
                out.push_str(&format!("{{{name}}}"));
                rest = &rest[1 + name.len()..];
            } else {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        out
    }

    /// Whether it takes a path as sent.
    pub fn takes(&self, path: &str) -> bool {
        self.pattern.fit(path) == Fit::Met
    }

    /// What a path gives its variables, decoded; none if it does not take it.
    pub fn values(&self, path: &str) -> Option<Vec<(String, String)>> {
        let groups = self.pattern.groups(path)?;
        let decoded = |text: &String| Request::new("", format!("/{text}")).segments().join("/");
        let values = self.names.iter().zip(groups.iter().skip(1));
        Some(values.filter_map(|(name, value)| Some((name.clone(), decoded(value.as_ref()?)))).collect())
    }
}

#[derive(Default)]
struct Build {
    names: Vec<String>,
    expression: String,
}

impl Build {
    fn variable(&mut self, name: &str) {
        self.names.push(name.to_owned());
        self.expression.push_str("([^/]+)");
    }

    fn rest(&mut self, name: &str) {
        self.names.push(name.to_owned());
        self.expression.push_str("(.*)");
    }

    /// Takes the next letter as it is, and gives what follows it.
    fn letter<'r>(&mut self, rest: &'r str) -> &'r str {
        let Some(c) = rest.chars().next() else { return rest };
        if !c.is_alphanumeric() && c != '/' {
            self.expression.push('\\');
        }
        self.expression.push(c);
        &rest[c.len_utf8()..]
    }

    fn done(self, source: &str) -> Result<PathTemplate, PatternError> {
        let pattern = Pattern::whole(&self.expression, Dialect::Java)?;
        Ok(PathTemplate { source: source.to_owned(), names: self.names, pattern })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_take_a_segment_and_stars_the_rest() {
        let template = PathTemplate::braces("/v1.0/users/{id}/files/**").expect("a template");
        let values = template.values("/v1.0/users/a%20b/files/x/y").expect("taken");
        assert_eq!(values, [("id".into(), "a b".into()), ("*".into(), "x/y".into())]);
        assert!(!template.takes("/v1x0/users/a/files/x") && !template.takes("/v1.0/users//files/x"));
        let template = PathTemplate::colons("users/:id.:kind").expect("a template");
        assert_eq!(template.canonical(), "users/{id}.{kind}");
        assert!(template.takes("users/1.json") && !template.takes("users/1"));
    }
}
