//! Each implementation, ready to be asked.

use super::{
    http::{Service, failure},
    program::{self, Ended},
    question::{Secrets, fill},
    read::{Loaded, Read},
    tape::{NotFound, Recording},
};
use crate::{
    exit::Stop,
    subjects::{Manner, Mock, Wish},
};
use cassettes::{
    model::{Answer, Request},
    redact::Policy,
    subject::{NoAnswer, Observed, Subject as _},
};
use recorder::LiveLimits;
use std::{path::PathBuf, sync::Arc, time::Duration};
use verify::contract::matrix::{
    Answered, Asks, Case, Contract, Question, Said, Template, Unfilled, Values, Writing,
};

/// How long is waited, and for whom.
pub(super) struct Patience {
    /// For an answer.
    pub(super) answer: Duration,
    /// For a server that is started.
    pub(super) start: Duration,
    /// Certificates to trust besides the system's.
    pub(super) extra_ca: Option<Vec<u8>>,
    /// Where implementations are, in place of what the contract says.
    pub(super) urls: Vec<(String, String)>,
}

/// All that asking needs.
pub(super) struct Askers {
    pub(super) contract: Contract,
    directory: PathBuf,
    answer: Duration,
    secrets: Secrets,
    all: Vec<Asker>,
}

enum Asker {
    Service(Service),
    Started(Box<Mock>),
    Program,
    Recording(Box<Recording>),
    /// It could not be started.
    Broken(String),
}

impl Askers {
    pub(super) async fn open(
        read: Read,
        loaded: &Loaded,
        secrets: Secrets,
        policy: &Arc<Policy>,
        patience: Patience,
    ) -> Result<Askers, Stop> {
        let Read { contract, directory, .. } = read;
        let limits =
            LiveLimits { connect: patience.answer, silence: patience.answer, whole: patience.answer };
        let mut askers = Askers { contract, directory, answer: patience.answer, secrets, all: Vec::new() };
        for one in &askers.contract.implementations {
            let elsewhere =
                patience.urls.iter().find(|(name, _)| *name == one.name).map(|(_, url)| url.clone());
            let service = || Service::new(elsewhere.clone(), limits, patience.extra_ca.clone());
            let asker = match &one.asks {
                Asks::Http(_) => Asker::Service(service()?),
                Asks::Started(..) if elsewhere.is_some() => Asker::Service(service()?),
                Asks::Started(command, _) => {
                    let directory =
                        Some(askers.directory.clone()).filter(|path| !path.as_os_str().is_empty());
                    let manner = Manner {
                        silence: patience.answer,
                        start: patience.start,
                        directory,
                        ..Manner::default()
                    };
                    match Mock::open(&Wish::Command(command.clone()), &manner).await {
                        Ok(mock) => Asker::Started(Box::new(mock)),
                        // One that cannot be started does not spoil the rest.
                        Err(stop) => Asker::Broken(on_one_line(&stop.message, command)),
                    }
                }
                Asks::Exec(_) => Asker::Program,
                Asks::Cassette(file, _) => match loaded.find(file) {
                    Some(cassette) => {
                        Asker::Recording(Box::new(Recording::new(cassette, Arc::clone(policy))))
                    }
                    None => Asker::Broken(format!("{file} was not loaded")),
                },
            };
            askers.all.push(asker);
        }
        Ok(askers)
    }

    /// Asks an implementation a case.
    pub(super) async fn ask(&self, who: usize, case: &Case) -> Answered {
        let asked = match &self.contract.implementations[who].asks {
            Asks::Exec(words) => self.run(who, words, case).await,
            Asks::Http(question) | Asks::Started(_, question) | Asks::Cassette(_, question) => {
                self.put(who, question, case).await
            }
        };
        asked.unwrap_or_else(|why| {
            Answered::without(Said::NotAsked(why.to_string()), String::new(), &why.to_string())
        })
    }

