//! What the words of a machine code say: `ResourceNotFoundException`, `resource_not_found` and
//! `RESOURCE-NOT-FOUND` say the same.

use super::error_class::Class;

/// The words of a code in lower case, split at marks and at changes of case.
pub fn words(code: &str) -> Vec<String> {
    let chars: Vec<char> = code.chars().collect();
    let mut words = vec![String::new()];
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = i.checked_sub(1).and_then(|i| chars.get(i)).copied().unwrap_or('_');
        let after = chars.get(i + 1).copied().unwrap_or('_');
        let starts =
            c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && after.is_lowercase()));
        if starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// The class that a code names by itself, if its words are clear.
pub fn class_of(code: &str) -> Option<Class> {
    let words = words(code);
    TABLE.iter().find(|(_, phrases)| phrases.iter().any(|p| says(&words, p))).map(|(class, _)| *class)
}

/// The class that a single word of a code points to, where nothing else says that there is an error, or of
/// what class: less sure than [`class_of`].
pub(super) fn hint_of(code: &str) -> Option<Class> {
    let words = words(code);
    HINTS.iter().find(|(_, hints)| hints.iter().any(|h| says(&words, h))).map(|(class, _)| *class)
}

/// Whether the phrase's words stand in a row; a word that ends with `*` matches by its beginning.
fn says(words: &[String], phrase: &str) -> bool {
    words.windows(phrase.split(' ').count()).any(|window| {
        window.iter().zip(phrase.split(' ')).all(|(word, wanted)| match wanted.strip_suffix('*') {
            Some(start) => word.starts_with(start),
            None => word == wanted,
        })
    })
}

/// Tried in order: the more telling reading comes first.
const TABLE: &[(Class, &[&str])] = &[
    (
        Class::RateLimit,
        &[
            "rate limit*",
            "ratelimit*",
            "throttl*",
            "too many requests",
            "toomanyrequests",
            "slow down",
            "slowdown",
            "quota exceeded",
            "quotaexceeded",
            "resource exhausted",
            "throughput exceeded",
            "request limit exceeded",
            "daily limit exceeded",
            "over query limit",
        ],
    ),
    (
        Class::Forbidden,
        &[
            "forbidden",
            "denied",
            "accessdenied",
            "permission*",
            "insufficient scope",
            "scope insufficient",
            "missing scope",
            "not authorized",
            "unauthorized client",
            "unauthorized operation",
        ],
    ),
    (
        Class::Auth,
        &[
            "unauthorized",
            "unauthenticated",
            "not authenticated",
            "authentication",
            "invalid token",
            "token invalid",
            "expired token",
            "token expired",
            "token revoked",
            "invalid credential*",
            "bad credential*",
            "incorrect credential*",
            "invalid api key",
            "invalid client",
            "invalid grant",
            "invalid auth*",
            "missing auth*",
            "invalid access key*",
            "unrecognized client",
            "signature does not match",
            "not authed",
            "login required",
            "auth required",
            "invalid password",
            "wrong password",
            "incorrect password",
        ],
    ),
    (
        Class::NotFound,
        &[
            "not found",
            "notfound",
            "no such",
            "nosuch*",
            "not exist",
            "doesnt exist",
            "nonexistent",
            "non existent",
            "resource missing",
            "zero results",
            "no results",
        ],
    ),
    (Class::Gone, &["gone", "tombstone", "was deleted", "already deleted", "is deleted"]),
    (
        Class::Conflict,
        &[
            "conflict*",
            "already exist*",
            "alreadyexists",
            "already taken",
            "conditional check failed",
            "precondition failed",
            "condition not met",
            "duplicate*",
            "resource in use",
            "version mismatch",
            "etag mismatch",
            "concurrent modification",
            "aborted",
        ],
    ),
    (
        Class::Terminal,
        &[
            "declined",
            "insufficient funds",
            "insufficient balance",
            "card error",
            "expired card",
            "payment required",
            "failed precondition",
            "fraud*",
        ],
    ),
    (
        Class::Retryable,
        &[
            "timeout",
            "timed out",
            "unavailable",
            "temporarily",
            "try again",
            "retry",
            "deadline exceeded",
            "authorization pending",
            "busy",
            "overloaded",
            "transient",
        ],
    ),
    (Class::Server, &["internal", "server error", "unexpected error", "unhandled"]),
    (
        Class::Validation,
        &[
            "invalid",
            "validation",
            "bad request",
            "bad user input",
            "malformed",
            "missing",
            "required",
            "unprocessable",
            "parse error",
            "syntax",
            "out of range",
            "unsupported",
            "not supported",
            "too long",
            "too large",
            // JSON-RPC 2.0 §5.1.
            "32700",
            "32600",
            "32601",
            "32602",
        ],
    ),
];

/// Tried in order, where no phrase of the table says anything.
const HINTS: &[(Class, &[&str])] = &[
    (Class::Other, &["unknown error", "unknown exception", "unknown failure", "unknown reason"]),
    (
        Class::Validation,
        &[
            "argument*",
            "param*",
            "field*",
            "bad",
            "illegal",
            "wrong",
            "empty",
            "blank",
            "too short",
            "too small",
            "too many",
            "too few",
            "unexpected",
            "not allowed",
            "unknown type",
            "unknown method",
            "unknown option",
        ],
    ),
    (
        Class::Conflict,
        &["revision*", "version*", "stale", "outdated", "exists", "taken", "in use", "already"],
    ),
    (Class::Auth, &["token*", "auth*", "login", "session*", "credential*"]),
    (Class::Forbidden, &["scope*", "not permitted", "restricted", "role*"]),
    (Class::RateLimit, &["rate", "rated", "limit", "limited", "quota"]),
    (Class::NotFound, &["unknown"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_gives_the_same_words() {
        for code in
            ["ResourceNotFoundException", "resource_not_found_exception", "RESOURCE-NOT-FOUND.EXCEPTION"]
        {
            assert_eq!(words(code), ["resource", "not", "found", "exception"], "{code}");
        }
        assert_eq!(words("HTTPError2x"), ["http", "error2x"]);
        assert!(words("__").is_empty());
    }

    #[test]
    fn single_words_are_hints() {
        for (code, class) in [
            ("stale_revision", Some(Class::Conflict)),
            ("unknown_ticket", Some(Class::NotFound)),
            ("unknown_argument", Some(Class::Validation)),
            ("token_refused", Some(Class::Auth)),
            ("scope_too_narrow", Some(Class::Forbidden)),
            ("limit_reached", Some(Class::RateLimit)),
            ("unknown_error", Some(Class::Other)),
            ("boom", None),
        ] {
            assert_eq!(hint_of(code), class, "{code}");
        }
    }

    #[test]
    fn clear_codes_have_a_class_and_others_none() {
        let cases = [
            ("ThrottlingException", Some(Class::RateLimit)),
            ("userRateLimitExceeded", Some(Class::RateLimit)),
            ("UNAUTHENTICATED", Some(Class::Auth)),
            ("unauthorized_client", Some(Class::Forbidden)),
            ("NoSuchKey", Some(Class::NotFound)),
            ("card_declined", Some(Class::Terminal)),
            ("ConditionalCheckFailedException", Some(Class::Conflict)),
            ("DEADLINE_EXCEEDED", Some(Class::Retryable)),
            ("parameter_invalid_integer", Some(Class::Validation)),
            ("parameter_unknown", None),
            ("M_LIMIT", None),
            ("", None),
        ];
        for (code, class) in cases {
            assert_eq!(class_of(code), class, "{code}");
        }
    }
}
