//! The rules as people know them: every documented name is on the shelf, every rule stands in a group, and
//! `docs/rules/` says what the pages say.

use cassettes::meta::Meta;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::{Path, PathBuf},
};
use verify::{
    audits::{self, AUDITS},
    contract::matrix::clauses::CLAUSES,
    drift::client::{self, DRIFTS},
    rules::{GROUPS, RULES, Rule},
};

/// The names that users' ignore lists and reports rely on, by group. Rules may be added; none of these may go.
const DOCUMENTED: [(&str, &[&str]); 9] = [
    (
        "pages",
        &[
            "pagination-flattened",
            "page-signal-missing",
            "cursor-ignored",
            "page-overlap",
            "page-end-wrong",
            "page-cap-ignored",
            "page-size-uneven",
            "bad-cursor-accepted",
            "limit-changes-result",
            "order-narrowed",
            "order-changed",
        ],
    ),
    (
        "not found",
        &[
            "not-found-invented",
            "not-found-restyled",
            "empty-never",
            "gone-collapsed",
            "delete-without-effect",
            "delete-restyled",
        ],
    ),
    (
        "errors",
        &[
            "error-accepted",
            "error-class-collapsed",
            "retryability-swapped",
            "error-code-missing",
            "error-code-changed",
            "error-shape-changed",
            "media-type-changed",
            "rate-limit-never",
            "retry-hint-missing",
            "retry-hint-restyled",
            "validation-never",
            "method-accepted",
            "success-shaped-failure",
            "transport-failure-never",
        ],
    ),
    (
        "tokens",
        &[
            "token-accepted",
            "credential-not-needed",
            "auth-classes-merged",
            "challenge-missing",
            "challenge-changed",
            "check-order-changed",
        ],
    ),
    (
        "numbers and times",
        &[
            "number-text-changed",
            "number-rounded",
            "number-kind-changed",
            "number-form-narrowed",
            "time-form-narrowed",
            "time-kind-changed",
            "time-frozen",
        ],
    ),
    (
        "shape",
        &[
            "field-missing",
            "field-invented",
            "optional-always-present",
            "null-never",
            "absence-confused",
            "value-set-narrowed",
            "value-unknown",
            "kind-changed",
            "id-form-changed",
            "variant-missing",
        ],
    ),
    (
        "state",
        &[
            "idempotency-ignored",
            "idempotency-conflict-never",
            "id-static",
            "echo-broken",
            "write-not-read-back",
            "etag-static",
            "not-modified-never",
            "read-changes-state",
            "shared-state-leak",
        ],
    ),
    ("headers", &["header-missing", "status-changed", "redirect-hidden", "latency-free"]),
    ("coverage", &["unanswerable", "never-seen", "evidence-happy-only", "evidence-old"]),
];

/// The audits that there must be; likewise.
const AUDITED: [&str; 15] = [
    "next-page-never-fetched",
    "terminal-error-retried",
    "unsafe-retry",
    "retry-after-ignored",
    "gave-up-early",
    "never-gives-up",
    "connection-leaked",
    "connection-not-reused",
    "request-mixed-up",
    "order-relied-on",
    "token-without-expiry",
    "number-mangled",
    "offset-dropped",
    "unknown-request",
    "exchange-unused",
];

