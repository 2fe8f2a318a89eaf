//! The opening handshake, answered as it was recorded, for this client's key.

use super::Script;
use cassettes::matching::declared::Loosened;
use cassettes::matching::{self, Difference};
use cassettes::model::{Headers, Request, Response};
use cassettes::redact::Names;
use wire::head::Head;
use wire::websocket::{Extension, accept, extension};

/// Whether a request on a connection asks for a WebSocket.
pub(crate) fn is_upgrade(head: &Head) -> bool {
    wire::websocket::is_upgrade(head.method(), head.fields())
}

/// The key of a request. One that asks for a WebSocket is never the same as one that asks for a page: it is
/// no header among others that tells them apart.
pub(crate) fn key_of(request: &Request, names: &Names) -> Vec<u8> {
    let socket = wire::websocket::is_upgrade(&request.method, request.headers.iter());
    marked(matching::key(request, names), socket)
}

/// The same of a request that is seen as declarations let it be.
pub(crate) fn key_of_loosened(request: &Loosened<'_>, socket: bool, names: &Names) -> Vec<u8> {
    marked(request.key(names), socket)
}

fn marked(mut key: Vec<u8>, socket: bool) -> Vec<u8> {
    if socket {
        key.extend_from_slice(b"\xffwebsocket");
    }
    key
}

/// What keeps this client from a socket that was recorded: a subprotocol that it does not offer. It would have
/// to fail the connection itself (RFC 6455 §4.1).
pub(crate) fn refusal(script: &Script, asked: &Headers) -> Option<Difference> {
    let chosen = script.response.headers.get("sec-websocket-protocol")?;
    let offered: Vec<String> =
        asked.get_all("sec-websocket-protocol").map(std::borrow::Cow::into_owned).collect();
    let offers = |value: &String| value.split(',').any(|offer| offer.trim() == chosen.trim());
    (!offered.iter().any(offers)).then(|| Difference {
        aspect: "header",
        place: "header sec-websocket-protocol".to_owned(),
        asked: (!offered.is_empty()).then(|| offered.join(", ")),
        recorded: Some(chosen.into_owned()),
    })
}

/// The 101 for a client with these fields, and whether its messages may be compressed, and ours.
pub(super) fn answer(response: &Response, asked: &Headers) -> (Vec<u8>, bool, bool) {
    let mut headers = Headers::new();
    let offer = offer(response, asked);
    let agreed = extension(&response.headers);
    let deflates = offer.is_some() && matches!(agreed, Extension::Deflate { .. });
    for (name, value) in response.headers.iter() {
        if name.eq_ignore_ascii_case("sec-websocket-accept") {
            headers.push(name, accept(asked.get_bytes("sec-websocket-key").unwrap_or_default()));
        } else if !name.eq_ignore_ascii_case("sec-websocket-extensions") {
            headers.push(name, value);
        } else if deflates {
            headers.push(name, without_surprise(value, offer.as_deref().unwrap_or_default()));
        }
    }
    // A head that was written by hand may lack what no client does without.
    for (name, value) in [("Upgrade", "websocket"), ("Connection", "Upgrade")] {
        if !headers.contains(name) {
            headers.push(name, value);
        }
    }
    if !headers.contains("sec-websocket-accept") {
        let key = asked.get_bytes("sec-websocket-key").unwrap_or_default();
        headers.push("Sec-WebSocket-Accept", accept(key));
    }
    let mut out = Vec::with_capacity(256);
    wire::head::status_line(&mut out, response.version, response.status, &response.reason);
    wire::head::write_fields(&mut out, &headers);
    (out, deflates, deflates && agreed == Extension::Deflate { whole_window: true })
}

/// The offer of this client that the recorded agreement is an answer to: it asks for no smaller window than
/// was agreed on (RFC 7692 §7.1.2.1).
fn offer(response: &Response, asked: &Headers) -> Option<String> {
    const WINDOW: &str = "server_max_window_bits";
    let agreed = response.headers.get("sec-websocket-extensions")?.contains(WINDOW);
    let offers = asked.get_all("sec-websocket-extensions");
    let items = offers.flat_map(|v| v.split(',').map(|item| item.trim().to_owned()).collect::<Vec<_>>());
    let named = |item: &String| item.split(';').next().unwrap_or_default().trim() == "permessage-deflate";
    items.filter(named).find(|item| agreed || !item.contains(WINDOW))
}

/// The recorded agreement without the one parameter that a client must have named (RFC 7692 §7.1.2.2).
fn without_surprise(value: &[u8], offer: &str) -> Vec<u8> {
    const WINDOW: &str = "client_max_window_bits";
    if offer.contains(WINDOW) {
        return value.to_vec();
    }
    let text = String::from_utf8_lossy(value);
    let kept: Vec<&str> = text.split(';').filter(|part| !part.trim().starts_with(WINDOW)).collect();
    kept.join(";").into_bytes()
}
