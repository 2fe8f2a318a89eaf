//! Credentials that can be told by their look alone: a prefix that their issuer chose so that scanners
//! would find them, and what may follow it. They are data, so that adding one is adding a line.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::{ops::Range, sync::LazyLock};

/// One look.
pub(super) struct Shape {
    /// What to call it in a report.
    pub(super) kind: &'static str,
    prefix: &'static str,
    /// Which bytes may follow.
    tail: fn(u8) -> bool,
    /// How many of them there are, at least and at most.
    len: (usize, usize),
}

fn alnum(b: u8) -> bool {
    b.is_ascii_alphanumeric()
}

fn word(b: u8) -> bool {
    alnum(b) || b == b'_' || b == b'-'
}

fn dotted(b: u8) -> bool {
    word(b) || b == b'.'
}

fn upper(b: u8) -> bool {
    b.is_ascii_uppercase() || b.is_ascii_digit()
}

fn hex(b: u8) -> bool {
    b.is_ascii_hexdigit()
}

fn base64(b: u8) -> bool {
    alnum(b) || matches!(b, b'+' | b'/' | b'=' | b'_' | b'-')
}

fn segment(b: u8) -> bool {
    word(b) || b == b'/'
}

const LONG: usize = 4096;

const fn shape(
    kind: &'static str,
    prefix: &'static str,
    tail: fn(u8) -> bool,
    min: usize,
    max: usize,
) -> Shape {
    Shape { kind, prefix, tail, len: (min, max) }
}

