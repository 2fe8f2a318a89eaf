//! Names, amounts and prose: what a faithful fake may choose for itself.

/// The values of one side. Each amount list holds the same lexical forms, which are the vendor's.
pub(super) struct Cast {
    pub(super) names: &'static [&'static str],
    pub(super) domain: &'static str,
    pub(super) coupon: &'static str,
    pub(super) totals: &'static [&'static str],
    pub(super) percents: &'static [&'static str],
    pub(super) grouped: &'static [&'static str],
    pub(super) tags: &'static [&'static str],
    pub(super) products: &'static [&'static str],
    /// In which things happened.
    pub(super) month: usize,
    pub(super) invoices: usize,
    pub(super) events: usize,
    /// Writes JSON members in the order of their names.
    pub(super) sorted: bool,
    /// Which column of the prose.
    prose: usize,
}

/// The practice vendor's.
pub(super) static VENDOR: Cast = Cast {
    names: &[
        "Ada Obi",
        "Bo Lindqvist",
        "Chidi Park",
        "Dana Novák",
        "Emre Silva",
        "Fumiko Reyes",
        "Goran Weiss",
    ],
    domain: "mail.example",
    coupon: "SPRING",
    totals: &["10.10", "1e2", "250.00", "0.10", "-3.50"],
    percents: &["12.50", "5.00"],
    grouped: &["1,234.56", "12.00", "1,000,000.00"],
    tags: &["amber", "birch", "cobalt", "dune", "ember"],
    products: &["Anvil", "Bellows", "Crucible", "Drill", "Easel", "Funnel", "Gauge"],
    month: 3,
    invoices: 5,
    events: 8,
    sorted: false,
    prose: 1,
};

/// The faithful fake's.
pub(super) static HONEST: Cast = Cast {
    names: &[
        "Test One",
        "Test Two",
        "Test Three",
        "Test Four",
        "Test Five",
        "Test Six",
        "Test Seven",
        "Test Eight",
    ],
    domain: "fake.example",
    coupon: "FAKE10",
    totals: &["20.40", "3e3", "75.00", "0.30", "-1.20"],
    percents: &["7.50", "15.00"],
    grouped: &["9,876.54", "33.00", "2,000,000.00"],
    tags: &["x-ray", "yankee", "zulu", "whiskey"],
    products: &["Thing A", "Thing B", "Thing C", "Thing D", "Thing E", "Thing F", "Thing G", "Thing H"],
    month: 5,
    invoices: 6,
    events: 9,
    sorted: true,
    prose: 2,
};

/// Code, the vendor's words, the fake's words.
const PROSE: &[(&str, &str, &str)] = &[
    ("not_found", "No such resource.", "nothing there"),
    ("customer_not_found", "No customer has this id.", "unknown customer"),
    ("customer_deleted", "This customer was deleted.", "customer is gone"),
    ("unknown_cursor", "The cursor names no object of this list.", "cursor unknown"),
    ("bad_page_token", "The page token is not one of ours.", "token unknown"),
    ("invalid_limit", "A page size is a whole number from 1.", "limit is no good"),
    ("malformed_json", "The body is not valid JSON.", "cannot parse body"),
    ("unsupported_media_type", "Send the body as application/json.", "want application/json"),
    ("invalid_fields", "Some fields are missing or not valid.", "bad fields"),
    ("method_not_allowed", "This resource does not answer that method.", "wrong method"),
    ("card_declined", "Your card has insufficient funds.", "declined by the fake bank"),
    ("lock_timeout", "Another request is changing this object; try again.", "object is locked"),
    ("idempotency_key_reused", "This idempotency key was used with another body.", "key reuse"),
    ("precondition_failed", "The object has changed since you read it.", "etag is old"),
    ("rate_limited", "Too many requests; slow down.", "limit hit"),
    ("internal", "Something failed on our side.", "fake failure"),
    ("unavailable", "We are busy; try again shortly.", "come back later"),
    ("maintenance", "We are down for maintenance.", "fake maintenance"),
    ("invalid_api_key", "This API key is not valid.", "bad key"),
    ("api_key_missing", "Send your API key as X-Api-Key.", "no key"),
    ("credentials_required", "Send a user name and a password.", "who are you"),
    ("secret_not_found", "No secret has this id.", "unknown secret"),
    ("token_missing", "Send a bearer token.", "no token"),
    ("token_malformed", "The token is not a JWT.", "that is no jwt"),
    ("algorithm_not_allowed", "Only HS256 is accepted.", "bad alg"),
    ("unknown_key_id", "The token's kid names none of our keys.", "bad kid"),
    ("bad_signature", "The token's signature does not verify.", "bad sig"),
    ("token_without_expiry", "A token must carry exp.", "no exp"),
    ("token_expired", "The token has expired.", "too old"),
    ("token_not_yet_valid", "The token is not valid yet.", "too young"),
    ("wrong_audience", "The token is meant for somebody else.", "bad aud"),
    ("wrong_issuer", "We do not trust the token's issuer.", "bad iss"),
    ("insufficient_scope", "The token lacks the scope for this.", "scope missing"),
];

impl Cast {
    /// What is said to people about an error code; programs read the code.
    pub(super) fn prose(&self, code: &str) -> &'static str {
        match PROSE.iter().find(|(known, ..)| *known == code) {
            Some((_, _, fake)) if self.prose == 2 => fake,
            Some((_, vendor, _)) => vendor,
            None => "The request failed.",
        }
    }
}
