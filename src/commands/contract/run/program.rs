//! Implementations that are programs: run once for each case, they print the answer.

use crate::subjects::Group;
use cassettes::{
    json::Json,
    model::{Answer, Headers, Response},
};
use std::{path::Path, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::Command,
};
use verify::contract::matrix::Said;

/// So much of what a program prints is kept.
const MOST: usize = 16 * 1024 * 1024;

/// What a program came to.
pub(super) enum Ended {
    /// It printed this.
    Printed(Answer),
    /// It did not, and why.
    Otherwise(Said, String),
}

/// Runs a program to its end, or to the end of its time. All that it started ends with it.
pub(super) async fn run(words: &[String], directory: &Path, limit: Duration) -> Ended {
    let Some((program, arguments)) = words.split_first() else {
        return Ended::Otherwise(Said::Failed("not started".to_owned()), "no command".to_owned());
    };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    if !directory.as_os_str().is_empty() {
        command.current_dir(directory);
    }
    let mut group = match Group::start(command) {
        Ok(group) => group,
        Err(e) => {
            return Ended::Otherwise(
                Said::Failed("not started".to_owned()),
                format!("cannot start `{program}`: {e}"),
            );
        }
    };
    let out = tokio::spawn(kept(group.child.stdout.take()));
    let err = tokio::spawn(kept(group.child.stderr.take()));
    let status = tokio::time::timeout(limit, group.child.wait()).await;
    // Whatever it left behind holds its output open.
    group.stop().await;
    let ((out, is_whole), (err, _)) = (out.await.unwrap_or_default(), err.await.unwrap_or_default());
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    match status {
        Err(_) => Ended::Otherwise(
            Said::Failed("timeout".to_owned()),
            format!("it had not ended after {} s {}", limit.as_secs_f64(), said(&err)),
        ),
        Ok(Err(e)) => Ended::Otherwise(Said::Failed("not started".to_owned()), e.to_string()),
        Ok(Ok(status)) if status.success() && !is_whole => {
            let why = format!("larger than {} MiB, not read", MOST / 1024 / 1024);
            Ended::Otherwise(Said::Unreadable(why.clone()), why)
        }
        Ok(Ok(status)) if status.success() => Ended::Printed(printed(out)),
        Ok(Ok(status)) => {
            let how = status.code().map_or_else(|| "killed".to_owned(), |code| format!("exit {code}"));
            // The last line tells most.
            let told = said(&err);
            let told = if told.is_empty() { said(&out) } else { told };
            Ended::Otherwise(Said::Exit(how), told.lines().last().unwrap_or_default().to_owned())
        }
    }
}

/// What was printed, as a reply.
fn printed(out: Vec<u8>) -> Answer {
    let media = if Json::parse(&out).is_ok() { "application/json" } else { "text/plain; charset=utf-8" };
    Answer::Reply(Response::new(200, Headers::from_pairs([("Content-Type", media)]), out))
}

/// What came, and whether that is all.
async fn kept(stream: Option<impl AsyncRead + Unpin>) -> (Vec<u8>, bool) {
    let (mut kept, mut is_whole) = (Vec::new(), true);
    let Some(mut stream) = stream else { return (kept, is_whole) };
    let mut piece = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = stream.read(&mut piece).await {
        let room = MOST.saturating_sub(kept.len());
        is_whole &= count <= room;
        kept.extend_from_slice(&piece[..count.min(room)]);
    }
    (kept, is_whole)
}
