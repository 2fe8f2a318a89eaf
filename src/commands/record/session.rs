//! A recording under way, from the first listener to the finished file.

use super::{partial::Anew, proxying::Reach};
use crate::{
    commands::{known::Known, replay},
    env,
    exit::Stop,
    ui,
};
use cassettes::{
    model::{Blob, Cassette, ExchangeId, Header, Headers, RedactRules},
    redact::{Clean, Policy},
    scan::Scanner,
    store::{self, Start, StoreError, Writer},
};
use recorder::{First, Knows, Plan, Proxy, Recording, Sink, Spill, Standing, Summary, Unsaved};
use std::{
    collections::BTreeSet,
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
struct Tape(Arc<Writer>, Option<Arc<Anew>>);

impl Sink for Tape {
    fn save(&self, clean: &Clean) -> io::Result<()> {
        self.0.append(clean).map_err(|e| unsaved(&e))?;
        if let Some(anew) = &self.1 {
            anew.learn(clean.exchange());
        }
        Ok(())
    }

    fn part(&self, clean: &Clean) -> io::Result<()> {
        self.0.append(clean).map_err(|e| unsaved(&e))
    }

    fn spill(&self, headers: &Headers) -> io::Result<Option<Box<dyn Spill>>> {
        Ok(Some(Box::new(Beside(self.0.spill(headers).map_err(|e| unsaved(&e))?))))
    }

    fn forget(&self, blob: &Blob) {
        self.0.forget(blob);
    }
}

/// A body on its way to its blob.
struct Beside(store::Spill);

impl Spill for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write(bytes).map_err(|e| unsaved(&e))
    }

    fn finish(self: Box<Self>) -> io::Result<Blob> {
        self.0.finish().map_err(|e| unsaved(&e))
    }
}

fn unsaved(error: &StoreError) -> io::Error {
    io::Error::other(format!("{error} (hint: {})", error.hint))
}

/// What a recording came to.
pub(crate) struct Recorded {
    pub(crate) summary: Summary,
    /// The file written, if one was.
    pub(crate) file: Option<PathBuf>,
    pub(crate) total: usize,
    /// The number of the first exchange that is new; those of a part that was recorded anew keep theirs.
    pub(crate) first: ExchangeId,
    /// Those numbers.
    pub(crate) anew: BTreeSet<ExchangeId>,
}

impl Recorded {
    /// Whether an exchange of the file is of this recording.
    pub(crate) fn is_new(&self, id: ExchangeId) -> bool {
        id >= self.first || self.anew.contains(&id)
    }
}

/// Says at once that an exchange is not written.
fn refused(unsaved: &Unsaved) {
    let Unsaved { id, request, reason } = unsaved;
    anstream::eprintln!("{yellow}not saved:{yellow:#} {id} {request}: {reason}", yellow = ui::YELLOW);
}

/// A recording under way: listeners that stand for upstreams.
pub(crate) struct Session {
    /// The base URLs of the listeners, in the order of the upstreams; none of a forward proxy.
    pub(crate) standings: Vec<Standing>,
    /// The URL of the forward proxy, if it is one.
    pub(crate) proxy: Option<String>,
    recording: Arc<Recording>,
    writer: Arc<Writer>,
    target: PathBuf,
    first: ExchangeId,
    anew: Option<Arc<Anew>>,
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
    /// How what is asked is compared with it.
    pub(crate) comparing: Arc<Policy>,
    /// That cassette answers nothing: everything is asked of the real side, and added.
    pub(crate) always: bool,
    /// The part of that cassette that is asked of the real side; nothing is added then.
    pub(crate) anew: Option<Arc<Anew>>,
    pub(crate) reach: Reach,
    pub(crate) listen: &'a [SocketAddr],
    pub(crate) limits: Limits,
    pub(crate) extra_ca: Option<Vec<u8>>,
    pub(crate) policy: Arc<Policy>,
    /// Refuses what still holds a secret.
    pub(crate) scanner: Scanner,
    /// Text that is too large to be cleaned is kept as it is.
    pub(crate) spill_text: bool,
    /// The rules that the policy was made from.
    pub(crate) rules: RedactRules,
}

