//! The conventions by which people name secrets.

use super::{
    fold::{Folded, fold},
    kinds, lists,
    sense::{Sense, always},
    tokens,
    value::{is_path, looks_drawn},
    words::is_words,
};
use crate::whose::is_someones_key;
use foldhash::fast::FixedState;
use std::{collections::HashSet, sync::LazyLock};

type Set = HashSet<&'static str, FixedState>;

struct Tables {
    ends: Set,
    digit_ends: Set,
    /// Without separators, for names that are written in one.
    joined: HashSet<String, FixedState>,
    digits: HashSet<String, FixedState>,
    headers: HashSet<String, FixedState>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let joined = |name: &&'static str| name.replace('_', "");
    Tables {
        ends: lists::ENDS.iter().copied().collect(),
        digit_ends: lists::DIGIT_ENDS.iter().copied().collect(),
        joined: lists::ENDS.iter().chain(lists::EXACT).map(joined).collect(),
        digits: lists::DIGIT_ENDS.iter().chain(lists::DIGITS).map(joined).collect(),
        headers: lists::HEADERS.iter().map(joined).collect(),
    }
});

/// Builds what is built once.
pub(super) fn prepare() {
    LazyLock::force(&TABLES);
}

/// What a header's name says.
pub(super) fn header(name: &Folded) -> Sense {
    let words = name.words.as_str();
    if lists::COOKIES.contains(&words) {
        return Sense::Cookies;
    }
    if is_authorization(name) {
        return Sense::Authorization;
    }
    let (bare, tables) = (bare(name), &*TABLES);
    let sense = match common(name) {
        Sense::No | Sense::Drawn => common(&bare),
        sense => sense,
    };
    match sense {
        Sense::Token | Sense::Pin | Sense::Phrase => Sense::Secret,
        Sense::No | Sense::Drawn if is_signature(&bare) || tables.headers.contains(&name.joined) => {
            Sense::Secret
        }
        Sense::No if matches!(bare.last(), "credential" | "credentials") && !words.contains("allow") => {
            Sense::Secret
        }
        Sense::Drawn => Sense::Token,
        Sense::No if kinds::SESSIONS.iter().any(|session| bare.ends_in(session)) => Sense::Token,
        Sense::No if is_someones_key(words) => Sense::Token,
        Sense::No if bare.last() == "key" && bare.words != "key" && !is_open_key(&bare) => Sense::Random,
        Sense::No if name.joined == "secwebsocketprotocol" => Sense::Random,
        sense => sense,
    }
}

/// What the name of a query parameter or of a form's field says.
pub(super) fn pair(name: &Folded) -> Sense {
    let words = name.words.as_str();
    match common(name) {
        Sense::No | Sense::Drawn if lists::QUERY.contains(&words) || name.last() == "signature" => {
            Sense::Secret
        }
        Sense::No if kinds::IF_RANDOM.contains(&words) => Sense::Random,
        Sense::No if words == "code" => Sense::Code,
        Sense::No if card(name) => Sense::Card,
        sense => sense,
    }
}

/// What a member's name says.
pub(super) fn member(name: &Folded) -> Sense {
    let words = name.words.as_str();
    if lists::COOKIES.contains(&words) {
        return Sense::Cookies;
    }
    if words.ends_with("authorization") && is_authorization(name) {
        return Sense::Authorization;
    }
    match common(name) {
        Sense::No if words == "code" => Sense::Grant,
        Sense::No if card(name) => Sense::Card,
        // A list of them stands under the plural.
        Sense::No => match name.clone().singular().map(|one| common(&one)) {
            Some(Sense::Secret | Sense::Digits) => Sense::Secrets,
            Some(Sense::Holder) => Sense::Holders,
            Some(Sense::Token) => Sense::Tokens,
            _ => Sense::No,
        },
        sense => sense,
    }
}

/// Whether a value that was hidden under this name is worth looking for elsewhere. A secret is, unless it
/// is made of words; what is hidden for privacy's sake (a user's name, a cookie that holds a setting) stands
/// elsewhere in its own right, unless it looks drawn.
pub(in crate::redact) fn worth_remembering(name: &str, value: &str) -> bool {
    let folded = fold(name);
    let secret = always(header(&folded)) || always(pair(&folded)) || always(member(&folded));
    if secret {
        value.len() >= 16 || !is_words(value)
    } else {
        value.len() >= 12 && looks_drawn(value) && !is_path(value)
    }
}

