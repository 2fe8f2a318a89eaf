//! `mock:`, what `verify` asks where nothing else is named.

use serde::{Deserialize, Deserializer, de};
use std::{fmt, path::PathBuf};

/// `mock: cmd:npm run mock`, or the same with what belongs to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct MockSettings {
    /// As after `--mock`; paths are relative to the settings, where commands run as well.
    pub(crate) subject: Option<String>,
    /// The request that puts a server back into its first state: `POST /__reset`.
    pub(crate) reset: Option<String>,
    /// Where a server listens that takes no port.
    pub(crate) url: Option<String>,
    /// Which calls of a transcript are which operations.
    pub(crate) bindings: Option<PathBuf>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Whole {
    subject: Option<String>,
    reset: Option<String>,
    url: Option<String>,
    bindings: Option<PathBuf>,
}

impl<'de> Deserialize<'de> for MockSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> de::Visitor<'de> for Either {
            type Value = MockSettings;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a subject as after --mock, or {subject, reset, url, bindings}")
            }

            fn visit_unit<E: de::Error>(self) -> Result<MockSettings, E> {
                Ok(MockSettings::default())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<MockSettings, E> {
                Ok(MockSettings { subject: Some(text.to_owned()), ..MockSettings::default() })
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<MockSettings, A::Error> {
                let Whole { subject, reset, url, bindings } =
                    Whole::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(MockSettings { subject, reset, url, bindings })
            }
        }
        deserializer.deserialize_any(Either)
    }
}
