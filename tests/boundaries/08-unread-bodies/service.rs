//! A directory of users.

use crate::web::{Handler, Reply};

pub(super) fn start() -> Handler {
    Box::new(|asked| match asked.target.strip_prefix("/v1/users/") {
        Some(id) => Reply::json(
            200,
            format!(r#"{{"id":{id},"email":"user-{id}@example.test","notes":"{}"}}"#, "seen. ".repeat(400)),
        ),
        None => Reply::json(404, r#"{"error":{"code":"no_such_user"}}"#),
    })
}
