//! Whose requests were compared.

use serde::Serialize;

/// Whose requests a run of client drift compared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Requests {
    /// How many there were in the earlier run; the fewest, where there are two.
    pub before: usize,
    /// How many there are in the run that is judged.
    pub after: usize,
    /// What the clients called themselves, those with the most requests first.
    pub was: Vec<String>,
    /// What they call themselves.
    pub is: Vec<String>,
    /// The journals of the earlier runs; `the recording`, where it is the cassettes' own requests.
    pub baselines: Vec<String>,
    /// The file that this run was written to as the baseline of later ones: what has changed is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewed: Option<String>,
}

impl Requests {
    /// `python-requests/2.31.0 → python-httpx/0.27.0`, what stands in brackets left out; none where the clients call
    /// themselves what they did.
    pub fn step(&self) -> Option<String> {
        let plain = |all: &[String]| {
            let mut names: Vec<String> = all.iter().map(|agent| products(agent)).collect();
            names.dedup();
            match names.len() {
                0..=3 => names.join(", "),
                more => format!("{} and {} more", names[..3].join(", "), more - 3),
            }
        };
        let (was, is) = (plain(&self.was), plain(&self.is));
        (was != is && !self.was.is_empty() && !self.is.is_empty()).then(|| format!("{was} → {is}"))
    }
}

/// The products of a `User-Agent` (RFC 9110 §10.1.5) without its comments.
fn products(agent: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::new();
    for c in agent.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_names_the_products_alone() {
        let of = |was: &str, is: &str| {
            Requests { was: vec![was.to_owned()], is: vec![is.to_owned()], ..Requests::default() }.step()
        };
        assert_eq!(of("a/1 (x)", "a/2 (y) b/1").as_deref(), Some("a/1 → a/2 b/1"));
        assert_eq!(of("a/1 (x)", "a/1 (y)"), None);
    }
}