impl Session {
    pub(crate) async fn start(setup: Setup<'_>) -> Result<Session, Stop> {
        let mut listeners = Vec::new();
        let forward = matches!(setup.reach, Reach::Proxy(_));
        for number in 0..if forward { 1 } else { setup.upstreams.len() } {
            let address =
                setup.listen.get(number).copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
            listeners.push(Listener::bind(address).await.map_err(|e| replay::cannot_listen(address, &e))?);
        }
        let tls = wire::client::client_config(setup.extra_ca.as_deref()).map_err(|e| {
            Stop::usage(
                format!("--ca-file: {e}"),
                "give a file with one or more `-----BEGIN CERTIFICATE-----`",
            )
        })?;
        let header = Header {
            recorder: concat!("truetape ", env!("CARGO_PKG_VERSION")).into(),
            upstreams: setup.upstreams.iter().map(|u| setup.policy.clean_upstream(u)).collect(),
            redact: setup.rules,
        };
        let plan = match (&setup.adding, &setup.anew) {
            (Some(_), Some(_)) => Plan::RecordChosen,
            (Some(_), None) => Plan::RecordUnknown,
            (None, _) => Plan::RecordAnew,
        };
        let start = match plan {
            Plan::RecordUnknown => Start::Adding,
            Plan::RecordChosen => Start::Part,
            _ => Start::Fresh,
        };
        let writer = Arc::new(Writer::start(setup.target, header, start, Arc::clone(&setup.policy))?);
        let sink = Box::new(Tape(Arc::clone(&writer), setup.anew.clone()));
        let held = setup.adding.iter().flat_map(|old| &old.exchanges);
        let first_id = ExchangeId(held.map(|e| e.id.0).max().unwrap_or(0) + 1);
        let recording = Recording::new(Arc::clone(&setup.policy), sink, env::now, first_id);
        let recording = Arc::new(recording.guarded(setup.scanner, refused).spilling_text(setup.spill_text));
        let scheme = if matches!(setup.reach, Reach::Secure(_)) { "https" } else { "http" };
        let url = |listener: &Listener| format!("{scheme}://{}", reachable(listener.local_addr()));
        let proxy = listeners.first().filter(|_| forward).map(url);
        let standings: Vec<Standing> = setup
            .upstreams
            .iter()
            .filter(|_| !forward)
            .zip(&listeners)
            .map(|(upstream, listener)| Standing { upstream: upstream.clone(), listener: url(listener) })
            .collect();
        let known = setup
            .adding
            .filter(|_| !setup.always)
            .map(|old| Known::new(old, setup.comparing, &standings, setup.anew.clone()));
        let (stop, stopping) = watch::channel(false);
        let mut serving = JoinSet::new();
        match setup.reach {
            Reach::Proxy(passes) => {
                let knows = known.map(|known| {
                    Box::new(move |url: &str| known.standing_for(url) as Arc<dyn First>) as Knows
                });
                if let Some(listener) = listeners.pop() {
                    let listener = listener.intercepting(passes.certificates());
                    let asking = (setup.limits, tls);
                    let forward =
                        passes.forward(listener.local_addr(), asking, (knows, plan), Arc::clone(&recording));
                    serving.spawn(listener.run(Arc::new(forward), stopping.clone()));
                }
            }
            reach => {
                for (listener, standing) in listeners.into_iter().zip(&standings) {
                    let connections = recording.connections();
                    let upstream =
                        Upstream::with_tls(&standing.upstream, setup.limits, tls.clone(), connections)
                            .map_err(|e| {
                                let hint = "give a base URL such as https://sandbox.example";
                                Stop::usage(format!("--upstream: {e}"), hint)
                            })?;
                    let first =
                        known.as_ref().map(|known| known.standing_for(&standing.upstream) as Arc<dyn First>);
                    let proxy = Proxy::new(upstream, Arc::clone(&recording), &standing.listener, &standings)
                        .with(first, plan);
                    let listener = match &reach {
                        Reach::Secure(certificates) => listener.secure(Arc::clone(certificates)),
                        Reach::Plain | Reach::Proxy(_) => listener,
                    };
                    serving.spawn(listener.run(Arc::new(proxy), stopping.clone()));
                }
            }
        }
        Ok(Session {
            standings,
            proxy,
            recording,
            writer,
            target: setup.target.to_owned(),
            first: first_id,
            anew: setup.anew,
            stop,
            serving,
        })
    }

    /// What was kept so far.
    pub(crate) fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Stops listening, lets what runs finish, and makes the recording the cassette.
    pub(crate) async fn finish(mut self) -> Result<Recorded, Stop> {
        let _ = self.stop.send(true);
        while self.serving.join_next().await.is_some() {}
        let summary = self.recording.summary();
        let finished = self.writer.finish()?;
        let file = (finished.added > 0).then_some(self.target);
        let anew = self.anew.as_ref().map(|anew| anew.done()).unwrap_or_default();
        let total = self.anew.as_ref().map_or(finished.total, |anew| anew.total());
        Ok(Recorded { summary, file, total, first: self.first, anew })
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
