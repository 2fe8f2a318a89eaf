//! All kinds of secrets, out of the tables beside this file.

use super::kind::Kind;
use std::sync::LazyLock;

pub(super) const TABLES: [&str; 7] = [
    include_str!("rules/general.yaml"),
    include_str!("rules/cloud.yaml"),
    include_str!("rules/source.yaml"),
    include_str!("rules/chat.yaml"),
    include_str!("rules/money.yaml"),
    include_str!("rules/data.yaml"),
    include_str!("rules/ai.yaml"),
];

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let read = |text: &&str| serde_yaml::from_str::<Vec<Kind>>(text);
    let tables: Result<Vec<Vec<Kind>>, _> = TABLES.iter().map(read).collect();
    tables.expect("constant tables that a test reads").into_iter().flatten().collect()
});

/// Every kind there is, in the order of the tables.
pub fn kinds() -> &'static [Kind] {
    &KINDS
}
