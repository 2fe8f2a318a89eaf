//! A forward proxy: clients ask it for the real side by its own name. What they ask of hosts on a list is
//! recorded as they said it; within tunnels too, which it enters with certificates of its own.

use super::{Hosts, Proxy, refusal::Refusal};
use crate::{First, Plan, Recording};
use rustls::ClientConfig;
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::{io::copy_bidirectional, net::TcpStream, time::timeout};
use wire::{
    client::{Limits, Origin, Upstream},
    head::Length,
    serve::{Call, ConnectionFacts, Flow, Handler, TlsRefusal},
};

/// What becomes of requests to hosts that are not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Others {
    /// They are refused.
    #[default]
    Refuse,
    /// They pass, and nothing of them is seen or kept.
    Tunnel,
}

/// Gives what a cassette knows of an upstream, by its base URL.
pub type Knows = Box<dyn Fn(&str) -> Arc<dyn First> + Send + Sync>;

/// What a forward proxy is made of.
pub struct Passing {
    /// Who is recorded.
    pub hosts: Hosts,
    /// What becomes of everybody else.
    pub others: Others,
    /// Upstreams with their base paths: what lies below one is recorded as that upstream's.
    pub upstreams: Vec<Origin>,
    /// How long the real side is waited for.
    pub limits: Limits,
    /// Whom to believe.
    pub tls: ClientConfig,
    /// Where the proxy itself listens.
    pub own: SocketAddr,
    /// Who is asked before the real side, and whether that is asked at all.
    pub knows: Option<Knows>,
    /// The same.
    pub plan: Plan,
}

/// A forward proxy that records.
pub struct Forward {
    passing: Passing,
    recording: Arc<Recording>,
    /// By base URL: those that are recorded, and those that are not.
    asked: RwLock<HashMap<(String, bool), Arc<Proxy>>>,
}

/// Whom a request is for.
struct Destination {
    origin: Origin,
    /// As the client wrote it.
    authority: String,
}

impl Forward {
    /// All that it records goes into one recording.
    pub fn new(passing: Passing, recording: Arc<Recording>) -> Forward {
        Forward { passing, recording, asked: RwLock::default() }
    }

