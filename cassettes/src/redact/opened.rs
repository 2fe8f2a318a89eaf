//! Bodies without their content codings while they are looked at, and with them again afterwards.

use super::{
    leaf::{Carrier, Side},
    script::{self, Script},
};
use crate::{
    codec::{self, CodecError},
    json::Tokens,
    model::{Body, Exchange, Headers},
};

/// How a body is read, whatever its media type says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    #[default]
    Empty,
    /// One JSON document, or several.
    Json,
    /// JSON that breaks off, or that something else follows.
    BrokenJson,
    Xml,
    Form,
    Multipart,
    /// Server-sent events.
    Events,
    Text,
    Binary,
}

impl Kind {
    /// What may carry the texts of such a body.
    pub(super) fn carriers(self) -> &'static [Carrier] {
        use Carrier::{Form, Json, Text, Xml};
        match self {
            Kind::Empty => &[],
            Kind::Json => &[Json],
            Kind::BrokenJson | Kind::Events => &[Json, Text],
            Kind::Xml => &[Xml],
            Kind::Form => &[Form, Json],
            Kind::Multipart => &[Form, Json, Xml, Text],
            Kind::Text | Kind::Binary => &[Text],
        }
    }
}

/// What has to be known to close a body again.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) kind: Kind,
    /// What stands in the exchange is not what was sent.
    pub(super) coded: bool,
    sent: Body,
    plain: Body,
    codings: Vec<String>,
    end: End,
    script: Option<Script>,
}

/// How a coded stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum End {
    #[default]
    Whole,
    /// It broke off.
    Cut,
    /// So many bytes followed it.
    Trailing(usize),
    /// It goes on behind what was read of it: so many bytes.
    Beyond(usize),
}

/// Bodies that were changed, as they were and as they are: with their codings, and without.
pub(super) struct Changed(pub(super) Vec<(Body, Body)>);

/// Codings within codings that nobody named.
const MAX_CODINGS: usize = 4;

/// The headers and the body of one side, if it said anything.
pub(super) fn parts(exchange: &mut Exchange, side: Side) -> Option<(&mut Headers, &mut Body)> {
    match side {
        Side::Request => Some((&mut exchange.request.headers, &mut exchange.request.body)),
        Side::Reply => exchange.answer.head_mut().map(|reply| (&mut reply.headers, &mut reply.body)),
    }
}

/// Takes the codings off one side's body, in the exchange itself.
pub(super) fn open(exchange: &mut Exchange, side: Side) -> Opened {
    let mut opened = Opened::default();
    let Some((headers, body)) = parts(exchange, side) else { return opened };
    opened.sent = body.clone();
    if let Some(text) = opened.decode(headers.codings()) {
        opened.coded = true;
        *body = Body::from(text);
    }
    if let Some((text, script)) = script::read(body.bytes()) {
        opened.script = Some(script);
        opened.coded = true;
        *body = Body::from(text);
    }
    opened.plain = body.clone();
    opened.kind = kind(headers.media_type().as_deref().unwrap_or_default(), body.bytes());
    opened
}

impl Opened {
    /// What is behind the codings that the headers name, and behind those that the bytes themselves show.
    fn decode(&mut self, named: Vec<String>) -> Option<Vec<u8>> {
        let sent = self.sent.clone();
        let mut text = None;
        if !named.is_empty() && !sent.is_empty() {
            let (named_text, trouble) = codec::decode_what_is_there(sent.bytes(), &named);
            if !matches!(trouble, Some(CodecError::Unknown(_))) && !named_text.is_empty() {
                self.end = End::of(trouble.as_ref(), named_text.len());
                self.codings = named;
                text = Some(named_text);
            }
        }
        while let Some(coding) = codec::sniff(text.as_deref().unwrap_or(sent.bytes())) {
            let coding = coding.to_owned();
            let current = text.as_deref().unwrap_or(sent.bytes());
            let (inner, trouble) = codec::decode_what_is_there(current, std::slice::from_ref(&coding));
            // Only what was coded once can be put together again when it is not whole.
            let odd = trouble.is_some() && (!self.codings.is_empty() || inner.is_empty());
            if odd || self.codings.len() == MAX_CODINGS {
                break;
            }
            if trouble.is_some() {
                self.end = End::of(trouble.as_ref(), inner.len());
            }
            self.codings.insert(0, coding);
            text = Some(inner);
        }
        text
    }

    /// The body with its codings on again.
    fn encode(&self, body: &Body) -> Vec<u8> {
        let text = match &self.script {
            Some(script) => script.write(body.bytes()),
            None => body.bytes().to_vec(),
        };
        if let (End::Beyond(read), [coding]) = (self.end, self.codings.as_slice())
            && let Ok(coded) = codec::replace_head(self.sent.bytes(), coding, &text, read)
        {
            return coded;
        }
        // The codings were undone a moment ago, so they are known.
        let mut coded = codec::encode(&text, &self.codings).unwrap_or(text);
        match self.end {
            End::Cut => coded.truncate(coded.len().saturating_sub(8)),
            End::Trailing(bytes) => {
                coded.extend_from_slice(&self.sent.bytes()[self.sent.len().saturating_sub(bytes)..]);
            }
            End::Whole | End::Beyond(_) => {}
        }
        coded
    }

