//! A mock over sorted maps, and one that shuffles.

use crate::web::{Handler, Reply};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

pub(super) fn object<'a>(members: impl IntoIterator<Item = (&'a str, &'a str)>) -> Reply {
    let members: Vec<String> =
        members.into_iter().map(|(name, value)| format!(r#""{name}":"{value}""#)).collect();
    Reply::json(200, format!("{{{}}}", members.join(",")))
}

pub(super) fn array(items: &[&str]) -> Reply {
    Reply::json(200, format!(r#"{{"tags":["{}"]}}"#, items.join("\",\"")))
}

pub(super) fn optimistic() -> Handler {
    // >> lie
    let checkout =
        BTreeMap::from([("nonce", "n1"), ("amount", "5"), ("merchant", "m_1"), ("currency", "EUR")]);
    Box::new(move |asked| match asked.target.as_str() {
        "/v1/tags" => array(&["alpha", "beta", "gamma"]),
        _ => object(checkout.iter().map(|(name, value)| (*name, *value))),
    })
    // << lie
}

pub(super) fn honest() -> Handler {
    let reads = AtomicUsize::new(0);
    Box::new(move |asked| {
        let flip = reads.fetch_add(1, Ordering::SeqCst).is_multiple_of(3);
        let mut members = [("nonce", "n1"), ("amount", "5"), ("merchant", "m_1"), ("currency", "EUR")];
        let mut tags = ["alpha", "beta", "gamma"];
        if flip {
            members.reverse();
            tags.reverse();
        }
        match asked.target.as_str() {
            "/v1/tags" => array(&tags),
            _ => object(members),
        }
    })
}
