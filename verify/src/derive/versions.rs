//! Versions of what lessons change: those after a change name the new one.

use super::led::json_path;
use super::setup::{Key, Setups, otherwise};
use crate::lacking::{is_version, replaced};
use cassettes::codec;
use cassettes::json::{Json, Pointer};
use cassettes::model::Exchange;
use cassettes::plan::{Content, Lesson};
use std::collections::BTreeSet;

impl Setups<'_> {
    /// A small number says too little to be followed from answer to request; as a version of what was made for
    /// the lesson it is followed all the same.
    pub(super) fn version(&mut self, lesson: &mut Lesson, needs: &BTreeSet<Key>) {
        let Content::Json(json) = &lesson.content else { return };
        let mut stated: Vec<(Pointer, String)> = Vec::new();
        Pointer::walk(json, &mut |at, value| {
            let version =
                value.scalar_text().filter(|text| at.name().is_some_and(is_version) && !text.contains("{{"));
            stated.extend(version.map(|text| (at.clone(), text.to_owned())));
        });
        for (at, version) in stated {
            for key in needs {
                let reply = self.exchange(key.at).and_then(|e| e.answer.reply());
                let Some(answer) = reply.and_then(|r| codec::json_of(&r.headers, &r.body)) else { continue };
                let mut place = None;
                Pointer::walk(&answer, &mut |there, value| {
                    if there.name() == at.name() && value.scalar_text() == Some(&version) {
                        place.get_or_insert_with(|| json_path(there));
                    }
                });
                let Some(place) = place else { continue };
                let name = self.named(*key, &place, "version");
                if let Content::Json(json) = &mut lesson.content {
                    *json = replaced(json, &at.0, &Json::String(format!("{{{{{name}}}}}")));
                }
                break;
            }
        }
    }

    /// What a lesson writes has another version by then: those after it name that one, or else the one before.
    pub(super) fn renew(&self, lesson: &mut Lesson, needs: &BTreeSet<Key>, exchange: &Exchange) {
        let writes = !lesson.is_safe() && ["ask", "reject", "repeat"].contains(&lesson.kind.as_str());
        let Some(reply) = exchange.answer.reply().filter(|_| writes) else { return };
        let kept = needs.iter().filter_map(|key| self.get(*key)).flat_map(|setup| &setup.lesson.keep);
        let body = codec::json_of(&reply.headers, &reply.body);
        let written = lesson.clone();
        let uses = |name: &str| {
            let name = format!("{{{{{name}}}}}");
            written.headers.iter().any(|(_, value)| value.as_ref().is_some_and(|v| v.contains(&name)))
                || matches!(&written.content, Content::Json(json) if json.to_string().contains(&name))
                || matches!(&written.content, Content::Form(pairs) if pairs.iter().any(|(_, v)| v.contains(&name)))
                || written.target.split_once('?').is_some_and(|(_, query)| query.contains(&name))
        };
        for (name, place) in kept.filter(|(name, _)| uses(name)) {
            let leaf = place.rsplit(['.', '[']).next().unwrap_or_default().trim_matches(['\'', ']']);
            if !is_version(leaf) {
                continue;
            }
            let mut new = None;
            if place.starts_with("header.") {
                new = reply.headers.contains(leaf).then(|| place.clone());
            } else if let Some(body) = &body {
                Pointer::walk(body, &mut |at, value| {
                    if at.name() == Some(leaf) && value.scalar_text().is_some() {
                        new.get_or_insert_with(|| json_path(at));
                    }
                });
            }
            if let Some(new) = new {
                lesson.keep.push((name.clone(), new));
                otherwise(lesson, name, Json::String(format!("{{{{{name}}}}}")));
            }
        }
    }
}
