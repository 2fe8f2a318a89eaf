//! The paths of matching rules, and which of them speaks for a place.

/// One step of a rule's path, below its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// This member, attribute or text.
    Field(String),
    /// This item.
    Index(usize),
    /// Any of them.
    Star,
}

/// One step to a place in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A member.
    Field(String),
    /// An item.
    Index(usize),
}

/// Reads `$.a['b'][0].*`; none if it is something else.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut rest = text.strip_prefix('$')?;
    let mut tokens = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('[') {
            let quote = after.chars().next().filter(|c| matches!(c, '\'' | '"'));
            let (inner, after) = match quote {
                Some(quote) => {
                    let (name, after) = after[1..].split_once(quote)?;
                    tokens.push(Token::Field(name.to_owned()));
                    rest = after.strip_prefix(']')?;
                    continue;
                }
                None => after.split_once(']')?,
            };
            tokens.push(match inner {
                "*" => Token::Star,
                index => Token::Index(index.parse().ok()?),
            });
            rest = after;
            continue;
        }
        let name = rest.strip_prefix('.')?;
        let end = name.find(['.', '[']).unwrap_or(name.len());
        tokens.push(match &name[..end] {
            "" => return None,
            "*" => Token::Star,
            name => Token::Field(name.to_owned()),
        });
        rest = &name[end..];
    }
    Some(tokens)
}

/// How well a rule's path speaks for a place: more is better; none if it does not. A path that ends above the
/// place speaks for everything below.
pub(super) fn weight(tokens: &[Token], place: &[Step]) -> Option<(u64, usize)> {
    if tokens.len() > place.len() {
        return None;
    }
    let mut weight: u64 = 2;
    for (token, step) in tokens.iter().zip(place) {
        let exact = match (token, step) {
            (Token::Star, _) => false,
            (Token::Field(a), Step::Field(b)) if a == b => true,
            (Token::Index(a), Step::Index(b)) if a == b => true,
            _ => return None,
        };
        weight = weight.saturating_mul(if exact { 2 } else { 1 });
    }
    Some((weight.saturating_mul(tokens.len() as u64 + 1), tokens.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_that_says_more_speaks() {
        let field = |name: &str| Step::Field(name.to_owned());
        let place = [field("a"), Step::Index(1), field("@n")];
        let of = |text: &str| weight(&tokens(text).expect(text), &place);
        assert!(of("$.a[1]['@n']") > of("$.a[*].*") && of("$.a[*].*") > of("$.a") && of("$") > None);
        assert_eq!(of("$.b"), None);
        assert_eq!(of("$.a[1]['@n'].x"), None);
        for bad in ["a", "$a", "$.", "$[", "$[x]", "$['a'", "$..a"] {
            assert_eq!(tokens(bad), None, "{bad}");
        }
    }
}
