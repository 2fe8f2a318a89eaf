//! Sessions with a port of their own: a client that can be told a base URL and nothing else is in its session.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::{mpsc, watch};
use wire::ca::Certificates;
use wire::serve::Listener;

/// The ports that are open, and how further ones are opened.
#[derive(Default)]
pub(crate) struct Ports {
    opener: OnceLock<Opener>,
    open: Mutex<HashMap<Box<str>, Port>>,
    /// The connections of all listeners so far.
    connections: Arc<AtomicU64>,
}

/// How a port is opened: as the listeners of the replay are.
pub(crate) struct Opener {
    pub(crate) ip: IpAddr,
    pub(crate) certificates: Option<Arc<Certificates>>,
    /// Whoever runs the server serves it.
    pub(crate) serve: mpsc::UnboundedSender<Opened>,
}

/// A port to be served.
pub(crate) struct Opened {
    pub(crate) listener: Listener,
    /// Whose it is.
    pub(crate) session: Box<str>,
    /// The base URL that leads there.
    pub(crate) own: String,
    pub(crate) stop: watch::Receiver<bool>,
}

struct Port {
    address: SocketAddr,
    stop: watch::Sender<bool>,
}

impl Ports {
    /// From now on ports can be opened; `false` if they could before.
    pub(crate) fn can_be_opened(&self, opener: Opener) -> bool {
        self.opener.set(opener).is_ok()
    }

    /// The listener with its connections counted together with those of all others: a number in the journal is one
    /// connection.
    pub(crate) fn counted(&self, listener: Listener) -> Listener {
        listener.counted(Arc::clone(&self.connections))
    }

    /// Opens a port for a session; the one that is open if there is one.
    pub(crate) async fn open(&self, name: &str) -> io::Result<SocketAddr> {
        if let Some(address) = self.of(name) {
            return Ok(address);
        }
        let Some(opener) = self.opener.get() else {
            return Err(io::Error::new(io::ErrorKind::NotConnected, "the replay has no listener yet"));
        };
        let mut listener = self.counted(Listener::bind(SocketAddr::new(opener.ip, 0)).await?);
        if let Some(certificates) = &opener.certificates {
            listener = listener.secure(Arc::clone(certificates));
        }
        let address = listener.local_addr();
        let (stop, stopped) = watch::channel(false);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(port) = open.get(name) {
            return Ok(port.address);
        }
        let own = own_url(address, opener.certificates.is_some());
        opener
            .serve
            .send(Opened { listener, session: name.into(), own, stop: stopped })
            .map_err(|_| io::Error::new(io::ErrorKind::NotConnected, "the replay is over"))?;
        open.insert(name.into(), Port { address, stop });
        Ok(address)
    }

    /// The port of a session.
    pub(crate) fn of(&self, name: &str) -> Option<SocketAddr> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).get(name).map(|port| port.address)
    }

    /// Closes the port of a session.
    pub(crate) fn close(&self, name: &str) {
        let port = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        if let Some(port) = port {
            let _ = port.stop.send(true);
        }
    }

    /// Closes all.
    pub(crate) fn close_all(&self) {
        for (_, port) in self.open.lock().unwrap_or_else(PoisonError::into_inner).drain() {
            let _ = port.stop.send(true);
        }
    }
}

/// The URL by which a client on this machine reaches a listener.
pub(crate) fn own_url(address: SocketAddr, secure: bool) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    let scheme = if secure { "https" } else { "http" };
    format!("{scheme}://{}", SocketAddr::new(ip, address.port()))
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_map().entries(open.iter().map(|(name, port)| (name, port.address))).finish()
    }
}
