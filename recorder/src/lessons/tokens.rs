//! # tokens
//!
//! Comes with a good credential, then with every bad one, and with the good one again.
//!
//! ## Why it matters
//!
//! A fake that lets any token in is passed by a client that sends an expired one, one for somebody else, or one
//! that it has signed itself. Only the real side knows which of them it turns away, and how.
//!
//! Settings: `claims` and `header` of a good token (the plan's, if not stated; times such as `+1h` are relative
//! to now), which is signed with the project's token key; or `given`, credentials by their names, of which
//! `good` is let in; `field`, which carries them (`Authorization: Bearer {}`, `X-Api-Key: {}`, `?key={}`; `body.assertion={}` is a member of
//! the form or of the JSON object that is sent).
//! Beliefs: `rejects` and `accepts` (names of what is wrong; `malformed` is all three ways to be so) and
//! `classes` (such a name with the status or the class of the answer).
//!
//! Every token has one fault: `missing`, `malformed`, `malformed-two-parts`, `malformed-payload`, `no-exp`,
//! `exp-zero`, `expired`, `not-yet-valid`, `iat-future`, `wrong-iss`, `wrong-aud`, `aud-array` (which a correct
//! reader lets in), `alg-none`, `alg-none-bare`, `alg-swapped`, `unknown-kid`, `bad-signature`, `no-signature`,
//! `missing-scope`, `no-scope`, `wrong-typ`; of a credential that is no readable token `wrong-credential` is
//! another one of its form. What cannot be made is told with its reason. If the good one is refused, nothing
//! else is asked: nothing could be learned from it.
//!
//! ## Shows
//!
//! ```text
//! - tokens: GET /v1/me
//!   given: {good: "k_1234"}
//!   field: "X-Api-Key: {}"
//!   believe: {rejects: [missing, wrong-credential], classes: {missing: 401, wrong-credential: forbidden}}
//! > GET /v1/me
//! > X-Api-Key: k_1234
//! < 200 {"id":"u1"}
//! > GET /v1/me
//! < 401 {"error":{"code":"key_missing"}}
//! > GET /v1/me
//! > X-Api-Key: k1!
//! < 403 {"error":{"code":"key_unknown"}}
//! > GET /v1/me
//! > X-Api-Key: k_6789
//! < 403 {"error":{"code":"key_unknown"}}
//! > GET /v1/me
//! > X-Api-Key: k_1234
//! < 200 {"id":"u1"}
//! = shown: 3 of 3 refused
//! = held: rejects missing, rejects wrong-credential, classes missing, classes wrong-credential
//! ```
//!
//! ```text
//! - tokens: GET /v1/me
//!   given: {good: "k_1234"}
//!   believe: {rejects: [missing]}
//! > GET /v1/me
//! > Authorization: Bearer k_1234
//! < 401 {"error":{"code":"key_revoked"}}
//! = not shown: the good credential was refused (401 auth), so nothing could be learned
//! = broken: rejects: expected ["missing"], came nothing showed it; the last answer was 401 auth
//! ```
//!
//! ```text
//! - tokens: GET /v1/me
//!   given: {good: "zfz_4Cf2:sesame"}
//!   field: "Authorization: Basic {}"
//! > GET /v1/me
//! > Authorization: Basic emZ6XzRDZjI6c2VzYW1l
//! < 400 {"error":{"code":"malformed_credentials"}}
//! = not shown: the good credential was refused (400 validation), so nothing could be learned; a user name out of a cassette is a pseudonym: name user and password as one secret (`secrets: {login: env:LOGIN}`, with user:password in LOGIN), and give it as `{{login}}`
//! ```

use super::lesson::{Lesson, Name, Takes};
use super::presented::{Presented, Table};
use crate::desk::{Desk, LessonError, Taught, Weighing, line};
use cassettes::json::Json;
use cassettes::jwt::{Fault, Good, Untried};
use cassettes::meta::Meta;
use cassettes::model::Request;
use cassettes::plan::{self, Content, TokenSpec, settled};

