//! What names suggest. A name alone never makes a link; it only decides whether a value that could
//! stand somewhere by chance, such as a small number, counts.

/// Words that say "which one".
const IDENTITY: [&str; 18] = [
    "id", "ids", "uuid", "guid", "key", "number", "no", "num", "iid", "ref", "slug", "login", "name",
    "handle", "code", "sha", "digest", "username",
];
/// Words that say "from where on".
const CURSOR: [&str; 25] = [
    "cursor",
    "after",
    "before",
    "marker",
    "token",
    "next",
    "continuation",
    "continue",
    "last",
    "since",
    "until",
    "lt",
    "gt",
    "lte",
    "gte",
    "max",
    "min",
    "start",
    "from",
    "resume",
    "bookmark",
    "scroll",
    "end",
    "prev",
    "previous",
];
/// Words that say "which page", as a number.
const POSITION: [&str; 6] = ["offset", "page", "skip", "start", "from", "index"];
/// Words of counts and sizes: never a place in a listing.
const COUNT: [&str; 11] = [
    "total",
    "count",
    "pages",
    "per",
    "size",
    "limit",
    "length",
    "results",
    "amount",
    "quantity",
    "remaining",
];
/// Words of moments.
const TIME: [&str; 8] = ["created", "updated", "modified", "date", "time", "timestamp", "at", "on"];

/// A name's words in lower case: `nextPageToken`, `next_page_token` and `x-ms-next` come apart alike.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut fresh = true;
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            fresh = true;
            continue;
        }
        if fresh || (lower && c.is_uppercase()) {
            words.push(String::new());
        }
        fresh = false;
        lower = c.is_lowercase() || c.is_numeric();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// Words that are their own plural.
const OWN: [&str; 3] = ["series", "species", "news"];

/// Plurals of words that end in `ie`, not in `y`.
const IE: [&str; 10] = [
    "calories",
    "cookies",
    "freebies",
    "hoodies",
    "movies",
    "pies",
    "selfies",
    "smoothies",
    "ties",
    "zombies",
];

/// `customers` and `customer` are one thing.
pub fn singular(word: &str) -> String {
    let word = word.to_ascii_lowercase();
    if OWN.contains(&word.as_str()) {
        return word;
    }
    if IE.contains(&word.as_str()) {
        return word[..word.len() - 1].to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies")
        && stem.len() > 1
    {
        return format!("{stem}y");
    }
    for plural in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(plural) {
            return word[..word.len() - 2].to_owned();
        }
    }
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => word,
    }
}

fn any(words: &[String], of: &[&str]) -> bool {
    words.iter().any(|w| of.contains(&w.as_str()))
}

pub(super) fn is_identity(words: &[String]) -> bool {
    any(words, &IDENTITY)
        || words.last().is_some_and(|w| w.len() > 2 && (w.ends_with("id") || w.ends_with("uid")))
}

pub(super) fn is_cursor(words: &[String]) -> bool {
    any(words, &CURSOR) && !is_position(words)
}

pub(super) fn is_position(words: &[String]) -> bool {
    any(words, &POSITION) && !any(words, &["token", "cursor", "id"])
}

pub(super) fn is_count(words: &[String]) -> bool {
    any(words, &COUNT)
}

pub(super) fn is_time(words: &[String]) -> bool {
    any(words, &TIME)
}

/// What is left of a name without the words that only say "which one": `user_id` is about a user.
pub(super) fn subject(words: &[String]) -> Vec<String> {
    words
        .iter()
        .filter(|w| !IDENTITY.contains(&w.as_str()) && !CURSOR.contains(&w.as_str()))
        .map(|w| singular(w.strip_suffix("id").filter(|stem| stem.len() > 2).unwrap_or(w)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart() {
        assert_eq!(words("nextPageToken"), ["next", "page", "token"]);
        assert_eq!(words("x-ms-Continuation_NextKey"), ["x", "ms", "continuation", "next", "key"]);
        assert_eq!(words("created[lt]"), ["created", "lt"]);
        assert!(is_cursor(&words("nextPageToken")) && !is_position(&words("nextPageToken")));
        assert!(
            is_position(&words("page")) && is_identity(&words("userId")) && is_identity(&words("orderid"))
        );
        assert_eq!(subject(&words("user_id")), ["user"]);
        assert_eq!(subject(&words("orderid")), ["order"]);
        assert_eq!(
            ["companies", "boxes", "status", "customers", "address"].map(singular),
            ["company", "box", "status", "customer", "address"]
        );
    }
}