#[rustfmt::skip]
static SHAPES: &[Shape] = &[
    shape("an AWS access key id", "AKIA", upper, 16, 16),
    shape("an AWS access key id", "ASIA", upper, 16, 16),
    shape("an AWS access key id", "ABIA", upper, 16, 16),
    shape("a GitHub token", "ghp_", word, 30, 255),
    shape("a GitHub token", "gho_", word, 30, 255),
    shape("a GitHub token", "ghu_", word, 30, 255),
    shape("a GitHub token", "ghs_", word, 30, 255),
    shape("a GitHub token", "ghr_", word, 30, 255),
    shape("a GitHub token", "github_pat_", word, 22, 255),
    shape("a GitLab token", "glpat-", dotted, 16, 255),
    shape("a GitLab token", "gldt-", dotted, 16, 255),
    shape("a GitLab token", "glrt-", dotted, 16, 255),
    shape("a GitLab token", "glcbt-", dotted, 16, 255),
    shape("a GitLab token", "glptt-", dotted, 16, 255),
    shape("a GitLab token", "glft-", dotted, 16, 255),
    shape("a GitLab token", "gloas-", dotted, 16, 255),
    shape("a Slack token", "xoxb-", word, 10, 255),
    shape("a Slack token", "xoxp-", word, 10, 255),
    shape("a Slack token", "xoxa-", word, 10, 255),
    shape("a Slack token", "xoxr-", word, 10, 255),
    shape("a Slack token", "xoxs-", word, 10, 255),
    shape("a Slack token", "xoxc-", word, 10, 255),
    shape("a Slack token", "xoxd-", word, 10, 255),
    shape("a Slack token", "xoxe.", dotted, 10, 255),
    shape("a Slack token", "xapp-", word, 10, 255),
    shape("a Slack web hook", "hooks.slack.com/services/", segment, 20, 255),
    shape("a Discord web hook", "discord.com/api/webhooks/", segment, 40, 255),
    shape("a Stripe key", "sk_live_", alnum, 8, 255),
    shape("a Stripe key", "sk_test_", alnum, 8, 255),
    shape("a Stripe key", "rk_live_", alnum, 8, 255),
    shape("a Stripe key", "rk_test_", alnum, 8, 255),
    shape("a web-hook secret", "whsec_", base64, 16, 255),
    shape("a Google API key", "AIza", word, 35, 35),
    shape("a Google access token", "ya29.", dotted, 20, LONG),
    shape("a Google client secret", "GOCSPX-", word, 20, 64),
    shape("an npm token", "npm_", alnum, 36, 36),
    shape("a PyPI token", "pypi-AgE", word, 50, LONG),
    shape("a RubyGems key", "rubygems_", hex, 48, 48),
    shape("a crates.io token", "cio", alnum, 32, 32),
    shape("a SendGrid key", "SG.", dotted, 50, 100),
    shape("a Mailgun key", "key-", hex, 32, 32),
    shape("an OpenAI key", "sk-proj-", word, 20, LONG),
    shape("an OpenAI key", "sk-svcacct-", word, 20, LONG),
    shape("an OpenAI key", "sk-", alnum, 40, 64),
    shape("an Anthropic key", "sk-ant-", word, 20, LONG),
    shape("an OpenRouter key", "sk-or-v1-", hex, 40, 80),
    shape("a Hugging Face token", "hf_", alnum, 30, 60),
    shape("a Replicate token", "r8_", alnum, 30, 60),
    shape("a DigitalOcean token", "dop_v1_", hex, 64, 64),
    shape("a DigitalOcean token", "doo_v1_", hex, 64, 64),
    shape("a DigitalOcean token", "dor_v1_", hex, 64, 64),
    shape("a Shopify token", "shpat_", hex, 32, 32),
    shape("a Shopify token", "shpca_", hex, 32, 32),
    shape("a Shopify token", "shppa_", hex, 32, 32),
    shape("a Shopify secret", "shpss_", hex, 32, 32),
    shape("a Square token", "sq0atp-", word, 22, 60),
    shape("a Square secret", "sq0csp-", word, 40, 60),
    shape("a Linear key", "lin_api_", alnum, 32, 64),
    shape("a Notion token", "ntn_", alnum, 40, 60),
    shape("a Postman key", "PMAK-", word, 40, 80),
    shape("a Databricks token", "dapi", hex, 32, 32),
    shape("a Vault token", "hvs.", word, 20, LONG),
    shape("a Vault token", "hvb.", word, 20, LONG),
    shape("a Vault token", "hvr.", word, 20, LONG),
    shape("a Doppler token", "dp.pt.", alnum, 40, 60),
    shape("a PlanetScale token", "pscale_tkn_", dotted, 30, 80),
    shape("a PlanetScale password", "pscale_pw_", dotted, 30, 80),
    shape("a Supabase token", "sbp_", hex, 40, 40),
    shape("a Grafana token", "glsa_", word, 32, 80),
    shape("a Grafana token", "glc_", base64, 32, 400),
    shape("a New Relic key", "NRAK-", upper, 27, 27),
    shape("an Atlassian token", "ATATT3", base64, 100, 300),
    shape("a Sentry token", "sntrys_", base64, 40, LONG),
    shape("a Sentry token", "sntryu_", hex, 64, 64),
    shape("a Docker Hub token", "dckr_pat_", word, 27, 64),
    shape("a Figma token", "figd_", word, 40, 64),
    shape("a Buildkite token", "bkua_", hex, 40, 40),
    shape("an age secret key", "AGE-SECRET-KEY-1", upper, 58, 58),
    shape("an Azure storage key", "AccountKey=", base64, 40, 100),
    shape("a Telegram bot token", ":AA", word, 32, 34),
    shape("a PASETO token", "v1.local.", dotted, 20, LONG),
    shape("a PASETO token", "v1.public.", dotted, 20, LONG),
    shape("a PASETO token", "v2.local.", dotted, 20, LONG),
    shape("a PASETO token", "v2.public.", dotted, 20, LONG),
    shape("a PASETO token", "v3.local.", dotted, 20, LONG),
    shape("a PASETO token", "v3.public.", dotted, 20, LONG),
    shape("a PASETO token", "v4.local.", dotted, 20, LONG),
    shape("a PASETO token", "v4.public.", dotted, 20, LONG),
    shape("a private key", "-----BEGIN ", |_| false, 0, 0),
];

static PREFIXES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    // The list is constant and small; a builder that refused it would refuse it in every test.
    let built = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::DFA))
        .build(SHAPES.iter().map(|s| s.prefix));
    built.expect("a constant list of literals builds")
});

/// A credential found by its look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// Where it stands.
    pub(super) span: Range<usize>,
    /// What it is.
    pub(super) kind: &'static str,
}

/// Builds what is built once.
pub(super) fn prepare() {
    LazyLock::force(&PREFIXES);
}

