//! What came of the credentials that a lesson presented.

use crate::desk::{Asked, Weighing};
use cassettes::facets::challenge::challenges;
use cassettes::facets::error_class::Class;
use cassettes::facets::words::words;
use cassettes::json::Json;
use cassettes::jwt::{Fault, Untried};

/// One credential, and what was answered to it.
pub(super) struct Presented {
    pub(super) fault: Fault,
    pub(super) asked: Asked,
    pub(super) refused: bool,
}

/// All that were presented, and those that could not be.
#[derive(Default)]
pub(super) struct Table {
    pub(super) presented: Vec<Presented>,
    pub(super) untried: Vec<(Fault, Untried)>,
}

impl Presented {
    pub(super) fn of(fault: Fault, asked: Asked, good: &Asked) -> Self {
        let refused = Presented::is_refusal(&asked, Some(good));
        Presented { fault, asked, refused }
    }

    /// Whether an answer refuses the credential: it says so, or it fails where the good one did not, or there was
    /// nothing else in the question that could be wrong.
    pub(super) fn is_refusal(asked: &Asked, good: Option<&Asked>) -> bool {
        let says = matches!(asked.class(), Some(Class::Auth | Class::Forbidden));
        let status = matches!(asked.status(), Some(401 | 403 | 407));
        let failed = asked.status().is_some_and(|status| (400..500).contains(&status));
        let named =
            failed && asked.error.iter().flat_map(|e| &e.codes).any(|code| names_credential(&code.value));
        let bare = asked.request.body.is_empty() && asked.request.query().is_none();
        let alone = good.is_none() && bare && asked.status() == Some(400);
        says || status || named || alone || good.is_some_and(|good| good.is_good() && !asked.is_good())
    }

    /// `expired: refused, 401 auth, token_expired, Bearer error="invalid_token"`.
    fn line(&self) -> String {
        let word = if self.refused { "refused" } else { "let in" };
        let mut line = format!("{}: {word}, {}", self.fault, self.asked.in_short());
        let code = self.asked.error.iter().flat_map(|error| &error.codes).next();
        if let Some(code) = code {
            line.push_str(&format!(", {}", code.value));
        }
        for challenge in self.asked.reply().map(challenges).unwrap_or_default() {
            let error = challenge.error().map(|error| format!(" error=\"{error}\"")).unwrap_or_default();
            line.push_str(&format!(", challenge {}{error}", challenge.scheme));
        }
        line
    }
}

/// Whether a code finds fault with a credential, whatever its status is: `malformed_credentials`, `ExpiredToken`.
fn names_credential(code: &str) -> bool {
    const FAULTS: [&str; 9] =
        ["invalid", "malformed", "expired", "bad", "missing", "revoked", "unknown", "wrong", "incorrect"];
    // Of these tokens none lets anybody in.
    const OTHER: [&str; 7] = ["page", "next", "continuation", "cursor", "csrf", "xsrf", "sync"];
    let words = words(code);
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    words.iter().any(|word| ["credential", "authentication"].iter().any(|start| word.starts_with(start)))
        || (any(&FAULTS) && any(&["token", "authorization", "jwt", "apikey"]) && !any(&OTHER))
}

impl Table {
    /// In a few words, then a line for each credential.
    pub(super) fn seen(&self) -> String {
        let refused = self.presented.iter().filter(|one| one.refused).count();
        let mut seen = format!("{refused} of {} refused", self.presented.len());
        let good: Vec<&str> =
            self.presented.iter().filter(|one| !one.refused).map(|one| one.fault.as_str()).collect();
        if !good.is_empty() {
            seen.push_str(&format!(", let in: {}", good.join(", ")));
        }
        let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
        for (fault, why) in self.untried.iter().filter(|(_, why)| *why != Untried::Opaque) {
            let why = why.to_string();
            match reasons.iter_mut().find(|(known, _)| *known == why) {
                Some((_, faults)) => faults.push(fault.as_str()),
                None => reasons.push((why, vec![fault.as_str()])),
            }
        }
        for (why, faults) in reasons {
            seen.push_str(&format!("; not tried: {} ({why})", faults.join(", ")));
        }
        seen
    }

