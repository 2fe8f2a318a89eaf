//! The listeners of a replay, bound together so that links of every upstream lead to the right one.

use crate::admin::Admin;
use crate::door::{Door, Side};
use crate::forward::Forward;
use crate::outcome::Outcome;
use crate::playback::Playback;
use crate::ports::{Opened, Opener, own_url};
use crate::reel::Place;
use crate::tape::Tape;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
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
    /// Ports of sessions, as they are opened.
    opened: mpsc::UnboundedReceiver<Opened>,
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
        let tape = playback.tape();
        let mut bound = Vec::new();
        for wanted in wanted {
            if let Some(upstream) = &wanted.upstream {
                is_known(&tape, upstream)?;
            }
            bound.push(playback.ports.counted(Listener::bind(wanted.address).await?));
        }
        let place = |(listener, wanted): (&Listener, &Wanted)| Place {
            own: own_url(listener.local_addr(), secure),
            upstream: wanted.upstream.clone(),
        };
        playback.stand(bound.iter().zip(wanted).map(place).collect())?;
        let first = bound.first().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |l| l.local_addr().ip());
        let (serve, opened) = mpsc::unbounded_channel();
        let certificates = match &way {
            Way::Secure(certificates) => Some(Arc::clone(certificates)),
            Way::Plain | Way::Proxy(_) => None,
        };
        playback.ports.can_be_opened(Opener { ip: first, certificates, serve });
        let listeners = bound
            .into_iter()
            .zip(playback.places())
            .enumerate()
            .map(|(number, (listener, place))| {
                let door = Door {
                    playback: Arc::clone(&playback),
                    side: Side::Place(number),
                    own: place.own.clone(),
                    everywhere: listener.local_addr().ip().is_unspecified(),
                    pinned: None,
                    admin: Admin::new(Arc::clone(&playback)),
                };
                match &way {
                    Way::Plain => (listener, Serves::Door(Arc::new(door))),
                    Way::Secure(certificates) => {
                        (listener.secure(Arc::clone(certificates)), Serves::Door(Arc::new(door)))
                    }
                    Way::Proxy(certificates) if number == 0 => {
                        let forward = Forward::new(Arc::clone(&playback), door);
                        (listener.intercepting(Arc::clone(certificates)), Serves::Forward(Arc::new(forward)))
                    }
                    Way::Proxy(_) => (listener, Serves::Door(Arc::new(door))),
                }
            })
            .collect();
        let upstreams = wanted.iter().map(|w| w.upstream.clone()).collect();
        Ok(Server { playback, listeners, opened, secure, proxy, upstreams })
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
        let Server { playback, listeners, mut opened, .. } = self;
        let mut running = JoinSet::new();
        for (listener, serves) in listeners {
            match serves {
                Serves::Door(door) => running.spawn(listener.run(door, stop.clone())),
                Serves::Forward(forward) => running.spawn(listener.run(forward, stop.clone())),
            };
        }
        let mut stopping = pin!(told(stop));
        let mut over = false;
        // Sessions end a little late rather than that anybody looks all the time.
        let age = playback.settings.session_age;
        let look = age.map_or(NEVER, |age| (age / 4).clamp(SOONEST, LATEST));
        let mut looks = tokio::time::interval(look);
        loop {
            tokio::select! {
                () = &mut stopping, if !over => {
                    over = true;
                    playback.ports.close_all();
                }
                Some(port) = opened.recv(), if !over => {
                    let everywhere = port.listener.local_addr().ip().is_unspecified();
                    let door = Door::pinned(&playback, port.session, port.own, everywhere);
                    running.spawn(port.listener.run(Arc::new(door), port.stop));
                }
                _ = looks.tick(), if age.is_some() && !over => playback.end_old(),
                ended = running.join_next() => if ended.is_none() { break },
            }
        }
        playback.outcome()
    }
}

/// How often is looked for sessions that are too old, at most and at least.
const SOONEST: Duration = Duration::from_millis(100);
const LATEST: Duration = Duration::from_secs(30);
const NEVER: Duration = Duration::from_secs(3600);

/// Resolves when told to stop; never if nobody is left who could tell.
async fn told(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn is_known(tape: &Tape, upstream: &str) -> io::Result<()> {
    if tape.upstream_number(upstream).is_some() {
        return Ok(());
    }
    let known = tape.upstreams.join(", ");
    let what = format!("expected one of the upstreams recorded ({known}), found {upstream}");
    Err(io::Error::new(io::ErrorKind::InvalidInput, what))
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.addresses()).finish()
    }
}
