//! How an upstream's certificate is believed.

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use std::sync::Arc;

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The extra certificates cannot be read.
    #[error("expected certificates in PEM form: {0}")]
    Pem(String),
    /// The TLS library refuses its own defaults.
    #[error("cannot set up TLS: {0}")]
    Setup(#[from] rustls::Error),
}

/// Trust in the system's certificates and in those of `extra`, in PEM form. A machine without any
/// certificate is no error: plain HTTP needs none, and a handshake says what is missing.
pub fn client_config(extra: Option<&[u8]>) -> Result<ClientConfig, TlsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(pem) = extra {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|e| TlsError::Pem(e.to_string()))?;
            roots.add(certificate).map_err(|e| TlsError::Pem(e.to_string()))?;
        }
        if roots.len() == before {
            return Err(TlsError::Pem("there is none".into()));
        }
    }
    // Named explicitly: with several in one program there is no default.
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