/// Every name that a belief may use.
const FAULTS: [&str; Fault::ALL.len()] = {
    let mut names = [""; Fault::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = Fault::ALL[at].as_str();
        at += 1;
    }
    names
};

pub(super) static LESSON: Lesson = Lesson {
    meta: Meta::new("tokens", include_str!("tokens.rs")),
    settings: &[
        Name::new("claims", Takes::Map),
        Name::new("header", Takes::Map),
        Name::new("given", Takes::Map),
        Name::new("field", Takes::Text),
    ],
    beliefs: &[
        Name::new("rejects", Takes::Words(&FAULTS)),
        Name::new("accepts", Takes::Words(&FAULTS)),
        Name::new("classes", Takes::Map),
    ],
    weighs_answer: false,
    openly: false,
    wants_limits: false,
    teach: |desk, lesson| Box::pin(teach(desk, lesson)),
};

/// What is said where a password was refused.
const NAME_BOTH: &str = "; a user name out of a cassette is a pseudonym: name user and password as one secret \
    (`secrets: {login: env:LOGIN}`, with user:password in LOGIN), and give it as `{{login}}`";

async fn teach(desk: &mut Desk<'_>, lesson: &plan::Lesson) -> Result<Taught, LessonError> {
    let door = Door::of(desk, lesson)?;
    let mut weighing = Weighing::of(lesson);
    let first = desk.ask(&door.request(Some(&door.good(desk)?))?).await?;
    if Presented::is_refusal(&first, None) {
        let mut why =
            format!("the good credential was refused ({}), so nothing could be learned", first.in_short());
        if door.sends_password() {
            why.push_str(NAME_BOTH);
        }
        let beliefs = weighing.done(&[&first]);
        return Ok(Taught::not_shown(format!("refused: {}", first.in_short()), why, beliefs));
    }
    let mut table = Table::default();
    for fault in Fault::ALL {
        match door.with(fault, desk) {
            Ok(credential) => {
                let asked = desk.ask(&door.request(credential.as_deref())?).await?;
                table.presented.push(Presented::of(fault, asked, &first));
            }
            Err(Untried::Readable) => {}
            Err(why) => table.untried.push((fault, why)),
        }
    }
    let last = desk.ask(&door.request(Some(&door.good(desk)?))?).await?;
    desk.keep_from(&first);
    table.weigh(&mut weighing);
    let all: Vec<_> = table.presented.iter().map(|one| &one.asked).collect();
    let beliefs = weighing.done(&all);
    let seen = table.seen();
    let taught = if Presented::is_refusal(&last, None) {
        let why = format!(
            "the good credential was let in at first and refused at the end ({}): the bad ones have locked it out",
            last.in_short()
        );
        Taught::not_shown(seen, why, beliefs)
    } else if table.presented.iter().any(|one| one.refused) {
        Taught::shown(seen, beliefs)
    } else {
        Taught::not_shown(seen, "every credential was let in", beliefs)
    };
    Ok(taught.detailed(table.lines()))
}

/// Where credentials are presented, and what they are made of.
struct Door {
    bare: Request,
    spec: TokenSpec,
    /// What is sent besides, where the credential stands in the body.
    content: Content,
    given: Vec<(String, String)>,
}

