//! The settings file: found, read, and what follows from it.

use super::{
    age::Evidence, drift::DriftSettings, mock::MockSettings, notify::NotifySettings, proxy::ProxySettings,
    replay::ReplaySettings, scan::ScanSettings,
};
use crate::{
    env,
    exit::{Exit, Stop},
    ignores::Ignore,
};
use cassettes::{
    jwt::Keys,
    matching::Declared,
    model::RedactRules,
    redact::{Policy, RuleError, Secret},
    scan::Scanner,
    store,
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use wire::keys::TokenKey;

/// The settings file's name.
const FILE: &str = "truetape.yaml";

#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Base URLs to record, where no `--upstream` is given.
    pub(crate) upstreams: Vec<String>,
    /// Cassettes, where none are named; relative to the file.
    pub(crate) cassettes: Vec<PathBuf>,
    /// Named secrets: `billing-key: env:BILLING_KEY`.
    pub(crate) secrets: BTreeMap<String, String>,
    /// Added to the default redaction list.
    pub(crate) redact: RedactRules,
    /// The key that signs tokens.
    pub(crate) tokens: Option<Tokens>,
    /// Findings that are known and accepted for a while.
    #[serde(deserialize_with = "list")]
    pub(crate) ignore: Vec<Ignore>,
    /// What is verified where nothing else is named.
    pub(crate) mock: MockSettings,
    /// What makes no difference between an asked request and a recorded one.
    pub(crate) matching: Declared,
    /// How sessions play that say nothing else.
    pub(crate) replay: ReplaySettings,
    /// Whom a forward proxy records.
    pub(crate) proxy: ProxySettings,
    /// What is no leak in this project.
    scan: ScanSettings,
    /// What evidence must be like.
    pub(crate) evidence: Evidence,
    /// How the real side is asked again.
    pub(crate) drift: DriftSettings,
    /// Whom runs of drift tell what is new.
    pub(crate) notify: NotifySettings,
    /// Where the file stands, from where we were started; empty where there is none.
    #[serde(skip)]
    directory: PathBuf,
    /// The token key that a flag gave, for those who pass the settings on.
    #[serde(skip)]
    pub(crate) token_key: Option<String>,
    /// What stands in it.
    #[serde(skip)]
    pub(crate) text: String,
}

/// An empty `ignore:` is a list without entries.
fn list<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Ignore>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// `tokens: {key: env:SIGNING_KEY, alg: HS256}`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tokens {
    key: String,
    alg: String,
}

impl Settings {
    /// The settings of this directory or the nearest above it; the defaults where there is no file.
    pub(crate) fn find() -> Result<Settings, Stop> {
        let start = env::directory();
        let mut way = PathBuf::from(".");
        for directory in start.ancestors() {
            let path = way.join(FILE);
            match std::fs::read_to_string(&path) {
                Ok(text) => return Settings::parse(&way, &text),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => {
                    return Err(Stop::usage(format!("{}: reading: {e}", path.display()), "check the file"));
                }
            }
            // A project ends where its version control does.
            if directory.join(".git").exists() {
                break;
            }
            way = if way == Path::new(".") { "..".into() } else { way.join("..") };
        }
        Ok(Settings::default())
    }

    /// Whether there is a settings file: a project that keeps what it learns.
    pub(crate) fn is_there(&self) -> bool {
        !self.directory.as_os_str().is_empty()
    }

    /// The file as people would type it; where there is none, the one that would be made.
    pub(crate) fn path(&self) -> PathBuf {
        self.below(Path::new(FILE))
    }

