//! `truetape ca`: the certificate authority by which clients trust what listens here for the real side.

use crate::{
    authority::{Files, directory},
    exit::{Exit, Outcome, Stop},
    ui::{self, Flags},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Print the certificate alone, in PEM form
    #[arg(long)]
    print: bool,
    /// Make another authority; the old one is kept aside, and whoever trusted it has to trust the new one
    #[arg(long)]
    new: bool,
    /// Print only where the files are
    #[arg(long, conflicts_with_all = ["print", "new"])]
    directory: bool,
}

pub(crate) fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    if arguments.directory {
        ui::print(&format!("{}\n", directory()?.display()))?;
        return Ok(Exit::Agreed);
    }
    let files = if arguments.new { Files::renew()? } else { Files::open()? };
    warn(&files, ui);
    if arguments.print {
        ui::print(files.authority.pem())?;
        return Ok(Exit::Agreed);
    }
    if files.fresh {
        ui.say("made a certificate authority of your own; nobody trusts it until told to");
    }
    ui::print(&page(&files))?;
    Ok(Exit::Agreed)
}

/// Says so if others can read what must be a secret.
pub(crate) fn warn(files: &Files, ui: &Flags) {
    if files.is_exposed() {
        ui.say(format!(
            "{yellow}note:{yellow:#} others can read {path}: whoever has it can pose as any host towards you (chmod 600 {path})",
            yellow = ui::YELLOW,
            path = files.secret.display()
        ));
    }
}

/// For listeners and for the variables of a command.
pub(crate) fn open(ui: &Flags) -> Result<Files, Stop> {
    let files = Files::open()?;
    warn(&files, ui);
    if files.fresh {
        ui.say("made a certificate authority of your own: `truetape ca` says how clients trust it");
    }
    Ok(files)
}

fn page(files: &Files) -> String {
    let fingerprint: Vec<String> = files
        .authority
        .fingerprint()
        .to_ascii_uppercase()
        .as_bytes()
        .chunks(2)
        .map(|pair| String::from_utf8_lossy(pair).into_owned())
        .collect();
    let day = files.authority.expires().to_string();
    format!(
        include_str!("ca.txt"),
        certificate = files.certificate.display(),
        bundle = files.bundle.display(),
        store = files.store.display(),
        secret = files.secret.display(),
        fingerprint = fingerprint.join(":"),
        day = day.get(..10).unwrap_or_default(),
        password = wire::ca::PASSWORD,
    )
}
