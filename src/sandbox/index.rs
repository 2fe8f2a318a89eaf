//! What there is to ask, as the sandbox itself tells it at `GET /`.

use super::reply::{json, list, object, string};
use axum::response::Response;

/// Every route of the vendor, and what it shows.
pub(super) const ROUTES: &[(&str, &str)] = &[
    (
        "GET /v1/customers?limit=&starting_after=",
        "cursor pages: has_more, last id, absolute next; a bad cursor is 400",
    ),
    ("POST /v1/customers", "201 with Location; 422 with fields; 400 malformed; 415"),
    ("GET /v1/customers/{id}", "200 with ETag, 304, 404, 410"),
    ("PATCH /v1/customers/{id}", "If-Match, 412"),
    ("DELETE /v1/customers/{id}", "204, then 410"),
    ("GET /v1/old-customers", "307 with an absolute Location"),
    ("GET /v1/invoices?page=&per_page=", "numbered pages by Link; numbers and times in many forms"),
    ("GET /v1/invoices/{id}", "200, 404"),
    ("GET /v1/events?page_token=", "nextPageToken, absent at the end; tagged unions; epoch times"),
    ("GET /v1/products?offset=&limit=", "offset pages with a total"),
    ("POST /v1/ledger/query", "a cursor in the request's body"),
    ("GET /v1/tags", "another order at every read"),
    ("GET /v1/geocode?address=", "a miss is 200 null"),
    ("GET /v1/search?q=", "a miss is 200 with an empty list"),
    ("GET /v1/lookup?phone=", "a miss is 200 with a status word"),
    ("GET /v1/avatars/{id}", "a miss is 204, or 404 without a body"),
    ("POST /graphql", "a miss is null; errors in a 200"),
    ("POST /v1/charges", "402, 409, 422, 500, 503 and 504 by source; Idempotency-Key"),
    ("GET /v1/charges/{id}", "200, 404"),
    ("GET /v1/shipments", "an array at the root; UUIDs"),
    ("POST /v1/shipments", "202; problems as application/problem+json"),
    ("GET /v1/shipments/{id}", "200, 404 as application/problem+json"),
    ("GET /v1/limited", "every third call is 429 with Retry-After"),
    ("GET /v1/errors/internal", "500"),
    ("GET /v1/errors/unavailable", "503 with Retry-After in seconds"),
    ("GET /v1/errors/maintenance", "503 with Retry-After as a date"),
    ("GET /v1/errors/gateway", "504 in HTML"),
    ("POST /v1/batch", "200 with errors inside"),
    ("GET /v1/me", "bearer token: 401 for ten reasons, 403 for want of scope"),
    ("GET /v1/secrets/{id}", "401 before 404"),
    ("GET /v1/account", "X-Api-Key: 401 without, 403 with a wrong one"),
    ("GET /v1/basic", "a password"),
    ("GET /v1/session", "two Set-Cookie headers"),
    ("POST /oauth/token", "client credentials"),
    ("GET /v1/reports/summary", "gzip for those who take it, a key inside"),
    ("GET /v1/reports/slow?ms=", "a late first byte"),
    ("GET /v1/stream?gap=", "four server-sent events"),
    ("GET /v1/files/{id}", "300 kB of noise"),
    ("GET /v1/exports/ledger.csv", "CSV with 1,234.56"),
    ("GET /v1/health", "plain text"),
    ("GET /v1/terms", "plain text with CRLF"),
    ("GET /v1/raw/duplicate-keys", "one name twice, numbers in every form"),
    ("GET /v1/raw/invalid-utf8", "Latin-1 that calls itself JSON"),
    ("GET /v1/raw/ndjson", "several documents in one body"),
    ("GET /v1/raw/pretty", "JSON that calls itself text"),
    ("GET /v1/raw/headers", "names in odd cases, repeats, an odd reason phrase"),
    ("GET /v1/raw/trailers", "fields after a chunked body"),
    ("GET /legacy/orders", "500 in HTML"),
    ("POST /v1/jobs", "202 with Location"),
    ("GET /v1/jobs/{id}", "pending, running, done"),
    ("GET /faults/reset", "RST before any byte"),
    ("GET /faults/reset-midway", "RST in the middle of a body"),
    ("GET /faults/truncate", "a body shorter than its Content-Length"),
    ("GET /faults/truncate-chunked", "chunks without an end"),
    ("GET /faults/close", "closed without a byte"),
    ("GET /faults/stall?ms=", "silence in the middle of a body"),
    ("GET /faults/nonsense", "what is not HTTP"),
    ("POST /sandbox/reset", "forgets everything that requests have changed"),
];

/// The list as JSON.
pub(super) async fn index() -> Response {
    let routes =
        ROUTES.iter().map(|(route, shows)| object([("route", string(*route)), ("shows", string(*shows))]));
    json(200, &object([("name", string("sandbox")), ("routes", list(routes))]))
}