    /// `CONNECT host:port` (RFC 9110 §9.3.6).
    async fn connect(&self, call: &mut Call<'_>) -> Flow {
        let target = call.head().target().to_owned();
        if call.length() != Length::None {
            return self.refuse(call, Refusal::not_forward("a CONNECT has no body")).await;
        }
        if call.facts().tunnel.is_some() {
            return self.refuse(call, Refusal::not_forward("a tunnel within a tunnel leads nowhere")).await;
        }
        // A tunnel names its port.
        let named = target.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && !port.is_empty());
        let Some(to) = destination("https", &target).filter(|_| named) else {
            let what =
                format!("CONNECT asks for a host and a port such as api.example.com:443, not for {target:?}");
            return self.refuse(call, Refusal::not_forward(&what)).await;
        };
        if self.is_own(&to.origin) {
            return self.refuse(call, Refusal::looped(&to.authority)).await;
        }
        if self.allows(&to.origin) {
            let sent = call.send(ESTABLISHED).await;
            return if sent.is_ok() { Flow::Intercept } else { Flow::Close };
        }
        match self.passing.others {
            Others::Refuse => self.refuse_other(call, &to.origin).await,
            Others::Tunnel => self.tunnel(call, &to.origin).await,
        }
    }

    /// Carries bytes both ways without looking at them.
    async fn tunnel(&self, call: &mut Call<'_>, to: &Origin) -> Flow {
        let limit = self.passing.limits.connect;
        let reached = timeout(limit, TcpStream::connect((to.host.as_str(), to.port))).await;
        let mut there = match reached {
            Ok(Ok(there)) => there,
            Ok(Err(error)) => {
                return self.refuse(call, Refusal::unreached(&to.host, &error.to_string())).await;
            }
            Err(_) => {
                let late = format!("no connection within {} s", limit.as_secs_f64());
                return self.refuse(call, Refusal::unreached(&to.host, &late)).await;
            }
        };
        let _ = there.set_nodelay(true);
        self.recording.book().other(to, true);
        let stopping = call.stopping();
        if call.send(ESTABLISHED).await.is_err() {
            return Flow::Close;
        }
        let mut here = call.upgraded();
        tokio::select! {
            _ = copy_bidirectional(&mut here, &mut there) => {}
            // What runs has a little time left.
            () = async { stopping.await; tokio::time::sleep(LAST_CALL).await } => {}
        }
        Flow::Close
    }

    /// A request for a host by its name, or within a tunnel to it.
    async fn ask(&self, call: &mut Call<'_>) -> Flow {
        let to = match self.meant(call) {
            Ok(to) => to,
            Err(refusal) => return self.refuse(call, refusal).await,
        };
        if self.is_own(&to.origin) {
            return self.refuse(call, Refusal::looped(&to.authority)).await;
        }
        let recorded = self.allows(&to.origin);
        if !recorded {
            if self.passing.others == Others::Refuse {
                return self.refuse_other(call, &to.origin).await;
            }
            self.recording.book().other(&to.origin, true);
        }
        let target = call.head().origin_target();
        let base = self.base(&to.origin, target);
        let target = target[base.base.len()..].to_owned();
        match self.proxy(&base, recorded) {
            Some(proxy) => proxy.pass(call, &target, &to.authority).await,
            None => self.refuse(call, Refusal::not_forward("no such host can be asked")).await,
        }
    }

    /// Whom a request is for: what its tunnel leads to, else what its target names.
    fn meant(&self, call: &Call<'_>) -> Result<Destination, Refusal> {
        let head = call.head();
        let facts = call.facts();
        let named = match head.origin() {
            Some((scheme, authority)) => Some(destination(scheme, authority).ok_or_else(|| {
                Refusal::not_forward("its target names no host that can be asked over HTTP")
            })?),
            None => None,
        };
        let Some(tunnel) = &facts.tunnel else {
            return named.ok_or_else(|| {
                Refusal::not_forward(
                    "this is a forward proxy: give it to the client as its proxy, and ask for the real \
                     side by its own name",
                )
            });
        };
        let scheme = if facts.secure { "https" } else { "http" };
        let meant = destination(scheme, tunnel).ok_or_else(|| Refusal::not_forward("no such host"))?;
        let host = || destination(scheme, std::str::from_utf8(head.get("host")?).ok()?);
        // One host's tunnel is no way to another, which may not be on the list.
        match named.or_else(host) {
            Some(other) if other.origin != meant.origin => {
                Err(Refusal::misdirected(tunnel, &other.authority))
            }
            // As the client writes it in the request itself.
            Some(same) => Ok(same),
            None => Ok(meant),
        }
    }

    fn allows(&self, origin: &Origin) -> bool {
        self.passing.hosts.contains(&origin.host, origin.port)
    }

    /// Whether a request would come back to us.
    fn is_own(&self, origin: &Origin) -> bool {
        let own = self.passing.own;
        let here = match origin.host.parse::<std::net::IpAddr>() {
            Ok(ip) => {
                ip == own.ip() || ip.is_unspecified() || (own.ip().is_unspecified() && ip.is_loopback())
            }
            Err(_) => origin.host == "localhost" && (own.ip().is_loopback() || own.ip().is_unspecified()),
        };
        here && origin.port == own.port()
    }

    /// The base that a target of an origin lies below: a named upstream's, or none.
    fn base(&self, origin: &Origin, target: &str) -> Origin {
        let below = |base: &&Origin| {
            (base.tls, &base.host, base.port) == (origin.tls, &origin.host, origin.port)
                && target.strip_prefix(base.base.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        let found = self.passing.upstreams.iter().filter(below).max_by_key(|base| base.base.len());
        found.unwrap_or(origin).clone()
    }

    fn proxy(&self, base: &Origin, recorded: bool) -> Option<Arc<Proxy>> {
        let url = base.to_string();
        let key = (url, recorded);
        if let Some(proxy) = self.asked.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Some(Arc::clone(proxy));
        }
        let Passing { limits, tls, knows, plan, .. } = &self.passing;
        let connections = self.recording.connections();
        let upstream = Upstream::with_tls(&key.0, *limits, tls.clone(), connections).ok()?;
        let recording = Arc::clone(&self.recording);
        let proxy = if recorded {
            let first = knows.as_ref().map(|knows| knows(&key.0));
            Proxy::passing(upstream, recording, true).with(first, *plan)
        } else {
            Proxy::passing(upstream, recording, false)
        };
        let mut asked = self.asked.write().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(asked.entry(key).or_insert_with(|| Arc::new(proxy))))
    }

    async fn refuse_other(&self, call: &mut Call<'_>, origin: &Origin) -> Flow {
        self.recording.book().other(origin, false);
        Refusal::other(&origin.host).send_and_stay(call).await
    }

    async fn refuse(&self, call: &mut Call<'_>, refusal: Refusal) -> Flow {
        let head = call.head();
        // Neither query nor credentials: they may be secrets.
        let shown = head.target().split('?').next().unwrap_or_default();
        let shown = shown.rsplit_once('@').map_or(shown, |(_, rest)| rest);
        let line = format!("{} {shown}: {}", head.method(), refusal.detail);
        self.recording.book().refused.push(line);
        refusal.send_and_stay(call).await
    }
}

/// The answer to a CONNECT that is granted.
const ESTABLISHED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

/// How long a tunnel may still carry something once the listener is told to stop.
const LAST_CALL: Duration = Duration::from_secs(2);

/// None: nobody can be asked by such a name.
fn destination(scheme: &str, authority: &str) -> Option<Destination> {
    let lawful = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    if !authority.bytes().all(lawful) {
        return None;
    }
    let origin = Origin::parse(&format!("{scheme}://{authority}")).ok()?;
    Some(Destination { origin, authority: authority.to_owned() })
}

impl Handler for Forward {
    async fn handle(&self, call: &mut Call<'_>) -> Flow {
        if call.head().method() == "CONNECT" { self.connect(call).await } else { self.ask(call).await }
    }

    fn closed(&self, facts: &ConnectionFacts) {
        for proxy in self.asked.read().unwrap_or_else(PoisonError::into_inner).values() {
            proxy.closed(facts);
        }
    }

    fn unshaken(&self, facts: &ConnectionFacts, refusal: &TlsRefusal) {
        self.recording.unshaken(facts, refusal);
    }
}
