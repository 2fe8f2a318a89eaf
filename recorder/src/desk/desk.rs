//! The desk at which lessons are taught.

use super::fill::line;
use super::pause::wanted_pause;
use super::together::together;
use super::{Asked, LessonError, Values};
use crate::Recording;
use cassettes::jwt::{Good, Keys};
use cassettes::model::{Answer, ExchangeId, FailureKind, Request, Timestamp};
use cassettes::plan::{Lesson, Plan, TokenSpec, settled};
use cassettes::subject::Subject;
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked whether an exchange was kept, and how long in between.
/// So many good answers of a lesson are remembered, so that what they made is cleaned up.
const REMEMBERED: usize = 64;
const LOOKS: u32 = 40;
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

/// Whether pauses are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// They are made; one that an answer wishes for unasked is at most so long.
    AtMost(Duration),
    /// They are only thought of: nobody waits for a scripted vendor.
    Never,
}

/// What a desk is furnished with.
pub struct Means<'d> {
    /// Who is asked.
    pub subject: &'d dyn Subject,
    /// What keeps the exchanges; none: they are counted from one.
    pub recording: Option<&'d Recording>,
    /// What signs tokens.
    pub keys: Option<Arc<dyn Keys>>,
    /// The time of day.
    pub clock: fn() -> Timestamp,
    /// Whether pauses are made.
    pub waiting: Waiting,
    /// Base URLs by which the subject calls itself; what leads there is asked of it.
    pub bases: Vec<String>,
}

/// The desk at which lessons are taught, one after the other.
pub struct Desk<'d> {
    means: Means<'d>,
    plan: &'d Plan,
    /// Values that the plan names.
    pub values: Values,
    asked: u32,
    exchanges: Vec<ExchangeId>,
    /// The lesson under way looks for limits itself.
    wants_limits: bool,
    counted: u32,
    first: Option<Request>,
    last: Option<Asked>,
    good: Vec<Asked>,
}

impl<'d> Desk<'d> {
    /// For a plan.
    pub fn new(plan: &'d Plan, means: Means<'d>, values: Values) -> Self {
        let (exchanges, first, last, good) = (Vec::new(), None, None, Vec::new());
        Desk { means, plan, values, asked: 0, exchanges, wants_limits: false, counted: 0, first, last, good }
    }

    /// Another lesson begins.
    pub(crate) fn begin(&mut self, wants_limits: bool) {
        (self.asked, self.wants_limits) = (0, wants_limits);
        (self.first, self.last) = (None, None);
        self.good.clear();
        self.exchanges.clear();
        self.values.renew();
    }

    /// What the lesson under way asked first.
    pub fn first_request(&self) -> Option<&Request> {
        self.first.as_ref()
    }

    /// What the lesson under way was answered last; values are kept from it.
    pub fn last(&self) -> Option<&Asked> {
        self.last.as_ref()
    }

    /// The good answers of the lesson under way to what may have made something, in their order.
    pub fn good(&self) -> &[Asked] {
        &self.good
    }

    fn remember(&mut self, asked: &Asked) {
        let may_make = !["GET", "HEAD", "OPTIONS"].contains(&asked.request.method.as_str());
        if may_make && asked.is_good() && self.good.len() < REMEMBERED {
            self.good.push(asked.clone());
        }
    }

    /// Says which answer values are kept from, where that is not the last one.
    pub fn keep_from(&mut self, asked: &Asked) {
        self.last = Some(asked.clone());
    }

    /// How often the lesson under way has asked.
    pub fn times_asked(&self) -> u32 {
        self.asked
    }

    /// The exchanges that the lesson under way has made.
    pub fn exchanges(&self) -> &[ExchangeId] {
        &self.exchanges
    }

    /// The moment.
    pub fn now(&self) -> Timestamp {
        (self.means.clock)()
    }

    /// What signs tokens.
    pub fn keys(&self) -> Option<&dyn Keys> {
        self.means.keys.as_deref()
    }

