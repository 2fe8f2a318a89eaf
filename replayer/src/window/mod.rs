//! The window: one page that shows a replay as it happens. It is asked of the replay itself and asks nobody else.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cassettes::model::Digest;
use std::sync::OnceLock;

/// What is seen: its parts stand in files of their own, and in one page.
const STYLE: &str = include_str!("style.css");
const BODY: &str = include_str!("page.html");
const SCRIPT: &str = concat!(
    "'use strict';\n",
    include_str!("ask.js"),
    include_str!("make.js"),
    include_str!("requests.js"),
    include_str!("judged.js"),
    include_str!("chains.js"),
    include_str!("main.js"),
);

/// The page, and the policy under which it is shown: what does not stand in it does not run, and only the replay
/// is asked (W3C Content Security Policy Level 3).
struct Page {
    html: String,
    policy: String,
}

impl Page {
    fn made() -> &'static Page {
        static PAGE: OnceLock<Page> = OnceLock::new();
        PAGE.get_or_init(|| {
            let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Digest::of(text.as_bytes()).0));
            let html = format!(
                "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
                 <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
                 <title>truetape</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n\
                 <body>\n{BODY}<script>{SCRIPT}</script>\n</body>\n</html>\n"
            );
            let policy = format!(
                "default-src 'none'; style-src {}; script-src {}; connect-src 'self'; img-src data:; \
                 base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                hash(STYLE),
                hash(SCRIPT)
            );
            Page { html, policy }
        })
    }
}

/// `GET /__truetape/`.
pub(crate) async fn page() -> Response {
    let Page { html, policy } = Page::made();
    let fields = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, policy.as_str()),
        (CACHE_CONTROL, "no-cache"),
    ];
    (fields, html.as_str()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_holds_everything_and_makes_nothing_of_text() {
        let Page { html, policy } = Page::made();
        for foreign in ["http://", "https://", "//cdn", "@import", "url("] {
            let found = html.replace("http://www.w3.org/2000/svg", "");
            assert!(!found.contains(foreign), "{foreign}");
        }
        for maker in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"]
        {
            assert!(!SCRIPT.contains(maker), "{maker}");
        }
        // Within the page only its own end ends the script.
        assert!(!SCRIPT.contains("</script") && !SCRIPT.contains("<!--") && !STYLE.contains("</style"));
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}
