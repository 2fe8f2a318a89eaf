//! Certificates of hosts, made when they are first asked for and kept.

use super::{Authority, CaError};
use cassettes::model::Timestamp;
use rcgen::KeyPair;
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::PrivatePkcs8KeyDer,
};
use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

/// In how many parts the kept ones are held: those who look for different hosts seldom meet.
const SHARDS: usize = 16;

/// How many each part keeps. Beyond that a certificate is made each time: a client that asks for ever new
/// names costs time, not memory.
const KEPT: usize = 256;

type Kept = HashMap<String, Arc<OnceLock<Arc<ServerConfig>>>>;

/// Certificates of hosts, made by one authority when they are first asked for.
pub struct Certificates {
    authority: Authority,
    provider: Arc<CryptoProvider>,
    /// One for all hosts: it lives no longer than this value.
    key: KeyPair,
    clock: fn() -> Timestamp,
    hasher: RandomState,
    shards: [RwLock<Kept>; SHARDS],
}

impl Certificates {
    /// Of that authority; `clock` tells the time of day.
    pub fn new(authority: Authority, clock: fn() -> Timestamp) -> Result<Certificates, CaError> {
        Ok(Certificates {
            authority,
            provider: Arc::new(aws_lc_rs::default_provider()),
            key: KeyPair::generate()?,
            clock,
            hasher: RandomState::new(),
            shards: Default::default(),
        })
    }

    /// Who makes them.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// What a server for that host shakes hands with; `also` are other names of it.
    pub(crate) fn config(&self, host: &str, also: &[&str]) -> Result<Arc<ServerConfig>, CaError> {
        let name = host.to_ascii_lowercase();
        let shard = &self.shards[self.hasher.hash_one(&name) as usize % SHARDS];
        let held = shard.read().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        let slot = match held {
            Some(slot) => slot,
            None => {
                let mut kept = shard.write().unwrap_or_else(PoisonError::into_inner);
                if kept.len() >= KEPT && !kept.contains_key(&name) {
                    drop(kept);
                    return self.make(&name, also);
                }
                Arc::clone(kept.entry(name.clone()).or_default())
            }
        };
        if let Some(config) = slot.get() {
            return Ok(Arc::clone(config));
        }
        let made = self.make(&name, also)?;
        Ok(Arc::clone(slot.get_or_init(|| made)))
    }

    fn make(&self, name: &str, also: &[&str]) -> Result<Arc<ServerConfig>, CaError> {
        let mut names = vec![name];
        names.extend(also.iter().filter(|also| **also != name));
        let certificate = self.authority.certify(&names, &self.key, (self.clock)())?;
        let key = PrivatePkcs8KeyDer::from(self.key.serialize_der());
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key.into())?;
        config.alpn_protocols = PROTOCOLS.iter().map(|name| name.to_vec()).collect();
        Ok(Arc::new(config))
    }
}

/// What is offered, the preferred one first (RFC 7301).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];
