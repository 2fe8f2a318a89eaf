//! What is wrong with an authority.

/// What is wrong with an authority, or with a certificate that it was to make.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaError {
    /// The text is no authority.
    #[error("expected a private key and its certificate in PEM form: {0}")]
    File(String),
    /// The certificate says another key than the one beside it.
    #[error("expected a certificate of the key beside it, found that of another key")]
    Pair,
    /// A name that no certificate can be made for.
    #[error("expected a host name or an address, found {0:?}")]
    Name(String),
    /// The system or the library refused.
    #[error("cannot make a certificate: {0}")]
    Make(String),
}

impl From<rcgen::Error> for CaError {
    fn from(error: rcgen::Error) -> Self {
        CaError::Make(error.to_string())
    }
}

impl From<rustls::Error> for CaError {
    fn from(error: rustls::Error) -> Self {
        CaError::Make(error.to_string())
    }
}