/// Whether a prefix stands in the text at all.
pub(super) fn smell(text: &[u8]) -> bool {
    PREFIXES.is_match(text)
}

/// Whether a credential of a known look stands in the text.
pub(super) fn is_live(text: &str) -> bool {
    next(text.as_bytes(), 0).is_some()
}

/// Every credential of a known look, in order.
pub(super) fn find(text: &[u8]) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut from = 0;
    while let Some(hit) = next(text, from) {
        from = hit.span.end;
        hits.push(hit);
    }
    hits
}

fn next(text: &[u8], from: usize) -> Option<Hit> {
    let mut at = from;
    while let Some(found) = PREFIXES.find(&text[at..]) {
        let start = at + found.start();
        let shape = &SHAPES[found.pattern().as_usize()];
        let span = match shape.prefix {
            "-----BEGIN " => private_key(text, start),
            ":AA" => bot(text, start, shape),
            _ => tail(text, start, shape),
        };
        if let Some(span) = span.filter(|s| s.start >= from) {
            return Some(Hit { span, kind: shape.kind });
        }
        at = start + 1;
    }
    None
}

/// The prefix begins a word, and what follows it has one of the lengths.
fn tail(text: &[u8], start: usize, shape: &Shape) -> Option<Range<usize>> {
    let begins = start == 0 || !(alnum(text[start - 1]) || text[start - 1] == b'_');
    let from = start + shape.prefix.len();
    let len = text[from..].iter().take(shape.len.1 + 1).take_while(|b| (shape.tail)(**b)).count();
    (begins && (shape.len.0..=shape.len.1).contains(&len)).then(|| start..from + len)
}

/// A bot's number stands before the colon.
fn bot(text: &[u8], colon: usize, shape: &Shape) -> Option<Range<usize>> {
    let digits = text[..colon].iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let from = colon + shape.prefix.len();
    let len = text[from..].iter().take(shape.len.1 + 1).take_while(|b| (shape.tail)(**b)).count();
    ((8..=11).contains(&digits) && (shape.len.0..=shape.len.1).contains(&len))
        .then(|| colon - digits..from + len)
}

/// A whole PEM block (RFC 7468), or all that is left where its end is missing.
fn private_key(text: &[u8], start: usize) -> Option<Range<usize>> {
    let label = &text[start + 11..text.len().min(start + 60)];
    let dashes = memchr::memmem::find(label, b"-----")?;
    memchr::memmem::find(&label[..dashes], b"PRIVATE KEY")?;
    let body = start + 11 + dashes + 5;
    let Some(end) = memchr::memmem::find(&text[body..], b"-----END ") else { return Some(start..text.len()) };
    let label = body + end + 9;
    let close = memchr::memmem::find(&text[label..text.len().min(label + 50)], b"-----");
    Some(start..close.map_or(label, |c| label + c + 5))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&str, &'static str)> {
        find(text.as_bytes()).into_iter().map(|h| (&text[h.span], h.kind)).collect()
    }

    #[test]
    fn looks_are_recognised() {
        let key = concat!("sk_li", "ve_51HqXjK2eZvKYlo2C");
        assert_eq!(kinds(&format!("the key {key}, and")), [(key, "a Stripe key")]);
        let aws = concat!("AKI", "AIOSFODNN7EXAMPLE");
        assert_eq!(kinds(&format!("{aws}:x {aws}")).len(), 2);
        let bot = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1";
        assert_eq!(kinds(&format!("/bot{bot}/getMe")), [(bot, "a Telegram bot token")]);
        let pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----";
        assert_eq!(kinds(&format!("x{pem}y")), [(pem, "a private key")]);
        assert_eq!(kinds("-----BEGIN PRIVATE KEY-----\\nMIIB").len(), 1);
    }

    #[test]
    fn what_only_begins_alike_is_left() {
        for text in [
            "task_live_51HqXjK2eZvKYlo2C",
            "sk_live_",
            "AKIAIOSFODNN7EXAMPLE0",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
            "-----BEGIN PUBLIC KEY-----",
            "sk-circle-container-with-a-very-long-class-name-indeed",
            "12:AA",
            "cio",
            "precious",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }
}
