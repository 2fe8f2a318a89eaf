//! Two mocks that differ in their patience alone.

use crate::web::{Asked, Handler, Reply};
use std::time::Duration;

fn report(asked: &Asked) -> Reply {
    let name = asked.target.trim_start_matches("/v1/");
    Reply::json(200, format!(r#"{{"report":"{name}","rows":3,"revenue":"12.50"}}"#))
}

pub(super) fn optimistic() -> Handler {
    Box::new(report)
}

/// A tenth of the real time would do.
pub(super) fn honest() -> Handler {
    Box::new(|asked| match asked.target.contains("annual") {
        true => report(asked).after(Duration::from_millis(1500)),
        false => report(asked),
    })
}
