//! Teaching a plan from its first lesson to its last.

use super::keep::{earlier, is_unmade, keep, made, stand_in};
use super::refused::Doors;
use super::{Outcome, Told};
use crate::desk::{Asked, Belief, Desk, LessonError, Taught, filled};
use crate::lessons::{Lesson as Kind, kind};
use cassettes::json::Json;
use cassettes::plan::{Lesson, Plan};
use cassettes::subject::Boxed;
use std::future::Future;
use std::pin::Pin;

/// Which lessons of a plan are taught, and who hears of it.
pub struct Wanted<'w> {
    /// Whether a lesson is taught; told by its number, counted from one. Those that clean up always are.
    pub only: &'w (dyn Fn(usize, &Lesson) -> bool + Sync),
    /// Hears that a lesson begins.
    pub begins: &'w mut (dyn FnMut(usize, &Lesson) + Send),
    /// Hears what came of it.
    pub ends: &'w mut (dyn FnMut(&Told) + Send),
}

/// Teaches the plan. When `stopped` comes true the lesson under way is given up and no other begins, but for
/// those that clean up.
pub async fn teach(
    plan: &Plan,
    desk: &mut Desk<'_>,
    wanted: Wanted<'_>,
    mut stopped: Pin<&mut (dyn Future<Output = ()> + Send)>,
) -> Vec<Told> {
    let Wanted { only, begins, ends } = wanted;
    let mut all = Vec::new();
    let mut halted: Option<String> = None;
    let mut doors = Doors::default();
    let first_of_finally = plan.lessons.len();
    for (at, lesson) in plan.all().enumerate() {
        let finally = at >= first_of_finally;
        if !finally && (halted.is_some() || !only(at + 1, lesson)) {
            continue;
        }
        if at == first_of_finally {
            desk.values.forget_stand_ins();
        }
        if (finally && is_unmade(plan, lesson, desk)) || (!finally && doors.spares(lesson, desk)) {
            continue;
        }
        begins(at + 1, lesson);
        let course = Course { number: at + 1, finally, lesson };
        let (mut told, fatal) = match finally {
            true => course.clean(desk).await,
            false => tokio::select! {
                told = course.run(desk) => told,
                () = &mut stopped => {
                    halted = Some("stopped".to_owned());
                    course.given_up(desk)
                }
            },
        };
        if let Outcome::CouldNotAsk(why) = &told.outcome
            && fatal
            && halted.is_none()
        {
            halted = Some(why.clone());
        }
        if !finally {
            doors.hear(&mut told, desk, all.len());
        }
        ends(&told);
        all.push(told);
    }
    doors.conclude(&mut all);
    all
}

/// A lesson in its place.
struct Course<'p> {
    number: usize,
    finally: bool,
    lesson: &'p Lesson,
}

impl Course<'_> {
    /// Teaches it; also whether nobody is there at all.
    async fn run(&self, desk: &mut Desk<'_>) -> (Told, bool) {
        let Some(kind) = kind(&self.lesson.kind) else {
            return self
                .ended(desk, Err(LessonError::Unsendable("there is no such kind of lesson".to_owned())));
        };
        desk.begin(kind.wants_limits || believes_limit(self.lesson));
        let taught = self.teach(kind, desk).await;
        self.ended(desk, taught)
    }

    /// The same for all that was made under its name: what it comes to is told of the last one.
    async fn clean(&self, desk: &mut Desk<'_>) -> (Told, bool) {
        let Some((name, others)) = earlier(self.lesson, desk) else { return self.run(desk).await };
        let last = desk.values.get(&name);
        let (mut asked, mut exchanges) = (0, Vec::new());
        for value in others {
            desk.values.keep(&name, value);
            let (told, fatal) = self.run(desk).await;
            asked += told.asked;
            exchanges.extend(told.exchanges);
            if fatal {
                break;
            }
        }
        if let Some(last) = last {
            desk.values.keep(&name, last);
        }
        let (mut told, fatal) = self.run(desk).await;
        told.asked += asked;
        exchanges.append(&mut told.exchanges);
        told.exchanges = exchanges;
        (told, fatal)
    }

    fn teach<'a>(
        &'a self,
        kind: &'static Kind,
        desk: &'a mut Desk<'_>,
    ) -> Boxed<'a, Result<Taught, LessonError>> {
        Box::pin(async move {
            let taught = match filled(self.lesson, &mut desk.values) {
                Ok(lesson) => match (kind.teach)(desk, &lesson).await {
                    Ok(mut taught) => {
                        keep(&lesson, desk, &mut taught);
                        Ok(taught)
                    }
                    Err(why) => {
                        // Half a lesson may have made something.
                        made(&lesson, desk);
                        Err(why)
                    }
                },
                Err(why) => Err(why),
            };
            if taught.is_err() {
                stand_in(self.lesson, desk);
            }
            taught
        })
    }

    fn ended(&self, desk: &Desk<'_>, taught: Result<Taught, LessonError>) -> (Told, bool) {
        let mut fatal = false;
        let mut not_shown = None;
        let mut details = Vec::new();
        let (seen, outcome, beliefs) = match taught {
            Ok(taught) => {
                not_shown = taught.not_shown.clone();
                details = taught.details;
                let broken = taught.beliefs.iter().any(|belief| !belief.held);
                let outcome = match taught.not_shown {
                    _ if broken => Outcome::Disagrees,
                    Some(why) => Outcome::NotShown(why),
                    None => Outcome::Shown,
                };
                (taught.seen, outcome, taught.beliefs)
            }
            Err(LessonError::RateLimited(asked)) => {
                ("rate-limited".to_owned(), Outcome::Disagrees, vec![limited(&asked)])
            }
            Err(error) => {
                fatal = matches!(error, LessonError::NoAnswer { fatal: true, .. });
                (String::new(), Outcome::CouldNotAsk(error.to_string()), Vec::new())
            }
        };
        let told = Told {
            lesson: self.lesson.clone(),
            number: self.number,
            finally: self.finally,
            asked: desk.times_asked(),
            seen,
            details,
            outcome,
            not_shown,
            beliefs,
            exchanges: desk.exchanges().to_vec(),
            request: desk.first_request().cloned(),
        };
        (told, fatal)
    }

    fn given_up(&self, desk: &Desk<'_>) -> (Told, bool) {
        self.ended(desk, Err(LessonError::Unsendable("stopped".to_owned())))
    }
}

/// Whether the lesson's own beliefs are about being asked too often.
fn believes_limit(lesson: &Lesson) -> bool {
    let status = lesson.belief("status").map(ToString::to_string).unwrap_or_default();
    status.contains("429") || lesson.belief("class").and_then(Json::as_str) == Some("rate-limit")
}

/// An answer that says nothing of what the lesson asked for.
fn limited(asked: &Asked) -> Belief {
    Belief {
        name: "rate-limited".to_owned(),
        held: false,
        expected: "an answer to what was asked".to_owned(),
        came: asked.in_short(),
        pointer: "status".to_owned(),
        exchanges: asked.exchange.into_iter().collect(),
    }
}
