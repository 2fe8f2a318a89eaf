//! A mock of any kind, opened: asked like every subject, and ended when the asking is over.

use super::{
    exec::Program,
    files,
    reset::{ResetRequest, Resettable},
    server::{Plan, Server},
    wish::{Wish, formats},
};
use crate::{
    env,
    exit::{Exit, Stop},
};
use cassettes::{
    model::Request,
    subject::{Boxed, NoAnswer, Observed, Repertoire, Route, Subject, Wanted},
};
use recorder::{Live, LiveLimits};
use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use verify::mocks::{self, Files, Stubs};
use wire::client::Origin;

/// What is read with a transcript that it stands beside.
const BINDINGS: &str = "bindings.yaml";

/// How mocks are opened and asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manner {
    /// How long it may be silent.
    pub(crate) silence: Duration,
    /// How long a server may take until it listens.
    pub(crate) start: Duration,
    /// Where a server that we start listens, where it does not ask.
    pub(crate) url: Option<String>,
    /// What puts a server back into its first state.
    pub(crate) reset: Option<ResetRequest>,
    /// Which calls of a transcript are which operations.
    pub(crate) bindings: Option<PathBuf>,
    /// Where commands run, if not where we were started.
    pub(crate) directory: Option<PathBuf>,
}

/// A mock, opened.
pub(crate) struct Mock {
    kind: Kind,
    /// Whether it was asked for fresh state and had no way to it.
    stale: AtomicBool,
}

enum Kind {
    Live(Resettable<Live>),
    Server(Resettable<Server>),
    Program(Program),
    Stubs {
        stubs: Stubs,
        /// The base URL that they stand for.
        url: Option<Origin>,
    },
}

impl Mock {
    /// Opens what a user wants asked: reads files, starts processes.
    pub(crate) async fn open(wish: &Wish, manner: &Manner) -> Result<Mock, Stop> {
        let limits = LiveLimits { silence: manner.silence, ..LiveLimits::default() };
        let by = manner.reset.clone();
        let url = manner.url.as_deref().map(Origin::parse).transpose().map_err(|e| {
            Stop::usage(format!("--mock-url: {e}"), "give the base URL that the mock stands for")
        })?;
        let kind = match wish {
            Wish::Url(url) => {
                let inner = Live::new(url, None, limits).map_err(|e| {
                    Stop::usage(format!("--mock: {e}"), "give a base URL such as http://127.0.0.1:8080")
                })?;
                Kind::Live(Resettable { inner, by, limits })
            }
            Wish::Command(command) => {
                let plan = Plan {
                    command: command.clone(),
                    directory: manner.directory.clone(),
                    fixed: url,
                    start: manner.start,
                    limits,
                };
                let inner = Server::start(plan).await.map_err(|why| {
                    Stop::new(
                        Exit::CouldNotAsk,
                        format!("could not start cmd:{command}: {why}"),
                        "the command runs in a shell, must listen on $PORT (or {port}) and stay in the foreground; \
                         --mock-url names another place, --start-timeout gives it more time",
                    )
                })?;
                Kind::Server(Resettable { inner, by, limits })
            }
            Wish::Program(command) => Kind::Program(
                Program::start(command, manner.directory.as_deref(), manner.silence).map_err(|why| {
                    Stop::new(
                        Exit::CouldNotAsk,
                        format!("could not start exec:{command}: {why}"),
                        "check the command",
                    )
                })?,
            ),
            Wish::Files { format, path } => {
                let format =
                    format.or_else(|| manner.bindings.as_ref().and_then(|_| mocks::find("transcript")));
                let beside = path.with_file_name(BINDINGS);
                let beside = (path.is_file() && beside.is_file()).then_some(beside);
                let files = files::read(path, manner.bindings.as_deref().or(beside.as_deref()))?;
                Kind::Stubs { stubs: read(format, path, &files)?, url }
            }
        };
        Ok(Mock { kind, stale: AtomicBool::new(false) })
    }