impl Door {
    fn of(desk: &mut Desk<'_>, lesson: &plan::Lesson) -> Result<Door, LessonError> {
        let stated = lesson.setting("token").map(TokenSpec::of).transpose();
        let own = stated.map_err(LessonError::Unsendable)?.or_else(|| desk.token().cloned());
        let stated = own.is_some() || lesson.setting("claims").is_some();
        let mut spec = own.unwrap_or_default();
        if let Some(claims) = lesson.setting("claims") {
            spec.claims = claims.clone();
        }
        if let Some(header) = lesson.setting("header") {
            spec.header = header.clone();
        }
        if let Some(field) = lesson.setting("field").and_then(Json::as_str) {
            field.clone_into(&mut spec.field);
        }
        let known = spec.field.contains(':') || spec.field.starts_with('?') || spec.member().is_some();
        if !spec.field.contains("{}") || !known {
            let expected =
                "expected a field with {} in it, such as `X-Api-Key: {}`, `?key={}` or `body.assertion={}`";
            return Err(LessonError::Unsendable(format!("{expected}, got `{}`", spec.field)));
        }
        let given: Vec<(String, String)> = lesson
            .setting("given")
            .map(Json::members)
            .unwrap_or_default()
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), value.scalar_text()?.to_owned())))
            .collect();
        if !stated && !given.iter().any(|(name, _)| name == "good") {
            let expected = "expected `claims` of a good token, here or under the plan's `token:`, or `given: {good: ..}`";
            return Err(LessonError::Unsendable(expected.to_owned()));
        }
        let mut bare = desk.bare(lesson)?;
        if spec.member().is_some() {
            return Ok(Door { bare, spec, given, content: lesson.content.clone() });
        }
        if let Some((name, _)) = spec.field.split_once(':') {
            bare.headers.0.retain(|(own, _)| !own.eq_ignore_ascii_case(name.trim()));
        }
        Ok(Door { bare, spec, given, content: Content::Nothing })
    }

    fn given(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|(n, _)| n == name).map(|(_, credential)| credential.as_str())
    }

    /// What good credentials are made of at this moment.
    fn source(&self, desk: &Desk<'_>) -> Good {
        match self.given("good") {
            Some(good) => Good::given(good),
            None => Good::of(self.spec.header.clone(), settled(&self.spec.claims, desk.now())),
        }
    }

    fn good(&self, desk: &Desk<'_>) -> Result<String, LessonError> {
        self.source(desk).token(desk.keys()).map_err(|why| LessonError::NoToken(why.to_string()))
    }

    /// The credential with a fault: the one that was given for it, or one made now.
    fn with(&self, fault: Fault, desk: &Desk<'_>) -> Result<Option<String>, Untried> {
        match self.given(fault.as_str()) {
            Some(given) => Ok(Some(given.to_owned())),
            None => self.source(desk).with(fault, desk.now(), desk.keys()),
        }
    }

    /// The request with this credential and no other in its field.
    fn request(&self, credential: Option<&str>) -> Result<Request, LessonError> {
        let mut request = self.bare.clone();
        if let Some(member) = self.spec.member() {
            let content = match credential {
                Some(credential) => self.content.clone().with(member, credential),
                None => self.content.clone(),
            };
            request.body = content.bytes().unwrap_or_default().into();
            if let Some(media) = content.media_type().filter(|_| !request.headers.contains("content-type")) {
                request.headers.push("Content-Type", media);
            }
            return Ok(request);
        }
        if let Some(name) =
            self.spec.field.strip_prefix('?').and_then(|field| field.split_once('=')).map(|(n, _)| n)
        {
            let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
            let mut pairs: Vec<String> = query
                .split('&')
                .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name))
                .map(str::to_owned)
                .collect();
            pairs.extend(
                credential.map(|credential| self.spec.field[1..].replace("{}", &escaped(credential))),
            );
            let mark = if pairs.is_empty() { "" } else { "?" };
            request.target = format!("{path}{mark}{}", pairs.join("&"));
        } else if let Some(credential) = credential {
            let (name, value) = self.spec.carry(credential);
            let value = line(&name, value)?;
            request.headers.push(name, value);
        }
        Ok(request)
    }

    /// Whether what it carries is a user and a password (RFC 7617).
    fn sends_password(&self) -> bool {
        let words = self.spec.field.split_once(':').map(|(_, value)| value.trim().to_ascii_lowercase());
        self.given("good").is_some() && words.is_some_and(|words| words.starts_with("basic "))
    }
}

/// Percent-encoded for a query (RFC 3986 §3.4).
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|b| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
}
