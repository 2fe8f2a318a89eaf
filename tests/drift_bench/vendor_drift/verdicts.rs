//! The right verdict on each change, in either direction.

/// What a change means to those who rely on what was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// Code that was right can fail.
    Breaking,
    /// There is more to know, and nothing that was right is wrong.
    Compatible,
    /// Nothing is told.
    Silent,
}

use Verdict::{Breaking, Compatible, Silent};

impl Verdict {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Breaking => "breaking",
            Compatible => "compatible",
            Silent => "silent",
        }
    }
}

/// Which side has the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// The vendor has it now.
    Came,
    /// The vendor had it when it was recorded.
    Went,
}

impl Way {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Way::Came => "came",
            Way::Went => "went",
        }
    }
}

/// Operators whose change is not breaking when it comes.
const CAME: &[(&str, Verdict)] = &[
    // More than there was.
    ("member-invented", Compatible),
    ("limits-announced", Compatible),
    ("tag-announced", Compatible),
    ("code-added", Compatible),
    // Less variety than there was: whoever reads all of it reads this.
    ("always-present", Compatible),
    ("always-utc", Compatible),
    ("digits-ungrouped", Compatible),
    ("exponent-written-out", Compatible),
    ("never-negative", Compatible),
    ("never-null", Compatible),
    ("one-moment", Compatible),
    ("clock-stopped", Compatible),
    ("one-word-only", Compatible),
    // A new word of a set that is known to grow.
    ("word-of-its-own", Compatible),
    ("no-cap", Compatible),
    ("allow-widened", Compatible),
    // What has not changed is sent again: slower, and right.
    ("not-modified", Compatible),
    ("slower-tenfold", Compatible),
    ("at-once", Compatible),
    // A trouble that does not come again.
    ("broken-accepted", Silent),
    ("failed-accepted", Silent),
    ("limited-accepted", Silent),
    ("retryable-accepted", Silent),
    // One trouble that passes in the place of another.
    ("limited-as-retryable", Silent),
    ("retryable-as-broken", Silent),
    // A counter that moves.
    ("read-writes", Silent),
    // No order was promised.
    ("settled", Silent),
    // Nobody reads it.
    ("prose-changed", Silent),
    ("values-changed", Silent),
    ("header-announced", Silent),
];

/// Operators that are looked at in the other direction, and what it means that the change goes.
const WENT: &[(&str, Verdict)] = &[
    ("member-removed", Compatible),
    ("member-invented", Breaking),
    ("never-null", Breaking),
    ("null-as-empty", Breaking),
    ("null-as-absent", Breaking),
    ("absent-as-null", Breaking),
    ("always-present", Breaking),
    ("always-utc", Breaking),
    ("digits-ungrouped", Breaking),
    ("exponent-written-out", Breaking),
    ("never-negative", Breaking),
    ("fraction-dropped", Breaking),
    ("whole-as-decimal", Breaking),
    ("decimals-dropped", Breaking),
    ("zeros-trimmed", Breaking),
    ("money-as-number", Breaking),
    ("money-in-cents", Breaking),
    ("number-as-text", Breaking),
    ("time-as-epoch", Breaking),
    ("time-with-a-space", Breaking),
    ("epoch-in-milliseconds", Breaking),
    ("boolean-as-text", Breaking),
    ("boolean-as-number", Breaking),
    ("text-as-list", Breaking),
    ("object-as-id", Breaking),
    ("ids-as-counters", Breaking),
    ("word-of-its-own", Compatible),
    ("one-word-only", Compatible),
    ("words-in-other-case", Breaking),
    ("no-cap", Breaking),
    ("all-at-once", Breaking),
    ("settled", Silent),
    ("unsorted", Silent),
    ("any-cursor", Breaking),
    ("not-modified", Compatible),
    ("no-etag", Compatible),
    ("no-location", Compatible),
    ("no-last-modified", Compatible),
    ("no-x-ratelimit-limit", Compatible),
    ("no-x-ratelimit-remaining", Compatible),
    ("allow-removed", Compatible),
    ("hint-removed", Compatible),
    ("hint-restyled", Breaking),
    ("challenge-removed", Compatible),
    ("challenge-of-another-scheme", Breaking),
    ("code-removed", Compatible),
    ("code-changed", Breaking),
    ("error-as-html", Breaking),
    ("error-wrapped", Breaking),
    ("error-with-200", Breaking),
    ("status-as-200", Breaking),
    ("delete-restyled", Breaking),
    ("miss-accepted", Breaking),
    ("miss-as-gone", Breaking),
    ("miss-as-no-content", Breaking),
    ("miss-as-null", Breaking),
    ("miss-as-empty-list", Breaking),
    ("gone-as-miss", Breaking),
    ("empty-as-miss", Breaking),
    ("invalid-accepted", Breaking),
    ("conflict-accepted", Breaking),
    ("terminal-accepted", Breaking),
    ("method-accepted", Breaking),
    ("elsewhere-accepted", Breaking),
    ("403-as-401-alone", Breaking),
    ("404-as-400-alone", Breaking),
    ("409-as-400-alone", Breaking),
    ("member-renamed", Breaking),
    ("media-type-suffixed", Breaking),
    ("header-announced", Silent),
];