#[test]
fn every_documented_audit_is_on_the_shelf() {
    let missing: Vec<&str> = AUDITED.into_iter().filter(|name| audits::find(name).is_none()).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn every_documented_rule_is_on_the_shelf_and_in_its_group() {
    let shelf: BTreeMap<&str, String> =
        RULES.iter().map(|rule| (rule.meta.name, rule.meta.group().unwrap_or_default())).collect();
    let documented =
        DOCUMENTED.iter().flat_map(|(group, names)| names.iter().map(move |name| (*group, *name)));
    let wrong: Vec<String> = documented
        .filter(|(group, name)| shelf.get(name).map(String::as_str) != Some(*group))
        .map(|(group, name)| format!("{name}: wanted in `{group}`, is in {:?}", shelf.get(name)))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_rule_names_a_group_that_there_is() {
    let known: BTreeSet<&str> = GROUPS.iter().map(|(name, _)| *name).collect();
    for rule in RULES {
        let group = rule.meta.group();
        assert!(
            group.as_deref().is_some_and(|g| known.contains(g)),
            "{}: its page wants a line `Group: …` after the first sentence, with one of {known:?}",
            rule.meta.name
        );
    }
    for (group, _) in GROUPS {
        assert!(RULES.iter().any(|rule| rule.meta.group().as_deref() == Some(group)), "{group} is empty");
    }
}

#[test]
fn the_published_pages_say_what_the_rules_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let wanted = pages();
    let mut there: BTreeMap<String, String> = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        there.insert(entry.file_name().to_string_lossy().into_owned(), text);
    }
    if there == wanted {
        return;
    }
    let differing: Vec<&String> =
        wanted.keys().chain(there.keys()).filter(|name| wanted.get(*name) != there.get(*name)).collect();
    if std::env::var_os("TRUETAPE_BLESS").is_none_or(|bless| bless != "1") {
        panic!("docs/rules differs from the pages in {differing:?}: run again with TRUETAPE_BLESS=1");
    }
    std::fs::create_dir_all(&folder).expect("the folder");
    for name in there.keys().filter(|name| !wanted.contains_key(*name)) {
        std::fs::remove_file(folder.join(name)).expect("a page that is no more");
    }
    for (name, text) in &wanted {
        let path: PathBuf = folder.join(name);
        std::fs::write(path, text).expect("a page");
    }
}

/// Every file of `docs/rules/`, by name.
fn pages() -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> =
        RULES.iter().map(|rule| (format!("{}.md", rule.meta.name), rule_page(rule))).collect();
    all.extend(AUDITS.iter().map(|audit| {
        let source = format!("verify/src/audits/{}.rs", audit.meta.name.replace('-', "_"));
        (format!("{}.md", audit.meta.name), page(&audit.meta, &source))
    }));
    all.extend(
        notices().into_iter().map(|(meta, source)| (format!("{}.md", meta.name), page(&meta, source))),
    );
    all.extend(DRIFTS.iter().map(|drift| {
        let source = format!("verify/src/drift/client/{}.rs", drift.meta.name.replace('-', "_"));
        (format!("{}.md", drift.meta.name), page(&drift.meta, &source))
    }));
    all.extend(CLAUSES.iter().map(|clause| {
        let source = format!("verify/src/contract/matrix/clauses/{}.rs", clause.meta.name.replace('-', "_"));
        (format!("{}.md", clause.meta.name), page(&clause.meta, &source))
    }));
    all.insert("README.md".to_owned(), index());
    all
}

/// Findings that no rule over answers makes: their pages stand in the program itself.
fn notices() -> Vec<(Meta, &'static str)> {
    const SOURCES: [(&str, &str); 5] = [
        ("belief-broken", "src/commands/learn/belief_broken.rs"),
        ("ignore-expired", "src/ignores/ignore_expired.rs"),
        ("latency-changed", "verify/src/drift/vendor/pages/latency_changed.rs"),
        ("reporters-disagree", "verify/src/contract/find/reporters_disagree.rs"),
        ("secret-leaked", "src/commands/scan/secret_leaked.rs"),
    ];
    let read = |(name, source)| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
        let text: &'static str = std::fs::read_to_string(path).expect("a page").leak();
        (Meta::new(name, text), source)
    };
    SOURCES.into_iter().map(read).collect()
}

fn rule_page(rule: &Rule) -> String {
    page(&rule.meta, &format!("verify/src/rules/{}.rs", rule.meta.name.replace('-', "_")))
}

