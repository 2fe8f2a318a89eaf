use super::Fake;
use cassettes::{
    model::{Exchange, ExchangeId, RedactRules, Response, Timestamp, TransportFailure},
    redact::{Clean, Policy, PseudonymKey},
};
use recorder::{First, Forward, Hosts, Others, Passing, Plan, Proxy, Recording, Sink, Standing};
use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{runtime::Runtime, sync::watch};
use wire::{
    ca::{Authority, Certificates},
    client::{Limits, Origin, Upstream, client_config},
    serve::{Handler, Listener},
};

#[derive(Clone, Default)]
struct Memory {
    kept: Arc<Mutex<Vec<Exchange>>>,
    full: bool,
}

impl Sink for Memory {
    fn save(&self, clean: &Clean) -> io::Result<()> {
        if self.full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.kept.lock().unwrap().push(clean.exchange().clone());
        Ok(())
    }
}

/// A recorder between a client and an upstream.
pub(crate) struct Rig {
    pub(crate) address: SocketAddr,
    pub(crate) recording: Arc<Recording>,
    kept: Arc<Mutex<Vec<Exchange>>>,
    stop: watch::Sender<bool>,
    runtime: Option<Runtime>,
}

/// What every rig is made of.
struct Parts {
    runtime: Runtime,
    kept: Arc<Mutex<Vec<Exchange>>>,
    recording: Arc<Recording>,
    limits: Limits,
    tls: wire::client::Config,
    listener: Listener,
}

impl Parts {
    fn of(setup: &Setup, silence: Duration) -> Parts {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let memory = Memory { full: setup.full, ..Memory::default() };
        let kept = Arc::clone(&memory.kept);
        let policy = Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([7; 32]), None).unwrap();
        let clock = || Timestamp(1_700_000_000_000_000);
        let recording = Arc::new(Recording::new(Arc::new(policy), Box::new(memory), clock, ExchangeId(1)));
        let limits = Limits { connect: Duration::from_secs(2), silence };
        let tls = client_config(setup.extra.as_deref()).unwrap();
        let listener = runtime.block_on(Listener::bind("127.0.0.1:0".parse().unwrap())).unwrap();
        Parts { runtime, kept, recording, limits, tls, listener }
    }

    fn serve<H: Handler>(self, handler: Arc<H>, listens: impl FnOnce(Listener) -> Listener) -> Rig {
        let Parts { runtime, kept, recording, listener, .. } = self;
        let address = listener.local_addr();
        let (stop, stopped) = watch::channel(false);
        runtime.spawn(listens(listener).run(handler, stopped));
        Rig { address, recording, kept, stop, runtime: Some(runtime) }
    }
}

/// How the rig is set up.
pub(crate) struct Setup {
    pub(crate) full: bool,
    pub(crate) first: Option<Arc<dyn First>>,
    pub(crate) plan: Plan,
    pub(crate) extra: Option<Vec<u8>>,
}

impl Rig {
    pub(crate) fn before(fake: &Fake) -> Rig {
        Rig::at(&format!("http://{}", fake.address))
    }

    pub(crate) fn at(upstream: &str) -> Rig {
        Rig::with(upstream, Setup { full: false, first: None, plan: Plan::RecordAnew, extra: None })
    }

    /// One that waits two seconds for a byte where the others wait 300 ms.
    pub(crate) fn patient(fake: &Fake) -> Rig {
        let setup = Setup { full: false, first: None, plan: Plan::RecordAnew, extra: None };
        Rig::waiting(&format!("http://{}", fake.address), setup, Duration::from_secs(2))
    }

    pub(crate) fn with(upstream: &str, setup: Setup) -> Rig {
        Rig::waiting(upstream, setup, Duration::from_millis(300))
    }

    fn waiting(upstream: &str, setup: Setup, silence: Duration) -> Rig {
        let parts = Parts::of(&setup, silence);
        let Parts { recording, limits, tls, listener, .. } = &parts;
        let upstream = Upstream::with_tls(upstream, *limits, tls.clone(), recording.connections()).unwrap();
        let base = format!("http://{}", listener.local_addr());
        let every = [Standing { upstream: upstream.origin().to_string(), listener: base.clone() }];
        let proxy = Proxy::new(upstream, Arc::clone(recording), &base, &every).with(setup.first, setup.plan);
        parts.serve(Arc::new(proxy), |listener| listener)
    }

    /// A forward proxy for these hosts and upstreams, and the certificate of its authority.
    pub(crate) fn forward(
        hosts: &[&str],
        upstreams: &[&str],
        others: Others,
        extra: Option<&[u8]>,
    ) -> (Rig, String) {
        let extra = extra.map(<[u8]>::to_vec);
        let setup = Setup { full: false, first: None, plan: Plan::RecordAnew, extra };
        let parts = Parts::of(&setup, Duration::from_secs(2));
        let mut allowed = Hosts::default();
        hosts.iter().for_each(|pattern| allowed.allow(pattern).unwrap());
        let upstreams: Vec<Origin> = upstreams.iter().map(|url| Origin::parse(url).unwrap()).collect();
        upstreams.iter().for_each(|origin| allowed.allow_upstream(origin));
        let clock = || {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            Timestamp(since.as_micros() as i64)
        };
        let (authority, _) = Authority::make(clock()).unwrap();
        let pem = authority.pem().to_owned();
        let certificates = Arc::new(Certificates::new(authority, clock).unwrap());
        let passing = Passing {
            hosts: allowed,
            others,
            upstreams,
            limits: parts.limits,
            tls: parts.tls.clone(),
            own: parts.listener.local_addr(),
            knows: None,
            plan: Plan::RecordAnew,
        };
        let forward = Forward::new(passing, Arc::clone(&parts.recording));
        let rig = parts.serve(Arc::new(forward), |listener| listener.intercepting(certificates));
        (rig, pem)
    }

    /// Tells the listener to stop, and leaves it the time that a call may take.
    pub(crate) fn stop(&self) {
        self.stop.send(true).unwrap();
        std::thread::sleep(Duration::from_secs(4));
    }

    /// What was recorded, in order.
    pub(crate) fn kept(&self) -> Vec<Exchange> {
        let mut kept = self.kept.lock().unwrap().clone();
        kept.sort_by_key(|exchange| exchange.id);
        kept
    }

    /// Waits until so many exchanges are kept, for two seconds.
    pub(crate) fn wait_for(&self, exchanges: usize) {
        for _ in 0..200 {
            if self.kept.lock().unwrap().len() >= exchanges {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn only(&self) -> Exchange {
        let kept = self.kept();
        assert_eq!(kept.len(), 1, "{kept:?}");
        kept.into_iter().next().unwrap()
    }

    pub(crate) fn reply(&self) -> Response {
        self.only().answer.reply().unwrap().clone()
    }

    pub(crate) fn failure(&self) -> TransportFailure {
        match self.only().answer {
            cassettes::model::Answer::Failed(failure) => failure,
            reply @ cassettes::model::Answer::Reply(_) => panic!("expected a failure, got {reply:?}"),
        }
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_millis(100));
        }
    }
}