/// Changes that are not looked at when they come: what is of mocks alone, what shows only to whoever goes on
/// where the recording ended, and what changes more than one thing.
const LEFT_OUT: [&str; 4] = ["stub-of-nobody", "never-ends", "empty-as-content", "variant-removed"];

/// What is compatible and rests on few instances, or on one answer of many: silence is right as well.
const BY_CHANCE: [&str; 9] = [
    "allow-widened",
    "always-present",
    "at-once",
    "hint-removed",
    "limits-announced",
    "never-null",
    "no-x-ratelimit-limit",
    "no-x-ratelimit-remaining",
    "word-of-its-own",
];

/// The right verdict; none where a change is not looked at in that direction.
pub(crate) fn right(operator: &str, way: Way) -> Option<Verdict> {
    let of = |table: &[(&str, Verdict)]| table.iter().find(|(name, _)| *name == operator).map(|(_, v)| *v);
    match way {
        Way::Came if LEFT_OUT.contains(&operator) => None,
        // Too many requests is no change of mind: it is told as not asked.
        Way::Came if operator.ends_with("-as-limited") => None,
        Way::Came => Some(of(CAME).unwrap_or(Breaking)),
        // What is wrong with a key that is none is not on the disk.
        Way::Went if ["credential-unknown", "credential-malformed"].contains(&operator) => None,
        Way::Went if operator.starts_with("credential-") => Some(Breaking),
        Way::Went => of(WENT),
    }
}

/// Whether nothing need be told where the verdict is compatible.
pub(crate) fn is_by_chance(operator: &str) -> bool {
    BY_CHANCE.contains(&operator)
}

/// Rules that say as well what another would say of a mock: of a vendor the more general is as true.
const AS_WELL: &[(&str, &[&str])] = &[
    ("auth-classes-merged", &["error-class-changed", "status-changed"]),
    ("bad-cursor-accepted", &["error-accepted"]),
    ("credential-not-needed", &["token-accepted"]),
    ("delete-restyled", &["status-changed"]),
    ("gone-collapsed", &["not-found-restyled"]),
    ("latency-free", &["latency-changed"]),
    ("method-accepted", &["error-accepted"]),
    // That there is nothing was said inside of a success, which is refused now.
    ("not-found-restyled", &["status-changed", "success-refused"]),
    ("page-size-uneven", &["page-cap-ignored"]),
    // Of another session's things who asks for them sees that the credential is let in.
    ("shared-state-leak", &["token-accepted"]),
    ("success-shaped-failure", &["status-changed", "retryability-swapped"]),
    ("unanswerable", &["success-refused", "error-class-changed", "not-found-restyled"]),
    ("validation-never", &["error-accepted"]),
];

/// Whether a rule says what one of these is to say.
pub(crate) fn says(rule: &str, wanted: &[&str]) -> bool {
    let as_well = |one: &&str| AS_WELL.iter().any(|(of, more)| of == one && more.contains(&rule));
    wanted.contains(&rule) || wanted.iter().any(as_well)
}
