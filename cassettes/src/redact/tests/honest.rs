//! What only resembles a secret is left as it is, and what only resembles honest data is not.

use super::support::{everything, exchange, policy, write};

#[test]
fn honest_exchanges_are_left() {
    for text in [
        "POST /\nHTTP/1.1 400 Bad Request\n\n{\"password\":\"is too short (minimum is 8 characters)\",\"api_key\":[\"required\"]}",
        "POST /\nHTTP/1.1 422 x\n\n<errors><password>can't be blank</password></errors>",
        "GET /\nHTTP/1.1 200 OK\n\n{\"tokens\":[\"running\",\"##ing\",\",\"],\"token\":\" the\"}",
        "GET /\nHTTP/1.1 200 OK\n\n{\"password\":{\"complexity\":{\"minLength\":8,\"excludeAttributes\":[\"firstName\"]},\"age\":{\"historyCount\":4}}}",
        "GET /\nHTTP/1.1 200 OK\n\n{\"volumes\":[{\"name\":\"v\",\"secret\":{\"secretName\":\"tls\",\"defaultMode\":420}}]}",
        "GET /\nHTTP/1.1 200 OK\n\n{\"credentials\":[{\"id\":\"0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60\",\"type\":\"password\",\"userLabel\":\"My phone\",\"createdDate\":1700000000000}]}",
        "GET /\nHTTP/1.1 200 OK\n\n{\"password\":\"********\",\"secret\":\"[REDACTED]\",\"api_key\":\"****1234\"}",
        "GET /\nHTTP/1.1 200 OK\n\n{\"properties\":{\"password\":{\"type\":\"string\",\"minLength\":8,\"description\":\"The new one\"}}}",
        "GET /\nHTTP/1.1 200 OK\n\n{\"base_token\":{\"symbol\":\"ETH\",\"address\":\"0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48\"}}",
        "GET /?token=ethereum&sequenceToken=49590338271490256608559692538361571095921575989136588898\nX-CSRF-Token: Required",
        "GET /\nHTTP/1.1 200 OK\nSet-Cookie: tz=Europe/Berlin; Path=/\nSet-Cookie: theme=dark",
        "POST /\n\n{\"requestToken\":\"0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60\",\"ClientToken\":\"0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60\",\"batchToken\":\"9f86d081884c7d659a2f\"}",
    ] {
        let clean = policy().clean(exchange(text));
        assert_eq!(write(clean.exchange()).trim_end(), write(&exchange(text)).trim_end());
        assert_eq!(clean.exchange().redactions, []);
    }
}

#[test]
fn names_and_settings_are_not_looked_for_elsewhere() {
    let text = "GET /\nAuthorization: Basic YWRtaW5pc3RyYXRvcjpodW50ZXIyaHVudGVyMg==\nCookie: user=administrator; mail=ada.l1@example.org; where=Europe/Berlin1\nHTTP/1.1 200 OK\n\n{\"role\":\"administrator\",\"timezone\":\"Europe/Berlin1\",\"mail\":\"ada.l1@example.org\",\"echo\":\"hunter2hunter2\"}";
    let done = policy().clean(exchange(text)).into_exchange();
    let reply = everything(&done);
    assert!(
        reply.contains("\"role\":\"administrator\"")
            && reply.contains("\"timezone\":\"Europe/Berlin1\",\"mail\":\"ada.l1@example.org\""),
        "{reply}"
    );
    assert!(!reply.contains("hunter2") && !reply.contains("user=administrator"), "{reply}");
}

#[test]
fn what_resembles_honest_data_is_hidden() {
    for text in [
        "PUT /\n\n{\"properties\":{\"osProfile\":{\"adminPassword\":\"hunter2hunter2\"}}}",
        "PUT /\n\n{\"properties\":{\"clientSecret\":\"hunter2hunter2\"}}",
        "POST /\n\n{\"messages\":[{\"password\":\"hunter2hunter2\"}]}",
        "POST /\nHTTP/1.1 422 x\n\n{\"errors\":[{\"loc\":[\"body\"],\"input\":{\"password\":\"hunter2hunter2\"}}]}",
        "POST /\nHTTP/1.1 400 x\n\n{\"password\":\"hunter2hunter2\"}",
        "POST /\n\n{\"grant_type\":\"authorization_code\",\"code\":\"hunter2hunter2\"}",
        "GET /\nHTTP/1.1 302 Found\nLocation: https://a.test/cb?code=hunter2hunter2",
        "GET /cb?code=hunter2hunter2&state=x",
        "GET /\nCookie: hunter2hunter2",
        "GET /\nHTTP/1.1 200 OK\nSet-Cookie: hunter2hunter2; Path=/",
        "GET /\nX-Sentry-Auth: Sentry sentry_version=7, sentry_key=hunter2hunter2",
        "GET /\nX-WSSE: UsernameToken Username=\"u\", PasswordDigest=\"hunter2hunter2\"",
        "GET /\nX-Emby-Authorization: MediaBrowser Client=\"a\", Token=\"hunter2hunter2\"",
        "GET /\nX-Ops-Authorization-1: hunter2hunter2",
        "GET /\nX-Context: {\"a\":{\"apiKey\":\"hunter2hunter2\"}}",
        "GET /\nAuthorization: {\"token\":\"hunter2hunter2\"}",
        "GET /\nSec-WebSocket-Protocol: bearer, hunter2hunter2",
        "GET /\nMcp-Session-Id: hunter2hunter2",
        "GET /?hapikey=hunter2hunter2",
        "GET /?wstoken=hunter2hunter2&apisecret=hunter2hunter2&_wpnonce=hunter2hunter2&crumb=hunter2hunter2",
        "GET /\nHTTP/1.1 200 OK\n\n{\"kind\":\"x\",\"credentials\":{\"data\":{\"x\":{\"y\":\"hunter2hunter2\"}}}}",
        "GET /\nHTTP/1.1 200 OK\n\n{\"SecretString\":\"{\\\"host\\\":\\\"hunter2hunter2\\\"}\"}",
    ] {
        let done = policy().clean(exchange(text)).into_exchange();
        assert!(!everything(&done).contains("hunter2"), "{text}\n{}", everything(&done));
    }
}
