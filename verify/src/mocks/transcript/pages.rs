//! Pages of a list that a fake gives whole: which part of it a question asks for.

use super::outcome::{PAGE_WORDS, Page};
use super::place::{Place, path};
use crate::mocks::conditions::Asked;
use crate::mocks::placed::Placed;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cassettes::json::{Json, Pointer};

/// How many items a page has where nobody says.
const USUAL: usize = 20;

/// How a list that a fake gives whole is given in pages.
#[derive(Debug, Clone)]
pub(super) struct Pages {
    /// Where the list stands in what is returned.
    items: Pointer,
    /// Where the wanted number of items stands.
    size: Option<Place>,
    usual: usize,
    most: usize,
    turn: Turn,
}

/// How the next page is asked for.
#[derive(Debug, Clone)]
enum Turn {
    /// With something of the last item.
    After { at: Place, id: Pointer },
    /// With a token that came with the page.
    Token(Place),
    /// With the page's number.
    Number { at: Place, first: usize },
    /// With the number of items before it.
    Offset(Place),
}

impl Pages {
    /// Reads `{size, usual, most, items, and one of after, token, page, offset}`.
    pub(super) fn read(placed: &Placed) -> Result<Pages, (u32, String)> {
        let place = |value: &Placed| {
            value.as_str().and_then(Place::parse).ok_or_else(|| {
                (value.line, "expected a place such as `query limit`, `header x` or `body $.page`".to_owned())
            })
        };
        let pointer = |value: &Placed| {
            let read = value.as_str().and_then(path);
            read.ok_or_else(|| (value.line, "expected a path such as `$.id`".to_owned()))
        };
        let count = |value: &Placed| {
            let number = value.number().and_then(|n| usize::try_from(n).ok());
            number.ok_or_else(|| (value.line, "expected a number".to_owned()))
        };
        let mut pages = Pages {
            items: Pointer::root(),
            size: None,
            usual: USUAL,
            most: usize::MAX,
            turn: Turn::Token(Place::Nowhere),
        };
        let (mut turns, mut id, mut first) = (Vec::new(), Pointer::root().member("id"), 1);
        for member in placed.members() {
            let value = &member.value;
            match member.name.as_str() {
                "items" => pages.items = pointer(value)?,
                "size" if value.number().is_some() => pages.usual = count(value)?,
                "size" => pages.size = Some(place(value)?),
                "usual" => pages.usual = count(value)?,
                "most" => pages.most = count(value)?,
                "id" => id = pointer(value)?,
                "first" => first = count(value)?,
                "after" | "token" | "page" | "offset" => turns.push((member.name.as_str(), place(value)?)),
                other => return Err((member.line, format!("`{other}` says nothing about pages"))),
            }
        }
        pages.turn = match (turns.pop(), turns.is_empty()) {
            (Some(("after", at)), true) => Turn::After { at, id },
            (Some(("token", at)), true) => Turn::Token(at),
            (Some(("page", at)), true) => Turn::Number { at, first },
            (Some((_, at)), true) => Turn::Offset(at),
            _ => {
                return Err((
                    placed.line,
                    "expected one of `after`, `token`, `page` and `offset`".to_owned(),
                ));
            }
        };
        if pages.usual == 0 || pages.most == 0 {
            return Err((placed.line, "a page has at least one item".to_owned()));
        }
        Ok(pages)
    }

