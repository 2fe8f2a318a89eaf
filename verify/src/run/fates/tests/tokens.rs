//! Tokens: each bad one has its own finding, and a fake that cannot be asked faithfully is not judged.

use super::Tape;

const ISSUER: Tape = Tape {
    steps: &[
        [
            "GET /me\nauthorization: Bearer jwt({\"alg\":\"HS256\",\"kid\":\"k1\"}{\"iss\":\"i\",\"aud\":\"api\",\"scope\":\"read write\",\"exp\":1767330000})\n@ token request header authorization good exp=3600",
            r#"200 {"sub":"u1"}"#,
            r#"200 {"sub":"fake"}"#,
        ],
        ["GET /me", BARE, BARE_FAKE],
        ["GET /me\nauthorization: Bearer rubbish", BAD, BAD_FAKE],
        [
            "GET /me\nauthorization: Bearer jwt({\"alg\":\"HS256\",\"kid\":\"k1\"}{\"iss\":\"i\",\"aud\":\"api\",\"scope\":\"read write\",\"exp\":1767320000})\n@ token request header authorization good exp=-60",
            BAD,
            BAD_FAKE,
        ],
        [
            "GET /me\nauthorization: Bearer jwt({\"alg\":\"HS256\",\"kid\":\"k1\"}{\"iss\":\"i\",\"aud\":\"api\",\"scope\":\"read write\"})\n@ token request header authorization good",
            BAD,
            BAD_FAKE,
        ],
        [
            "GET /me\nauthorization: Bearer jwt({\"alg\":\"HS256\",\"kid\":\"k1\"}{\"iss\":\"i\",\"aud\":\"other\",\"scope\":\"read write\",\"exp\":1767330000})\n@ token request header authorization good exp=3600",
            BAD,
            BAD_FAKE,
        ],
        [
            "GET /me\nauthorization: Bearer jwt({\"alg\":\"HS256\",\"kid\":\"k1\"}{\"iss\":\"i\",\"aud\":\"api\",\"scope\":\"read write\",\"exp\":1767330000})\n@ token request header authorization bad exp=3600",
            BAD,
            BAD_FAKE,
        ],
        [
            "GET /me\nauthorization: Bearer jwt({\"alg\":\"none\"}{\"iss\":\"i\",\"aud\":\"api\",\"scope\":\"read write\",\"exp\":1767330000})\n@ token request header authorization absent exp=3600",
            BAD,
            BAD_FAKE,
        ],
        [
            "POST /token\ncontent-type: application/x-www-form-urlencoded\n>> grant_type=authorization_code&code=used",
            r#"400 {"error":"invalid_grant","error_description":"grant request is invalid"}"#,
            r#"400 {"error":"invalid_grant","error_description":"x"}"#,
        ],
        [
            "POST /token\ncontent-type: application/x-www-form-urlencoded\n>> grant_type=magic",
            r#"400 {"error":"unsupported_grant_type","error_description":"unsupported"}"#,
            r#"400 {"error":"unsupported_grant_type"}"#,
        ],
        [
            "GET /admin\nauthorization: Bearer jwt({\"alg\":\"HS256\",\"kid\":\"k1\"}{\"iss\":\"i\",\"aud\":\"api\",\"scope\":\"read\",\"exp\":1767330000})\n@ token request header authorization good exp=3600",
            "www-authenticate: Bearer realm=\"x\", error=\"insufficient_scope\", scope=\"admin\"\n403 {\"error\":\"insufficient_scope\"}",
            "www-authenticate: Bearer realm=\"y\", error=\"insufficient_scope\"\n403 {\"error\":\"insufficient_scope\"}",
        ],
    ],
};

const BARE: &str = "www-authenticate: Bearer realm=\"x\"\n401";
const BARE_FAKE: &str = "www-authenticate: Bearer realm=\"y\"\n401";
const BAD: &str =
    "www-authenticate: Bearer realm=\"x\", error=\"invalid_token\"\n401 {\"error\":\"invalid_token\"}";
const BAD_FAKE: &str = "www-authenticate: Bearer realm=\"y\", error=\"invalid_token\"\n401 {\"error\":\"invalid_token\",\"error_description\":\"x\"}";

#[test]
fn each_bad_token_has_its_own_finding() {
    let me = r#"200 {"sub":"fake"}"#;
    ISSUER.check(&[
        (&[(1, me)], &["credential-not-needed"]),
        (&[(2, me)], &["token-accepted"]),
        (&[(3, me), (4, me), (5, me), (6, me), (7, me)], &["token-accepted"; 5]),
        (
            &[(3, "www-authenticate: Bearer realm=\"y\"\n401 {\"error\":\"invalid_token\"}")],
            &["challenge-changed"],
        ),
        (&[(3, "403 {\"error\":\"forbidden\"}")], &["auth-classes-merged"]),
        (&[(3, "200 {\"error\":\"invalid_token\"}")], &["success-shaped-failure"]),
        (&[(8, r#"200 {"access_token":"x"}"#)], &["token-accepted"]),
        (&[(8, r#"400 {"error":"bad"}"#), (9, r#"400 {"error":"bad"}"#)], &["error-class-collapsed"]),
        (&[(10, r#"200 {"admin":true}"#)], &["token-accepted"]),
        (&[(10, BAD_FAKE)], &["auth-classes-merged"]),
    ]);
}