/// What every kind of place has in common: `token1` is a token, and so is `tokenValue`.
fn common(name: &Folded) -> Sense {
    let sense = plain(name);
    if sense != Sense::No {
        return sense;
    }
    if let Some(unnumbered) = name.unnumbered() {
        let sense = common(&unnumbered);
        if sense != Sense::No {
            return sense;
        }
    }
    match name.words.rsplit_once('_') {
        Some((rest, tail)) if lists::TAILS.contains(&tail) => match plain(&Folded::of(rest)) {
            Sense::Secret | Sense::Digits | Sense::Holder => Sense::Secret,
            Sense::Token => Sense::Token,
            _ if rest == "key" || rest.ends_with("_key") => Sense::Random,
            _ => Sense::No,
        },
        _ => Sense::No,
    }
}

fn plain(name: &Folded) -> Sense {
    let tables = &*TABLES;
    let words = name.words.as_str();
    if lists::HOLDERS.contains(&words) {
        return Sense::Holder;
    }
    if let Some(sense) = token(name) {
        return sense;
    }
    let ends_in = |set: &Set| {
        std::iter::successors(Some(words), |rest| rest.split_once('_').map(|(_, tail)| tail))
            .any(|end| set.contains(end))
    };
    if tables.digits.contains(&name.joined) || ends_in(&tables.digit_ends) {
        return Sense::Digits;
    }
    if tables.joined.contains(&name.joined) || ends_in(&tables.ends) {
        return Sense::Secret;
    }
    let before = name.before_last().next();
    match (name.last(), before) {
        (last, None) if lists::JOINED_ENDS.iter().any(|end| last.ends_with(end)) => Sense::Secret,
        ("pass", Some(before)) if kinds::PASSES.contains(&before) => Sense::Secret,
        ("pass", Some(_)) => Sense::Drawn,
        ("pin", _) => Sense::Pin,
        ("code", Some("user" | "invite")) => Sense::Token,
        ("mnemonic", _) => Sense::Phrase,
        ("key", Some(before)) if kinds::KEYS_IF_RANDOM.contains(&before) => Sense::Random,
        ("userkey" | "primarykey" | "secondarykey" | "sshkey", None) => Sense::Random,
        _ if kinds::IF_DRAWN.contains(&words) || name.ends_in("session_id") => Sense::Drawn,
        _ => Sense::No,
    }
}

/// What a name that ends in `token` says.
fn token(name: &Folded) -> Option<Sense> {
    let one;
    let words: Vec<&str> = if name.last() == "token" {
        name.before_last().collect()
    } else {
        one = name.last().strip_suffix("token").filter(|stem| !stem.is_empty())?;
        vec![one]
    };
    let any = |list: &[&str]| words.iter().any(|word| list.contains(word));
    Some(match words.first() {
        None => Sense::Token,
        _ if any(tokens::OPEN_TOKENS) => Sense::No,
        Some(last) if tokens::DRAWN_TOKENS.contains(last) => Sense::Random,
        _ if any(tokens::CREDENTIAL_TOKENS) => Sense::Secret,
        _ => Sense::Token,
    })
}

/// `X-Ops-Authorization-1`, `X-Registry-Auth`; challenges end otherwise.
fn is_authorization(name: &Folded) -> bool {
    let unnumbered = name.unnumbered();
    let name = unnumbered.as_ref().unwrap_or(name);
    lists::AUTHORIZATION.iter().any(|end| name.ends_in(end))
}

/// A signature or a keyed digest, and not how it is made.
fn is_signature(name: &Folded) -> bool {
    if name.words.starts_with("accept") || name.words.starts_with("access_control") {
        return false;
    }
    let words: Vec<&str> = name.words.split('_').collect();
    let last = words.last().copied().unwrap_or_default();
    words.contains(&"hmac")
        || last == "sign"
        || (words.contains(&"signature") && !lists::SIGNED_HOW.contains(&last))
}

fn is_open_key(name: &Folded) -> bool {
    name.before_last().any(|word| kinds::OPEN_KEYS.contains(&word))
}

/// Without the `X-` that many headers begin with.
fn bare(name: &Folded) -> Folded {
    name.words.strip_prefix("x_").map_or_else(|| name.clone(), Folded::of)
}

fn card(name: &Folded) -> bool {
    kinds::CARDS.iter().any(|card| name.ends_in(card))
}
