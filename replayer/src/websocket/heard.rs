//! Whether a client has said what was recorded.

use super::echo;
use super::script::{Heard, as_request, key};
use cassettes::matching::{Difference, View, differences};
use cassettes::model::{Body, FrameKind, Timestamp};
use cassettes::redact::Policy;

/// Ids of recorded messages, and those of this client in their places.
pub(super) type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// Compares a message with the recorded one, cleaned as that was. Ids that the client made up anew are added
/// to the pairs. `Err` gives each difference.
pub(super) fn compare(
    heard: &Heard,
    (kind, data): (FrameKind, &Body),
    policy: &Policy,
    now: Timestamp,
    pairs: &mut Pairs,
) -> Result<(), Vec<Difference>> {
    if kind == heard.kind && *data == heard.data {
        return Ok(());
    }
    let cleaned = policy.clean_frame(kind, data, now);
    let names = policy.names();
    if kind == heard.kind {
        if cleaned == heard.data || key(&cleaned, names) == heard.key || key(data, names) == heard.key {
            return Ok(());
        }
        if let Some((as_recorded, found)) = echo::as_recorded(&cleaned, &heard.echoes)
            && key(&as_recorded, names) == heard.key
        {
            pairs.extend(found);
            return Ok(());
        }
        if let Some((as_recorded, found)) = echo::as_recorded(data, &heard.echoes)
            && key(&policy.clean_frame(kind, &as_recorded, now), names) == heard.key
        {
            pairs.extend(found);
            return Ok(());
        }
        if let Some(veil) = heard.veil.as_ref().filter(|_| policy.is_keyless()) {
            let form = |data: &Body| key(&veil.over_message(data), names);
            let recorded = form(&heard.data);
            if form(&cleaned) == recorded || form(data) == recorded {
                return Ok(());
            }
        }
    }
    Err(told(heard, kind, &cleaned, policy))
}

/// Each difference of a cleaned message, at its place in the recorded one.
fn told(heard: &Heard, kind: FrameKind, cleaned: &Body, policy: &Policy) -> Vec<Difference> {
    let place = |rest: &str| format!("frame {} {rest}", heard.number).trim_end().to_owned();
    let (asked, recorded) = (as_request(cleaned), as_request(&heard.data));
    let mut found = differences(&View::of(&asked), &View::of(&recorded), policy.names());
    for difference in &mut found {
        difference.place = place(&difference.place);
    }
    if kind != heard.kind || found.is_empty() {
        let (asked, recorded) = (Some(kind.as_str().to_owned()), Some(heard.kind.as_str().to_owned()));
        found.insert(0, Difference { aspect: "frame", place: place("kind"), asked, recorded });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::websocket::Script;
    use crate::websocket::script::Step;
    use cassettes::model::{Answer, Exchange, Frame, Headers, RedactRules, Request, Response, Side};
    use cassettes::redact::PseudonymKey;

    #[test]
    fn without_the_key_a_secret_is_known_by_its_form() {
        let policy = |key: Option<PseudonymKey>| {
            Policy::new(&RedactRules::default(), Vec::new(), key, None).expect("the defaults")
        };
        let said = |signature: &str| {
            Body::from(format!("{{\"op\":\"auth\",\"signature\":\"{signature}\"}}").into_bytes())
        };
        let asked = said("0a1b2c3d4e5f60718293a4b5c6d7e8f9");
        let headers = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", "AAAA")];
        let mut reply = Response::new(101, Headers::from_pairs(headers), "");
        reply.frames.push(Frame::new(0, Side::Client, FrameKind::Text, asked.clone()));
        let request = Request { headers: Headers::from_pairs(headers), ..Request::new("GET", "/") };
        let exchange = Exchange { answer: Answer::Reply(reply), ..Exchange::alone(request) };
        let recorded = policy(Some(PseudonymKey([1; 32]))).clean(exchange).into_exchange();
        let keyless = policy(None);
        let script = Script::of(&recorded, keyless.names()).expect("a script");
        let Some(Step::Hear(heard)) = script.steps.first() else { panic!("nothing is heard") };
        assert_ne!(heard.data, asked);
        let hears = |data: &Body, policy: &Policy| {
            compare(heard, (FrameKind::Text, data), policy, Timestamp(0), &mut Vec::new()).is_ok()
        };
        assert!(hears(&asked, &keyless));
        assert!(!hears(&asked, &policy(Some(PseudonymKey([2; 32])))), "another key is not noticed");
        assert!(!hears(&said("a01b2c3d4e5f60718293a4b5c6d7e8f9"), &keyless), "another form");
    }
}
