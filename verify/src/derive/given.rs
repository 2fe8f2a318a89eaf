//! Credentials that an earlier answer gave: a plan asks for them first, and keeps them.

use super::doorway::Doorway;
use super::effect::Effect;
use super::led::place;
use super::setup::{Key, Setups};
use cassettes::facets::credential::credentials;
use cassettes::json::Json;
use cassettes::links::{Link, Target};
use cassettes::plan::Lesson;
use std::collections::BTreeSet;

impl Setups<'_> {
    /// The credentials in fields of requests that stood in an answer before.
    pub(super) fn given(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (cassette, all) in self.links.iter().enumerate() {
            for link in all.iter().flatten() {
                let Some(exchange) = self.exchange((cassette, link.to)) else { continue };
                let carried = credentials(&exchange.request).into_iter().filter(|c| !c.is_in_body());
                if is_in_field(link) && place(&link.source).is_some() {
                    found.extend(carried.map(|c| c.text).filter(|text| *text == link.value));
                }
            }
        }
        found
    }

    /// Whether a setup gives a credential: it is the same for all.
    pub(super) fn gives(&self, key: Key) -> bool {
        self.exchange(key.at).is_some_and(|e| e.request.method == "POST")
            && self.effect(key.at) == Effect::Reads
    }

    /// Puts the name of a given credential where a lesson presents it as the good one.
    pub(super) fn lead_given(
        &mut self,
        lesson: &mut Lesson,
        of: (usize, usize),
        doorway: &mut Doorway,
    ) -> Option<Key> {
        let good = lesson.setting("given")?.get("good")?.as_str()?.to_owned();
        let link = self.links(of).into_iter().find(|link| is_in_field(link) && link.value == good)?;
        let (from, place) = self.best(of.0, &link, 0)?;
        let key = Key { at: (of.0, from), instance: 0 };
        if !self.prepare(key, doorway, 1) {
            return None;
        }
        let name = self.name(key, &place, &link);
        for (_, value) in lesson.settings.iter_mut().filter(|(name, _)| name == "given") {
            *value = Json::Object(vec![("good".to_owned(), Json::String(format!("{{{{{name}}}}}")))]);
        }
        Some(key)
    }
}

fn is_in_field(link: &Link) -> bool {
    matches!(&link.target, Target::Header(..))
}
