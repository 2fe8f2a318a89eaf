//! How clients reach a replay: by base URLs, with TLS or without, or as their forward proxy.

use crate::{
    authority::{Files, proxy_variables, trust_variables},
    commands::ca,
    exit::Stop,
    ui::Flags,
};
use replayer::Way;

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Reached {
    /// Be the client's forward proxy: it asks for the real side by its own name, and the cassettes answer
    #[arg(long, conflicts_with = "tls")]
    proxy: bool,
    /// Listen with TLS: the base URL is https, its certificate of the authority that `truetape ca` shows
    #[arg(long)]
    tls: bool,
}

impl Reached {
    pub(crate) fn new(proxy: bool, tls: bool) -> Reached {
        Reached { proxy, tls }
    }

    pub(crate) fn is_proxy(&self) -> bool {
        self.proxy
    }

    /// What the flags come to, with the authority's files where one is needed.
    pub(crate) fn way(&self, ui: &Flags) -> Result<(Way, Option<Files>), Stop> {
        if !self.proxy && !self.tls {
            return Ok((Way::Plain, None));
        }
        let files = ca::open(ui)?;
        let certificates = files.certificates()?;
        let way = if self.proxy { Way::Proxy(certificates) } else { Way::Secure(certificates) };
        Ok((way, Some(files)))
    }
}

/// What a command is told so that it reaches the listener at that URL and trusts it.
pub(crate) fn variables(url: &str, proxy: bool, files: Option<&Files>) -> Vec<(String, String)> {
    match files {
        None => Vec::new(),
        Some(files) if proxy => proxy_variables(url, files),
        Some(files) => trust_variables(files),
    }
}

/// TLS that clients began and that came to nothing.
pub(crate) fn unshaken<'a>(failed: impl IntoIterator<Item = (&'a String, &'a u32)>, ui: &Flags) {
    const MOST: usize = 10;
    let mut failed = failed.into_iter().peekable();
    if failed.peek().is_none() {
        return;
    }
    let (yellow, cyan) = (crate::ui::YELLOW, crate::ui::CYAN);
    for (what, times) in failed.by_ref().take(MOST) {
        let times = if *times == 1 { String::new() } else { format!(" ({times} times)") };
        ui.say(format!("{yellow}no TLS:{yellow:#} {what}{times}"));
    }
    let more = failed.count();
    if more > 0 {
        ui.say(format!("        and {more} more"));
    }
    ui.say(format!(
        "        {cyan}hint:{cyan:#} a client that does not trust the certificate authority breaks off so: `truetape ca` says how it is told to"
    ));
}
