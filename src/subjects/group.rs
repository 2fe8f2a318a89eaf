//! A command of the user's in a process group of its own, so that all that it started ends with it.

use std::{
    io,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::process::{Child, Command};

/// So long a process may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(3);
/// So long what it started may take after it has gone itself.
const STRAGGLERS: Duration = Duration::from_millis(300);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A running command and whatever it starts. Ends with this value, at the latest.
pub(crate) struct Group {
    pub(crate) child: Child,
    /// The group's number: that of its first process.
    #[cfg(unix)]
    id: Option<rustix::process::Pid>,
    ended: bool,
}

impl Group {
    /// Runs a line of the shell, with `PORT` in its environment where it is to listen. Its output is piped.
    pub(super) fn spawn(
        line: &str,
        directory: Option<&Path>,
        port: Option<u16>,
        stdin: Stdio,
    ) -> io::Result<Group> {
        let mut command = shell(line);
        if let Some(directory) = directory.filter(|path| !path.as_os_str().is_empty()) {
            command.current_dir(directory);
        }
        command.envs(port.map(|port| ("PORT", port.to_string()))).stdin(stdin);
        Group::start(command)
    }

    /// Runs a program. Its output is piped.
    pub(crate) fn start(mut command: Command) -> io::Result<Group> {
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        Ok(Group {
            #[cfg(unix)]
            id: child.id().and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?)),
            child,
            ended: false,
        })
    }

    /// How the command ended, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Asks the command and all that it started to end, and makes them where they do not.
    pub(crate) async fn stop(&mut self) {
        self.signal(Wish::End);
        if tokio::time::timeout(GRACE, self.child.wait()).await.is_ok() {
            let deadline = tokio::time::Instant::now() + STRAGGLERS;
            while self.is_there() && tokio::time::Instant::now() < deadline {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
        self.signal(Wish::Die);
        let _ = self.child.start_kill();
        let _ = self.child.wait().await;
        self.ended = true;
    }

    #[cfg(unix)]
    fn is_there(&self) -> bool {
        self.id.is_some_and(|id| rustix::process::test_kill_process_group(id).is_ok())
    }

    #[cfg(not(unix))]
    fn is_there(&self) -> bool {
        false
    }

    #[cfg(unix)]
    fn signal(&self, wish: Wish) {
        use rustix::process::{Signal, kill_process_group};
        let signal = match wish {
            Wish::End => Signal::TERM,
            Wish::Die => Signal::KILL,
        };
        if let Some(id) = self.id {
            // Nobody left in the group is what is wished for.
            let _ = kill_process_group(id, signal);
        }
    }

    #[cfg(not(unix))]
    fn signal(&mut self, _: Wish) {
        let _ = self.child.start_kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.ended {
            self.signal(Wish::Die);
        }
    }
}

#[derive(Clone, Copy)]
enum Wish {
    End,
    Die,
}

fn shell(line: &str) -> Command {
    let (program, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(program);
    command.args([flag, line]);
    command
}
