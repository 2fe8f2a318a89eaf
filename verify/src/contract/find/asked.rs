//! Which things a request asks for: by its path, its query and its body.

use super::ids::{Key, Naming, STANDING, id_of, kind_of, naming, reference};
use cassettes::codec;
use cassettes::facets::words::words;
use cassettes::json::Json;
use cassettes::model::Request;
use cassettes::operation::{Operation, is_id};
use std::collections::HashSet;

/// What a request says of the things that its answer is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// The varying segments of its path, outermost first.
    pub(super) variables: Vec<Key>,
    /// The words of the route behind the last of them, but for words of what is done there.
    pub(super) behind: Vec<String>,
    /// Whether the last of them ends the path.
    pub(super) ends: bool,
    /// The kind of the things that are listed or made there.
    pub(super) collection: Option<String>,
    /// The things named in its query.
    pub(super) query: Vec<Key>,
    /// The things named in its body.
    pub(super) body: Vec<Key>,
    /// What the answer calls the thing at the path's end, in objects beside the number's.
    pub(super) beside: Vec<Key>,
    /// All else that its query says, but for what changes no number.
    pub(super) conditions: Vec<String>,
    /// Those among them that choose a span of time.
    pub(super) spans: Vec<String>,
}

/// Words of a route that say what is done, and not with what.
const DOING: &[&str] = &[
    "search",
    "list",
    "export",
    "report",
    "stat",
    "statistic",
    "summary",
    "query",
    "api",
    "rest",
    "index",
    "detail",
    "info",
    "show",
    "get",
    "view",
    "find",
    "lookup",
    "all",
    "admin",
    "internal",
    "public",
    "csv",
    "json",
    "xml",
    "html",
    "download",
    "public",
    "page",
    "dashboard",
    "overview",
    "v",
    "latest",
    "current",
    "graphql",
    "status",
];
/// Parameters that change no number.
const HARMLESS: &[&str] = &[
    "limit",
    "page",
    "per",
    "perpage",
    "pagesize",
    "size",
    "cursor",
    "after",
    "before",
    "offset",
    "skip",
    "sort",
    "order",
    "orderby",
    "sortby",
    "fields",
    "select",
    "include",
    "expand",
    "embed",
    "format",
    "pretty",
    "lang",
    "language",
    "locale",
    "callback",
    "view",
    "token",
    "key",
    "apikey",
    "accesstoken",
    "apiversion",
    "version",
    "v",
    "startingafter",
    "endingbefore",
    "pagetoken",
    "marker",
    "maxresults",
    "maxitems",
    "nocache",
    "cachebust",
    "timestamp",
    "signature",
    "nonce",
    "n",
    "last",
    "alt",
    "prettyprint",
    "top",
    "start",
    "count",
    "totalcount",
    "includetotal",
    "withcount",
    "withtotal",
];
/// Parameters that choose a span of time.
const SPANS: &[&str] = &[
    "from",
    "to",
    "since",
    "until",
    "date",
    "day",
    "week",
    "month",
    "year",
    "period",
    "window",
    "range",
    "interval",
    "asof",
    "begin",
    "end",
    "at",
    "datefrom",
    "dateto",
    "startdate",
    "enddate",
    "starttime",
    "endtime",
    "quarter",
];

impl Asked {
    /// Reads a request of an operation. What could be an id is one where its kind is `known`.
    pub(super) fn of(request: &Request, operation: &Operation, known: &HashSet<String>) -> Asked {
        let mut asked = Asked::default();
        asked.path(request, operation);
        for (name, value) in request.query_pairs() {
            asked.parameter(&name, &value, known);
        }
        asked.conditions.sort();
        asked.spans.sort();
        if let Some(body) = codec::json_of(&request.headers, &request.body) {
            // Calls and queries name their arguments one level down.
            for object in [Some(&body), body.get("variables"), body.get("params"), body.get("filter")] {
                for (name, value) in object.into_iter().flat_map(Json::members) {
                    asked.body.extend(reference(name, value, known));
                }
            }
        }
        asked
    }

    /// The kinds that the request's path and query name without doubt.
    pub(super) fn kinds(request: &Request, operation: &Operation) -> Vec<String> {
        let mut asked = Asked::default();
        asked.path(request, operation);
        let named = request.query_pairs().into_iter().filter_map(|(name, _)| match naming(&name) {
            Some(Naming::Of(kind)) => Some(kind),
            _ => None,
        });
        asked.variables.into_iter().map(|key| key.kind).chain(named).collect()
    }

