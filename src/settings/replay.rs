//! How a replay plays, where no flag and no session says otherwise.

use replayer::Conditions;
use serde::{Deserialize, Deserializer, de};

/// `replay: {speed: recorded, variables: {order-id: ord_1}}`
#[derive(Debug, Default)]
pub(crate) struct ReplaySettings(pub(crate) Conditions);

impl<'de> Deserialize<'de> for ReplaySettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let conditions = Option::<Conditions>::deserialize(deserializer)?.unwrap_or_default();
        if conditions.cassettes.is_some() {
            let expected =
                "expected `cassettes` beside `replay`, not in it: a session alone plays some of them";
            return Err(de::Error::custom(expected));
        }
        conditions.check().map_err(de::Error::custom)?;
        Ok(ReplaySettings(conditions))
    }
}
