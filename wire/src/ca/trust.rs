//! What the system trusts, for those whose list of trusted certificates is replaced by ours.

use super::Authority;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::pki_types::CertificateDer;

/// Certificates that are trusted.
#[derive(Debug, Clone, Default)]
pub struct Roots(pub(super) Vec<CertificateDer<'static>>);

/// Those that the system trusts. What of it cannot be read is left out: a machine may have none.
pub fn system_roots() -> Roots {
    Roots(rustls_native_certs::load_native_certs().certs)
}

impl Roots {
    /// These and the authority's own, in PEM form.
    pub fn bundle(&self, authority: &Authority) -> String {
        let mut text = format!("# {}\n{}", NOTE, authority.pem());
        for root in &self.0 {
            text.push_str("-----BEGIN CERTIFICATE-----\n");
            let encoded = STANDARD.encode(root);
            for line in encoded.as_bytes().chunks(64) {
                text.push_str(&String::from_utf8_lossy(line));
                text.push('\n');
            }
            text.push_str("-----END CERTIFICATE-----\n");
        }
        text
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What stands at the top of a bundle.
const NOTE: &str =
    "truetape's local authority, then what the system trusts; written anew when either changes";
