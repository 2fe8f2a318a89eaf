//! The name that is looked for, and which names are the same by convention: case and what separates words are
//! free, a unit at the end is not part of the name.

use cassettes::facets::words::words;

/// What a name says of its number besides what it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Unit {
    /// Nothing.
    #[default]
    Plain,
    /// It is counted in a smaller unit, so many decimal places down: cents are two.
    Minor(i64),
    /// It is of a hundred.
    Percent,
}

/// The name of a number.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// As the user gave it.
    pub(super) text: String,
    words: Vec<String>,
    joined: String,
    /// The members that must stand above it, outermost first, each as its joined words.
    above: Vec<String>,
    like: bool,
}

/// Words that count in a smaller unit, and how many decimal places down.
const MINOR: &[(&str, i64)] = &[
    ("cents", 2),
    ("cent", 2),
    ("pence", 2),
    ("minor", 2),
    ("millis", 3),
    ("mills", 3),
    ("micros", 6),
    ("micro", 6),
    ("nanos", 9),
];
const PERCENT: &[&str] = &["percent", "percentage", "pct"];

impl Name {
    /// Reads a name, or the end of a path: `sold`, `commitments.sold`, `/commitments/sold`. With `like`, members
    /// that contain its words are meant, too. None where there is no word in it.
    pub(super) fn parse(text: &str, like: bool) -> Option<Name> {
        let steps = text.trim().trim_start_matches('$').split(['.', '/']);
        let mut steps: Vec<Vec<String>> = steps.map(words).filter(|words| !words.is_empty()).collect();
        let last = split(steps.pop()?).0;
        Some(Name {
            text: text.trim().to_owned(),
            joined: last.concat(),
            words: last,
            above: steps.into_iter().map(|words| words.concat()).collect(),
            like,
        })
    }

    /// Whether a member of this name can be meant, whatever stands above it.
    pub(super) fn may_be(&self, name: &str) -> bool {
        self.unit(name).is_some()
    }

    fn unit(&self, name: &str) -> Option<Unit> {
        let (found, unit) = split(words(name));
        let same = found.concat() == self.joined;
        let like = self.like && found.windows(self.words.len()).any(|part| *part == *self.words);
        (same || like).then_some(unit)
    }

    /// Whether a member of this name would be meant, too, if its words need only be among the member's.
    pub(super) fn is_part_of(&self, name: &str) -> bool {
        let found = split(words(name)).0;
        !self.is_generic() && found.windows(self.words.len()).any(|part| *part == *self.words)
    }

    /// Whether the last of these names, with those above it, is meant; with what it says of the unit.
    pub(super) fn takes(&self, path: &[&str]) -> Option<Unit> {
        let (last, above) = path.split_last()?;
        let unit = self.unit(last)?;
        let mut rest = above.iter().rev().map(|name| words(name).concat());
        self.above.iter().rev().all(|wanted| rest.next().as_deref() == Some(wanted)).then_some(unit)
    }

    /// A piece of text without which no answer has the name; none where its spelling is not certain.
    pub(super) fn needle(&self) -> Option<&str> {
        let longest = self.words.iter().max_by_key(|word| word.len())?;
        longest.is_ascii().then_some(longest)
    }

    /// Its words, singular, joined.
    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether it is a word that counts whatever stands around it: two of these are the same number only in the
    /// same place.
    pub(super) fn is_generic(&self) -> bool {
        self.above.is_empty() && self.words.iter().all(|word| GENERIC.contains(&word.as_str()))
    }

    /// Whether numbers of other names are found, too.
    pub(super) fn is_like(&self) -> bool {
        self.like
    }

    /// Whether it names things instead of counting them.
    pub(super) fn is_identity(&self) -> bool {
        const IDENTITY: &[&str] = &["id", "ids", "uuid", "guid", "key", "code", "version", "status", "year"];
        self.words.last().is_some_and(|word| IDENTITY.contains(&word.as_str()))
    }
}

/// A name's words without those of its unit.
fn split(mut words: Vec<String>) -> (Vec<String>, Unit) {
    let Some(last) = words.last().filter(|_| words.len() > 1) else { return (words, Unit::Plain) };
    let minor = MINOR.iter().find(|(word, _)| word == last).map(|(_, places)| Unit::Minor(*places));
    let percent = PERCENT.contains(&last.as_str()).then_some(Unit::Percent);
    let Some(unit) = minor.or(percent) else { return (words, Unit::Plain) };
    words.pop();
    // `amount_in_cents`
    if words.len() > 1 && words.last().is_some_and(|word| word == "in") {
        words.pop();
    }
    (words, unit)
}

/// Words that say how much, and not of what.
const GENERIC: &[&str] = &[
    "count",
    "counts",
    "total",
    "totals",
    "amount",
    "size",
    "sum",
    "number",
    "num",
    "value",
    "quantity",
    "qty",
    "length",
    "limit",
    "min",
    "max",
    "average",
    "avg",
    "mean",
    "median",
    "duration",
    "time",
    "timestamp",
    "width",
    "height",
    "weight",
    "age",
    "level",
    "rank",
    "score",
    "rate",
    "ratio",
    "percent",
    "percentage",
    "offset",
    "page",
    "pages",
    "position",
    "index",
    "order",
    "sequence",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "results",
    "x",
    "of",
    "the",
    "all",
    "type",
    "priority",
    "points",
    "start",
    "end",
    "first",
    "last",
    "bytes",
    "items",
    "entries",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(name: &str, like: bool, path: &[&str]) -> Option<Unit> {
        Name::parse(name, like).expect("a name").takes(path)
    }

    #[test]
    fn words_count_and_their_spelling_does_not() {
        for same in ["sold_count", "soldCount", "SOLD-COUNT", "Sold count", "soldcount", "@soldCount"] {
            assert_eq!(takes("soldCount", false, &[same]), Some(Unit::Plain), "{same}");
        }
        for other in ["sold", "total_sold_count", "count_sold", "unsoldcount"] {
            assert_eq!(takes("soldCount", false, &[other]), None, "{other}");
        }
        assert_eq!(takes("sold", true, &["totalSold"]), Some(Unit::Plain));
        assert_eq!(takes("sold", true, &["unsold"]), None);
        assert!(Name::parse("..", false).is_none());
    }

    #[test]
    fn the_end_of_a_path_is_meant_as_it_stands() {
        assert!(takes("commitments.sold", false, &["data", "Commitments", "sold"]).is_some());
        assert!(takes("/commitments/sold", false, &["sold"]).is_none());
        assert!(takes("$.sold", false, &["data", "sold"]).is_some());
    }

    #[test]
    fn a_unit_is_not_part_of_the_name() {
        assert_eq!(takes("amount", false, &["amount_cents"]), Some(Unit::Minor(2)));
        assert_eq!(takes("amount", false, &["amountInMicros"]), Some(Unit::Minor(6)));
        assert_eq!(takes("amount_cents", false, &["amount"]), Some(Unit::Plain));
        assert_eq!(takes("discount", false, &["discount_pct"]), Some(Unit::Percent));
        assert_eq!(takes("cents", false, &["cents"]), Some(Unit::Plain));
    }
}