fn page(meta: &Meta, source: &str) -> String {
    let mut text = String::new();
    for line in meta.page().lines() {
        match line.strip_prefix("Group: ") {
            Some(group) => {
                let _ = writeln!(text, "Group: [{group}](README.md#{})", anchor(group));
            }
            None => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    let _ = writeln!(
        text,
        "\n---\n\nFrom the page in [`{source}`](../../{source}); its examples are run as tests."
    );
    text
}

fn index() -> String {
    let mut text = String::from(
        "# Rules\n\nWhat `truetape verify` finds, by what it is about. A rule fires only where a cassette shows the \
         harder behaviour. `truetape explain RULE` prints the same pages.\n\nIn the examples `>` is what was asked, \
         `<` what the real side answered, `~` what the mock did.\n",
    );
    for (group, about) in GROUPS {
        let _ = writeln!(text, "\n## {}\n\n{about}\n\n| rule | fires when |\n|---|---|", title(group));
        for rule in RULES.iter().filter(|rule| rule.meta.group().as_deref() == Some(group)) {
            let name = rule.meta.name;
            let _ = writeln!(text, "| [{name}]({name}.md) | {} |", rule.meta.summary().replace('|', "\\|"));
        }
    }
    text.push_str(
        "\n# Audits\n\nWhat `truetape audit` and `truetape replay --audit` find in the journal of a replay: what clients \
         did. An audit fires only where a cassette shows why it matters.\n\nIn the examples `+ 0.200-0.350 c1 #2` is a \
         request on connection 1 from 0.2 s to 0.35 s, which exchange 2 answered; see \
         [the guide](../guides/audits.md).\n",
    );
    for (group, about) in audits::GROUPS {
        let _ = writeln!(text, "\n## {}\n\n{about}\n\n| audit | fires when |\n|---|---|", title(group));
        for audit in AUDITS.iter().filter(|audit| audit.meta.group().as_deref() == Some(group)) {
            let name = audit.meta.name;
            let _ = writeln!(text, "| [{name}]({name}.md) | {} |", audit.meta.summary().replace('|', "\\|"));
        }
    }
    text.push_str(
        "\n# Clauses\n\nWhat `truetape contract run` finds: how a contract can be broken. In the examples `~ WHO CASE` is what \
         an implementation answered to a case; see [the guide](../guides/contracts.md).\n\n| clause | fires when |\n|---|---|\n",
    );
    for clause in CLAUSES {
        let name = clause.meta.name;
        let _ = writeln!(text, "| [{name}]({name}.md) | {} |", clause.meta.summary().replace('|', "\\|"));
    }
    text.push_str(
        "\n# Client drift\n\nWhat `truetape drift client` finds in the journals of two runs: requests that are not what they \
         were.\n\nIn the examples `-` is an earlier run, `=` a second one, `+` the run that is judged; see \
         [the guide](../guides/drift-client.md).\n",
    );
    for (group, about) in client::GROUPS {
        let _ = writeln!(text, "\n## {}\n\n{about}\n\n| change | fires when |\n|---|---|", title(group));
        for drift in DRIFTS.iter().filter(|drift| drift.meta.group().as_deref() == Some(group)) {
            let name = drift.meta.name;
            let _ = writeln!(text, "| [{name}]({name}.md) | {} |", drift.meta.summary().replace('|', "\\|"));
        }
    }
    text.push_str(
        "\n## Other findings\n\nOf `learn`, `scan`, `drift vendor`, `contract find` and the settings.\n\n| finding | when |\n|---|---|\n",
    );
    for (meta, _) in notices() {
        let name = meta.name;
        let _ = writeln!(text, "| [{name}]({name}.md) | {} |", meta.summary().replace('|', "\\|"));
    }
    text
}

fn title(group: &str) -> String {
    let mut letters = group.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

fn anchor(group: &str) -> String {
    group.replace(' ', "-")
}
