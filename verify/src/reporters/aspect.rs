//! The aspects under which people ask whether a mock is faithful, and what belongs to each.

/// An aspect of fidelity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Aspect {
    Pages,
    NotFound,
    Errors,
    Tokens,
    Numbers,
    Shape,
    State,
    Headers,
    /// Whether it was asked, and answered, at all.
    Reach,
}

/// Every aspect, in the order in which tables show them.
pub(super) const ASPECTS: [Aspect; 9] = [
    Aspect::Pages,
    Aspect::NotFound,
    Aspect::Errors,
    Aspect::Tokens,
    Aspect::Numbers,
    Aspect::Shape,
    Aspect::State,
    Aspect::Headers,
    Aspect::Reach,
];

/// The beginnings of rules' names; the longest that fits decides.
const RULES: [(Aspect, &[&str]); 9] = [
    (Aspect::Pages, &["page", "pagination", "cursor", "bad-cursor", "limit", "order"]),
    (Aspect::NotFound, &["not-found", "empty", "gone", "delete"]),
    (
        Aspect::Errors,
        &[
            "error",
            "retry",
            "retryability",
            "media-type",
            "rate-limit",
            "validation",
            "method",
            "success-shaped",
            "transport",
        ],
    ),
    (Aspect::Tokens, &["token", "credential", "auth", "challenge", "check-order"]),
    (Aspect::Numbers, &["number", "time"]),
    (Aspect::Shape, &["field", "optional", "null", "absence", "value", "kind", "id-form", "variant"]),
    (
        Aspect::State,
        &["idempotency", "id-static", "echo", "write", "etag", "not-modified", "read", "shared-state"],
    ),
    (Aspect::Headers, &["header", "status", "redirect", "latency"]),
    (Aspect::Reach, &["unanswerable", "never-seen", "success-refused", "evidence"]),
];

/// The beginnings of behaviours' kinds, and of what evidence lacks.
const KINDS: [(Aspect, &[&str]); 8] = [
    (Aspect::Pages, &["page", "next-page", "last-page", "second-page", "cursor", "bad-cursor", "order"]),
    (Aspect::NotFound, &["not-found", "miss", "gone", "null", "no-content", "empty", "delete"]),
    (
        Aspect::Errors,
        &[
            "rate-limit",
            "conflict",
            "validation",
            "terminal",
            "retry",
            "retryable",
            "server",
            "other",
            "failed",
            "status-4",
            "status-5",
            "error",
            "rejection",
        ],
    ),
    (Aspect::Tokens, &["auth", "forbidden", "rejected", "token", "credential"]),
    (Aspect::Numbers, &["number", "time"]),
    (Aspect::Shape, &["success", "shape", "optional", "variant"]),
    (
        Aspect::State,
        &["not-modified", "write", "read-back", "idempotency", "idempotent", "repeat", "etag", "echo", "id"],
    ),
    (Aspect::Headers, &["redirect", "rate-limit-counters", "status", "header", "slow"]),
];

impl Aspect {
    /// As tables head it.
    pub(super) fn title(self) -> &'static str {
        match self {
            Aspect::Pages => "pages",
            Aspect::NotFound => "not found",
            Aspect::Errors => "errors",
            Aspect::Tokens => "tokens",
            Aspect::Numbers => "numbers & times",
            Aspect::Shape => "shape",
            Aspect::State => "state",
            Aspect::Headers => "headers",
            Aspect::Reach => "reach",
        }
    }

    /// What the rule of that name judges. What fits nowhere asks whether there was an answer at all.
    pub(super) fn of_rule(name: &str) -> Aspect {
        longest(&RULES, name)
    }

    /// What a behaviour of that kind shows.
    pub(super) fn of_kind(kind: &str) -> Aspect {
        longest(&KINDS, kind)
    }
}

fn longest(table: &[(Aspect, &[&'static str])], name: &str) -> Aspect {
    let fits = |start: &str| {
        name.strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-') || start.ends_with(['4', '5']))
    };
    let starts = table.iter().flat_map(|(aspect, starts)| starts.iter().map(|start| (*aspect, *start)));
    let best = starts.filter(|(_, start)| fits(start)).max_by_key(|(_, start)| start.len());
    best.map_or(Aspect::Reach, |(aspect, _)| aspect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES as SHELF;

    #[test]
    fn rules_stand_under_the_aspect_that_they_judge() {
        for (rule, aspect) in [
            ("bad-cursor-accepted", Aspect::Pages),
            ("delete-without-effect", Aspect::NotFound),
            ("rate-limit-never", Aspect::Errors),
            ("check-order-changed", Aspect::Tokens),
            ("time-frozen", Aspect::Numbers),
            ("id-form-changed", Aspect::Shape),
            ("id-static", Aspect::State),
            ("not-modified-never", Aspect::State),
            ("status-changed", Aspect::Headers),
            ("unanswerable", Aspect::Reach),
        ] {
            assert_eq!(Aspect::of_rule(rule), aspect, "{rule}");
        }
        // Those that judge reach are few; a new rule that lands there by mistake shows here.
        let reach = SHELF.iter().map(|r| r.meta.name).filter(|name| Aspect::of_rule(name) == Aspect::Reach);
        let own = ["unanswerable", "never-seen", "success-refused"];
        let known = |name: &&str| own.contains(name) || name.starts_with("evidence-");
        assert_eq!(reach.filter(|name| !known(name)).collect::<Vec<_>>(), Vec::<&str>::new());
    }

    #[test]
    fn kinds_stand_under_the_aspect_that_they_show() {
        for (kind, aspect) in [
            ("rate-limit", Aspect::Errors),
            ("retryable", Aspect::Errors),
            ("rate-limit-counters", Aspect::Headers),
            ("rejected-alg-none", Aspect::Tokens),
            ("status-418", Aspect::Errors),
            ("status-204", Aspect::Headers),
            ("empty-list", Aspect::NotFound),
            ("success", Aspect::Shape),
        ] {
            assert_eq!(Aspect::of_kind(kind), aspect, "{kind}");
        }
    }
}
