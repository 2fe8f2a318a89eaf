//! Matching rules: version 2 keeps them under whole paths (`$.body.a`), later ones in categories.

use super::matcher::Matcher;
use super::path::{self, Step, Token};
use crate::mocks::conditions::{Fit, Pattern};
use crate::mocks::placed::Placed;
use cassettes::json::Json;

/// The matchers of one place.
#[derive(Debug, Clone, Default)]
pub(super) struct RuleSet {
    list: Vec<Matcher>,
    /// One of them is enough.
    or: bool,
}

/// The rules of one part of a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    list: Vec<(Vec<Token>, RuleSet)>,
    /// Paths that nobody here can read.
    unknown: Vec<String>,
}

/// The rules of a request.
#[derive(Debug, Clone, Default)]
pub(super) struct AllRules {
    pub(super) path: Rules,
    pub(super) query: Rules,
    pub(super) header: Rules,
    pub(super) body: Rules,
}

impl RuleSet {
    /// Matchers that must all be met.
    pub(super) fn of(matchers: Option<&[Placed]>) -> Self {
        RuleSet { list: matchers.unwrap_or_default().iter().map(Matcher::read).collect(), or: false }
    }

    fn read(node: &Placed) -> Self {
        match node.get("matchers") {
            Some(list) => {
                let or = node.str_of("combine").is_some_and(|word| word.eq_ignore_ascii_case("or"));
                RuleSet { list: list.items().iter().map(Matcher::read).collect(), or }
            }
            None => RuleSet { list: vec![Matcher::read(node)], or: false },
        }
    }

    /// Whether they all, or one of them, are met.
    pub(super) fn fit(&self, one: &dyn Fn(&Matcher) -> Fit) -> Fit {
        let fits = self.list.iter().map(one);
        if self.or { Fit::any(fits) } else { Fit::all(fits) }
    }

    /// The matchers.
    pub(super) fn matchers(&self) -> &[Matcher] {
        &self.list
    }

    /// Whether a single value meets them.
    pub(super) fn fit_value(&self, example: &Json, found: &Json) -> Fit {
        self.fit(&|matcher| matcher.fit(example, found))
    }

    /// Whether a text outside a body meets them.
    pub(super) fn fit_text(&self, example: &str, found: &str) -> Fit {
        self.fit(&|matcher| matcher.fit_text(example, found))
    }
}

impl Rules {
    /// A category of version 3 and later: rule sets by path, or by name.
    pub(super) fn of_category(node: Option<&Placed>) -> Self {
        let mut rules = Rules::default();
        let Some(node) = node else { return rules };
        if node.get("matchers").is_some() {
            rules.list.push((Vec::new(), RuleSet::read(node)));
            return rules;
        }
        for member in node.members() {
            rules.add(&member.name, RuleSet::read(&member.value));
        }
        rules
    }

    fn add(&mut self, name: &str, set: RuleSet) {
        let tokens = match name.starts_with('$') {
            true => path::tokens(name),
            // A header's or a parameter's own name, with an index perhaps.
            false => match name.split_once('[') {
                Some((name, rest)) => path::tokens(&format!("$['{name}'][{rest}")),
                None => Some(vec![Token::Field(name.to_owned())]),
            },
        };
        match tokens {
            Some(tokens) => self.list.push((tokens, set)),
            None => self.unknown.push(name.to_owned()),
        }
    }

    /// The rules that speak for a place, and whether they name it and nothing above it.
    pub(super) fn best(&self, place: &[Step]) -> Option<(&RuleSet, bool)> {
        let judged = self.list.iter().filter_map(|(tokens, set)| Some((path::weight(tokens, place)?, set)));
        let ((_, length), set) = judged.max_by_key(|(weight, _)| *weight)?;
        Some((set, length == place.len()))
    }

    /// The rules of a header or a parameter; a header's name in any letter case.
    pub(super) fn named(&self, name: &str, fold: bool) -> Option<&RuleSet> {
        let same = |token: &Token| match token {
            Token::Field(field) => field == name || fold && field.eq_ignore_ascii_case(name),
            Token::Star => true,
            Token::Index(_) => false,
        };
        self.list.iter().find(|(tokens, _)| tokens.first().is_some_and(same)).map(|(_, set)| set)
    }

    /// The rules of the whole.
    pub(super) fn whole(&self) -> Option<&RuleSet> {
        self.list.iter().find(|(tokens, _)| tokens.is_empty()).map(|(_, set)| set)
    }

    /// The expression that the whole must match, where that is all there is.
    pub(super) fn only_pattern(&self) -> Option<Pattern> {
        match self.whole()?.matchers() {
            [Matcher::Regex(pattern)] if self.list.len() == 1 => Some(pattern.clone()),
            _ => None,
        }
    }

    /// Whether some of them cannot be read.
    pub(super) fn is_unsure(&self) -> bool {
        !self.unknown.is_empty()
    }

    /// Everything in it that is not understood.
    pub(super) fn unknown(&self, found: &mut Vec<String>) {
        found.extend(self.unknown.iter().map(|path| format!("the path {path}")));
        for (_, set) in &self.list {
            for matcher in &set.list {
                if let Matcher::Unknown(what) = matcher {
                    found.push(what.clone());
                }
            }
        }
    }
}

impl AllRules {
    /// Reads `matchingRules` of any version.
    pub(super) fn read(node: Option<&Placed>) -> Self {
        let mut all = AllRules::default();
        let Some(node) = node else { return all };
        for member in node.members() {
            if !member.name.starts_with('$') {
                let rules = Rules::of_category(Some(&member.value));
                match member.name.as_str() {
                    "path" => all.path = rules,
                    "query" => all.query = rules,
                    "header" | "headers" => all.header = rules,
                    "body" | "content" => all.body = rules,
                    _ => {}
                }
                continue;
            }
            let set = RuleSet::read(&member.value);
            let Some(mut tokens) = path::tokens(&member.name) else {
                all.body.unknown.push(member.name.clone());
                continue;
            };
            let part = (!tokens.is_empty()).then(|| tokens.remove(0));
            let rules = match part {
                Some(Token::Field(part)) => match part.as_str() {
                    "path" => &mut all.path,
                    "query" => &mut all.query,
                    "header" | "headers" => &mut all.header,
                    _ => &mut all.body,
                },
                _ => &mut all.body,
            };
            rules.list.push((tokens, set));
        }
        all
    }

    /// Everything in it that is not understood.
    pub(super) fn unknown(&self) -> Vec<String> {
        let mut found = Vec::new();
        [&self.path, &self.query, &self.header, &self.body]
            .iter()
            .for_each(|rules| rules.unknown(&mut found));
        found
    }
}