    fn path(&mut self, request: &Request, operation: &Operation) {
        let segments = request.segments();
        let template = operation.template.split(' ').next().unwrap_or_default();
        let mut kind = String::new();
        let mut nth = 1;
        for (form, segment) in template.trim_start_matches('/').split('/').zip(&segments) {
            let Some((before, after)) = form
                .split_once("{id")
                .and_then(|(before, rest)| rest.split_once('}').map(|(_, after)| (before, after)))
            else {
                let bare = segment.rsplit_once('.').map_or(segment.as_str(), |(name, _)| name);
                let words = words(bare);
                let word = kind_of(bare);
                self.ends = false;
                let version =
                    bare.starts_with(['v', 'V']) && bare[1..].starts_with(|c: char| c.is_ascii_digit());
                if !version && !word.is_empty() && !words.iter().all(|w| DOING.contains(&kind_of(w).as_str()))
                {
                    (kind, nth) = (word.clone(), 1);
                    self.behind.push(word.clone());
                    self.collection = Some(word);
                }
                continue;
            };
            if !before.is_empty() {
                // `Products(7)`
                (kind, nth) = (kind_of(before), 1);
            }
            let value =
                segment.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).unwrap_or(segment);
            // An owner and its repository are two.
            let named = if nth == 1 { kind.clone() } else { format!("{kind}{nth}") };
            nth += 1;
            self.behind.clear();
            self.ends = !STANDING.contains(&value.to_ascii_lowercase().as_str());
            if self.ends {
                self.collection = Some(named.clone());
                self.variables.push(Key::new(&named, value.trim_matches(['\'', '"'])));
            } else {
                // Who asks is part of what is asked, and says nothing to others.
                self.conditions.push(format!("{named}={value}"));
            }
        }
    }

    fn parameter(&mut self, name: &str, value: &str, known: &HashSet<String>) {
        let json = Json::String(value.to_owned());
        match reference(name, &json, known) {
            Some(key) => return self.query.push(key),
            None if naming(name) == Some(Naming::Own) => {
                if let (Some(id), Some(kind)) = (id_of(&json), &self.collection) {
                    self.query.push(Key::new(&kind.clone(), id));
                    return;
                }
            }
            None => {}
        }
        let joined = words(name).concat();
        let is_span =
            SPANS.contains(&joined.as_str()) || words(name).iter().any(|word| SPANS.contains(&word.as_str()));
        if value.is_empty() || (!is_span && HARMLESS.contains(&joined.as_str())) {
            return;
        }
        // A parameter of the route's kind picks one, whatever it is called: `?item=lamp`.
        let picks = self.collection.as_ref().is_some_and(|kind| *kind == kind_of(name)) && is_id(value);
        if picks {
            return self.query.push(Key::new(&kind_of(name), value));
        }
        self.conditions.push(format!("{joined}={value}"));
        if is_span {
            self.spans.push(format!("{joined}={value}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::operation::Operations;

    fn asked(target: &str) -> Asked {
        let request = Request::new("GET", target);
        let operation = Operations::default().of(&request);
        let known: HashSet<String> = ["item".to_owned()].into();
        Asked::of(&request, &operation, &known)
    }

    fn keys(keys: &[Key]) -> Vec<String> {
        keys.iter().map(Key::to_string).collect()
    }

    #[test]
    fn paths_and_queries_name_things() {
        let one = asked("/v1/warehouses/3/items/2.json?lang=de&from=2026-01-01");
        assert_eq!(keys(&one.variables), ["warehouse 3", "item 2"]);
        assert!(one.ends && one.behind.is_empty());
        assert_eq!((one.conditions.len(), one.spans.len()), (1, 1));
        let behind = asked("/items/2/reservations/report.csv");
        assert_eq!((behind.behind.as_slice(), behind.ends), (&["reservation".to_owned()][..], false));
        assert_eq!(behind.collection.as_deref(), Some("reservation"));
        let query = asked("/stock?item=2&status=open&page=3");
        assert_eq!(
            (keys(&query.query), query.conditions),
            (vec!["item 2".to_owned()], vec!["status=open".to_owned()])
        );
        assert_eq!(keys(&asked("/items?id=7").query), ["item 7"]);
        assert_eq!(keys(&asked("/Products(7)").variables), ["product 7"]);
        assert_eq!(keys(&asked("/repos/7/8").variables), ["repo 7", "repo2 8"]);
    }
}
