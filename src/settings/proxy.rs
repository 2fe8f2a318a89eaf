//! `proxy: {hosts: [...], others: refuse}`: whom a forward proxy records.

use serde::Deserialize;

/// Whom a forward proxy records.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProxySettings {
    /// Hosts beside those of the upstreams.
    pub(crate) hosts: Vec<String>,
    /// What becomes of everybody else.
    pub(crate) others: Option<OthersSetting>,
}

/// What becomes of hosts that are not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OthersSetting {
    /// They are refused, and the refusal says how to allow them
    Refuse,
    /// They pass; nothing of them is seen or kept
    Tunnel,
}
