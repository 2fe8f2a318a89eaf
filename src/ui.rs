//! How people see a run: colour, quiet, verbose, and where a report goes.

use crate::exit::Stop;
use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use std::{
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The flags that every command has.
#[derive(Debug, clap::Args)]
pub(crate) struct Flags {
    /// When to use colour; NO_COLOR is honoured
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true, value_name = "WHEN")]
    color: Color,
    /// Say only what went wrong
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Flags {
    /// Sets what `anstream` does with colour from here on.
    pub(crate) fn apply(&self) {
        match self.color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
    }

    /// A line for people, on stderr; silent under `--quiet`.
    pub(crate) fn say(&self, line: impl AsRef<str>) {
        if !self.quiet {
            anstream::eprintln!("{}", line.as_ref());
        }
    }

    /// The same flags for a part of a run whose own words are details.
    pub(crate) fn for_a_part(&self) -> Flags {
        Flags { color: self.color, quiet: self.quiet || !self.verbose, verbose: self.verbose }
    }

    /// A line that most people do not need.
    pub(crate) fn detail(&self, line: impl AsRef<str>) {
        if self.verbose {
            anstream::eprintln!("{}", line.as_ref());
        }
    }
}

/// Where and how a report is written.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ReportFlags {
    /// The form of the report
    #[arg(long, default_value = "human", value_name = "FORM", value_parser = forms())]
    pub(crate) format: String,
    /// Write the report here instead of to stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

fn forms() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(verify::reporters::REPORTERS.iter().map(|r| r.meta.name))
}

impl ReportFlags {
    /// Whether people read it on stdout.
    pub(crate) fn is_for_people(&self) -> bool {
        self.format == "human" && self.output.is_none()
    }

    /// Runs the writer against stdout or the file; a file is replaced whole or not at all.
    pub(crate) fn write(
        &self,
        write: impl FnOnce(&mut dyn Write, bool) -> io::Result<()>,
    ) -> Result<(), Stop> {
        write_report(self.output.as_deref(), write)
    }
}

/// Runs the writer against stdout or the file; a file is replaced whole or not at all, and is as readable as one
/// that a shell would have made.
pub(crate) fn write_report(
    output: Option<&Path>,
    write: impl FnOnce(&mut dyn Write, bool) -> io::Result<()>,
) -> Result<(), Stop> {
    let Some(path) = output else {
        let mut out = anstream::stdout().lock();
        return match write(&mut out, true).and_then(|()| out.flush()) {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
                Err(Stop::usage(format!("writing the report: {e}"), "check where the output goes"))
            }
            _ => Ok(()),
        };
    };
    let failed =
        |e: io::Error| Stop::usage(format!("{}: writing the report: {e}", path.display()), "check --output");
    // Devices and pipes are written to; there is nothing to replace.
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        let mut file = std::fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
        return write(&mut file, false).map_err(failed);
    }
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut building = tempfile::Builder::new();
    // Temporary files are private; what the process may not grant the system takes away from this.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map_or(0o666, |old| old.permissions().mode() & 0o777);
        building.permissions(std::fs::Permissions::from_mode(mode));
    }
    let mut file = building.prefix(".truetape-").tempfile_in(directory).map_err(failed)?;
    write(&mut file, false).map_err(failed)?;
    file.persist(path).map_err(|e| failed(e.error))?;
    Ok(())
}

/// Prints on stdout. A reader that has gone is content with what it got; anything else is an error.
pub(crate) fn print(text: &str) -> Result<(), Stop> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Stop::usage(format!("writing to the standard output: {e}"), "check where the output goes"))
        }
        _ => Ok(()),
    }
}

/// Prints why a command stopped.
pub(crate) fn complain(stop: &Stop) {
    let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    anstream::eprintln!("{red}error:{red:#} {}", stop.message);
    if let Some(hint) = &stop.hint {
        anstream::eprintln!("{CYAN}hint:{CYAN:#} {hint}");
    }
}

/// Reads where to listen.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "expected an address and a port, such as 127.0.0.1:8080".to_owned())
}

/// Headings.
pub(crate) const BOLD: Style = Style::new().bold();
/// What helps against a certificate that nobody known vouches for.
pub(crate) const UNKNOWN_ISSUER: &str =
    "`--ca-file FILE` trusts an authority that the system does not know, or a certificate that signed itself";

/// What can be skipped.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Advice.
pub(crate) const CYAN: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));
/// Agreement.
pub(crate) const GREEN: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
/// What breaks.
pub(crate) const RED: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
/// Warnings and misses.
pub(crate) const YELLOW: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow)));

/// `1 exchange`, `3 exchanges`.
pub(crate) fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}
