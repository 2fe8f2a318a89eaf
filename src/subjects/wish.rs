//! What `--mock SUBJECT` means.

use crate::exit::Stop;
use std::path::{Path, PathBuf};
use verify::mocks::{FORMATS, MockFormat};

/// What a user wants asked.
#[derive(Debug)]
pub(crate) enum Wish {
    /// A server that is running: its base URL.
    Url(String),
    /// A server that we start: a line of the shell.
    Command(String),
    /// A program that answers line by line: a line of the shell.
    Program(String),
    /// Files that say what a tool would answer; without a format the files tell.
    Files {
        /// As the user named it.
        format: Option<&'static MockFormat>,
        /// A file or a directory.
        path: PathBuf,
    },
}

impl Wish {
    /// Reads a subject as users write it; paths are relative to `base`.
    pub(crate) fn parse(text: &str, base: &Path) -> Result<Wish, Stop> {
        let refuse = |what: &str| Stop::usage(format!("--mock {text}: {what}"), kinds());
        if text.starts_with("http://") || text.starts_with("https://") {
            return Ok(Wish::Url(text.to_owned()));
        }
        if text.trim().is_empty() {
            return Err(refuse("expected a subject"));
        }
        if let Some((kind, rest)) = text.split_once(':') {
            let given = |what: &str| match rest.trim() {
                "" => Err(refuse(&format!("expected {what} after `{kind}:`"))),
                rest => Ok(rest.to_owned()),
            };
            match kind {
                "cmd" => return Ok(Wish::Command(given("a command")?)),
                "exec" => return Ok(Wish::Program(given("a command")?)),
                _ => {}
            }
            if let Some(format) = FORMATS.iter().copied().find(|format| format.meta.name == kind) {
                let path = base.join(given("a file or a directory")?);
                return Ok(Wish::Files { format: Some(format), path });
            }
        }
        let path = base.join(text);
        if path.exists() {
            return Ok(Wish::Files { format: None, path });
        }
        Err(match text.split_once(':') {
            Some((host, port)) if is_authority(host, port) => Stop::usage(
                format!("--mock {text}: expected a base URL, found an address"),
                format!("try --mock http://{text}"),
            ),
            Some((kind, _)) if !kind.contains(['/', '\\', '.']) => {
                refuse(&format!("there is no kind of mock `{kind}`, and no such file"))
            }
            _ => refuse("no such file or directory"),
        })
    }

    /// Why nothing can be asked where no subject is named.
    pub(crate) fn missing() -> Stop {
        Stop::usage("no mock named: expected --mock SUBJECT, or `mock:` in truetape.yaml", kinds())
    }
}

/// `localhost:8080`
fn is_authority(host: &str, port: &str) -> bool {
    let digits = port.split('/').next().unwrap_or_default();
    !host.is_empty() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Every kind of mock, for hints.
pub(super) fn kinds() -> String {
    format!(
        "a mock is a URL (http://127.0.0.1:8080), a file or directory of stubs ({}, or without the name in front), \
         exec:COMMAND (answers line by line), or cmd:COMMAND (a server that listens on $PORT)",
        formats()
    )
}

/// `wiremock:PATH, nock:PATH, …`
pub(super) fn formats() -> String {
    let names: Vec<String> = FORMATS.iter().map(|format| format!("{}:PATH", format.meta.name)).collect();
    names.join(", ")
}
