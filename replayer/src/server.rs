//! The listeners of a replay, bound together so that links of every upstream lead to the right one.

use crate::admin::Admin;
use crate::door::Door;
use crate::forward::Forward;
use crate::outcome::Outcome;
use crate::playback::Playback;
use crate::tape::Leads;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wire::Origin;
use wire::ca::Certificates;
use wire::serve::Listener;

/// A listener that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Port 0 takes a free one.
    pub address: SocketAddr,
    /// Serves only exchanges of this upstream; none serves all.
    pub upstream: Option<String>,
}

/// How clients reach a replay.
#[derive(Clone, Default)]
pub enum Way {
    /// By `http` base URLs.
    #[default]
    Plain,
    /// By `https` base URLs.
    Secure(Arc<Certificates>),
    /// By the real side's own names: the first listener is their forward proxy, and a base URL as well.
    Proxy(Arc<Certificates>),
}

/// Who answers on a listener.
enum Serves {
    Door(Arc<Door>),
    Forward(Arc<Forward>),
}

/// A replay's bound listeners.
pub struct Server {
    playback: Arc<Playback>,
    listeners: Vec<(Listener, Serves)>,
    secure: bool,
    proxy: bool,
    upstreams: Vec<Option<String>>,
}

impl Server {
    /// Binds every listener before any of them serves.
    pub async fn bind(playback: Arc<Playback>, wanted: &[Wanted]) -> io::Result<Self> {
        Server::reached(playback, wanted, Way::Plain).await
    }

    /// The same, reached another way.
    pub async fn reached(playback: Arc<Playback>, wanted: &[Wanted], way: Way) -> io::Result<Self> {
        let secure = matches!(way, Way::Secure(_));
        let proxy = matches!(way, Way::Proxy(_));
        let mut bound = Vec::new();
        for wanted in wanted {
            let upstream = wanted.upstream.as_deref().map(|u| number(&playback, u)).transpose()?;
            let listener = Listener::bind(wanted.address).await?;
            let own = own_url(listener.local_addr(), secure);
            bound.push((listener, upstream, own));
        }
        let stands_for = |at: usize, upstream: u16| {
            let own = &bound[at];
            let serves = |wanted: Option<u16>| bound.iter().find(|b| b.1 == wanted);
            if own.1.is_none_or(|only| only == upstream) {
                return Some(own.2.clone());
            }
            serves(Some(upstream)).or_else(|| serves(None)).map(|b| b.2.clone())
        };
        let leads: Vec<Leads> = (0..bound.len())
            .map(|at| {
                let bases = (0u16..).zip(&playback.tape.upstreams);
                let pairs = bases.filter_map(|(n, base)| Some((base.clone(), stands_for(at, n)?)));
                Leads::prepare(&playback.tape, pairs.collect())
            })
            .collect();
        let listeners = bound
            .into_iter()
            .zip(leads)
            .enumerate()
            .map(|(number, ((listener, upstream, own), leads))| {
                let admin = Admin::new(Arc::clone(&playback));
                let everywhere = listener.local_addr().ip().is_unspecified();
                let door = Door { playback: Arc::clone(&playback), upstream, own, everywhere, leads, admin };
                match &way {
                    Way::Plain => (listener, Serves::Door(Arc::new(door))),
                    Way::Secure(certificates) => {
                        (listener.secure(Arc::clone(certificates)), Serves::Door(Arc::new(door)))
                    }
                    Way::Proxy(certificates) if number == 0 => {
                        let forward = Forward::new(Arc::clone(&playback), door, doors(&playback));
                        (listener.intercepting(Arc::clone(certificates)), Serves::Forward(Arc::new(forward)))
                    }
                    Way::Proxy(_) => (listener, Serves::Door(Arc::new(door))),
                }
            })
            .collect();
        let upstreams = wanted.iter().map(|w| w.upstream.clone()).collect();
        Ok(Server { playback, listeners, secure, proxy, upstreams })
    }

    /// Where each listener listens and which upstream it stands for, in the order wanted.
    pub fn addresses(&self) -> impl Iterator<Item = (SocketAddr, Option<&str>)> {
        self.listeners.iter().zip(&self.upstreams).map(|((l, _), u)| (l.local_addr(), u.as_deref()))
    }

    /// Whether they speak TLS.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether the first one is a forward proxy.
    pub fn is_proxy(&self) -> bool {
        self.proxy
    }

    /// What is played here; its outcome can be asked at any time.
    pub fn playback(&self) -> &Arc<Playback> {
        &self.playback
    }

    /// Serves until `stop` holds true; what runs then has five seconds to finish.
    pub async fn run(self, stop: watch::Receiver<bool>) -> Outcome {
        let mut running = JoinSet::new();
        for (listener, serves) in self.listeners {
            match serves {
                Serves::Door(door) => running.spawn(listener.run(door, stop.clone())),
                Serves::Forward(forward) => running.spawn(listener.run(forward, stop.clone())),
            };
        }
        while running.join_next().await.is_some() {}
        self.playback.outcome()
    }
}

/// A door for each upstream, for clients that know it by its own name: nothing is led back there.
fn doors(playback: &Arc<Playback>) -> Vec<(Origin, Door)> {
    let door = |(number, base): (u16, &String)| {
        let origin = Origin::parse(base).ok()?;
        let leads = Leads::prepare(&playback.tape, Vec::new());
        let own = format!("{}://{}", if origin.tls { "https" } else { "http" }, origin.authority());
        let admin = Admin::new(Arc::clone(playback));
        let playback = Arc::clone(playback);
        let door = Door { playback, upstream: Some(number), own, everywhere: false, leads, admin };
        Some((origin, door))
    };
    (0u16..).zip(&playback.tape.upstreams).filter_map(door).collect()
}

fn number(playback: &Playback, upstream: &str) -> io::Result<u16> {
    playback.tape.upstream_number(upstream).ok_or_else(|| {
        let known = playback.tape.upstreams.join(", ");
        let what = format!("expected one of the upstreams recorded ({known}), found {upstream}");
        io::Error::new(io::ErrorKind::InvalidInput, what)
    })
}

/// The URL by which a client on this machine reaches a listener.
fn own_url(address: SocketAddr, secure: bool) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    let scheme = if secure { "https" } else { "http" };
    format!("{scheme}://{}", SocketAddr::new(ip, address.port()))
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.addresses()).finish()
    }
}
