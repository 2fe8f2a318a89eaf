//! `exec:COMMAND`: a program that is asked on its standard input and answers on its standard output, one
//! JSON object a line.

use super::{group::Group, log::Log};
use cassettes::{
    json::Json,
    model::{Answer, FailureKind, Headers, Request, Timing, TransportFailure},
    subject::{Boxed, NoAnswer, Observed, Subject},
};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    process::{ChildStdin, ChildStdout},
    sync::Mutex,
    time::{Instant, timeout_at},
};
use verify::mocks::message;
use wire::client::is_hop_by_hop;

/// The longest line that is read.
const LONGEST: u64 = 256 * 1024 * 1024;
/// So much of a line is quoted.
const QUOTED: usize = 200;

/// A program that answers line by line.
pub(super) struct Program {
    name: String,
    command: String,
    directory: Option<PathBuf>,
    /// How long it may be silent.
    silence: Duration,
    talk: Mutex<Talk>,
}

/// The conversation with one process.
struct Talk {
    group: Group,
    log: Log,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    /// The line that was read last, counted from one.
    line: u64,
    /// The question that was asked last.
    id: u64,
    /// Questions given up; their answers may still come.
    given_up: Vec<u64>,
    /// Whether anything was asked since it was in its first state.
    used: bool,
    /// The beginning of a line that was not at its end in time.
    begun: Vec<u8>,
}

impl Program {
    /// Starts it; what it says is heard when it is asked.
    pub(super) fn start(
        command: &str,
        directory: Option<&Path>,
        silence: Duration,
    ) -> Result<Program, String> {
        Ok(Program {
            name: format!("exec:{command}"),
            command: command.to_owned(),
            directory: directory.map(Path::to_owned),
            silence,
            talk: Mutex::new(Talk::start(command, directory)?),
        })
    }

    /// Ends it and all that it started.
    pub(super) async fn stop(&self) {
        self.talk.lock().await.group.stop().await;
    }

    async fn ask(&self, request: &Request) -> Result<Observed, NoAnswer> {
        let mut talk = self.talk.lock().await;
        talk.used = true;
        talk.id += 1;
        let id = talk.id;
        let begun = Instant::now();
        talk.say(&message::question(id, &portable(request)), begun + self.silence).await?;
        let answer = match talk.answer(id, begun + self.silence).await? {
            Some(answer) => answer,
            // One silence may be what the program means to show; after that it is of no use.
            None if talk.given_up.last().is_some_and(|last| last + 1 == id) => {
                return Err(talk.fatal(format!("no answer to questions {} and {id}", id - 1)).await);
            }
            None => {
                talk.given_up.push(id);
                let message = format!("no answer within {} s", self.silence.as_secs_f64());
                Answer::Failed(TransportFailure { kind: FailureKind::Timeout, message, partial: None })
            }
        };
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let first_byte = answer.reply().map(|_| micros);
        let timing = Timing { first_byte, end: Some(micros), chunks: Vec::new() };
        Ok(Observed { timing, ..Observed::of(answer) })
    }

    async fn begin_anew(&self) -> Result<bool, NoAnswer> {
        let mut talk = self.talk.lock().await;
        if !talk.used {
            return Ok(true);
        }
        let until = Instant::now() + self.silence;
        talk.say(r#"{"reset":true}"#, until).await?;
        if talk.has_reset(until).await? {
            talk.used = false;
            return Ok(true);
        }
        // It has no way to; a process that begins has.
        talk.group.stop().await;
        *talk = Talk::start(&self.command, self.directory.as_deref())
            .map_err(|reason| NoAnswer { reason, fatal: true })?;
        Ok(true)
    }
}

impl Subject for Program {
    fn name(&self) -> &str {
        &self.name
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        Box::pin(self.ask(request))
    }

    fn reset(&self) -> Boxed<'_, Result<bool, NoAnswer>> {
        Box::pin(self.begin_anew())
    }
}

impl Talk {
    fn start(command: &str, directory: Option<&Path>) -> Result<Talk, String> {
        let mut group = Group::spawn(command, directory, None, Stdio::piped())
            .map_err(|e| format!("cannot start a shell for it: {e}"))?;
        let (Some(stdin), Some(stdout)) = (group.child.stdin.take(), group.child.stdout.take()) else {
            return Err("its input and output are not ours".to_owned());
        };
        let mut log = Log::default();
        log.follow(group.child.stderr.take());
        let stdout = BufReader::new(stdout);
        Ok(Talk {
            group,
            log,
            stdin,
            stdout,
            line: 0,
            id: 0,
            given_up: Vec::new(),
            used: false,
            begun: Vec::new(),
        })
    }