    async fn put(&self, who: usize, question: &Question, case: &Case) -> Result<Answered, Unfilled> {
        let filled = fill(question, &case.with, &self.secrets, &|target| match &self.all[who] {
            Asker::Service(service) => service.shown(target),
            _ => target.to_owned(),
        })?;
        let (request, shown) = (filled.request, filled.shown);
        let observed = match &self.all[who] {
            Asker::Broken(why) => {
                return Ok(Answered::without(Said::Failed("not started".to_owned()), shown, why));
            }
            Asker::Recording(recording) => return Ok(self.recorded(who, recording, case, &request, shown)),
            Asker::Program => {
                return Ok(Answered::without(Said::NotAsked("a program".to_owned()), shown, ""));
            }
            Asker::Service(service) => self.in_time(service.ask(request.clone())).await,
            Asker::Started(mock) => self.in_time(mock.answer(&request)).await,
        };
        let answer = match observed {
            Some(Ok(observed)) => observed.answer,
            Some(Err(no)) => return Ok(Answered::without(failure(&no), shown, &no.reason)),
            None => {
                let why = format!("no whole answer within {} s", self.answer.as_secs_f64());
                return Ok(Answered::without(Said::Failed("timeout".to_owned()), shown, &why));
            }
        };
        Ok(self.answered(who, case, &answer, &request, shown))
    }

    async fn in_time(
        &self,
        asked: impl Future<Output = Result<Observed, NoAnswer>>,
    ) -> Option<Result<Observed, NoAnswer>> {
        tokio::time::timeout(self.answer, asked).await.ok()
    }

    fn recorded(
        &self,
        who: usize,
        recording: &Recording,
        case: &Case,
        request: &Request,
        shown: String,
    ) -> Answered {
        match recording.find(request) {
            Ok((cite, answer)) => {
                Answered { exchange: Some(cite.clone()), ..self.answered(who, case, answer, request, shown) }
            }
            Err(not) => {
                let file = match &self.contract.implementations[who].asks {
                    Asks::Cassette(file, _) => file.as_str(),
                    Asks::Http(_) | Asks::Started(..) | Asks::Exec(_) => "the cassette",
                };
                let why = match not {
                    NotFound::Unknown => {
                        let near = recording.nearest(request).map(|near| format!("; the nearest is {near}"));
                        format!("{file} holds no answer to {shown}{}", near.unwrap_or_default())
                    }
                    NotFound::Several => format!(
                        "{file} holds several answers to {shown} that only the key of its pseudonyms tells apart, \
                         and the key is not here"
                    ),
                };
                Answered::without(Said::NotAsked(why.clone()), shown, &why)
            }
        }
    }

    async fn run(&self, who: usize, words: &[Template], case: &Case) -> Result<Answered, Unfilled> {
        let words = filled(words, case)?;
        let shown =
            verify::excerpt::bounded(&words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "));
        let request = Request::new("RUN", "/");
        Ok(match program::run(&words, &self.directory, self.answer).await {
            Ended::Printed(answer) => self.answered(who, case, &answer, &request, shown),
            Ended::Otherwise(said, why) => Answered::without(said, shown, &why),
        })
    }

    fn answered(
        &self,
        who: usize,
        case: &Case,
        answer: &Answer,
        request: &Request,
        shown: String,
    ) -> Answered {
        Answered::of(&self.contract, &self.contract.implementations[who], case, answer, request, shown)
    }

    /// Ends what was started.
    pub(super) async fn stop(self) {
        for asker in self.all {
            if let Asker::Started(mock) = asker {
                mock.stop().await;
            }
        }
    }
}

/// Why a server did not start, with the command as the contract has it.
fn on_one_line(message: &str, command: &str) -> String {
    let message = message.replacen(&format!("cmd:{command}"), &format!("`{command}`"), 1);
    let lines = message.lines().map(|line| line.trim().trim_start_matches('|').trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ").replace(":; ", ": ")
}

/// The words of a command with the values of a case; no secret is ever among them.
fn filled(words: &[Template], case: &Case) -> Result<Vec<String>, Unfilled> {
    let values = Values { with: &case.with, secret: &|_| None };
    words.iter().map(|word| word.fill(values, Writing::Plain)).collect()
}

/// A word as a shell would take it, for people.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
