//! The known name that somebody most likely meant.

/// The known name nearest to one that nobody knows; none where all are far.
pub fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['_', ' '], "-");
    let name = plain(name);
    let near = known.iter().map(|k| (distance(&name, &plain(k)), *k)).min_by_key(|(far, _)| *far)?;
    let (far, known) = near;
    let longest = name.chars().count().max(known.chars().count());
    (far * 3 <= longest + 1
        || (name.len() > 3 && (plain(known).contains(&name) || name.contains(&plain(known)))))
    .then_some(known)
}

/// Insertions, deletions, substitutions and swaps of neighbours that lead from one to the other.
fn distance(a: &str, b: &str) -> usize {
    // Names in files are short; a long one is near to nothing.
    const LONGEST: usize = 64;
    let (a, b): (Vec<char>, Vec<char>) =
        (a.chars().take(LONGEST).collect(), b.chars().take(LONGEST).collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_other_words_are_not() {
        let known = ["pages", "items", "unique", "not-found"];
        for (meant, found) in
            [("page", "pages"), ("itmes", "items"), ("not_found", "not-found"), ("Unique", "unique")]
        {
            assert_eq!(nearest(meant, &known), Some(found), "{meant}");
        }
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest("", &known), None);
        assert_eq!(nearest("x", &[]), None);
    }
}
