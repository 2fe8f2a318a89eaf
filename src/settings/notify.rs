//! `notify:` in truetape.yaml: whom a run of drift tells what is new.

use crate::{env, exit::Stop};
use serde::{Deserialize, Deserializer};

/// `notify: [env:SLACK_WEBHOOK, https://hooks.example/x]`, or one of them alone.
#[derive(Debug, Default)]
pub(crate) struct NotifySettings(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for NotifySettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a webhook's URL, env:NAME, or a list of them")]
        enum Written {
            One(String),
            Several(Vec<String>),
        }
        Ok(NotifySettings(match Option::<Written>::deserialize(deserializer)? {
            None => Vec::new(),
            Some(Written::One(url)) => vec![url],
            Some(Written::Several(urls)) => urls,
        }))
    }
}

/// A webhook: its URL, which is a secret as a whole, and what it is called where people read it.
#[derive(Clone)]
pub(crate) struct Webhook {
    /// Scheme and authority: `https://hooks.example`.
    pub(crate) origin: String,
    /// Path and query.
    pub(crate) target: String,
    /// `env:NAME`, or its host alone.
    pub(crate) name: String,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Webhook({})", self.name)
    }
}

impl Webhook {
    /// Reads a URL or `env:NAME`. What is wrong with a URL is told without it.
    pub(crate) fn parse(text: &str, whence: &str) -> Result<Webhook, Stop> {
        let text = text.trim();
        let (url, called) = match text.strip_prefix("env:") {
            Some(name) => {
                let value = env::var(name).ok_or_else(|| {
                    Stop::usage(
                        format!("{whence}: the environment variable {name} is not set"),
                        format!("export {name}=https://..."),
                    )
                })?;
                (value.trim().to_owned(), Some(text.to_owned()))
            }
            None => (text.to_owned(), None),
        };
        let wrong = |what: &str| {
            let which = called.as_deref().unwrap_or("the URL");
            Stop::usage(format!("{whence}: {which}: {what}"), "for example https://hooks.example/services/x")
        };
        let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("expected a URL"))?;
        if !matches!(scheme, "http" | "https") {
            return Err(wrong("expected http:// or https://"));
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        if authority.is_empty() || authority.contains('@') || url.contains(char::is_whitespace) {
            return Err(wrong("expected a host, without a user's name, and no spaces"));
        }
        let target = target.split('#').next().unwrap_or_default();
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        let name = called.unwrap_or_else(|| authority.to_owned());
        Ok(Webhook { origin: format!("{scheme}://{authority}"), target, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_known_by_its_host_alone() {
        let hook =
            Webhook::parse("https://hooks.test/services/T0/secret?sig=s#x", "--notify").expect("a URL");
        assert_eq!(
            (hook.origin.as_str(), hook.target.as_str()),
            ("https://hooks.test", "/services/T0/secret?sig=s")
        );
        assert_eq!(format!("{hook:?}"), "Webhook(hooks.test)");
        assert_eq!(Webhook::parse("http://h?x=1", "").expect("a URL").target, "/?x=1");
        for wrong in [
            "",
            "hooks.test/s3cret",
            "ftp://h/s3cret",
            "https:///s3cret",
            "https://u:s3cret@h/",
            "http://h /s3cret",
        ] {
            let stop = Webhook::parse(wrong, "--notify").expect_err(wrong);
            assert!(!stop.message.contains("s3cret"), "{}", stop.message);
        }
    }

    #[test]
    fn one_or_several_or_none_are_written() {
        let read = |text: &str| serde_yaml::from_str::<NotifySettings>(text).map(|read| read.0.len()).ok();
        assert_eq!(
            [read("env:HOOK"), read("[a, b]"), read("~"), read("{a: b}")],
            [Some(1), Some(2), Some(0), None]
        );
    }
}
