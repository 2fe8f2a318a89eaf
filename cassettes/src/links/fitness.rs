//! Whether a value that an answer gave is what a request carries, and which of several answers is the
//! likeliest to have given it.

use super::{
    chance::Chance,
    gives::Give,
    link::{Part, SourcePlace, Target},
    naming,
    uses::{Class, Use, last_word},
};

/// How well an answer explains a value; greater is better, compared field by field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fitness {
    /// A URL that was followed, a parameter of one, Location or Link, anything else.
    kind: u8,
    /// The answer before in the same listing.
    same_path: bool,
    /// The field is about what the request is about.
    about: bool,
    /// The answer that made the thing rather than one that showed it.
    made: bool,
    /// A place of its own rather than an item of a list.
    single: bool,
    /// The latest.
    from: usize,
}

/// The request that carries a value, or that was answered with it.
pub(super) struct Carrier<'c> {
    pub(super) method: &'c str,
    pub(super) path: &'c str,
}

/// How well this answer explains the value, given the path that it answered; none if it does not.
pub(super) fn of_value(
    carried: &Use,
    carrier: &Carrier<'_>,
    give: &Give,
    answered: &Carrier<'_>,
) -> Option<Fitness> {
    let same_path = answered.path == carrier.path;
    let made = answered.method == "POST";
    let about = is_about(carried, carrier, give);
    // A listing's path with what tells its items apart: the item.
    let item = give.telling && carried.value.len() >= 3 && is_below(carried, carrier.path, answered.path);
    if carried.chance != Chance::Unlikely && !item && !suggested(carried, give, same_path, about) {
        return None;
    }
    // A cookie carries what was set under its name, and nothing else comes by Set-Cookie.
    match (&carried.target, &give.source.place) {
        (Target::Cookie(name), SourcePlace::Cookie(set)) if name != set => return None,
        (Target::Cookie(_), SourcePlace::Cookie(_)) => {}
        (_, SourcePlace::Cookie(_)) => return None,
        _ => {}
    }
    let kind = match (&give.source.part, &give.source.place, &carried.target) {
        (Part::Query(name, _), _, Target::Query(asked, _)) if name == asked => 3,
        (_, SourcePlace::Cookie(_), _) => 3,
        (_, SourcePlace::Header(name, _), _) if carried.class == Class::Condition && name == "etag" => 3,
        (_, SourcePlace::Link(_), _) => 2,
        (_, SourcePlace::Header(name, _), _) if name.ends_with("location") => 2,
        _ => 1,
    };
    Some(Fitness { kind, same_path, about, made, single: !give.indexed, from: give.from })
}

/// The same for a whole target or path.
pub(super) fn of_url(target: &str, carrier: &Carrier<'_>, give: &Give, answered: &str) -> Option<Fitness> {
    let header = matches!(give.source.place, SourcePlace::Link(_) | SourcePlace::Header(..));
    let telling = target.contains('?') || target.split('/').any(|s| super::chance::of(s) == Chance::Unlikely);
    let fits = match (target, give.foreign, give.plainly_url) {
        ("/", _, _) => header,
        (_, true, _) => telling || header,
        (_, false, true) => true,
        (_, false, false) => telling,
    };
    let same_path = answered == carrier.path;
    fits.then_some(Fitness {
        kind: 4,
        same_path,
        about: header,
        made: false,
        single: !give.indexed,
        from: give.from,
    })
}

/// Whether the value is the segment that follows the whole of another path.
fn is_below(carried: &Use, path: &str, above: &str) -> bool {
    let above = above.trim_end_matches('/');
    let follows = path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'));
    let depth = above.split('/').filter(|s| !s.is_empty()).count();
    follows && depth > 0 && carried.target == Target::Segment(depth)
}

/// Whether names and places make it believable that a value which could stand there by chance does not.
fn suggested(carried: &Use, give: &Give, same_path: bool, about: bool) -> bool {
    let numeric = carried.value.bytes().all(|b| b.is_ascii_digit());
    let source = &give.words;
    if let (Part::Query(name, _), Target::Query(asked, _)) = (&give.source.part, &carried.target)
        && name == asked
        && carried.class != Class::Other
    {
        return true;
    }
    if matches!(give.source.part, Part::Segment(_)) {
        return carried.class == Class::Segment && numeric && give.previous.as_ref() == carried.words.first();
    }
    match carried.class {
        Class::Segment => {
            let named = naming::is_identity(source) && about && (numeric || carried.value.len() >= 3);
            let listed = give.list_item && carried.value.len() >= 3 && carried.target != Target::Segment(0);
            named || (listed && !numeric)
        }
        Class::Identity => naming::is_identity(source) && about,
        Class::Cursor => {
            let told = naming::is_cursor(source) && !naming::is_count(source);
            let last = naming::is_identity(source) || naming::is_time(source) || give.list_item;
            told || (last && same_path)
        }
        Class::Position => {
            let next = source.iter().any(|w| w == "next") || naming::is_position(source);
            next && !naming::is_count(source) && same_path
        }
        Class::Condition => ["etag", "version", "modified", "revision", "rev", "updated"]
            .iter()
            .any(|w| source.iter().any(|s| s == w)),
        Class::Cookie => matches!(give.source.place, SourcePlace::Cookie(_)),
        Class::Other => false,
    }
}

/// Whether the field that gave the value and the one that carries it speak of the same kind of thing.
fn is_about(carried: &Use, carrier: &Carrier<'_>, give: &Give) -> bool {
    let known =
        |word: &String| give.context.iter().any(|c| c == word || naming::words(c).iter().any(|w| w == word));
    if carried.class == Class::Segment {
        return carried.words.iter().all(known);
    }
    let subject = naming::subject(&carried.words);
    if subject.is_empty() {
        let last = last_word(carrier.path);
        return !last.is_empty() && known(&naming::singular(last));
    }
    subject.iter().all(known)
}
