//! Whatever is asked, all there is, on one page.

use crate::web::{Handler, Reply};

pub(super) fn start() -> Handler {
    // >> lie
    Box::new(|_| {
        Reply::json(
            200,
            r#"{"data":[{"id":"sub_1","customer":"cus_7","status":"active"},
                        {"id":"sub_2","customer":"cus_7","status":"active"},
                        {"id":"sub_3","customer":"cus_7","status":"canceled"}],
                "has_more":false,"next_cursor":null}"#,
        )
    })
    // << lie
}
