//! Names and what they say, with the honest ones beside them.

use super::{Mark, Names, Sense, Spoken, sense::wants, worth_remembering};
use crate::{json::Pointer, model::RedactRules};

fn names() -> Names {
    Names::new(&RedactRules::default()).expect("no rules")
}

#[test]
fn secrets_are_known_by_name() {
    let names = names();
    for header in [
        "Authorization",
        "Cookie",
        "set-cookie",
        "X-API-Key",
        "X-Acme-Token",
        "X-Acme-Secret",
        "PRIVATE-TOKEN",
        "Ocp-Apim-Subscription-Key",
        "Stripe-Signature",
        "X-Hub-Signature-256",
        "X-Amz-Security-Token",
        "apikey",
    ] {
        assert!(names.header(header), "{header}");
    }
    for query in
        ["access_token", "apiKey", "sig", "X-Amz-Signature", "client_secret", "user[password]", "pwd"]
    {
        assert!(names.query(query), "{query}");
    }
    for member in ["password", "clientSecret", "AccessKeyId", "SessionToken", "refresh_token", "cvc", "token"]
    {
        assert!(names.json(&Pointer::root().member("a").index(0).member(member)), "{member}");
    }
    assert!(names.json(&Pointer::root().member("credentials").member("x").index(1)));
    assert!(names.json(&Pointer::root().member("api_keys").index(1)));
}

#[test]
fn listings_counts_and_policies_are_left() {
    let names = names();
    for name in [
        "next_token",
        "nextPageToken",
        "NextToken",
        "page_token",
        "pageToken",
        "continuationToken",
        "sync_token",
        "nextSyncToken",
        "cursor",
        "marker",
        "token_type",
        "token_endpoint",
        "max_tokens",
        "completion_tokens",
        "password_policy",
        "passwordless",
        "secretary",
        "author",
        "key",
        "public_key",
        "idempotency_key",
        "eos_token",
        "x-request-id",
        "etag",
        "next-page",
        "compass",
        "has_more",
    ] {
        assert!(!names.header(name), "{name}");
        assert!(!names.query(name), "{name}");
        if name != "max_tokens" && name != "completion_tokens" {
            assert!(!names.json(&Pointer::root().member(name)), "{name}");
        }
    }
    assert!(!wants(names.sense(Spoken::Member, "max_tokens"), "4096", true));
    assert!(!wants(Sense::Subtree, "true", false) && !wants(Sense::Secret, "", false));
}

#[test]
fn values_decide_where_names_say_too_little() {
    let names = names();
    assert!(names.query_value("key", "AbCdEf0123456789xyZw1"));
    assert!(!names.query_value("key", "reports/2026/summary"));
    assert!(
        wants(Sense::Card, "4242 4242 4242 4242", false) && !wants(Sense::Card, "4242 4242 4242 4241", false)
    );
    let about = names.mark(&Pointer::root().member("errors"), Mark::default());
    let field = names.mark(&Pointer::root().member("errors").member("password"), about);
    assert!(field.is_about() && field.wants("Pa$$w0rd1234!", false));
    let deep = names.mark(&Pointer::root().member("errors").member("a").member("password"), field);
    assert!(!deep.is_about());
}

#[test]
fn a_project_adds_and_keeps() {
    let rules = RedactRules {
        headers: vec!["X-Tenant".into()],
        query: vec!["who".into()],
        json: vec!["nickname".into(), "$.user.ids[*]".into()],
        keep: vec!["client_secret".into()],
        ..RedactRules::default()
    };
    let names = Names::new(&rules).expect("rules");
    assert!(names.header("x-tenant") && names.query("WHO"));
    assert!(names.json(&Pointer::root().member("deep").member("nickName")));
    assert!(names.json(&Pointer::root().member("user").member("ids").index(4)));
    assert!(!names.json(&Pointer::root().member("clientSecret")) && !names.query("client_secret"));
    assert!(Names::new(&RedactRules { json: vec!["$".into()], ..RedactRules::default() }).is_err());
}

/// Whether the value at this place of a document is secret, the places parted by `/`.
fn member(path: &str, value: &str, number: bool) -> bool {
    let names = names();
    let (mut mark, mut at) = (Mark::default(), Pointer::root());
    for step in path.split('/') {
        at = if step == "0" { at.index(0) } else { at.member(step) };
        mark = names.mark(&at, mark);
    }
    mark.wants(value, number)
}