    /// A line for each credential that was presented, and one for each reason why others were not.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut reasons: Vec<(Untried, Vec<Fault>)> = Vec::new();
        for (fault, why) in &self.untried {
            match reasons.iter_mut().find(|(known, _)| known == why) {
                Some((_, faults)) => faults.push(*fault),
                None => reasons.push((*why, vec![*fault])),
            }
        }
        let untried = reasons.iter().map(|(why, faults)| match faults.as_slice() {
            [fault] => format!("{fault}: not tried, {why}"),
            // What is wrong with a token is not to be had of what is none: their names say nothing more.
            all if *why == Untried::Opaque => format!("{} others: not tried, {why}", all.len()),
            all => {
                let names: Vec<&str> = all.iter().map(|fault| fault.as_str()).collect();
                format!("{} others: not tried, {why}: {}", all.len(), names.join(", "))
            }
        });
        self.presented.iter().map(Presented::line).chain(untried).collect()
    }

    /// Weighs what is believed of each.
    pub(super) fn weigh(&self, weighing: &mut Weighing<'_>) {
        for (belief, refused, word) in [("rejects", true, "refused"), ("accepts", false, "let in")] {
            for name in weighing.believed(belief).map(Json::items).unwrap_or_default() {
                let Some(name) = name.as_str() else { continue };
                let faults = Fault::named(name);
                let all: Vec<&Presented> =
                    self.presented.iter().filter(|p| faults.contains(&p.fault)).collect();
                let wrong = all.iter().find(|one| one.refused != refused);
                let came = match (wrong, all.first()) {
                    (Some(one), _) => one.line(),
                    (None, Some(one)) => one.line(),
                    (None, None) => self.untried_line(&faults),
                };
                let at: Vec<&Asked> =
                    wrong.map_or_else(|| all.iter().map(|one| &one.asked).collect(), |one| vec![&one.asked]);
                let held = wrong.is_none() && !all.is_empty();
                weighing.put(&format!("{belief} {name}"), held, word.to_owned(), came, ("status", &at));
            }
        }
        for (name, believed) in weighing.believed("classes").map(Json::members).unwrap_or_default() {
            let faults = Fault::named(name);
            let all: Vec<&Presented> = self.presented.iter().filter(|p| faults.contains(&p.fault)).collect();
            let text = believed.scalar_text().unwrap_or_default();
            let is = |one: &&&Presented| {
                one.asked.answer.label() == text || one.asked.class().map(Class::as_str) == Some(text)
            };
            let wrong = all.iter().find(|one| !is(one));
            let came = match wrong.or(all.first()) {
                Some(one) => one.asked.in_short(),
                None => self.untried_line(&faults),
            };
            let at: Vec<&Asked> = wrong.or(all.first()).map(|one| &one.asked).into_iter().collect();
            let held = wrong.is_none() && !all.is_empty();
            weighing.put(&format!("classes {name}"), held, text.to_owned(), came, ("status", &at));
        }
    }

    fn untried_line(&self, faults: &[Fault]) -> String {
        let why = self.untried.iter().find(|(fault, _)| faults.contains(fault));
        why.map_or_else(
            || "no such credential was made".to_owned(),
            |(_, why)| format!("not tried: it {why}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Answer, Request, Response};

    fn asked(method: &str, target: &str, status: u16, body: &'static str) -> Asked {
        let mut reply = Response { status, ..Response::default() };
        reply.headers.push("Content-Type", "application/json");
        reply.body = body.as_bytes().into();
        Asked::new(Request::new(method, target), Answer::Reply(reply), None)
    }

    #[test]
    fn a_credential_is_refused_with_any_status() {
        let refused = |target: &str, status: u16, body| {
            Presented::is_refusal(&asked("GET", target, status, body), None)
        };
        assert!(refused("/v1/me?a=1", 400, r#"{"error":{"code":"malformed_credentials"}}"#));
        assert!(refused("/v1/me?a=1", 400, r#"{"error":{"code":"ExpiredToken"}}"#));
        assert!(refused("/v1/me", 400, "{}"));
        assert!(!refused("/v1/me?page_token=x", 400, r#"{"error":{"code":"invalid_page_token"}}"#));
        assert!(!refused("/v1/me?limit=x", 400, r#"{"error":{"code":"invalid_limit"}}"#));
        assert!(!refused("/v1/me", 404, r#"{"error":{"code":"not_found"}}"#));
    }

    #[test]
    fn what_was_not_tried_for_one_reason_is_one_line() {
        let untried = [Fault::NoExp, Fault::Expired].map(|fault| (fault, Untried::Opaque)).to_vec();
        let mut table = Table { presented: Vec::new(), untried };
        table.untried.extend([(Fault::WrongIss, Untried::NoKey), (Fault::WrongAud, Untried::NoKey)]);
        table.untried.push((Fault::NoScope, Untried::Nothing("scope")));
        assert_eq!(
            table.lines(),
            [
                "2 others: not tried, the credential is no readable token",
                "2 others: not tried, needs the key that signs tokens: wrong-iss, wrong-aud",
                "no-scope: not tried, good tokens have no scope",
            ]
        );
    }
}
