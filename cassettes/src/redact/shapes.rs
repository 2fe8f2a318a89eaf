//! Credentials that can be told by their look alone: a prefix that their issuer chose so that scanners
//! would find them, and what may follow it. The kinds are data of [`crate::scan`].

use crate::scan;
use std::ops::Range;

/// A credential found by its look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// Where it stands.
    pub(super) span: Range<usize>,
    /// What it is.
    pub(super) kind: &'static str,
}

/// Whether a prefix stands in the text at all.
pub(super) fn smell(text: &[u8]) -> bool {
    scan::smell(text)
}

/// Whether a credential of a known look stands in the text.
pub(super) fn is_live(text: &str) -> bool {
    !scan::live(text.as_bytes()).is_empty()
}

/// Every credential of a known look, in order.
pub(super) fn find(text: &[u8]) -> Vec<Hit> {
    scan::live(text).into_iter().map(|hit| Hit { span: hit.span, kind: &hit.kind.what }).collect()
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
