//! By what clients call themselves: the products of a `User-Agent` (RFC 9110 §10.1.5).

use super::runs::Run;
use std::collections::BTreeMap;

/// The products of a value, each with its version: `httpx/0.27.0`. What stands in brackets is left out.
pub(super) fn products(text: &str) -> Vec<(&str, &str)> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for word in text.split_whitespace() {
        let inside = depth > 0 || word.starts_with('(');
        depth += word.matches('(').count();
        depth = depth.saturating_sub(word.matches(')').count());
        if !inside {
            found.push(word.split_once('/').unwrap_or((word, "")));
        }
    }
    found
}

/// The names of the products alone.
pub(super) fn product_names(text: &str) -> Vec<&str> {
    products(text).into_iter().map(|(name, _)| name).collect()
}

/// The products that differ, each with what it was: `Boto3 1.36.0 → 1.44.5`; none where the comments alone do.
pub(super) fn product_steps(was: &str, is: &str) -> Option<String> {
    const MOST: usize = 12;
    let (was, is) = (products(was), products(is));
    let mut steps: Vec<String> = Vec::new();
    for (number, (name, version)) in is.iter().enumerate() {
        // A name may stand there twice; the first of those that are left is meant.
        let same = is[..number].iter().filter(|(known, _)| known == name).count();
        match was.iter().filter(|(known, _)| known == name).nth(same) {
            Some((_, old)) if old == version => {}
            Some((_, old)) => steps.push(format!("{name} {old} → {version}")),
            None => steps.push(format!("{name}/{version} is new")),
        }
    }
    let gone = was.iter().filter(|(name, _)| !is.iter().any(|(known, _)| known == name));
    steps.extend(gone.map(|(name, version)| format!("{name}/{version} is gone")));
    let more = steps.len().saturating_sub(MOST);
    steps.truncate(MOST);
    let and = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!steps.is_empty()).then(|| format!("{}{and}", steps.join(", ")))
}

/// What the clients of a run call themselves, those with the most requests first.
pub(super) fn agents(run: &Run<'_>) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for call in &run.conduct.calls {
        if let Some(agent) = call.header("user-agent").filter(|agent| !agent.is_empty()) {
            *counts.entry(agent).or_default() += 1;
        }
    }
    let mut all: Vec<(&str, usize)> = counts.into_iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all.into_iter().map(|(agent, _)| crate::excerpt::bounded(agent)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_brackets_is_no_product() {
        let text = "Boto3/1.34 (Linux; x/1) Botocore/1.35 plain";
        assert_eq!(products(text), [("Boto3", "1.34"), ("Botocore", "1.35"), ("plain", "")]);
        assert_eq!(product_names("python-requests/2.31.0"), ["python-requests"]);
        assert_eq!(product_steps("a/1 b/1 (x)", "a/2 b/1 (y)").as_deref(), Some("a 1 → 2"));
        assert_eq!(product_steps("a/1 (x)", "a/1 (y)"), None);
    }
}