#[test]
fn conventions_reach_names_that_no_list_has() {
    for (path, value) in [
        ("token1", "abc123"),
        ("secret1", "swordfish"),
        ("access_token_1", "swordfish"),
        ("api_key_2", "swordfish"),
        ("tokenValue", "abc123"),
        ("secretText", "swordfish"),
        ("SecretBinary", "c3dvcmRmaXNo"),
        ("SECRET_HASH", "swordfish"),
        ("SECRET_KEY_BASE", "swordfish"),
        ("identitytoken", "swordfish"),
        ("primaryKey", "9f86d081884c7d659a2feaa0c55ad015"),
        ("client-key-data", "LS0tLS1CRUdJTiBSU0EgUFJJ1a2b3c4d"),
        ("keyValue", "9f86d081884c7d659a2feaa0c55ad015"),
        ("sessionId", "0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60"),
        ("session", "9f86d081884c"),
        ("sid", "s3cr3tSession"),
        ("signature", "bWFjOm9mOnRoZTpib2R5MTIz"),
        ("mnemonic", "abandon ability able about above absent absorb abstract absurd"),
        ("seed_phrase", "abandon ability able"),
        ("unseal_key", "swordfish"),
        ("passwort", "swordfish"),
        ("senha", "swordfish"),
        ("ftp_pass", "swordfish"),
        ("securityAnswer", "Fluffy"),
        ("smsCode", "1234"),
        ("newPin", "1234"),
        ("code_verifier", "swordfish"),
        ("device_code", "swordfish"),
        ("user_code", "WDJB-MJHT"),
        ("invite_code", "AB12CD"),
        ("id_token_hint", "swordfish"),
        ("creds/x/0", "hunter2hunter2"),
        ("credentials/0/value", "swordfish"),
        ("properties/osProfile/adminPassword", "Pa$$w0rd1234!"),
    ] {
        assert!(member(path, value, false), "{path}: {value}");
    }
    for (path, number) in [
        ("newPassword", "1234"),
        ("pass", "1234"),
        ("pwd", "1234"),
        ("api_key", "12345678"),
        ("token", "12345678"),
        ("secret_key", "12345678"),
        ("smsCode", "1234"),
        ("user_pin", "1234"),
    ] {
        assert!(member(path, number, true), "{path}: {number}");
    }
}

#[test]
fn honest_values_under_such_names_are_left() {
    for (path, value, number) in [
        ("Credentials/Expiration", "2026-01-01T00:00:00Z", false),
        ("secrets/0/created_at", "2026-01-01T00:00:00Z", false),
        ("secrets/0/name", "DEPLOY_TOKEN", false),
        ("password/complexity/minLength", "8", true),
        ("password/complexity/excludeAttributes/0", "firstName", false),
        ("secret/secretName", "my-app-tls-2x9k4", false),
        ("secret/defaultMode", "420", true),
        ("credentials/0/id", "9f86d081884c7d659a2f", false),
        ("credentials/0/type", "password", false),
        ("credentials", "3", true),
        ("password", "********", false),
        ("password", "[REDACTED]", false),
        ("tokens/0", "running", false),
        ("tokens", "12", true),
        ("token", "ethereum", false),
        ("quoteToken", "USDC", false),
        ("quoteToken/address", "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", false),
        ("audio_tokens", "1234567", true),
        ("signature", "Kind regards", false),
        ("session", "morning", false),
        ("sid", "AC9f86d081884c7d659a2feaa0c55ad015", false),
        ("seed", "1234567", true),
        ("invite_code", "summer", false),
        ("pass", "12", true),
        ("pin", "13", true),
        ("secret/value/port", "27017", true),
        ("mnemonic", "MOV", false),
        ("boarding_pass", "economy", false),
        ("primaryKey", "id", false),
        ("code", "9f86d081884c7d659a2feaa0c55ad015", false),
        ("resumptionToken", "9f86d081884c7d659a2f", false),
        ("searchToken", "9f86d081884c7d659a2f", false),
        ("ClientToken", "0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60", false),
    ] {
        assert!(!member(path, value, number), "{path}: {value}");
    }
}

#[test]
fn headers_follow_conventions_too() {
    let names = names();
    for (name, value) in [
        ("X-Insert-Key", "9f86d081884c7d659a2feaa0c55ad015"),
        ("X-Tenant-Key", "tk_admin_00000000000001"),
        ("aeg-sas-key", "9f86d081884c7d659a2feaa0c55ad015"),
        ("X-Sentry-Auth", "Sentry sentry_key=a"),
        ("X-Ops-Authorization-1", "a"),
        ("Authentication-Info", "rspauth=\"a\""),
        ("X-Pass", "swordfish"),
        ("X-PIN", "1234"),
        ("X-Access-Code", "swordfish"),
        ("Mcp-Session-Id", "a1b2c3"),
        ("X-Okta-Session", "a1b2c3"),
        ("X-SID", "a1b2c3"),
        ("X-Shopify-Hmac-Sha256", "a"),
        ("X-Signature-Ed25519", "a"),
        ("CB-ACCESS-SIGN", "a"),
        ("X-Acme-Credentials", "a"),
        ("X-ARR-ClientCert", "a"),
        ("X-Firebase-AppCheck", "a"),
        ("X-JFrog-Art-Api", "a"),
        ("X-Honeycomb-Team", "a"),
    ] {
        assert!(wants(names.sense(Spoken::Header, name), value, false), "{name}");
    }
    for (name, value) in [
        ("Access-Control-Allow-Credentials", "true"),
        ("Signature-Input", "sig1=()"),
        ("Accept-Signature", "sig1=()"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Surrogate-Key", "9f86d081884c7d659a2feaa0c55ad015"),
        ("X-Cache-Key", "9f86d081884c7d659a2feaa0c55ad015"),
        ("WWW-Authenticate", "Basic"),
        ("X-Session", "active"),
    ] {
        assert!(!wants(names.sense(Spoken::Header, name), value, false), "{name}");
    }
}

#[test]
fn only_what_was_drawn_is_worth_remembering() {
    for (name, value) in [("password", "hunter2hunter2"), ("sid", "9f2b7c1d4e8a"), ("tz", "9f2b7c1d4e8a6053")]
    {
        assert!(worth_remembering(name, value), "{name}: {value}");
    }
    for (name, value) in [("username", "administrator"), ("tz", "Europe/Berlin"), ("X-Role-Token", "manager")]
    {
        assert!(!worth_remembering(name, value), "{name}: {value}");
    }
}