    /// How the plan makes good tokens.
    pub fn token(&self) -> Option<&'d TokenSpec> {
        self.plan.token.as_ref()
    }

    /// The request of a lesson whose names were filled, with the plan's fields and a good token, its own or the
    /// plan's, where it has no other credential.
    pub fn request(&mut self, lesson: &Lesson) -> Result<Request, LessonError> {
        let own = lesson.setting("token").map(TokenSpec::of).transpose().map_err(LessonError::Unsendable)?;
        if let Some(spec) = &own
            && let Some(member) = spec.member()
        {
            let content = lesson.content.clone().with(member, &self.mint(spec)?);
            return self.bare(&Lesson { content, ..lesson.clone() });
        }
        let mut request = self.bare(lesson)?;
        if let Some(spec) = own.as_ref().or(self.plan.token.as_ref()) {
            let (name, value) = spec.carry(&self.mint(spec)?);
            if !lesson.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(&name)) {
                request.headers.push(name, value);
            }
        }
        Ok(request)
    }

    /// The same without the plan's token.
    pub fn bare(&mut self, lesson: &Lesson) -> Result<Request, LessonError> {
        let mut request = Request::new(lesson.method.as_str(), self.led(&lesson.target)?);
        let says = |name: &str| lesson.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        for (name, value) in self.plan.headers.iter().filter(|(name, _)| !says(name)) {
            let value = cassettes::plan::fill(value, &mut |name| self.values.get(name))?;
            request.headers.push(name.as_str(), line(name, value)?);
        }
        for (name, value) in &lesson.headers {
            if let Some(value) = value {
                request.headers.push(name.as_str(), line(name, value.clone())?);
            }
        }
        if let Some(media) = lesson.content.media_type()
            && !says("content-type")
            && !request.headers.contains("content-type")
        {
            request.headers.push("Content-Type", media);
        }
        if let Some(bytes) = lesson.content.bytes() {
            request.body = bytes.into();
        }
        Ok(request)
    }

    /// A good token.
    pub fn mint(&self, spec: &TokenSpec) -> Result<String, LessonError> {
        let claims = settled(&spec.claims, self.now());
        Good::of(spec.header.clone(), claims)
            .token(self.keys())
            .map_err(|why| LessonError::NoToken(why.to_string()))
    }

    /// A target below the upstream: of a whole URL, what stands behind the upstream's own address.
    pub fn led(&self, target: &str) -> Result<String, LessonError> {
        if target.starts_with('/') {
            return Ok(target.to_owned());
        }
        let below = self.means.bases.iter().find_map(|base| {
            let rest = target.strip_prefix(base.trim_end_matches('/'))?;
            (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
        });
        match below {
            Some(rest) if rest.starts_with('/') => Ok(rest.to_owned()),
            Some(rest) => Ok(format!("/{rest}")),
            None => Err(LessonError::Unsendable(format!(
                "`{target}` leads to another host, and only the upstream is asked"
            ))),
        }
    }

    /// Asks, and keeps what came. An answer that says "too often" to a lesson that does not look for that is
    /// waited out once, if it says for how long.
    pub async fn ask(&mut self, request: &Request) -> Result<Asked, LessonError> {
        let asked = self.ask_once(request).await?;
        if !asked.is_limited() || self.wants_limits {
            return Ok(asked);
        }
        let Some(pause) = wanted_pause(&asked, self.now()).filter(|pause| self.may_pause(*pause)) else {
            return Err(LessonError::RateLimited(Box::new(asked)));
        };
        self.pause(pause).await;
        let again = self.ask_once(request).await?;
        if again.is_limited() { Err(LessonError::RateLimited(Box::new(again))) } else { Ok(again) }
    }

    /// Asks, and keeps what came, whatever it is.
    pub async fn ask_once(&mut self, request: &Request) -> Result<Asked, LessonError> {
        let mark = self.mark();
        self.asked += 1;
        self.first.get_or_insert_with(|| request.clone());
        let observed = tokio::select! {
            observed = self.means.subject.answer(request) => Some(observed),
            // Of an answer that never comes, the recorder knows before its client gives up.
            () = failed(self.means.recording, mark) => None,
        };
        let kept = self.kept(mark, 1).await;
        let exchange = kept.first().map(|(id, _)| *id);
        self.exchanges.extend(exchange);
        let answer = match (observed, kept.into_iter().next()) {
            // What the recorder met is the truth; to us it could only break off the connection.
            (_, Some((_, Answer::Failed(failure)))) => Answer::Failed(failure),
            (Some(Ok(observed)), _) => observed.answer,
            (None, _) => {
                return Err(LessonError::NoAnswer {
                    reason: "the recorder gave no answer".to_owned(),
                    fatal: false,
                });
            }
            (Some(Err(why)), _) => {
                return Err(LessonError::NoAnswer { reason: why.reason, fatal: why.fatal });
            }
        };
        if let Answer::Failed(failure) = &answer
            && matches!(failure.kind, FailureKind::Refused | FailureKind::Unresolved | FailureKind::Tls)
        {
            return Err(LessonError::NoAnswer { reason: failure.message.clone(), fatal: true });
        }
        let asked = Asked::new(request.clone(), answer, exchange);
        self.remember(&asked);
        self.last = Some(asked.clone());
        Ok(asked)
    }

    /// Asks all of them at once. Which exchange belongs to which is told by what came.
    pub async fn ask_at_once(&mut self, requests: &[Request]) -> Result<Vec<Asked>, LessonError> {
        let mark = self.mark();
        self.asked += u32::try_from(requests.len()).unwrap_or(u32::MAX);
        if let Some(request) = requests.first() {
            self.first.get_or_insert_with(|| request.clone());
        }
        let subject = self.means.subject;
        let observed = together(requests.iter().map(|request| subject.answer(request)).collect()).await;
        let mut kept = self.kept(mark, requests.len()).await;
        self.exchanges.extend(kept.iter().map(|(id, _)| *id));
        let mut all = Vec::new();
        for (request, observed) in requests.iter().zip(observed) {
            let answer = observed
                .map_err(|why| LessonError::NoAnswer { reason: why.reason, fatal: why.fatal })?
                .answer;
            let same = kept.iter().position(|(_, kept)| kept.label() == answer.label());
            let exchange = same.map(|at| kept.remove(at).0);
            let asked = Asked::new(request.clone(), answer, exchange);
            self.remember(&asked);
            all.push(asked);
        }
        self.last = all.last().cloned();
        Ok(all)
    }

    /// Leaves the real side alone for a while.
    pub async fn pause(&self, pause: Duration) {
        if let Waiting::AtMost(_) = self.means.waiting {
            tokio::time::sleep(pause).await;
        }
    }

    /// Whether a pause that nobody planned is short enough to be made.
    fn may_pause(&self, pause: Duration) -> bool {
        match self.means.waiting {
            Waiting::AtMost(most) => pause <= most,
            Waiting::Never => true,
        }
    }

    fn mark(&self) -> usize {
        self.means.recording.map_or(0, Recording::kept)
    }

    /// What was kept since the mark, once there is as much of it as was asked for.
    async fn kept(&mut self, mark: usize, wanted: usize) -> Vec<(ExchangeId, Answer)> {
        let Some(recording) = self.means.recording else {
            let first = self.counted + 1;
            self.counted += u32::try_from(wanted).unwrap_or(u32::MAX);
            let light = || Answer::Reply(cassettes::model::Response::default());
            return (first..=self.counted).map(|id| (ExchangeId(id), light())).collect();
        };
        let mut kept = recording.kept_since(mark);
        for _ in 0..LOOKS {
            if kept.len() >= wanted {
                break;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
            kept = recording.kept_since(mark);
        }
        kept
    }
}

/// Resolves when a failure was kept since the mark.
async fn failed(recording: Option<&Recording>, mark: usize) {
    let Some(recording) = recording else { return std::future::pending().await };
    loop {
        tokio::time::sleep(BETWEEN_LOOKS).await;
        if recording.kept_since(mark).iter().any(|(_, answer)| answer.reply().is_none()) {
            return;
        }
    }
}
