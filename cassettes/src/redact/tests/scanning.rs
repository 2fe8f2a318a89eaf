//! The last look before the write.

use super::support::policy;

#[test]
fn live_credentials_and_named_secrets_are_reported_by_line() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2lnbmF0dXJlc2lnbmF0dXJl";
    let text = format!(
        "a: 1\nb: glpat-0123456789abcdefghij\nc: {jwt}\nd: named%2Fsecret%20value\ne: named/secret value\n"
    );
    let leaks: Vec<_> = policy().scan(text.as_bytes()).into_iter().map(|l| (l.line, l.kind)).collect();
    let named = "the secret \"page-key\"".to_owned();
    assert_eq!(
        leaks,
        [(2, "a GitLab token".into()), (3, "a signed token".into()), (4, named.clone()), (5, named)]
    );
    let leak = &policy().scan(text.as_bytes())[0];
    assert_eq!(leak.to_string(), "a GitLab token on line 2");
}

#[test]
fn a_large_clean_text_passes_at_once() {
    let text = "  - name: customer 0001\n    id: cus_0123456789\n    email: ada@example.org\n".repeat(20_000);
    assert_eq!(policy().scan(text.as_bytes()), []);
    assert_eq!(policy().scan(&[0xff; 4096]), []);
}
