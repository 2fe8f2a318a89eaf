//! A running truetape.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// What a finished run left.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

fn command(arguments: &[&str], directory: &Path) -> Command {
    prepared(&binary(), arguments, directory)
}

/// The binary under test: the one just built, or what `TRUETAPE_BINARY` names, such as a release build under load.
fn binary() -> String {
    std::env::var("TRUETAPE_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_truetape").to_owned())
}

fn prepared(program: &str, arguments: &[&str], directory: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.env_remove("CI").env_remove("TRUETAPE_FORCE_RECORD").env("NO_COLOR", "1");
    command
}

/// Runs to the end, at most a minute.
pub(crate) fn truetape(arguments: &[&str], directory: &Path) -> Done {
    truetape_with(arguments, directory, &[])
}

/// As [`truetape`], with these variables in its environment.
pub(crate) fn truetape_with(arguments: &[&str], directory: &Path, variables: &[(&str, &str)]) -> Done {
    let mut command = command(arguments, directory);
    let child = command.envs(variables.iter().copied()).spawn().expect("the binary starts");
    finish(child, String::new())
}

/// A run that listens.
pub(crate) struct Running {
    child: Option<Child>,
    /// The base URLs that it announced.
    pub(crate) urls: Vec<String>,
    said: String,
}

impl Running {
    /// Starts it and waits for this many ready lines.
    pub(crate) fn start(arguments: &[&str], directory: &Path, lines: usize) -> Running {
        Running::start_with(arguments, directory, lines, &[])
    }

    /// As [`Running::start`], with these variables in its environment.
    pub(crate) fn start_with(
        arguments: &[&str],
        directory: &Path,
        lines: usize,
        variables: &[(&str, &str)],
    ) -> Running {
        let mut command = command(arguments, directory);
        command.envs(variables.iter().copied());
        Running::spawn(command, arguments, lines)
    }

    /// As [`Running::start`], below a shell that first sets limits, which it inherits.
    pub(crate) fn start_limited(limits: &str, arguments: &[&str], directory: &Path) -> Running {
        let line = format!("{limits}; exec \"$0\" \"$@\"");
        let binary = binary();
        let through = [&["-c", &line, &binary], arguments].concat();
        Running::spawn(prepared("sh", &through, directory), arguments, 1)
    }

    fn spawn(mut command: Command, arguments: &[&str], lines: usize) -> Running {
        let mut child = command.spawn().expect("the binary starts");
        let stdout = child.stdout.take().expect("piped");
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        let mut urls = Vec::new();
        let mut said = String::new();
        while urls.len() < lines {
            match receive.recv_timeout(Duration::from_secs(30)) {
                Ok(line) => {
                    said.push_str(&line);
                    said.push('\n');
                    let url = line.strip_prefix("listening on ").expect("a ready line");
                    urls.push(url.split(' ').next().unwrap_or_default().to_owned());
                }
                Err(_) => {
                    let _ = child.kill();
                    let done = finish(child, said);
                    panic!("{arguments:?} did not get ready: {done:?}");
                }
            }
        }
        Running { child: Some(child), urls, said }
    }

    pub(crate) fn url(&self) -> &str {
        &self.urls[0]
    }

    /// Its process, while it runs.
    pub(crate) fn id(&self) -> u32 {
        self.child.as_ref().map_or(0, Child::id)
    }

    /// Asks it to stop, as a terminal or a supervisor does.
    pub(crate) fn stop(mut self) -> Done {
        let child = self.child.take().expect("running");
        signal(&child, "-INT");
        finish(child, std::mem::take(&mut self.said))
    }

    /// Waits until it has ended by itself.
    pub(crate) fn ended(mut self) -> Done {
        let child = self.child.take().expect("running");
        finish(child, std::mem::take(&mut self.said))
    }

    /// Ends it without a word.
    pub(crate) fn kill(mut self) {
        let mut child = self.child.take().expect("running");
        child.kill().expect("killed");
        child.wait().expect("reaped");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn signal(child: &Child, signal: &str) {
    // The shell's own `kill`: no other program is needed.
    let line = format!("kill {signal} {}", child.id());
    Command::new("sh").args(["-c", &line]).status().expect("a shell is there");
}

fn finish(mut child: Child, mut stdout: String) -> Done {
    let out = child.stdout.take().map(|mut out| {
        thread::spawn(move || {
            let mut text = String::new();
            let _ = out.read_to_string(&mut text);
            text
        })
    });
    let err = child.stderr.take().map(|mut err| {
        thread::spawn(move || {
            let mut text = String::new();
            let _ = err.read_to_string(&mut text);
            text
        })
    });
    let deadline = Instant::now() + Duration::from_secs(60);
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("the run did not end");
        }
        thread::sleep(Duration::from_millis(5));
    };
    let text = |reader: Option<thread::JoinHandle<String>>| {
        reader.map(|r| r.join().unwrap_or_default()).unwrap_or_default()
    };
    stdout.push_str(&text(out));
    Done { code: status.code().unwrap_or(-1), stdout, stderr: text(err) }
}
