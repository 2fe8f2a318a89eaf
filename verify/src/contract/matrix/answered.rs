//! What came of asking one implementation one case.

use super::contract::{Case, Contract, Implementation};
use super::kinds::{Kinds, guessed, kinds_in};
use super::said::Said;
use super::telling::telling;
use super::value::Found;
use crate::excerpt::bounded;
use cassettes::codec;
use cassettes::model::{Answer, Request};

/// An answer and its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// What was said.
    pub said: Said,
    /// What was asked, as it may be shown: without the secrets in it.
    pub request: String,
    /// Where in the reply: a JSON pointer, `header …`, `status`, `body`; empty where there is no reply.
    pub pointer: String,
    /// The part of the reply that tells, or what the failure said.
    pub excerpt: String,
    /// The exchange that answered, where a cassette did.
    pub exchange: Option<String>,
    /// The kinds of things that the answer holds.
    pub kinds: Kinds,
}

impl Answered {
    /// A reply, or a failure that is an answer.
    pub fn of(
        contract: &Contract,
        implementation: &Implementation,
        case: &Case,
        answer: &Answer,
        asked: &Request,
        request: String,
    ) -> Answered {
        let mut answer = answer.clone();
        if let (Some(media), Some(head)) = (&implementation.media_type, answer.head_mut()) {
            head.headers.set("Content-Type", media.as_str());
        }
        let Found { said, pointer, tree } = implementation.value.read(&answer, asked, &case.with);
        let kind = contract.covers.as_ref().and_then(|covers| Some(covers.holder.as_ref()?.1.as_str()));
        let excerpt = match &answer {
            Answer::Reply(reply) => match codec::text_of(&reply.headers, &reply.body) {
                Some(text) => telling(&text, tree.as_ref(), kind, &pointer),
                None => format!("({} bytes)", reply.len()),
            },
            Answer::Failed(failure) => bounded(&failure.message),
        };
        let kinds = match (&contract.covers, tree) {
            (Some(covers), Some(tree)) => kinds_in(covers, &tree),
            (None, Some(tree)) => guessed(&tree),
            (_, None) => Kinds::new(),
        };
        Answered { said, request, pointer, excerpt, exchange: None, kinds }
    }

    /// No reply at all.
    pub fn without(said: Said, request: String, excerpt: &str) -> Answered {
        let excerpt = bounded(excerpt);
        Answered { said, request, pointer: String::new(), excerpt, exchange: None, kinds: Kinds::new() }
    }
}
