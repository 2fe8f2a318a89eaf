//! The steps, in the order in which a new user would try things.

use super::TourStep;

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// Every step, good and bad. Against a fresh sandbox it always goes the same way.
pub(crate) fn tour() -> Vec<TourStep> {
    [pages(), objects(), misses(), charges(), errors(), identity(), content(), time(), faults()].concat()
}

fn get(key: &'static str, title: &'static str, target: &'static str) -> TourStep {
    TourStep { key, title, method: "GET", target, headers: Vec::new(), body: None }
}

fn post(key: &'static str, title: &'static str, target: &'static str, body: &'static str) -> TourStep {
    TourStep { key, title, method: "POST", target, headers: vec![JSON], body: Some(body) }
}

impl TourStep {
    fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    fn method(self, method: &'static str) -> Self {
        TourStep { method, ..self }
    }
}

fn pages() -> Vec<TourStep> {
    vec![
        get("customers-1", "the first page of customers", "/v1/customers?limit=3"),
        get("customers-2", "the next page, by its URL in the body", "${customers-1:/next}"),
        get("customers-3", "the last page", "${customers-2:/next}"),
        get("customers-cap", "a page larger than allowed", "/v1/customers?limit=50"),
        get("customers-bad", "a cursor nobody issued", "/v1/customers?limit=3&starting_after=cus_nope"),
        get("invoices-1", "the first page of invoices", "/v1/invoices?page=1&per_page=2"),
        get("invoices-2", "the next page, by the Link header", "${invoices-1>next}"),
        get("invoices-3", "the last page has no Link", "${invoices-2>next}"),
        get("events-1", "the first events", "/v1/events"),
        get("events-2", "more events, by token", "/v1/events?page_token=${events-1:/nextPageToken}"),
        get("events-3", "the last events have no token", "/v1/events?page_token=${events-2:/nextPageToken}"),
        get("events-bad", "a token nobody issued", "/v1/events?page_token=nope"),
        get("products-1", "products by offset", "/v1/products?offset=0&limit=3"),
        get("products-2", "more products", "/v1/products?offset=3&limit=3"),
        get("products-3", "the last products", "/v1/products?offset=6&limit=3"),
        post("ledger-1", "the ledger, queried by POST", "/v1/ledger/query", "{}"),
        post("ledger-2", "more of it", "/v1/ledger/query", r#"{"cursor":"${ledger-1:/next_cursor}"}"#),
        post("ledger-3", "the rest", "/v1/ledger/query", r#"{"cursor":"${ledger-2:/next_cursor}"}"#),
        get("tags-1", "tags", "/v1/tags"),
        get("tags-2", "the same tags in another order", "/v1/tags"),
        get("tags-3", "and in a third one", "/v1/tags"),
    ]
}

fn objects() -> Vec<TourStep> {
    let customer = "/v1/customers/${customers-1:/data/0/id}";
    let created = "/v1/customers/${create:/id}";
    vec![
        get("customer", "one customer", customer),
        get("customer-304", "the same, already known", customer).header("If-None-Match", "${customer@etag}"),
        get("customer-404", "a customer who never was", "/v1/customers/cus_nope"),
        get("customer-410", "a customer who is no more", "/v1/customers/cus_0000000000Gone"),
        post(
            "create",
            "a new customer",
            "/v1/customers",
            r#"{"name":"Zoë Tester","email":"zoe@mail.example"}"#,
        ),
        get("create-read", "read back", created),
        post("change", "changed", created, r#"{"name":"Zoë T."}"#)
            .method("PATCH")
            .header("If-Match", "${create@etag}"),
        post("change-412", "changed again with an old ETag", created, r#"{"name":"Z."}"#)
            .method("PATCH")
            .header("If-Match", "${create@etag}"),
        get("delete", "deleted", created).method("DELETE"),
        get("delete-read", "read after that", created),
        post("create-422", "no name, and an address that is none", "/v1/customers", r#"{"email":"zoe"}"#),
        post("create-400", "half a document", "/v1/customers", r#"{"name":"#),
        TourStep {
            headers: vec![("Content-Type", "text/plain")],
            ..post("create-415", "a document that calls itself text", "/v1/customers", r#"{"name":"Z"}"#)
        },
        post("create-405", "a method that is not taken", "/v1/customers", "{}").method("PUT"),
        get("moved", "an old address", "/v1/old-customers"),
    ]
}

fn misses() -> Vec<TourStep> {
    const QUERY: &str = r#"{"query":"query($id: ID!) { customer(id: $id) { id name status } }","variables":{"id":"cus_nope"}}"#;
    vec![
        get("geocode", "an address", "/v1/geocode?address=1%20Harbour%20Street"),
        get("geocode-miss", "an address nowhere: 200 null", "/v1/geocode?address=Nowhere"),
        get("search", "a search", "/v1/search?q=active"),
        get("search-miss", "a search for nothing: an empty list", "/v1/search?q=zzz"),
        get("lookup", "a phone number", "/v1/lookup?phone=%2B15550100000"),
        get("lookup-miss", "nobody's number: a status word", "/v1/lookup?phone=%2B15550199999"),
        get("avatar", "a picture", "/v1/avatars/${customers-1:/data/0/id}"),
        get("avatar-204", "no picture: 204", "/v1/avatars/${customers-1:/data/1/id}"),
        get("avatar-404", "nobody's picture: 404 without a body", "/v1/avatars/cus_nope"),
        post(
            "graphql",
            "GraphQL",
            "/graphql",
            r#"{"query":"query($id: ID!) { customer(id: $id) { id name status } }","variables":{"id":"${customers-1:/data/0/id}"}}"#,
        ),
        post("graphql-miss", "GraphQL: null", "/graphql", QUERY),
        post("graphql-bad", "GraphQL: errors in a 200", "/graphql", r#"{"query":"{ nothing }"}"#),
        get("shipments", "shipments", "/v1/shipments"),
        get("shipment", "one shipment", "/v1/shipments/${shipments:/0/id}"),
        get("shipment-404", "none: a problem document", "/v1/shipments/00000000-0000-4000-8000-000000000000"),
        get("nowhere", "a path that is nobody's", "/v1/nowhere"),
    ]
}

fn charges() -> Vec<TourStep> {
    let charge = |key, title, body| post(key, title, "/v1/charges", body);
    const OK: &str = r#"{"amount":1010,"currency":"eur","source":"tok_ok"}"#;
    let name = "Idempotency-Key";
    vec![
        charge("charge", "a charge", OK).header(name, "tour-1"),
        charge("charge-again", "the same again: not charged twice", OK).header(name, "tour-1"),
        charge(
            "charge-reuse",
            "the key with another body",
            r#"{"amount":2020,"currency":"eur","source":"tok_ok"}"#,
        )
        .header(name, "tour-1"),
        get("charge-read", "read back", "/v1/charges/${charge:/id}"),
        charge(
            "charge-402",
            "a declined card: never try again",
            r#"{"amount":1010,"source":"tok_declined"}"#,
        ),
        charge("charge-409", "a locked object: try again", r#"{"amount":1010,"source":"tok_busy"}"#),
        charge(
            "charge-503",
            "a busy vendor: try again in two seconds",
            r#"{"amount":1010,"source":"tok_unavailable"}"#,
        ),
        charge("charge-500", "a broken vendor", r#"{"amount":1010,"source":"tok_broken"}"#),
        charge("charge-504", "a gateway in between", r#"{"amount":1010,"source":"tok_gateway"}"#),
        charge("charge-422", "an amount in words", r#"{"amount":"ten","source":"tok_ok"}"#),
    ]
}

fn errors() -> Vec<TourStep> {
    vec![
        get("limited-1", "a limited route", "/v1/limited"),
        get("limited-2", "still within the limit", "/v1/limited"),
        get("limited-3", "beyond it: 429", "/v1/limited"),
        get("internal", "500", "/v1/errors/internal"),
        get("unavailable", "503 with seconds to wait", "/v1/errors/unavailable"),
        get("maintenance", "503 with a date to wait for", "/v1/errors/maintenance"),
        get("gateway", "504 in HTML", "/v1/errors/gateway"),
        get("legacy", "500 in HTML", "/legacy/orders"),
        post("ship-422", "an empty shipment: a problem document", "/v1/shipments", r#"{"parcels":[]}"#),
        post("ship", "a shipment", "/v1/shipments", r#"{"parcels":[2]}"#),
        post(
            "batch",
            "a batch that fails in part, inside a 200",
            "/v1/batch",
            r#"{"requests":[{"method":"GET","path":"/v1/customers/${customers-1:/data/0/id}"},{"method":"GET","path":"/v1/customers/cus_nope"}]}"#,
        ),
    ]
}

fn identity() -> Vec<TourStep> {
    let me = |key, title, token| get(key, title, "/v1/me").header("Authorization", token);
    let secret = |key, title, target| get(key, title, target);
    let form = |key, title, body| TourStep {
        headers: vec![("Content-Type", "application/x-www-form-urlencoded")],
        ..post(key, title, "/oauth/token", body)
    };
    let bearer = "Bearer ${token good}";
    vec![
        me("me", "a good token", bearer),
        get("me-missing", "no token", "/v1/me"),
        me("me-malformed", "what is no token", "Bearer ${token malformed}"),
        me("me-no-exp", "a token for ever", "Bearer ${token no-exp}"),
        me("me-expired", "an expired token", "Bearer ${token expired}"),
        me("me-not-yet", "a token from the future", "Bearer ${token not-yet}"),
        me("me-wrong-aud", "a token for somebody else", "Bearer ${token wrong-aud}"),
        me("me-wrong-iss", "a token from somebody else", "Bearer ${token wrong-iss}"),
        me("me-alg-none", "a token without a signature", "Bearer ${token alg-none}"),
        me("me-alg-swapped", "a token with another algorithm", "Bearer ${token alg-swapped}"),
        me("me-bad-signature", "a token with a wrong signature", "Bearer ${token bad-signature}"),
        me("me-unknown-kid", "a token of an unknown key", "Bearer ${token unknown-kid}"),
        me("me-missing-scope", "a token without the scope: 403", "Bearer ${token missing-scope}"),
        secret("secret-401", "no token, no such secret: 401", "/v1/secrets/sec_nope"),
        secret("secret-404", "a token, no such secret: 404", "/v1/secrets/sec_nope")
            .header("Authorization", bearer),
        secret("secret", "a token and a secret", "/v1/secrets/sec_0000000000Open")
            .header("Authorization", bearer),
        get("account", "an API key", "/v1/account").header("X-Api-Key", "sk_sandbox_0123456789abcdef"),
        get("account-401", "no API key", "/v1/account"),
        get("account-403", "a wrong API key", "/v1/account").header("X-Api-Key", "sk_sandbox_wrong"),
        get("basic", "a password", "/v1/basic").header("Authorization", "Basic c2FuZGJveDpvcGVuLXNlc2FtZQ=="),
        get("basic-401", "no password", "/v1/basic"),
        form(
            "oauth",
            "a token for client credentials",
            "grant_type=client_credentials&client_id=sandbox&client_secret=sandbox-secret",
        ),
        form(
            "oauth-401",
            "wrong credentials",
            "grant_type=client_credentials&client_id=sandbox&client_secret=wrong",
        ),
        form("oauth-400", "a grant that is not taken", "grant_type=password&username=a&password=b"),
        get("session", "two cookies", "/v1/session"),
    ]
}

fn content() -> Vec<TourStep> {
    vec![
        get("summary", "a report in gzip, a key inside", "/v1/reports/summary")
            .header("Accept-Encoding", "gzip"),
        get("csv", "CSV with grouped amounts", "/v1/exports/ledger.csv").header("Accept", "text/csv"),
        get("health", "plain text", "/v1/health"),
        get("health-head", "its head alone", "/v1/health").method("HEAD"),
        get("terms", "plain text with CRLF", "/v1/terms"),
        get("duplicate-keys", "one name twice", "/v1/raw/duplicate-keys"),
        get("invalid-utf8", "bytes that are no UTF-8", "/v1/raw/invalid-utf8"),
        get("ndjson", "several documents in one body", "/v1/raw/ndjson"),
        get("pretty", "JSON that calls itself text", "/v1/raw/pretty"),
        get("odd-headers", "odd names, repeats, an odd reason", "/v1/raw/headers"),
        get("trailers", "fields after the body", "/v1/raw/trailers"),
        get("file", "300 kB of noise", "/v1/files/file_000000000Large"),
        get("file-404", "no such file", "/v1/files/file_nope"),
    ]
}

fn time() -> Vec<TourStep> {
    let job = "/v1/jobs/${job:/id}";
    vec![
        get("stream", "four events, a quarter of a second apart", "/v1/stream?gap=250"),
        get("slow", "a late first byte", "/v1/reports/slow?ms=400"),
        post("job", "a job", "/v1/jobs", r#"{"kind":"export"}"#),
        get("job-1", "pending", job),
        get("job-2", "running", job),
        get("job-3", "done", job),
    ]
}

fn faults() -> Vec<TourStep> {
    vec![
        get("reset", "a reset before any byte", "/faults/reset"),
        get("reset-midway", "a reset in the middle", "/faults/reset-midway"),
        get("truncate", "a body cut short", "/faults/truncate"),
        get("truncate-chunked", "chunks without an end", "/faults/truncate-chunked"),
        get("close", "closed without a byte", "/faults/close"),
        get("nonsense", "what is not HTTP", "/faults/nonsense"),
    ]
}