    /// Puts the codings back on: as sent if nothing was changed, else anew. `Content-Length` follows.
    pub(super) fn close(self, exchange: &mut Exchange, side: Side) -> Option<Changed> {
        let (headers, body) = parts(exchange, side)?;
        let untouched = body.0.as_ptr() == self.plain.0.as_ptr() && body.len() == self.plain.len();
        if untouched || *body == self.plain {
            *body = self.sent;
            return None;
        }
        let mut changed = Changed(vec![(self.plain.clone(), body.clone())]);
        if self.coded {
            *body = Body::from(self.encode(body));
            changed.0.insert(0, (self.sent.clone(), body.clone()));
        }
        let (before, after) = (self.sent.len(), body.len());
        if before == after {
            return Some(changed);
        }
        for (name, value) in &mut headers.0 {
            let told = std::str::from_utf8(value).ok().and_then(|v| v.trim().parse::<u64>().ok());
            if let (true, Some(told)) = (name.eq_ignore_ascii_case("content-length"), told) {
                *value = (told + after as u64).saturating_sub(before as u64).to_string().into_bytes();
            }
        }
        if self.coded && side == Side::Reply {
            scale(&mut exchange.timing.chunks, before as u64, after as u64);
        }
        Some(changed)
    }
}

impl End {
    fn of(trouble: Option<&CodecError>, read: usize) -> End {
        match trouble {
            None => End::Whole,
            Some(CodecError::Trailing { bytes, .. }) => End::Trailing(*bytes),
            Some(CodecError::TooLarge(_)) => End::Beyond(read),
            Some(_) => End::Cut,
        }
    }
}

/// Chunks of a body that was coded anew: their borders keep their share of the whole.
fn scale(chunks: &mut [crate::model::Chunk], before: u64, after: u64) {
    let (mut old, mut new) = (0_u64, 0_u64);
    let last = chunks.len().saturating_sub(1);
    for (i, chunk) in chunks.iter_mut().enumerate() {
        old += chunk.len;
        let border =
            if i == last { after } else { (old.min(before) * after).checked_div(before).unwrap_or(0) };
        chunk.len = border.saturating_sub(new);
        new = new.max(border);
    }
}

/// How a body reads.
pub(super) fn kind(media: &str, body: &[u8]) -> Kind {
    let Ok(text) = std::str::from_utf8(body) else {
        let json = matches!(body.iter().find(|b| !b.is_ascii_whitespace()), Some(b'{' | b'['));
        return match super::spans::multipart::boundary(body) {
            Some(_) => Kind::Multipart,
            None if json && is_json(body) => Kind::Json,
            None if json => Kind::BrokenJson,
            None => Kind::Binary,
        };
    };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let json_type = media == "application/json" || media == "text/json" || media.ends_with("+json");
    match text.as_bytes().first() {
        None => Kind::Empty,
        Some(b'{' | b'[' | 0x1e) if is_json(text.as_bytes()) => Kind::Json,
        Some(b'{' | b'[' | 0x1e) => Kind::BrokenJson,
        Some(b'"') if json_type && is_json(text.as_bytes()) => Kind::Json,
        Some(b'<') => Kind::Xml,
        Some(b'-') if super::spans::multipart::boundary(body).is_some() => Kind::Multipart,
        _ if media == "text/event-stream" || is_events(text) => Kind::Events,
        _ if media == "application/x-www-form-urlencoded" && !text.contains('\n') => Kind::Form,
        _ if super::spans::pairs::looks_like_form(text) => Kind::Form,
        _ => Kind::Text,
    }
}

/// One document after the other, and nothing else.
fn is_json(text: &[u8]) -> bool {
    let mut rest = text;
    loop {
        let space = rest.iter().take_while(|b| b.is_ascii_whitespace() || **b == 0x1e).count();
        rest = &rest[space..];
        if rest.is_empty() {
            return true;
        }
        let mut tokens = Tokens::new(rest);
        let end = loop {
            match tokens.next() {
                Some(Ok(token)) if tokens.depth() == 0 => break token.span.end,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return false,
            }
        };
        rest = &rest[end..];
    }
}

/// The first line is a field of an event stream (WHATWG HTML §9.2.5), and there is a second.
fn is_events(text: &str) -> bool {
    text.contains('\n')
        && ["data:", "event:", "id:", "retry:", ":"].iter().any(|field| text.starts_with(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_read_by_their_look() {
        for (body, media, expected) in [
            ("", "application/json", Kind::Empty),
            (" {\"a\":1}", "text/html", Kind::Json),
            ("\"x\"", "application/problem+json", Kind::Json),
            ("<a/>", "application/json", Kind::Xml),
            ("a=1&b=2", "", Kind::Form),
            ("a=1 2", "application/x-www-form-urlencoded", Kind::Form),
            ("--x\r\n\r\ny", "", Kind::Multipart),
            (": hi\n\ndata: 1\n\n", "", Kind::Events),
            ("hello", "application/json", Kind::Text),
        ] {
            assert_eq!(kind(media, body.as_bytes()), expected, "{body}");
        }
        assert_eq!(kind("", b"\xff\x00"), Kind::Binary);
        assert_eq!(kind("", b"{\"a\":\"\xe9\"}"), Kind::Json);
    }

    #[test]
    fn borders_keep_their_share() {
        let chunk = |len| crate::model::Chunk { at: 0, len };
        let mut chunks = vec![chunk(10), chunk(30), chunk(60)];
        scale(&mut chunks, 100, 50);
        assert_eq!(chunks, [chunk(5), chunk(15), chunk(30)]);
    }
}
