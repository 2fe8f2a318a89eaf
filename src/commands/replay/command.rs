//! The command: its flags, and what they come to.

use super::{
    admin::AdminFlags,
    audit::{AuditFlags, Auditing},
    conditions::ConditionFlags,
    journal::journal,
    load::prepared,
    serve::{cannot_listen, perform},
    watch::{Watched, reload},
};
use crate::{
    commands::{
        audit::{Judge, auditor},
        picked::Picked,
        reached::Reached,
    },
    env,
    exit::Outcome,
    settings::Settings,
    ui::Flags,
};
use replayer::{Playback, Server, Span, Wanted};
use std::{ffi::OsString, net::SocketAddr, path::PathBuf, sync::Arc};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The cassettes to serve; without any, those of truetape.yaml
    #[arg(value_name = "CASSETTE")]
    cassettes: Vec<PathBuf>,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = crate::ui::address)]
    listen: SocketAddr,
    #[command(flatten)]
    reached: Reached,
    #[command(flatten)]
    conditions: ConditionFlags,
    /// End a session that nobody has asked anything for so long, for example 10m; its name can begin anew
    #[arg(long, value_name = "TIME")]
    session_age: Option<Span>,
    /// How many named sessions there may be at once
    #[arg(long, value_name = "COUNT", default_value_t = replayer::MOST_SESSIONS)]
    sessions_most: usize,
    /// Load cassettes again when they change on disk; every session then begins anew
    #[arg(long)]
    watch: bool,
    /// Check the signatures of tokens that clients show: hs256:TEXT, rs256:FILE, es256:FILE or env:NAME
    #[arg(long, value_name = "KEY")]
    token_key: Option<String>,
    /// Write down what clients sent: one JSON object a line
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Fail when recorded exchanges were not asked for
    #[arg(long)]
    fail_on_unused: bool,
    #[command(flatten)]
    audit: AuditFlags,
    #[command(flatten)]
    admin: AdminFlags,
    /// The suite to run against it; it gets the base URL as TRUETAPE_URL
    #[arg(last = true, value_name = "CMD")]
    command: Vec<OsString>,
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let mut settings = Settings::find()?;
    settings.token_key.clone_from(&arguments.token_key);
    let paths = settings.cassettes(&arguments.cassettes)?;
    let mut watched = Watched::new(&paths);
    let tape = Arc::new(prepared(&settings, &paths, ui)?);

    let mut play = replayer::Settings::new(env::now);
    (play.conditions, play.recorded) = arguments.conditions.over(&settings)?;
    play.session_age = arguments.session_age.map(|age| age.0);
    play.most_sessions = arguments.sessions_most;
    let auditing = arguments.audit.begin(arguments.journal.as_deref(), &paths, &settings)?;
    play.admin_token = arguments.admin.token(arguments.listen, ui)?;
    play.auditor = Some(auditor(Judge::new("replay", &paths, &Picked::default(), &settings)?.of_a_part()));
    if let Some(path) = auditing.as_ref().map(Auditing::journal).or(arguments.journal.as_deref()) {
        play.journal = Some(journal(path, &play.conditions, &paths, &tape)?);
    }
    // A client of a forward proxy says itself whom it means.
    let several = tape.upstreams().len() > 1 && !arguments.reached.is_proxy();
    let mut wanted = vec![Wanted { address: arguments.listen, upstream: None }];
    if several {
        // One base URL serves all; each upstream also has a listener of its own, for clients of each.
        let own = tape.upstreams().iter().map(|u| Wanted {
            address: SocketAddr::new(arguments.listen.ip(), 0),
            upstream: Some(u.clone()),
        });
        wanted.extend(own);
    }
    let (way, files) = arguments.reached.way(ui)?;
    let server = Server::reached(Arc::new(Playback::new(tape, play)), &wanted, way)
        .await
        .map_err(|e| cannot_listen(arguments.listen, &e))?;
    let playback = Arc::clone(server.playback());
    let watching = async {
        if !arguments.watch {
            return std::future::pending().await;
        }
        loop {
            watched.change().await;
            reload(&playback, &settings, &paths, ui);
        }
    };
    tokio::select! {
        outcome =
            perform(server, &arguments.command, arguments.fail_on_unused, files.as_ref(), auditing, ui) => outcome,
        never = watching => never,
    }
}
