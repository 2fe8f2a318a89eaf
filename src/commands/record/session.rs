//! A recording under way, from the first listener to the finished file.

use crate::{
    commands::{known::Known, replay},
    env,
    exit::Stop,
};
use cassettes::{
    model::{Cassette, ExchangeId, Header, RedactRules},
    redact::{Clean, Policy},
    store::{Start, Writer},
};
use recorder::{First, Plan, Proxy, Recording, Sink, Standing, Summary};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{sync::watch, task::JoinSet};
use wire::{
    client::{Limits, Upstream},
    serve::Listener,
};

/// Appends to a recording.
struct Tape(Arc<Writer>);

impl Sink for Tape {
    fn save(&self, clean: Clean) -> io::Result<()> {
        self.0.append(&clean).map_err(|e| io::Error::other(format!("{e} (hint: {})", e.hint)))
    }
}

/// What a recording came to.
pub(crate) struct Recorded {
    pub(crate) summary: Summary,
    /// The file written, if one was.
    pub(crate) file: Option<PathBuf>,
    pub(crate) total: usize,
}

/// A recording under way: listeners that stand for upstreams.
pub(crate) struct Session {
    /// The base URLs of the listeners, in the order of the upstreams.
    pub(crate) standings: Vec<Standing>,
    recording: Arc<Recording>,
    writer: Arc<Writer>,
    target: PathBuf,
    stop: watch::Sender<bool>,
    serving: JoinSet<()>,
}

/// What a recording is started with.
pub(crate) struct Setup<'a> {
    pub(crate) upstreams: &'a [String],
    /// The file that is written.
    pub(crate) target: &'a Path,
    /// The cassette that is added to: it is asked first.
    pub(crate) adding: Option<Cassette>,
    pub(crate) listen: &'a [SocketAddr],
    pub(crate) limits: Limits,
    pub(crate) extra_ca: Option<Vec<u8>>,
    pub(crate) policy: Arc<Policy>,
    /// The rules that the policy was made from.
    pub(crate) rules: RedactRules,
}

impl Session {
    pub(crate) async fn start(setup: Setup<'_>) -> Result<Session, Stop> {
        let mut listeners = Vec::new();
        for number in 0..setup.upstreams.len() {
            let address =
                setup.listen.get(number).copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
            listeners.push(Listener::bind(address).await.map_err(|e| replay::cannot_listen(address, &e))?);
        }
        let tls = wire::client::client_config(setup.extra_ca.as_deref())
            .map_err(|e| Stop::usage(format!("certificates: {e}"), "give --ca-file a PEM file"))?;
        let header = Header {
            recorder: concat!("truetape ", env!("CARGO_PKG_VERSION")).into(),
            upstreams: setup.upstreams.iter().map(|u| setup.policy.clean_upstream(u)).collect(),
            redact: setup.rules,
        };
        let start = if setup.adding.is_some() { Start::Adding } else { Start::Fresh };
        let writer = Arc::new(Writer::start(setup.target, header, start, Arc::clone(&setup.policy))?);
        let sink = Box::new(Tape(Arc::clone(&writer)));
        let held = setup.adding.iter().flat_map(|old| &old.exchanges);
        let first_id = held.map(|e| e.id.0).max().unwrap_or(0) + 1;
        let recording =
            Arc::new(Recording::new(Arc::clone(&setup.policy), sink, env::now, ExchangeId(first_id)));
        let standings: Vec<Standing> = setup
            .upstreams
            .iter()
            .zip(&listeners)
            .map(|(upstream, listener)| Standing {
                upstream: upstream.clone(),
                listener: format!("http://{}", reachable(listener.local_addr())),
            })
            .collect();
        let plan = if setup.adding.is_some() { Plan::RecordUnknown } else { Plan::RecordAnew };
        let known = setup.adding.map(|old| Known::new(old, Arc::clone(&setup.policy), &standings));
        let (stop, stopping) = watch::channel(false);
        let mut serving = JoinSet::new();
        for (listener, standing) in listeners.into_iter().zip(&standings) {
            let upstream =
                Upstream::with_tls(&standing.upstream, setup.limits, tls.clone(), recording.connections())
                    .map_err(|e| {
                        Stop::usage(
                            format!("--upstream: {e}"),
                            "give a base URL such as https://sandbox.example",
                        )
                    })?;
            let first = known.as_ref().map(|known| known.standing_for(&standing.upstream) as Arc<dyn First>);
            let proxy = Proxy::new(upstream, Arc::clone(&recording), &standing.listener, &standings)
                .with(first, plan);
            serving.spawn(listener.run(Arc::new(proxy), stopping.clone()));
        }
        Ok(Session { standings, recording, writer, target: setup.target.to_owned(), stop, serving })
    }

    /// Stops listening, lets what runs finish, and makes the recording the cassette.
    pub(crate) async fn finish(mut self) -> Result<Recorded, Stop> {
        let _ = self.stop.send(true);
        while self.serving.join_next().await.is_some() {}
        let summary = self.recording.summary();
        let finished = self.writer.finish()?;
        let file = (finished.added > 0).then_some(self.target);
        Ok(Recorded { summary, file, total: finished.total })
    }
}

/// An address by which this machine reaches a listener: an unspecified one is no destination.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => SocketAddr::new(Ipv6Addr::LOCALHOST.into(), address.port()),
        _ => address,
    }
}
