//! The authority itself: one key, one certificate, and the certificates that it makes.

use super::{CaError, der};
use aws_lc_rs::rand;
use cassettes::model::{Digest, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PublicKeyData as _, SanType, SerialNumber,
};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use std::{net::IpAddr, time::Duration};

/// How long before it was made a certificate is good already: clocks differ.
const BACKDATED: Duration = Duration::from_hours(24);

/// How long an authority is good.
const AUTHORITY: Duration = Duration::from_hours(24 * 3650);

/// How long a host's certificate is good: with what it is backdated below the 397 days that clients accept.
const LEAF: Duration = Duration::from_hours(24 * 390);

/// A certificate authority of one's own.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
    expires: Timestamp,
}

/// Shown without its key.
impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authority({})", self.fingerprint())
    }
}

impl Authority {
    /// A new one, and the text that [`Authority::read`] reads again: its key and its certificate. Whoever has
    /// that text can stand in for every host towards those who trust the authority.
    pub fn make(now: Timestamp) -> Result<(Authority, String), CaError> {
        let key = KeyPair::generate()?;
        let mut params = params(&key);
        params.serial_number = Some(serial()?);
        date(&mut params, now, AUTHORITY);
        let certificate = params.self_signed(&key)?;
        let text = format!("{}{}", key.serialize_pem(), certificate.pem());
        Ok((Authority::read(&text)?, text))
    }

    /// From its key and its certificate in PEM form.
    pub fn read(text: &str) -> Result<Authority, CaError> {
        // What the libraries say of a file that broke off is no text for people.
        let lacks = |what: &str| CaError::File(format!("there is no whole {what} in it"));
        let key = KeyPair::from_pem(text).map_err(|_| lacks("private key"))?;
        let certificate =
            CertificateDer::from_pem_slice(text.as_bytes()).map_err(|_| lacks("certificate"))?;
        let public = key.subject_public_key_info();
        if !certificate.windows(public.len()).any(|part| part == public) {
            return Err(CaError::Pair);
        }
        let expires = der::not_after(&certificate).ok_or_else(|| CaError::File("it has no dates".into()))?;
        let pem = text.find("-----BEGIN CERTIFICATE").map_or("", |at| &text[at..]);
        let pem = format!("{}\n", pem.trim_end());
        Ok(Authority { issuer: Issuer::new(params(&key), key), certificate, pem, expires })
    }

    /// Its certificate in PEM form, which is no secret.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Its certificate.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The SHA-256 of its certificate in lower-case hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        Digest::of(&self.certificate).to_string()
    }

    /// When it ceases to be good.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// A certificate for these names, of that key.
    pub(super) fn certify(
        &self,
        names: &[&str],
        key: &KeyPair,
        now: Timestamp,
    ) -> Result<CertificateDer<'static>, CaError> {
        let mut params = CertificateParams::default();
        params.subject_alt_names = names.iter().copied().map(san).collect::<Result<_, _>>()?;
        params.distinguished_name = DistinguishedName::new();
        // The names that count stand in the list; the common name is for people and has a bound.
        if let Some(name) = names.first().filter(|name| name.len() <= 64) {
            params.distinguished_name.push(DnType::CommonName, *name);
        }
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        // Strict clients look for the issuer by it.
        params.use_authority_key_identifier_extension = true;
        params.serial_number = Some(serial()?);
        date(&mut params, now, LEAF);
        Ok(params.signed_by(key, &self.issuer)?.der().clone())
    }
}

/// What an authority says of itself, all of it told by its key: so it need not be read out of its certificate.
fn params(key: &KeyPair) -> CertificateParams {
    let number = Digest::of(&key.subject_public_key_info()).to_string();
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "truetape");
    let name = format!("truetape local authority {}", &number[..8]);
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// Sets from when to when: from a little before `now` for so long.
fn date(params: &mut CertificateParams, now: Timestamp, length: Duration) {
    let made = Duration::from_secs((now.0 / 1_000_000).max(0).unsigned_abs());
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + made.saturating_sub(BACKDATED);
    params.not_after = epoch + made + length;
}

/// A number that nobody has used (RFC 5280 §4.1.2.2): positive, of sixteen bytes.
fn serial() -> Result<SerialNumber, CaError> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| CaError::Make("the system gave no random numbers".into()))?;
    bytes[0] = bytes[0] & 0x7f | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}

fn san(name: &str) -> Result<SanType, CaError> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    let lawful = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    let wrong = || CaError::Name(name.to_owned());
    if name.is_empty() || name.len() > 253 || !name.bytes().all(lawful) {
        return Err(wrong());
    }
    Ok(SanType::DnsName(name.to_ascii_lowercase().try_into().map_err(|_| wrong())?))
}
