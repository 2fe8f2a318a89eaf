//! WebSockets that pass through the recorder: what the sides hear is what was said, and so is the record.

use crate::support::{End, Fake, Rig, Step, talk, talk_within};
use cassettes::model::{Answer, FailureKind, Frame, FrameKind, Side};
use wire::websocket::{Deflater, Message, Reader, write_message};

const ASK: &str = "GET /live?room=1 HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                   Sec-WebSocket-Protocol: chat, other\r\nSec-WebSocket-Extensions: x-odd, permessage-deflate\r\n\r\n";

const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

fn frame(kind: FrameKind, data: &[u8], fragments: &[u64], mask: bool) -> Vec<u8> {
    let mut out = Vec::new();
    write_message(&mut out, kind, data, fragments, None, mask.then_some([1, 2, 3, 4]));
    out
}

fn text(text: &str) -> Vec<u8> {
    frame(FrameKind::Text, text.as_bytes(), &[], false)
}

fn masked(text: &str) -> Vec<u8> {
    frame(FrameKind::Text, text.as_bytes(), &[], true)
}

fn close(code: u16, mask: bool) -> Vec<u8> {
    frame(FrameKind::Close, &Frame::close(code, "bye"), &[], mask)
}

/// What a client got behind the 101.
fn messages(bytes: &[u8]) -> Vec<Message> {
    let at = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
    let mut out = Vec::new();
    Reader::new(1 << 20, None).push(&bytes[at..], &mut out).unwrap();
    out
}

fn shown(frames: &[Frame]) -> Vec<(Side, FrameKind, String)> {
    frames.iter().map(|f| (f.from, f.kind, String::from_utf8_lossy(f.data.bytes()).into_owned())).collect()
}

