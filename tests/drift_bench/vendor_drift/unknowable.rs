//! What nobody who asks again can know: the change shows only where nothing is to be relied upon.

use cassettes::facets::credential::{Credential, credentials};
use cassettes::model::{Answer, Cassette, Exchange, Place, Request};

/// One question that came, and how it was answered.
#[derive(Debug, Clone)]
pub(crate) struct Put {
    pub(crate) request: Request,
    /// What is answered, where the change shows in it.
    pub(crate) shown: Option<Answer>,
    /// Without the change it is a trouble: an outage, a limit, a broken connection.
    pub(crate) is_trouble: bool,
}

/// Whether nothing can be known of the change by what was asked: each answer that shows it is one of those below.
pub(crate) fn is_unknowable(before: &[Cassette], asked: &[Put]) -> bool {
    let shown: Vec<&Put> = asked.iter().filter(|put| put.shown.is_some()).collect();
    !shown.is_empty() && shown.iter().all(|put| is_over(before, asked, put) || is_masked(before, put))
}

/// The change is one of how a trouble is told, and the trouble was over when the same was asked again. What came
/// once, and not the next time, is no evidence of anything: whoever told it would tell of each passing outage.
fn is_over(before: &[Cassette], asked: &[Put], put: &Put) -> bool {
    let times = recorded(before, &put.request).count();
    let again: Vec<&Put> =
        asked.iter().filter(|other| is_same(&other.request, &put.request)).skip(times).collect();
    put.is_trouble
        && !again.is_empty()
        && again.iter().all(|other| other.shown.is_none() && !other.is_trouble)
}

/// The question carries something that only stands for a credential, as the real one is not on the disk, and it is
/// refused: so would anybody refuse it.
fn is_masked(before: &[Cassette], put: &Put) -> bool {
    let refuses = |answer: &Answer| answer.reply().is_some_and(|reply| matches!(reply.status, 401 | 403));
    let stands_in = |exchange: &Exchange| {
        let minted = |place: &Place| exchange.tokens.iter().any(|facts| facts.place == *place);
        // A named secret is itself again when it is sent.
        let named = |credential: &Credential| credential.text.contains("{{");
        credentials(&exchange.request).iter().any(|one| {
            let masked = exchange.redactions.iter().any(|r| r.place == one.place);
            masked && !named(one) && !minted(&one.place)
        })
    };
    let mut then = recorded(before, &put.request).peekable();
    put.shown.as_ref().is_some_and(refuses)
        && then.peek().is_some()
        && then.all(|exchange| stands_in(exchange) && !refuses(&exchange.answer))
}

/// The recorded exchanges that asked the same.
fn recorded<'c>(before: &'c [Cassette], request: &'c Request) -> impl Iterator<Item = &'c Exchange> {
    before
        .iter()
        .flat_map(|cassette| &cassette.exchanges)
        .filter(|exchange| is_same(&exchange.request, request))
}

fn is_same(one: &Request, other: &Request) -> bool {
    (&one.method, &one.target, one.body.bytes()) == (&other.method, &other.target, other.body.bytes())
}
