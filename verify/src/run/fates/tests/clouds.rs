//! Platforms: registries, stores and their many envelopes.

use super::Tape;

/// A registry of images: lists of errors, challenges, plain-text 404s, HEAD.
const REGISTRY: Tape = Tape {
    steps: &[
        [
            "GET /v2/demo/manifests/v1",
            r#"200 {"schemaVersion":2,"layers":[{"size":7}]}"#,
            r#"200 {"schemaVersion":2,"layers":[{"size":9}]}"#,
        ],
        [
            "GET /v2/demo/manifests/nope",
            r#"404 {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"nope"}}]}"#,
            r#"404 {"errors":[{"code":"MANIFEST_UNKNOWN","message":"x"}]}"#,
        ],
        ["HEAD /v2/demo/manifests/nope", "404", "404"],
        [
            "GET /v2/nowhere",
            "content-type: text/plain\n404 404 page not found",
            "content-type: text/plain\n404 nothing here",
        ],
        [
            "PUT /v2/demo/manifests/bad\ncontent-type: application/json\n>> {}",
            r#"400 {"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid","detail":{}}]}"#,
            r#"400 {"errors":[{"code":"MANIFEST_INVALID","message":"no"}]}"#,
        ],
        [
            "GET /v2/private/tags/list",
            "www-authenticate: Bearer realm=\"https://auth.example.test/token\",service=\"r\",scope=\"repository:private:pull\"\n401 {\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\",\"detail\":[{\"Type\":\"repository\",\"Name\":\"private\",\"Action\":\"pull\"}]}]}",
            "www-authenticate: Bearer realm=\"http://127.0.0.1:1/token\",service=\"fake\"\n401 {\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"who\"}]}",
        ],
    ],
};