#[test]
fn both_sides_are_heard_and_recorded() {
    let said = [
        SWITCH.as_bytes(),
        // The first frame comes with the head.
        &text("welcome"),
    ]
    .concat();
    let fake = Fake::start(move |_| {
        vec![
            Step::Say(said.clone()),
            Step::Await("ok"),
            Step::Say(frame(FrameKind::Ping, b"p1", &[], false)),
            Step::Pause(300),
            Step::Say(frame(FrameKind::Text, br#"{"token":"s3cr3t-s3cr3t-1"}"#, &[5, 0, 22], false)),
            Step::Say(close(4000, false)),
            Step::Pause(100),
            Step::Close,
        ]
    });
    let rig = Rig::patient(&fake);
    let mut go = masked("..go");
    // Any mask will do; this one lets the fake see the text.
    write_message(&mut go, FrameKind::Text, b"ok", &[], None, Some([0; 4]));
    let bye = close(4000, true);
    let heard = talk(rig.address, &[(0, ASK.as_bytes()), (100, &go), (900, &bye)]);
    assert_eq!(heard.end, End::Fin);
    assert!(heard.text().starts_with(SWITCH), "{}", heard.text());
    let kinds: Vec<FrameKind> = messages(&heard.bytes).iter().map(|m| m.kind).collect();
    assert_eq!(kinds, [FrameKind::Text, FrameKind::Ping, FrameKind::Text, FrameKind::Close]);
    // The upstream was asked as the client asked, but for an extension that nobody could read.
    let asked = fake.heard();
    for field in [
        "Upgrade: websocket\r\n",
        "Connection: Upgrade\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ] {
        assert!(asked.contains(field), "{asked}");
    }
    assert!(
        asked.contains("Sec-WebSocket-Extensions: permessage-deflate\r\n") && !asked.contains("x-odd"),
        "{asked}"
    );
    let exchange = rig.only();
    let reply = exchange.answer.reply().unwrap();
    let (client, vendor) = (Side::Client, Side::Upstream);
    let frames = shown(&reply.frames);
    let (ping, text) = (FrameKind::Ping, FrameKind::Text);
    assert_eq!(frames[0], (vendor, text, "welcome".into()));
    assert_eq!(
        frames[1..4],
        [(client, text, "..go".into()), (client, text, "ok".into()), (vendor, ping, "p1".into())]
    );
    assert_eq!((frames[4].0, reply.frames[4].fragments.as_slice()), (vendor, &[5, 0, 22][..]));
    assert!(!frames[4].2.contains("s3cr3t-s3cr3t-1"), "{frames:?}");
    assert_eq!(reply.frames.last().unwrap().code().unwrap(), (4000, &b"bye"[..]));
    assert!(
        exchange.redactions.iter().any(|r| r.place.0 == "frame 5 json /token"),
        "{:?}",
        exchange.redactions
    );
    let at: Vec<u64> = reply.frames.iter().map(|f| f.at).collect();
    assert!(at.is_sorted() && (60_000..250_000).contains(&at[1]) && at[4] - at[3] >= 250_000, "{at:?}");
    assert_eq!((exchange.connection.closed_by, reply.status), (Some(vendor), 101));
}

#[test]
fn compressed_messages_pass_as_they_are_and_are_recorded_inflated() {
    let switch = SWITCH.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
    let mut said = switch.clone().into_bytes();
    let long = "again and ".repeat(50);
    write_message(&mut said, FrameKind::Text, long.as_bytes(), &[1, 1], Some(&mut Deflater::default()), None);
    said.extend(close(1000, false));
    let whole = said.clone();
    let fake = Fake::start(move |_| vec![Step::Say(said.clone()), Step::Pause(100), Step::Close]);
    let rig = Rig::patient(&fake);
    let heard = talk(rig.address, &[(0, ASK.as_bytes())]);
    assert_eq!(heard.bytes, whole);
    let frames = rig.reply().frames;
    assert!(frames[0].data.bytes() == long.as_bytes() && frames[0].compressed);
    assert_eq!((frames[0].fragments.len(), frames[0].fragments.iter().sum::<u64>()), (2, 500));
}

#[test]
fn a_refusal_is_a_reply_and_other_protocols_are_not_asked_for() {
    let fake = Fake::says("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno");
    let rig = Rig::before(&fake);
    let heard = talk(rig.address, &[(0, ASK.as_bytes())]);
    assert!(heard.text().ends_with("\r\n\r\nno"));
    assert_eq!((rig.reply().status, rig.reply().frames.len()), (426, 0));
    let h2c = ASK.replace("Upgrade: websocket", "Upgrade: h2c");
    talk(rig.address, &[(0, h2c.as_bytes())]);
    assert_eq!(fake.heard().matches("Upgrade: ").count(), 1, "{}", fake.heard());
}

#[test]
fn an_end_without_a_close_is_a_failure_with_what_came() {
    for (last, kind, end, within) in [
        (Step::Close, FailureKind::Truncated, End::Fin, false),
        (Step::Reset, FailureKind::Reset, End::Reset, true),
    ] {
        let mut said = [SWITCH.as_bytes(), &text("half")].concat();
        if within {
            said.extend_from_slice(&text("lost")[..4]);
        }
        let fake = Fake::start(move |_| vec![Step::Say(said.clone()), Step::Pause(60), last.clone()]);
        let rig = Rig::patient(&fake);
        let heard = talk_within(rig.address, &[(0, ASK.as_bytes())], 2000);
        assert_eq!(heard.end, end);
        let failure = rig.failure();
        assert_eq!(failure.kind, kind, "{failure:?}");
        assert_eq!(
            shown(&failure.partial.unwrap().frames),
            [(Side::Upstream, FrameKind::Text, "half".into())]
        );
    }
}

#[test]
fn a_client_that_leaves_and_nonsense_are_told_apart() {
    let fake = Fake::start(|_| vec![Step::say(SWITCH), Step::Say(text("welcome")), Step::Hang]);
    let rig = Rig::patient(&fake);
    let mut stream = std::net::TcpStream::connect(rig.address).unwrap();
    std::io::Write::write_all(&mut stream, ASK.as_bytes()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(200));
    drop(stream);
    rig.wait_for(1);
    let exchange = rig.only();
    assert_eq!(exchange.connection.closed_by, Some(Side::Client));
    assert_eq!(shown(&exchange.answer.reply().unwrap().frames).len(), 1);

    let fake = Fake::start(|_| vec![Step::say(SWITCH), Step::say("HTTP!"), Step::Pause(100), Step::Close]);
    let rig = Rig::patient(&fake);
    let heard = talk(rig.address, &[(0, ASK.as_bytes())]);
    assert!(heard.bytes.ends_with(b"HTTP!"), "what is no frame is passed on all the same");
    let failure = rig.failure();
    assert_eq!(failure.kind, FailureKind::Protocol);
    assert!(failure.message.contains("the upstream sent no WebSocket frame"), "{}", failure.message);
}

#[test]
fn a_recorder_that_stops_says_so_and_keeps_what_came() {
    let fake = Fake::start(|_| vec![Step::say(SWITCH), Step::Say(text("welcome")), Step::Hang]);
    let rig = Rig::patient(&fake);
    let address = rig.address;
    let client = std::thread::spawn(move || talk_within(address, &[(0, ASK.as_bytes())], 3000));
    std::thread::sleep(std::time::Duration::from_millis(300));
    rig.stop();
    let heard = client.join().unwrap();
    assert_eq!(heard.end, End::Fin);
    let last = messages(&heard.bytes).pop().unwrap();
    assert_eq!((last.kind, &last.data[..2]), (FrameKind::Close, &1001u16.to_be_bytes()[..]));
    let exchange = rig.only();
    let Answer::Reply(reply) = exchange.answer else { panic!("{exchange:?}") };
    assert_eq!(shown(&reply.frames), [(Side::Upstream, FrameKind::Text, "welcome".into())]);
}
