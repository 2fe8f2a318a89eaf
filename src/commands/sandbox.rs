//! `truetape sandbox`: the practice vendor by itself, or one of the two mocks of it.

use crate::{
    commands::{replay, wrapped::Stopping},
    env,
    exit::{Exit, Outcome, Stop},
    sandbox::{self, DEFAULT_KEY, Kind, Options},
    ui,
};
use std::net::SocketAddr;
use tokio::sync::watch;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = crate::ui::address)]
    listen: SocketAddr,
    /// Who answers: the vendor, an honest mock of it, or an optimistic one
    #[arg(long, default_value = "vendor", value_name = "KIND", value_parser = ["vendor", "honest", "optimistic"])]
    kind: String,
    /// Fixes ids, data and rotation
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
    /// The HS256 key of its tokens, as text
    #[arg(long, default_value = DEFAULT_KEY, value_name = "TEXT")]
    key: String,
}

pub(crate) async fn run(arguments: &Arguments) -> Outcome {
    let kind = Kind::parse(&arguments.kind).unwrap_or_default();
    let options =
        Options { seed: arguments.seed, key: arguments.key.clone(), ..Options::new(kind, env::now) };
    let (stop, stopping) = watch::channel(false);
    let (address, serving) = sandbox::serve(options, arguments.listen, stopping)
        .await
        .map_err(|e| replay::cannot_listen(arguments.listen, &e))?;
    let mut stopping = Stopping::listen();
    ui::print(&format!("listening on http://{address}\n"))?;
    stopping.wish().await;
    let _ = stop.send(true);
    serving
        .await
        .map_err(|e| Stop::new(Exit::Internal, format!("the sandbox failed: {e}"), "please report it"))?;
    Ok(Exit::Agreed)
}