    /// With stubs asked below a path that their routes tell, unless the base URL they stand for was given.
    pub(crate) fn below(mut self, base: impl FnOnce(&[Route]) -> String) -> Mock {
        if let Kind::Stubs { stubs, url } = self.kind {
            let base = match &url {
                Some(url) => url.base.clone(),
                None => base(&stubs.repertoire().unwrap_or_default().routes),
            };
            self.kind = Kind::Stubs { stubs: stubs.below(&base), url };
        }
        self
    }

    /// Whether it was asked for fresh state and had no way to it.
    pub(crate) fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Relaxed)
    }

    /// What to do when it could not be asked.
    pub(crate) fn hint(&self) -> &'static str {
        match self.kind {
            Kind::Live(_) => "start the mock first, and give the base URL it listens on",
            Kind::Server(_) => "mend the command, or start the server yourself and give its URL",
            Kind::Program(_) => {
                "each line of its standard output answers one question; whatever else it prints belongs on \
                 standard error (docs/guides/mocks.md)"
            }
            Kind::Stubs { .. } => "check the files",
        }
    }

    /// Ends what was started for it.
    pub(crate) async fn stop(self) {
        match &self.kind {
            Kind::Server(server) => server.inner.stop().await,
            Kind::Program(program) => program.stop().await,
            Kind::Live(_) | Kind::Stubs { .. } => {}
        }
    }

    fn subject(&self) -> &dyn Subject {
        match &self.kind {
            Kind::Live(live) => live,
            Kind::Server(server) => server,
            Kind::Program(program) => program,
            Kind::Stubs { stubs, .. } => stubs,
        }
    }

    async fn put_back(&self) -> Result<bool, NoAnswer> {
        let fresh = self.subject().reset().await?;
        if !fresh {
            self.stale.store(true, Ordering::Relaxed);
        }
        Ok(fresh)
    }
}

impl Subject for Mock {
    fn name(&self) -> &str {
        self.subject().name()
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        self.subject().answer(request)
    }

    fn repertoire(&self) -> Option<Repertoire> {
        self.subject().repertoire()
    }

    fn instead(&self, wanted: &Wanted<'_>) -> Option<Result<Observed, NoAnswer>> {
        self.subject().instead(wanted)
    }

    fn reset(&self) -> Boxed<'_, Result<bool, NoAnswer>> {
        Box::pin(self.put_back())
    }
}

/// The stubs in the files, by the format named or the one that the files are in.
fn read(format: Option<&'static mocks::MockFormat>, path: &Path, files: &Files) -> Result<Stubs, Stop> {
    let shown = path.display();
    if files.list.is_empty() {
        return Err(Stop::usage(
            format!("--mock {shown}: there is no file in it"),
            "name the directory of the stubs",
        ));
    }
    let format = match format {
        Some(format) => format,
        None => {
            let fits: Vec<_> = mocks::FORMATS.iter().copied().filter(|f| (f.sniff)(files)).collect();
            match fits.as_slice() {
                [one] => *one,
                [] => {
                    let (what, hint) = match mocks::unreadable(files) {
                        Some(why) => (why, "mend the file, or leave it out".to_owned()),
                        None => {
                            let what = "these are stubs of no kind that is known".to_owned();
                            (what, format!("name the kind: {}", formats()))
                        }
                    };
                    return Err(Stop::usage(format!("--mock {shown}: {what}"), hint));
                }
                several => {
                    let names: Vec<&str> = several.iter().map(|format| format.meta.name).collect();
                    return Err(Stop::usage(
                        format!("--mock {shown}: these could be stubs of {}", names.join(" or ")),
                        format!("name the kind, for example --mock {}:{shown}", names[0]),
                    ));
                }
            }
        }
    };
    (format.read)(files).map(|stubs| stubs.at(env::now())).map_err(|e| {
        let hint = e.hint.clone().unwrap_or_else(|| format!("`truetape explain {}`", format.meta.name));
        Stop::usage(format!("--mock {}:{shown}: {e}", format.meta.name), hint)
    })
}
