//! Which requests an operation names: a method and a path with places for what varies.

/// A method and a path template, as a declaration names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// None: any.
    method: Option<String>,
    /// None: any path.
    segments: Option<Vec<Segment>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    /// One segment: what stands before the place, and behind it.
    Around(String, String),
    /// Any number of further segments, none included.
    Rest,
}

impl Pattern {
    /// `GET /v1/things/{id}`, `/v1/*`, `* /v1/**`, `*`; none if it is nothing of the kind.
    pub(crate) fn parse(text: &str) -> Option<Pattern> {
        let text = text.trim();
        if text == "*" {
            return Some(Pattern { method: None, segments: None });
        }
        let (method, path) = match text.split_once(char::is_whitespace) {
            Some((method, path)) => (method, path.trim()),
            None if text.starts_with('/') => ("*", text),
            None => return None,
        };
        let lawful = method == "*" || cassettes::model::is_header_name(method);
        if !lawful || !(path == "*" || path.starts_with('/')) || path.contains(char::is_whitespace) {
            return None;
        }
        let method = (method != "*").then(|| method.to_owned());
        if path == "*" {
            return Some(Pattern { method, segments: None });
        }
        let path = path.split('?').next().unwrap_or_default();
        let mut segments: Vec<Segment> = path[1..].split('/').map(segment).collect();
        // What follows `**` would never be looked at.
        if let Some(rest) = segments.iter().position(|s| *s == Segment::Rest) {
            (rest + 1 == segments.len()).then_some(())?;
        }
        segments.shrink_to_fit();
        Some(Pattern { method, segments: Some(segments) })
    }

    /// Whether a request with this method and target is one of them.
    pub(crate) fn matches(&self, method: &str, target: &str) -> bool {
        if self.method.as_deref().is_some_and(|m| m != method) {
            return false;
        }
        let Some(wanted) = &self.segments else { return true };
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let mut asked = path.strip_prefix('/').unwrap_or(path).split('/');
        for segment in wanted {
            let fits = match (segment, asked.next()) {
                (Segment::Rest, _) => return true,
                (_, None) => false,
                (Segment::Literal(literal), Some(segment)) => literal == segment,
                (Segment::Around(before, after), Some(segment)) => segment
                    .strip_prefix(before.as_str())
                    .and_then(|rest| rest.strip_suffix(after.as_str()))
                    .is_some_and(|inner| !inner.is_empty()),
            };
            if !fits {
                return false;
            }
        }
        asked.next().is_none()
    }
}

fn segment(text: &str) -> Segment {
    if text == "**" {
        return Segment::Rest;
    }
    if text == "*" {
        return Segment::Around(String::new(), String::new());
    }
    match (text.find('{'), text.rfind('}')) {
        (Some(from), Some(to)) if from < to => {
            Segment::Around(text[..from].to_owned(), text[to + 1..].to_owned())
        }
        _ => Segment::Literal(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_name_requests() {
        let fits = |pattern: &str, method: &str, target: &str| {
            Pattern::parse(pattern).unwrap_or_else(|| panic!("{pattern}")).matches(method, target)
        };
        assert!(fits("*", "POST", "/x"));
        assert!(fits("GET /v1/things/{id}", "GET", "/v1/things/7?a=1"));
        assert!(fits("/v1/things/{id}:cancel", "POST", "/v1/things/7:cancel"));
        assert!(fits("GET /v1/**", "GET", "/v1"));
        assert!(fits("GET /v1/**", "GET", "/v1/a/b"));
        assert!(fits("POST *", "POST", "/any/thing"));
        assert!(fits("* /v1/*/x", "PUT", "/v1/a/x"));
        assert!(!fits("GET /v1/things/{id}", "GET", "/v1/things/7/parts"));
        assert!(!fits("GET /v1/things/{id}", "GET", "/v1/things/"));
        assert!(!fits("GET /v1/things", "POST", "/v1/things"));
        assert!(!fits("GET /v1/things", "GET", "/v1/things/"));
        for bad in ["", "things", "GET", "GET things", "G ET /x", "GET /a b", "GET /**/x"] {
            assert_eq!(Pattern::parse(bad), None, "{bad}");
        }
    }
}