    /// Where questions say which page they want.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        let turn = match &self.turn {
            Turn::After { at, .. } | Turn::Token(at) | Turn::Number { at, .. } | Turn::Offset(at) => at,
        };
        self.size.iter().chain([turn])
    }

    /// Whether the question is for the first page.
    pub(super) fn is_first(&self, asked: &Asked<'_>) -> bool {
        self.wanted(asked).is_none_or(|text| match &self.turn {
            Turn::Number { first, .. } => text == first.to_string(),
            Turn::Offset(_) => text == "0",
            Turn::After { .. } | Turn::Token(_) => false,
        })
    }

    fn wanted(&self, asked: &Asked<'_>) -> Option<String> {
        let at = self.places().last()?;
        let text = at.value(asked, &[])?;
        Some(text.trim_matches('"').to_owned()).filter(|text| !text.is_empty() && text != "null")
    }

    /// What is known of the page that is asked for; none where the list has no such page.
    pub(super) fn fill(&self, asked: &Asked<'_>, given: &Json) -> Option<Page> {
        let items = self.items.find(given).map(Json::items).unwrap_or_default();
        let size = match self.size.as_ref().and_then(|place| place.value(asked, &[])) {
            Some(text) => text.parse().ok().filter(|size| *size > 0)?,
            None => self.usual,
        };
        let size = size.min(self.most);
        let start = self.start(asked, items, size)?;
        if start > items.len() {
            return None;
        }
        let end = items.len().min(start.saturating_add(size));
        let page = &items[start..end];
        let more = end < items.len();
        let next = more.then(|| self.next(page, start, size, end)).flatten();
        let led = next.as_ref().and_then(|(_, turned)| self.led(asked, turned));
        let text = |text: Option<String>| text.map_or(Json::Null, Json::String);
        Some(vec![
            ("page", Json::Array(page.to_vec())),
            ("more", Json::Bool(more)),
            ("total", Json::Number(items.len().to_string())),
            ("next", next.map_or(Json::Null, |(shown, _)| shown)),
            ("link", text(led.as_ref().map(|target| format!("<{target}>; rel=\"next\"")))),
            ("next_url", text(led)),
        ])
    }

    /// A page of which only is known whether more follow.
    pub(super) fn sample(more: bool) -> Page {
        let shown = |word: &'static str| match word {
            "more" => (word, Json::Bool(more)),
            "page" => (word, Json::Array(Vec::new())),
            "total" => (word, Json::Number("0".to_owned())),
            word => (word, if more { Json::String(word.to_owned()) } else { Json::Null }),
        };
        PAGE_WORDS.map(shown).to_vec()
    }

    fn start(&self, asked: &Asked<'_>, items: &[Json], size: usize) -> Option<usize> {
        let Some(wanted) = self.wanted(asked) else { return Some(0) };
        match &self.turn {
            Turn::After { id, .. } => {
                let is = |item: &Json| id.find(item).and_then(Json::scalar_text) == Some(wanted.as_str());
                items.iter().position(is).map(|at| at + 1)
            }
            Turn::Token(_) => untoken(&wanted),
            Turn::Number { first, .. } => {
                wanted.parse::<usize>().ok()?.checked_sub(*first)?.checked_mul(size)
            }
            Turn::Offset(_) => wanted.parse().ok(),
        }
    }

    /// What leads to the next page: as it is shown, and as it is asked.
    fn next(&self, page: &[Json], start: usize, size: usize, end: usize) -> Option<(Json, String)> {
        let number = |n: usize| (Json::Number(n.to_string()), n.to_string());
        match &self.turn {
            Turn::After { id, .. } => {
                let id = id.find(page.last()?)?;
                Some((id.clone(), id.scalar_text()?.to_owned()))
            }
            Turn::Token(_) => {
                let token = token(end);
                Some((Json::String(token.clone()), token))
            }
            Turn::Number { first, .. } => Some(number(start / size + first + 1)),
            Turn::Offset(_) => Some(number(end)),
        }
    }

    /// The question's own target, turned to the next page; none where pages are not turned in the query.
    fn led(&self, asked: &Asked<'_>, turned: &str) -> Option<String> {
        let Some(Place::Query(name)) = self.places().last() else { return None };
        let target = &asked.request.target;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let of = |piece: &str| piece.split('=').next().unwrap_or_default() == name;
        let mut pieces: Vec<&str> =
            query.split('&').filter(|piece| !piece.is_empty() && !of(piece)).collect();
        let own = format!("{name}={turned}");
        pieces.push(&own);
        Some(format!("{path}?{}", pieces.join("&")))
    }
}

/// A token that means nothing to anybody else.
fn token(position: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("after {position:09}"))
}

fn untoken(token: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix("after ")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Request, Timestamp};

    fn walk(how: &str, first: &str, show: &str) -> Vec<String> {
        let pages = Pages::read(&Placed::read(how.as_bytes()).expect("yaml")).expect("pages");
        let given = Json::parse(br#"[{"id":1},{"id":2},{"id":3},{"id":4},{"id":5}]"#).expect("json");
        let mut target = first.to_owned();
        let mut seen = Vec::new();
        while seen.len() < 9 {
            let request = Request::new("GET", target.clone());
            let asked = Asked::new(&request, Timestamp(0));
            let page = pages.fill(&asked, &given).expect("a page");
            assert_eq!(pages.is_first(&asked), seen.is_empty());
            let word = |name: &str| page.iter().find(|(n, _)| *n == name).expect("a word").1.clone();
            seen.push(word(show).to_string());
            match word("next_url") {
                Json::String(next) => target = next,
                _ => break,
            }
        }
        seen
    }

    #[test]
    fn every_way_to_turn_pages_ends_where_the_list_does() {
        let three = ["[{\"id\":1},{\"id\":2}]", "[{\"id\":3},{\"id\":4}]", "[{\"id\":5}]"];
        for how in [
            "after: query c",
            "token: query c",
            "page: query c",
            "offset: query c",
            "{page: query c, first: 0}",
        ] {
            let how = format!(
                "{}, size: query n}}",
                if how.starts_with('{') { how.trim_end_matches('}').to_owned() } else { format!("{{{how}") }
            );
            assert_eq!(walk(&how, "/x?n=2&y=z", "page"), three, "{how}");
        }
        assert_eq!(walk("{offset: query o, usual: 9, most: 3}", "/x", "next"), ["3", "null"]);
        assert_eq!(walk("{page: query p, size: 4}", "/x", "more"), ["true", "false"]);
        for wrong in
            ["{}", "{after: x}", "{after: query a, page: query b}", "{page: query p, usual: 0}", "{pages: 1}"]
        {
            assert!(Pages::read(&Placed::read(wrong.as_bytes()).expect("yaml")).is_err(), "{wrong}");
        }
    }
}