    fn parse(directory: &Path, text: &str) -> Result<Settings, Stop> {
        let found =
            Settings { directory: directory.to_owned(), text: text.to_owned(), ..Settings::default() };
        let path = found.path();
        // Remarks alone are no document.
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return Ok(found);
        }
        let mut settings: Settings = serde_yaml::from_str(text).map_err(|e| {
            let place = e.location().map_or(String::new(), |at| format!(":{}:{}", at.line(), at.column()));
            let said = e.to_string();
            // The place stands before it already.
            let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
            Stop::usage(format!("{}{place}: {what}", path.display()), "README.md shows every setting")
        })?;
        settings.directory = found.directory;
        settings.text = found.text;
        Ok(settings)
    }

    /// The cassettes to use: those named, else those of the settings.
    pub(crate) fn cassettes(&self, named: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
        if !named.is_empty() {
            return Ok(named.to_vec());
        }
        if self.cassettes.is_empty() {
            return Err(Stop::usage(
                "no cassette named",
                "name cassettes, or list them under `cassettes:` in truetape.yaml",
            ));
        }
        Ok(self.cassettes.iter().map(|path| self.below(path)).collect())
    }

    /// A path that stands in the file, from where we were started.
    pub(crate) fn below(&self, path: &Path) -> PathBuf {
        self.directory.strip_prefix(".").unwrap_or(&self.directory).join(path)
    }

    /// The key that checks and signs tokens: the flag's, else the settings'.
    pub(crate) fn keys(&self, flag: Option<&str>) -> Result<Option<Arc<dyn Keys>>, Stop> {
        let hint = "give hs256:TEXT, rs256:FILE, es256:FILE or env:NAME";
        let (alg, material) = match (flag, &self.tokens) {
            (Some(flag), _) => match flag.split_once(':') {
                Some(("env", name)) => {
                    (None, env::var(name).ok_or_else(|| unset(name, "--token-key"))?.into_bytes())
                }
                Some((alg, text)) if alg.to_ascii_lowercase().starts_with("hs") => {
                    (Some(alg), text.as_bytes().to_vec())
                }
                // The keys of the asymmetric algorithms are files.
                Some((alg, path)) => {
                    let pem = std::fs::read(path)
                        .map_err(|e| Stop::usage(format!("{path}: reading the token key: {e}"), hint))?;
                    (Some(alg), pem)
                }
                None => return Err(Stop::usage("--token-key: expected ALGORITHM:KEY", hint)),
            },
            (None, Some(tokens)) => {
                let name = secret_name(&tokens.key, "tokens.key")?;
                let key = env::var(name).ok_or_else(|| unset(name, "tokens.key"))?;
                (Some(tokens.alg.as_str()), key.into_bytes())
            }
            (None, None) => return Ok(None),
        };
        let key =
            TokenKey::new(alg, &material).map_err(|e| Stop::usage(format!("the token key: {e}"), hint))?;
        Ok(Some(Arc::new(key)))
    }

    /// The key by which a replay checks tokens that are shown to it. It does well without: where the settings
    /// name a variable that is not set, nothing is checked.
    pub(crate) fn checking_keys(&self) -> Result<Option<Arc<dyn Keys>>, Stop> {
        match &self.token_key {
            Some(flag) => self.keys(Some(flag)),
            None => Ok(self.keys(None).ok().flatten()),
        }
    }

    /// The redaction policy. The pseudonyms' key is the project's; `make` says whether one may be made
    /// where there is none (recording), or the policy does without (matching needs no secrecy).
    pub(crate) fn policy(
        &self,
        rules: &RedactRules,
        keys: Option<Arc<dyn Keys>>,
        beside: &Path,
        make: bool,
    ) -> Result<Policy, Stop> {
        let directory = self.project(beside);
        let fresh = if make { env::random() } else { None };
        let key = store::pseudonym_key(directory, fresh)?;
        if make && key.is_none() {
            return Err(Stop::new(Exit::Internal, "the system gave no random numbers", "try again"));
        }
        let secrets = self.secrets(make)?;
        let policy = match make || keys.is_some() {
            true => Policy::new(rules, secrets, key, keys),
            false => Policy::revealing(rules, secrets, key),
        };
        policy.map_err(|e| unruly(&e))
    }

    /// The policy by which a recorder compares what is asked with a cassette that another key made: its own was
    /// not there before.
    pub(crate) fn keyless(&self, rules: &RedactRules, keys: Option<Arc<dyn Keys>>) -> Result<Policy, Stop> {
        Policy::new(rules, self.secrets(true)?, None, keys).map_err(|e| unruly(&e))
    }

    /// Where the project's own key is kept: beside the settings, else beside a file of the project.
    pub(super) fn project<'p>(&'p self, beside: &'p Path) -> &'p Path {
        if self.directory.as_os_str().is_empty() {
            return beside.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        }
        &self.directory
    }

    /// Refuses to write what holds a secret, but for the kinds that are allowed: the flag's and the settings'.
    pub(crate) fn scanner(&self, allowed: &[String]) -> Result<Scanner, Stop> {
        self.scan.scanner(&[], allowed)
    }

    /// What `scan` looks for: these kinds or all, but for those to skip and those that are allowed.
    pub(crate) fn scanner_of(&self, only: &[String], skip: &[String]) -> Result<Scanner, Stop> {
        self.scan.scanner(only, skip)
    }

    /// The named secrets. While recording each must be known, or it would reach the disk unnamed.
    pub(crate) fn secrets(&self, all: bool) -> Result<Vec<Secret>, Stop> {
        let mut secrets = Vec::new();
        for (name, source) in &self.secrets {
            match resolve(source, &format!("secrets.{name}")) {
                Ok(value) => secrets.push(Secret { name: name.clone(), value }),
                Err(stop) if all => return Err(stop),
                Err(_) => {}
            }
        }
        Ok(secrets)
    }

    /// The project's redaction rules together with those a cassette was recorded under.
    pub(crate) fn rules(&self, recorded: &RedactRules) -> RedactRules {
        join(&self.redact, recorded)
    }
}

fn unruly(error: &RuleError) -> Stop {
    Stop::usage(format!("{FILE}: {error}"), "mend `redact:` or `secrets:` in truetape.yaml")
}

/// All rules of both.
pub(crate) fn join(ours: &RedactRules, theirs: &RedactRules) -> RedactRules {
    let join = |ours: &[String], theirs: &[String]| {
        let mut all = ours.to_vec();
        all.extend(theirs.iter().filter(|t| !ours.contains(t)).cloned());
        all
    };
    RedactRules {
        headers: join(&ours.headers, &theirs.headers),
        query: join(&ours.query, &theirs.query),
        json: join(&ours.json, &theirs.json),
        patterns: join(&ours.patterns, &theirs.patterns),
        keep: join(&ours.keep, &theirs.keep),
    }
}

/// `env:NAME` as its value. A secret never stands in the settings file itself.
fn resolve(source: &str, setting: &str) -> Result<String, Stop> {
    let name = secret_name(source, setting)?;
    env::var(name).ok_or_else(|| unset(name, setting))
}

fn secret_name<'s>(source: &'s str, setting: &str) -> Result<&'s str, Stop> {
    source.strip_prefix("env:").ok_or_else(|| {
        Stop::usage(
            format!("{FILE}: {setting}: expected env:NAME"),
            "secrets live in the environment, never in the file",
        )
    })
}

fn unset(name: &str, setting: &str) -> Stop {
    Stop::usage(
        format!("{setting}: the environment variable {name} is not set"),
        format!("export {name}=..."),
    )
}