    async fn say(&mut self, line: &str, until: Instant) -> Result<(), NoAnswer> {
        let line = format!("{line}\n");
        let said = async {
            self.stdin.write_all(line.as_bytes()).await?;
            self.stdin.flush().await
        };
        match timeout_at(until, said).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.ended().await),
            Err(_) => Err(self.fatal("it does not read its input".to_owned()).await),
        }
    }

    /// The answer to this question; none when there was none in time.
    async fn answer(&mut self, id: u64, until: Instant) -> Result<Option<Answer>, NoAnswer> {
        loop {
            let Some((text, object)) = self.object(until).await? else { return Ok(None) };
            match message::id(&object) {
                Some(found) if found == id => {
                    return match message::answer(&object) {
                        Ok(answer) => Ok(Some(answer)),
                        Err(e) => Err(self.confused(&e.to_string(), &text).await),
                    };
                }
                // Late, and no longer waited for.
                Some(found) if self.given_up.contains(&found) => {}
                Some(found) => {
                    let what = format!("expected the answer to question {id}, found one to {found}");
                    return Err(self.confused(&what, &text).await);
                }
                None => {
                    let what = format!("expected an answer with \"id\": {id}");
                    return Err(self.confused(&what, &text).await);
                }
            }
        }
    }

    async fn has_reset(&mut self, until: Instant) -> Result<bool, NoAnswer> {
        loop {
            let Some((text, object)) = self.object(until).await? else {
                return Err(self.fatal("no answer to {\"reset\": true}".to_owned()).await);
            };
            match (object.get("reset"), message::id(&object)) {
                (Some(Json::Bool(done)), _) => return Ok(*done),
                (_, Some(id)) if self.given_up.contains(&id) => {}
                _ => return Err(self.confused("expected {\"reset\": true}", &text).await),
            }
        }
    }

    /// The next line as an object, and as it stands; none when none came in time.
    async fn object(&mut self, until: Instant) -> Result<Option<(String, Json)>, NoAnswer> {
        loop {
            let mut bounded = (&mut self.stdout).take(LONGEST);
            let read = bounded.read_until(b'\n', &mut self.begun);
            let Ok(read) = timeout_at(until, read).await else { return Ok(None) };
            if !matches!(read, Ok(1..)) {
                return Err(self.ended().await);
            }
            self.line += 1;
            let text = String::from_utf8_lossy(&std::mem::take(&mut self.begun)).trim().to_owned();
            if text.is_empty() {
                continue;
            }
            return match Json::parse(text.as_bytes()) {
                Ok(object @ Json::Object(_)) => Ok(Some((text, object))),
                Ok(_) => Err(self.confused("expected a JSON object", &text).await),
                Err(e) => {
                    Err(self.confused(&format!("expected a JSON object, found no JSON ({e})"), &text).await)
                }
            };
        }
    }

    async fn confused(&mut self, what: &str, line: &str) -> NoAnswer {
        let mut quote: String = line.chars().take(QUOTED).collect();
        if quote.len() < line.len() {
            quote.push('…');
        }
        let reason = format!("line {} of its output: {what}: {quote}", self.line);
        self.fatal(reason).await
    }

    async fn ended(&mut self) -> NoAnswer {
        let how = match tokio::time::timeout(Duration::from_secs(1), self.group.child.wait()).await {
            Ok(Ok(status)) => status.to_string(),
            _ => "it closed its output".to_owned(),
        };
        let after = match self.id {
            0 => "before it was asked anything".to_owned(),
            id => format!("after {} of {id} questions", self.line.min(id)),
        };
        self.fatal(format!("it ended {after}: {how}")).await
    }

    /// No way to go on, with what the program said besides.
    async fn fatal(&mut self, reason: String) -> NoAnswer {
        self.group.stop().await;
        NoAnswer { reason: format!("{reason}{}", self.log.shown().await), fatal: true }
    }
}

/// The question without what belongs to the recorded connection; field names in lower case, so that a
/// program finds them without a library.
fn portable(request: &Request) -> Request {
    let mut request = request.clone();
    let dropped = |name: &str| is_hop_by_hop(name) || matches!(name, "host" | "content-length" | "expect");
    request.headers = Headers(
        request
            .headers
            .0
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .filter(|(name, _)| !dropped(name))
            .collect(),
    );
    request
}