#[test]
fn registry() {
    REGISTRY.check(&[
        (&[(1, r#"200 {"schemaVersion":2,"layers":[]}"#)], &["not-found-invented"]),
        (&[(1, "content-type: text/plain\n404 not found")], &["not-found-restyled"]),
        (&[(1, r#"404 {"errors":[{"code":"NAME_UNKNOWN","message":"x"}]}"#)], &["error-code-changed"]),
        (&[(2, "200")], &["not-found-invented"]),
        (&[(4, "201")], &["error-accepted", "validation-never"]),
        (&[(5, r#"200 {"name":"private","tags":["a"]}"#)], &["credential-not-needed"]),
        (&[(5, r#"404 {"errors":[{"code":"NAME_UNKNOWN","message":"x"}]}"#)], &["check-order-changed"]),
        (
            &[(5, "www-authenticate: Basic realm=\"x\"\n401 {\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"who\"}]}")],
            &["challenge-changed"],
        ),
    ]);
}

/// Numbers equal to the status beside a status word and reasons in a list.
const STATUS_WORDS: Tape = Tape {
    steps: &[
        ["GET /v1/projects/p1", r#"200 {"name":"projects/p1"}"#, r#"200 {"name":"projects/fake"}"#],
        [
            "GET /v1/projects/nope",
            r#"404 {"error":{"code":404,"message":"Not here","status":"NOT_FOUND","errors":[{"reason":"notFound","domain":"global"}]}}"#,
            r#"404 {"error":{"code":404,"message":"x","status":"NOT_FOUND","errors":[{"reason":"notFound","domain":"global"}]}}"#,
        ],
        [
            "GET /v1/projects/busy",
            r#"429 {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"m","details":[{"@type":"type.example.test/rpc.RetryInfo","retryDelay":"3s"}]}}"#,
            r#"429 {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"m","details":[{"@type":"type.example.test/rpc.RetryInfo","retryDelay":"0.5s"}]}}"#,
        ],
        [
            "GET /v1/projects/secret\nauthorization: Bearer opaque",
            r#"403 {"error":{"code":403,"message":"no","status":"PERMISSION_DENIED","details":[{"@type":"type.example.test/rpc.ErrorInfo","reason":"IAM_PERMISSION_DENIED"}]}}"#,
            r#"403 {"error":{"code":403,"message":"x","status":"PERMISSION_DENIED","details":[{"@type":"type.example.test/rpc.ErrorInfo","reason":"IAM_PERMISSION_DENIED"}]}}"#,
        ],
        [
            "POST /v1/projects\ncontent-type: application/json\n>> {\"id\":\"p1\"}",
            r#"409 {"error":{"code":409,"message":"there is one","status":"ALREADY_EXISTS"}}"#,
            r#"409 {"error":{"code":409,"message":"x","status":"ALREADY_EXISTS"}}"#,
        ],
    ],
};

#[test]
fn status_words() {
    STATUS_WORDS.check(&[
        (&[(1, r#"404 {"error":{"code":404,"message":"x"}}"#)], &["error-code-missing"]),
        (&[(2, r#"200 {"name":"projects/busy"}"#)], &["rate-limit-never"]),
        (
            &[(2, "retry-after: 1\n429 {\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"m\"}}")],
            &["error-code-missing", "retry-hint-restyled"],
        ),
        (&[(3, r#"200 {"name":"projects/secret"}"#)], &["error-accepted"]),
        (&[(3, r#"401 {"error":{"code":401,"message":"x","status":"UNAUTHENTICATED"}}"#)], &["auth-classes-merged"]),
        (&[(4, r#"200 {"name":"projects/p1"}"#)], &["error-accepted"]),
        (&[(4, r#"400 {"error":{"code":400,"message":"x","status":"INVALID_ARGUMENT"}}"#)], &["error-class-changed"]),
    ]);
}

/// One status for everything; `__type` tells.
const TYPES: Tape = Tape {
    steps: &[
        [
            "POST /\nx-target: Tables.Get\n>> {\"TableName\":\"t\"}",
            "content-type: application/x-amz-json-1.0\n200 {\"Item\":{\"id\":{\"S\":\"1\"}}}",
            "content-type: application/x-amz-json-1.0\n200 {\"Item\":{\"id\":{\"S\":\"9\"}}}",
        ],
        [
            "POST /\nx-target: Tables.Get\n>> {\"TableName\":\"nope\"}",
            "content-type: application/x-amz-json-1.0\n400 {\"__type\":\"com.example.v1#ResourceNotFoundException\",\"message\":\"m\"}",
            "content-type: application/x-amz-json-1.0\n400 {\"__type\":\"ResourceNotFoundException\",\"message\":\"x\"}",
        ],
        [
            "POST /\nx-target: Tables.Get\n>> {\"TableName\":\"hot\"}",
            "content-type: application/x-amz-json-1.0\n400 {\"__type\":\"com.example.v1#ThrottlingException\",\"message\":\"m\"}",
            "content-type: application/x-amz-json-1.0\n400 {\"__type\":\"com.example.v1#ThrottlingException\",\"message\":\"x\"}",
        ],
        [
            "POST /\nx-target: Tables.Put\n>> {\"TableName\":\"t\",\"If\":0}",
            "content-type: application/x-amz-json-1.0\n400 {\"__type\":\"com.example.v1#ConditionalCheckFailedException\",\"message\":\"m\"}",
            "content-type: application/x-amz-json-1.0\n400 {\"__type\":\"com.example.v1#ConditionalCheckFailedException\",\"message\":\"x\"}",
        ],
    ],
};

#[test]
fn one_status_for_everything() {
    let json = "content-type: application/x-amz-json-1.0\n";
    let generic = format!("{json}400 {{\"__type\":\"ValidationException\",\"message\":\"x\"}}");
    let bare = format!("{json}400 {{\"message\":\"x\"}}");
    TYPES.check(&[
        (&[(1, &format!("{json}200 {{}}"))], &["not-found-invented"]),
        (&[(2, &format!("{json}200 {{\"Item\":{{}}}}"))], &["rate-limit-never"]),
        (&[(1, &bare)], &["error-code-missing"]),
        (&[(1, &generic), (2, &generic), (3, &generic)], &["error-class-collapsed"]),
        (&[(1, &bare), (2, &bare), (3, &bare)], &["error-class-collapsed"]),
    ]);
}

/// XML documents, and codes that stand in a header because HEAD has no body.
const STORE: Tape = Tape {
    steps: &[
        ["GET /box/a.txt", "content-type: text/plain\n200 hello", "content-type: text/plain\n200 other"],
        [
            "GET /box/nope.txt",
            "content-type: application/xml\nx-ms-error-code: BlobNotFound\n404 <?xml version=\"1.0\"?><Error><Code>BlobNotFound</Code><Message>gone 4711</Message><RequestId>R1</RequestId></Error>",
            "content-type: application/xml\nx-ms-error-code: BlobNotFound\n404 <Error><Code>BlobNotFound</Code><Message>x</Message></Error>",
        ],
        ["HEAD /box/nope.txt", "x-ms-error-code: BlobNotFound\n404", "x-ms-error-code: BlobNotFound\n404"],
        [
            "PUT /box/a.txt\nif-match: \"old\"\n>> x",
            "content-type: application/xml\n412 <Error><Code>ConditionNotMet</Code><Message>m</Message></Error>",
            "content-type: application/xml\n412 <Error><Code>ConditionNotMet</Code><Message>x</Message></Error>",
        ],
        [
            "PUT /box/b.txt\n>> x",
            "content-type: application/xml\n503 <Error><Code>ServerBusy</Code><Message>m</Message></Error>",
            "content-type: application/xml\n503 <Error><Code>ServerBusy</Code><Message>x</Message></Error>",
        ],
    ],
};

#[test]
fn stores() {
    STORE.check(&[
        (&[(1, "content-type: text/plain\n200 hello")], &["not-found-invented"]),
        (&[(1, "content-type: application/xml\n404 <Error><Message>x</Message></Error>")], &["error-code-missing"]),
        (&[(1, "content-type: application/json\nx-ms-error-code: BlobNotFound\n404 {\"Code\":\"BlobNotFound\"}")], &["media-type-changed"]),
        (&[(2, "404")], &["error-code-missing"]),
        (&[(3, "201")], &["error-accepted"]),
        (&[(4, "201")], &["error-accepted"]),
    ]);
}

/// Flat errors with numbers of their own, tombstones, and a limit that calls itself forbidden.
const NUMBERS: Tape = Tape {
    steps: &[
        ["GET /v1/notes/n1", r#"200 {"data":{"id":"n1","rev":3}}"#, r#"200 {"data":{"id":"zz","rev":1}}"#],
        [
            "GET /v1/notes/nope",
            r#"404 {"code":404,"errno":110,"error":"Not Found","message":"nothing"}"#,
            r#"404 {"code":404,"errno":110,"error":"Not Found","message":"x"}"#,
        ],
        [
            "GET /v1/notes/old",
            r#"404 {"code":404,"errno":111,"error":"Not Found","message":"deleted","details":{"deleted":true}}"#,
            r#"404 {"code":404,"errno":111,"error":"Not Found","message":"x"}"#,
        ],
        [
            "PUT /v1/notes/n1\nif-match: \"2\"\n>> {\"text\":\"x\"}",
            r#"412 {"code":412,"errno":114,"error":"Precondition Failed","message":"changed"}"#,
            r#"412 {"code":412,"errno":114,"error":"Precondition Failed","message":"x"}"#,
        ],
        [
            "GET /v1/search/notes?q=a",
            "x-ratelimit-limit: 30\nx-ratelimit-remaining: 0\nx-ratelimit-reset: 1767323100\n403 {\"message\":\"API rate limit exceeded for 1.2.3.4\"}",
            "x-ratelimit-limit: 5\nx-ratelimit-remaining: 0\nx-ratelimit-reset: 1767400001\n403 {\"message\":\"slow\"}",
        ],
        ["GET /v1/down", "failed reset", "failed closed"],
        [
            "DELETE /v1/notes/n1",
            r#"200 {"data":{"id":"n1","deleted":true}}"#,
            r#"200 {"data":{"id":"n1","deleted":true}}"#,
        ],
        [
            "GET /v1/notes/n1",
            r#"404 {"code":404,"errno":111,"error":"Not Found","message":"deleted"}"#,
            r#"404 {"code":404,"errno":111,"error":"Not Found","message":"x"}"#,
        ],
    ],
};

#[test]
fn numbers_of_their_own() {
    NUMBERS.check(&[
        (
            &[(2, r#"404 {"code":404,"errno":110,"error":"Not Found","message":"x"}"#)],
            &["error-code-changed"],
        ),
        (&[(3, r#"200 {"data":{"id":"zz","rev":2}}"#)], &["error-accepted"]),
        (&[(4, r#"200 {"hits":1}"#)], &["rate-limit-never"]),
        (&[(4, r#"500 {"message":"x"}"#)], &["error-class-changed"]),
        (&[(5, r#"500 {"message":"reset"}"#)], &["transport-failure-never"]),
        (&[(7, r#"200 {"data":{"id":"n1","rev":3}}"#)], &["delete-without-effect"]),
        (&[(7, "410")], &["not-found-restyled"]),
    ]);
}
