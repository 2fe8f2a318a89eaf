//! The paths of everything that was recorded, found by what stands in them.

use cassettes::model::Exchange;
use std::collections::HashMap;

/// The segments of all paths, each operation's to be found without a look at every one.
pub(super) struct Paths {
    segments: Vec<Vec<String>>,
    /// Which paths have a segment at a place.
    having: HashMap<(usize, String), Vec<usize>>,
}

impl Paths {
    pub(super) fn of(everything: &[&Exchange]) -> Paths {
        let segments: Vec<Vec<String>> = everything.iter().map(|e| e.request.segments()).collect();
        let mut having: HashMap<(usize, String), Vec<usize>> = HashMap::new();
        for (at, path) in segments.iter().enumerate() {
            for (place, segment) in path.iter().enumerate() {
                having.entry((place, segment.clone())).or_default().push(at);
            }
        }
        Paths { segments, having }
    }

    /// Which of them are like this one, in their order.
    pub(super) fn alike<'s>(
        &'s self,
        here: &'s [String],
        template: &'s [&str],
    ) -> impl Iterator<Item = usize> + 's {
        let fixed = here.iter().zip(template).enumerate().filter(|(_, (_, t))| !t.starts_with('{'));
        let found = fixed.map(|(place, (segment, _))| {
            self.having.get(&(place, segment.clone())).map_or(&[][..], Vec::as_slice)
        });
        let fewest = found.min_by_key(|found| found.len());
        let all = fewest.is_none().then_some(0..self.segments.len()).into_iter().flatten();
        let of_fewest = fewest.into_iter().flatten().copied();
        all.chain(of_fewest).filter(|&at| is_alike(&self.segments[at], here, template))
    }
}

/// Whether two paths differ in nothing but what the template leaves open.
pub(super) fn is_alike(path: &[String], here: &[String], template: &[&str]) -> bool {
    path.len() == here.len()
        && path.iter().zip(here).zip(template).all(|((a, b), t)| a == b || t.starts_with('{'))
}
