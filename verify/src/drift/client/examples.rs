//! The examples on these pages: those of [`crate::conduct::examples`], for several runs.
//!
//! ```text
//! > GET /v1/things              the cassettes
//! < 200 {"data": []}
//! - 0.000 c1 #1                 the earlier run, in the notation of the judged one
//! - accept: text/csv
//! -- {"amount":1}
//! = 0.000 c1 #1                 another earlier run; `==` for its bodies
//! + 0.000 c1 #1                 the run that is judged
//! ```
//!
//! Without an earlier run, the recording itself is it.

use crate::conduct::examples as one;
use cassettes::journal::Journal;
use cassettes::model::Cassette;

/// What an example says.
#[derive(Debug, Clone)]
pub struct Example {
    /// What was recorded.
    pub cassettes: Vec<Cassette>,
    /// The earlier runs.
    pub before: Vec<Journal>,
    /// The run that is judged.
    pub after: Journal,
}

/// Reads an example. Errs with the line that makes no sense.
pub fn parse(text: &str) -> Result<Example, String> {
    let of = |mark: char| -> Result<one::Example, String> {
        let line = |line: &str| match line.chars().next() {
            Some(first) if first == mark => {
                let rest = line.trim_start_matches(mark);
                format!("{}{rest}", "+".repeat(line.len() - rest.len()))
            }
            // What another run did is none of this one's; the lines keep their numbers.
            Some('-') if line.starts_with("---") => line.to_owned(),
            Some('+' | '-' | '=') => String::new(),
            _ => line.to_owned(),
        };
        one::parse(&text.lines().map(line).collect::<Vec<_>>().join("\n"))
    };
    let has = |mark: char| text.lines().any(|line| line.starts_with(mark) && !line.starts_with("---"));
    let after = of('+')?;
    let before = ['-', '='].into_iter().filter(|mark| has(*mark)).map(|mark| Ok(of(mark)?.journal));
    let before = before.collect::<Result<Vec<Journal>, String>>()?;
    Ok(Example { cassettes: after.cassettes, before, after: after.journal })
}
