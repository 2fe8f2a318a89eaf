//! `cmd:COMMAND`: a server that we start, wait for, start anew for fresh state, and stop.

use super::{group::Group, log::Log};
use cassettes::{
    model::{Answer, Request},
    subject::{Boxed, NoAnswer, Observed, Subject},
};
use recorder::{Live, LiveLimits};
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::TcpStream,
    sync::Mutex,
    time::{Instant, sleep, timeout},
};
use wire::client::Origin;

const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// So long a connection on this machine may take.
const CONNECT: Duration = Duration::from_secs(2);
/// A process that breaks a connection off may be about to end.
const DYING: Duration = Duration::from_millis(100);

/// How a server is started.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// A line of the shell.
    pub(super) command: String,
    /// Where it runs, if not where we were started.
    pub(super) directory: Option<PathBuf>,
    /// Where it listens, where that is not for us to say.
    pub(super) fixed: Option<Origin>,
    /// How long it may take until it listens.
    pub(super) start: Duration,
    pub(super) limits: LiveLimits,
}

/// A server that we started.
pub(super) struct Server {
    name: String,
    plan: Plan,
    running: Mutex<Running>,
    /// Whether its state may be other than it was at its start.
    used: AtomicBool,
}

struct Running {
    group: Group,
    log: Log,
    live: Arc<Live>,
}

impl Server {
    /// Starts it and waits until it listens. The error says what it said.
    pub(super) async fn start(plan: Plan) -> Result<Server, String> {
        let running = Mutex::new(run(&plan).await?);
        Ok(Server { name: format!("cmd:{}", plan.command), plan, running, used: AtomicBool::new(false) })
    }

    /// Ends it and all that it started.
    pub(super) async fn stop(&self) {
        self.running.lock().await.group.stop().await;
    }

    async fn ask(&self, request: &Request) -> Result<Observed, NoAnswer> {
        self.used.store(true, Ordering::Relaxed);
        let live = Arc::clone(&self.running.lock().await.live);
        let answered = live.answer(request).await;
        let broken = match &answered {
            Ok(observed) => matches!(observed.answer, Answer::Failed(_)),
            Err(no) => no.fatal,
        };
        if broken && let Some(words) = self.death().await {
            return Err(NoAnswer {
                reason: format!("it died at {} {}: {words}", request.method, request.path()),
                fatal: true,
            });
        }
        answered
    }

    /// How it ended and what it said, if it has.
    async fn death(&self) -> Option<String> {
        let mut running = self.running.lock().await;
        if running.group.ended().is_none() {
            sleep(DYING).await;
        }
        let status = running.group.ended()?;
        Some(format!("{status}{}", running.log.shown().await))
    }

    async fn restart(&self) -> Result<bool, NoAnswer> {
        if !self.used.swap(false, Ordering::Relaxed) {
            return Ok(true);
        }
        let mut running = self.running.lock().await;
        running.group.stop().await;
        *running = run(&self.plan).await.map_err(|reason| NoAnswer { reason, fatal: true })?;
        Ok(true)
    }
}

impl Subject for Server {
    fn name(&self) -> &str {
        &self.name
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        Box::pin(self.ask(request))
    }

    fn reset(&self) -> Boxed<'_, Result<bool, NoAnswer>> {
        Box::pin(self.restart())
    }
}

async fn run(plan: &Plan) -> Result<Running, String> {
    let (doors, port) = match &plan.fixed {
        Some(origin) => {
            let door = format!("{}:{}", host(origin), origin.port);
            free(&door, origin).await?;
            (vec![(door, origin.to_string())], origin.port)
        }
        None => {
            let port = free_port().map_err(|e| format!("the system gave no free port: {e}"))?;
            let door = |host: &str| (format!("{host}:{port}"), format!("http://{host}:{port}"));
            // Some servers take `localhost` to be the newer protocol's alone.
            (vec![door("127.0.0.1"), door("[::1]")], port)
        }
    };
    let line = plan.command.replace("{port}", &port.to_string());
    let mut group = Group::spawn(&line, plan.directory.as_deref(), Some(port), Stdio::null())
        .map_err(|e| format!("cannot start a shell for it: {e}"))?;
    let mut log = Log::default();
    log.follow(group.child.stdout.take());
    log.follow(group.child.stderr.take());
    let begun = Instant::now();
    loop {
        if let Some(status) = group.ended() {
            return Err(format!("it ended before it listened: {status}{}", log.shown().await));
        }
        for (door, url) in &doors {
            if let Ok(Ok(_)) = timeout(CONNECT, TcpStream::connect(door)).await {
                let live = Live::new(url, None, plan.limits).map_err(|e| e.to_string())?;
                return Ok(Running { group, log, live: Arc::new(live) });
            }
        }
        if begun.elapsed() > plan.start {
            group.stop().await;
            let waited = plan.start.as_secs_f64();
            return Err(format!("nothing listened on port {port} after {waited} s{}", log.shown().await));
        }
        sleep(LOOK_AGAIN).await;
    }
}

/// Somebody else on the port would be judged in the mock's place. After a restart its own old connections
/// may hold it for a moment.
async fn free(door: &str, origin: &Origin) -> Result<(), String> {
    let begun = Instant::now();
    while let Ok(Ok(_)) = timeout(CONNECT, TcpStream::connect(door)).await {
        if begun.elapsed() > CONNECT {
            return Err(format!("something listens on {origin} already"));
        }
        sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

fn host(origin: &Origin) -> String {
    if origin.host.contains(':') { format!("[{}]", origin.host) } else { origin.host.clone() }
}

fn free_port() -> std::io::Result<u16> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    Ok(listener.local_addr()?.port())
}
