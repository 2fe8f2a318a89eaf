//! The shelf of lessons: what the real side can be asked so that it shows how it really behaves.

mod ask;
mod concurrent;
mod conditional;
mod idempotent;
mod lesson;
mod miss;
mod presented;
mod rate;
mod reject;
mod repeat;
mod tokens;
mod walk;

pub use lesson::{CLASSES, Lesson, Name, Takes};

/// The shelf: every kind of lesson.
pub static LESSONS: &[&Lesson] = &[
    &ask::LESSON,
    &concurrent::LESSON,
    &conditional::LESSON,
    &idempotent::LESSON,
    &miss::LESSON,
    &rate::LESSON,
    &reject::LESSON,
    &repeat::LESSON,
    &walk::LESSON,
    &tokens::LESSON,
];

/// The kind of that name.
pub fn kind(name: &str) -> Option<&'static Lesson> {
    LESSONS.iter().find(|lesson| lesson.meta.name == name).copied()
}
