//! Credentials in conditions. A recording holds no secret, so that whether a request had the one that a stub
//! wants cannot be told, only whether it had one of its kind.

use super::{Asked, Condition, Fit, Text};

/// What words in a header's name tell of a credential.
const HEADERS: [&str; 9] =
    ["authorization", "token", "apikey", "api-key", "secret", "session", "password", "signature", "cookie"];

/// Parameters that carry a credential.
const PARAMETERS: [&str; 9] = [
    "access_token",
    "api_key",
    "apikey",
    "api-key",
    "client_secret",
    "password",
    "signature",
    "sig",
    "token",
];

/// Whether a condition is missed by a credential alone: the request has another one of the same scheme.
pub(crate) fn is_other_credential(condition: &Condition, asked: &Asked<'_>) -> bool {
    if condition.fit(asked) != Fit::Unmet {
        return false;
    }
    let lower = |name: &String| name.to_ascii_lowercase();
    match condition {
        Condition::Header(name, text) if HEADERS.iter().any(|word| lower(name).contains(word)) => {
            asked.header(name).iter().any(|value| is_kin(text, &value.text))
        }
        Condition::Query(name, text) if PARAMETERS.contains(&lower(name).as_str()) => {
            asked.query().iter().any(|(n, value)| n == name && is_kin(text, value))
        }
        Condition::Cookie(name, text) => {
            asked.cookies().iter().any(|(n, value)| n == name && is_kin(text, value))
        }
        Condition::All(list) => {
            list.iter().all(|c| c.fit(asked) == Fit::Met || is_other_credential(c, asked))
        }
        _ => false,
    }
}

fn is_kin(wanted: &Text, found: &str) -> bool {
    match wanted {
        Text::Equal(text) | Text::EqualFold(text) | Text::Starts(text) => scheme(text) == scheme(found),
        Text::Contains(_) | Text::Ends(_) | Text::Matches(_) => !found.is_empty(),
        _ => false,
    }
}

/// `bearer` of `Bearer …`; empty where there is a credential alone.
fn scheme(text: &str) -> String {
    let word = text.trim().split_once(' ').map_or("", |(word, _)| word);
    word.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Request, Timestamp};

    #[test]
    fn another_credential_of_the_kind_is_not_told_from_the_one_that_is_meant() {
        let wanted = Condition::Header("Authorization".to_owned(), Text::Equal("Bearer test".to_owned()));
        let of = |value: Option<&str>| {
            let mut request = Request::new("GET", "/?page_token=x");
            value.into_iter().for_each(|value| request.headers.push("authorization", value));
            let asked = Asked::new(&request, Timestamp(0));
            let cursor = Condition::Query("page_token".to_owned(), Text::Equal("y".to_owned()));
            assert!(!is_other_credential(&cursor, &asked));
            is_other_credential(&wanted, &asked)
        };
        assert!(of(Some("Bearer pseudonym")));
        for value in [None, Some("Bearer test"), Some("Basic x"), Some("garbage")] {
            assert!(!of(value), "{value:?}");
        }
    }
}
