//! How clients reach a recorder: by base URLs, with TLS or without, or as their forward proxy.

use crate::{
    authority::Files,
    commands::{ca, reached::Reached},
    exit::Stop,
    settings::{OthersSetting, Settings},
    ui::{self, Flags},
};
use recorder::{Forward, Hosts, Knows, Others, Passing, Plan, Recording};
use std::{net::SocketAddr, sync::Arc};
use wire::{
    ca::Certificates,
    client::{Limits, Origin},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Proxying {
    /// Be the client's forward proxy instead: it asks for the real side by its own name, and what it asks of the
    /// hosts of --upstream and --host is recorded, within TLS too
    #[arg(long, conflicts_with = "tls")]
    proxy: bool,
    /// With --proxy, another host to record: api.example.com, *.example.com or 127.0.0.1:8080; repeat it for several
    #[arg(long = "host", value_name = "PATTERN", requires = "proxy")]
    hosts: Vec<String>,
    /// With --proxy, what becomes of hosts that are not recorded; refuse unless told
    #[arg(long, value_enum, value_name = "WHAT", requires = "proxy")]
    others: Option<OthersSetting>,
    /// Listen with TLS: the base URL is https, its certificate of the authority that `truetape ca` shows
    #[arg(long)]
    tls: bool,
}

/// How clients reach a recorder.
pub(crate) enum Reach {
    /// By base URLs.
    Plain,
    /// By base URLs, with TLS.
    Secure(Arc<Certificates>),
    /// As a forward proxy.
    Proxy(Passes),
}

/// Whom a forward proxy records, and with which certificates it enters tunnels.
pub(crate) struct Passes {
    hosts: Hosts,
    others: Others,
    upstreams: Vec<Origin>,
    certificates: Arc<Certificates>,
}

impl Proxying {
    /// Whether it is a forward proxy.
    pub(crate) fn is_proxy(&self) -> bool {
        self.proxy
    }

    /// The same for a replay.
    pub(super) fn reached(&self) -> Reached {
        Reached::new(self.proxy, self.tls)
    }

    /// What the flags and the settings come to, with the authority's files where one is needed.
    pub(crate) fn reach(
        &self,
        upstreams: &[String],
        settings: &Settings,
        listen: &[SocketAddr],
        ui: &Flags,
    ) -> Result<(Reach, Option<Files>), Stop> {
        if !self.proxy && !self.tls {
            return Ok((Reach::Plain, None));
        }
        // Before the authority: what is wrong with the flags leaves nothing behind.
        let passes = if self.proxy { Some(self.hosts(upstreams, settings)?) } else { None };
        let files = ca::open(ui)?;
        let certificates = files.certificates()?;
        let reach = match passes {
            None => Reach::Secure(certificates),
            Some((hosts, others, upstreams)) => {
                if others == Others::Tunnel && listen.iter().any(|address| !address.ip().is_loopback()) {
                    ui.say(format!(
                        "{yellow}note:{yellow:#} whoever reaches this listener reaches everybody through it (--others tunnel)",
                        yellow = ui::YELLOW
                    ));
                }
                Reach::Proxy(Passes { hosts, others, upstreams, certificates })
            }
        };
        Ok((reach, Some(files)))
    }

    fn hosts(&self, upstreams: &[String], settings: &Settings) -> Result<(Hosts, Others, Vec<Origin>), Stop> {
        let mut hosts = Hosts::default();
        let origins: Vec<Origin> = upstreams.iter().filter_map(|url| Origin::parse(url).ok()).collect();
        origins.iter().for_each(|origin| hosts.allow_upstream(origin));
        for pattern in self.hosts.iter().chain(&settings.proxy.hosts) {
            hosts.allow(pattern).map_err(|e| {
                Stop::usage(format!("--host: {e}"), "a host has neither scheme nor path; `*` means everybody")
            })?;
        }
        if hosts.is_empty() {
            return Err(Stop::usage(
                "--proxy: no host to record is named",
                "give --upstream URL or --host PATTERN, or list `proxy: hosts:` in truetape.yaml",
            ));
        }
        let others = match self.others.or(settings.proxy.others) {
            Some(OthersSetting::Tunnel) => Others::Tunnel,
            Some(OthersSetting::Refuse) | None => Others::Refuse,
        };
        Ok((hosts, others, origins))
    }
}

impl Passes {
    pub(super) fn certificates(&self) -> Arc<Certificates> {
        Arc::clone(&self.certificates)
    }

    /// The proxy that listens there.
    pub(super) fn forward(
        self,
        own: SocketAddr,
        (limits, tls): (Limits, wire::client::Config),
        (knows, plan): (Option<Knows>, Plan),
        recording: Arc<Recording>,
    ) -> Forward {
        let Passes { hosts, others, upstreams, .. } = self;
        Forward::new(Passing { hosts, others, upstreams, limits, tls, own, knows, plan }, recording)
    }
}
