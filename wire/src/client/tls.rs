//! How an upstream's certificate is believed.

use super::pinned::Pinning;
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
    /// The certificates given cannot be used to check others.
    #[error("cannot set up TLS: {0}")]
    Verifier(#[from] rustls::client::VerifierBuilderError),
}

/// Trust in the system's certificates and in those of `extra`, in PEM form. A machine without any
/// certificate is no error: plain HTTP needs none, and a handshake says what is missing.
pub fn client_config(extra: Option<&[u8]>) -> Result<ClientConfig, TlsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let mut named = Vec::new();
    if let Some(pem) = extra {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| TlsError::Pem("one of them is not whole".into()))?;
            roots.add(certificate.clone()).map_err(|e| TlsError::Pem(e.to_string()))?;
            named.push(certificate);
        }
        if named.is_empty() {
            return Err(TlsError::Pem("there is none".into()));
        }
    }
    // Named explicitly: with several in one program there is no default.
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions()?;
    if named.is_empty() {
        return Ok(builder.with_root_certificates(roots).with_no_client_auth());
    }
    let verifier = Pinning::new(roots, named, provider)?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}
