//! The third side: a mock that is asked as well, so that it can be said who is wrong.

use crate::{
    exit::Stop,
    settings::Settings,
    subjects::{Manner, Mock, ResetRequest, Wish},
};
use std::{path::Path, time::Duration};
use verify::{
    Options,
    drift::vendor::{Asked, Clean, Triangle, triangle},
};

#[derive(Debug, clap::Args)]
pub(super) struct MockFlags {
    /// Ask this mock as well, and say who is wrong about what changed: the mock, the cassette, or both
    #[arg(long, value_name = "SUBJECT")]
    mock: Option<String>,
    /// Where a cmd: mock listens that does not take $PORT; for stub files, the base URL they stand for
    #[arg(long, value_name = "URL", requires = "mock")]
    mock_url: Option<String>,
    /// The request that puts the mock back into its first state before each cassette: 'POST /__reset'
    #[arg(long, value_name = "REQUEST", requires = "mock")]
    reset: Option<String>,
}

impl MockFlags {
    /// Opens the mock that was named, if one was.
    pub(super) async fn open(&self, settings: &Settings, silence: Duration) -> Result<Option<Mock>, Stop> {
        let Some(text) = &self.mock else { return Ok(None) };
        let reset = self.reset.as_ref().or(settings.mock.reset.as_ref());
        let manner = Manner {
            silence,
            start: Duration::from_secs(60),
            url: self.mock_url.clone().or_else(|| settings.mock.url.clone()),
            reset: reset.map(|text| ResetRequest::parse(text)).transpose()?,
            bindings: settings.mock.bindings.as_ref().map(|path| settings.below(path)),
            directory: None,
        };
        let wish = Wish::parse(text, Path::new(""))?;
        Ok(Some(Mock::open(&wish, &manner).await?))
    }
}

/// Asks the mock, and ends it. The error says why it could not be asked, in a sentence without a full stop.
pub(super) async fn beside(
    mock: Mock,
    asked: &Asked<'_>,
    options: &Options<'_>,
    clean: Clean<'_>,
) -> Result<Triangle, String> {
    let came = triangle(asked, &mock, options, clean).await;
    let hint = mock.hint();
    let name = cassettes::subject::Subject::name(&mock).to_owned();
    mock.stop().await;
    came.map_err(|no| format!("could not ask the mock {name}: {} (hint: {hint})", no.reason))
}
