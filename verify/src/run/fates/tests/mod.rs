//! Whole conventions: an honest fake with its own data is silent, and each lie has the findings it
//! should have and no others.

mod clouds;
mod payments;
mod tokens;

use crate::examples::{parse, play};
use crate::finding::Severity;
use crate::rules::RULES;

/// A recorded exchange: the request's lines, the real answer's, an honest fake's.
type Step = [&'static str; 3];

/// A fake's answers in the place of the honest ones, by step.
type Lies<'l> = &'l [(usize, &'l str)];

/// A recording and what fakes of it may do.
struct Tape {
    steps: &'static [Step],
}

impl Tape {
    /// The names of the findings when the fake's answers to some steps are replaced.
    fn findings(&self, lies: Lies<'_>) -> Vec<String> {
        let mut text = String::new();
        for (i, [request, real, honest]) in self.steps.iter().enumerate() {
            let other = lies.iter().find(|(at, _)| *at == i).map_or(*honest, |(_, lie)| *lie);
            for (mark, lines) in [("", *request), ("< ", *real), ("~ ", other)] {
                for line in lines.lines().map(str::trim) {
                    let marked = mark.is_empty() && line.starts_with(['>', '@']);
                    let mark = if marked || !mark.is_empty() { mark } else { "> " };
                    text.push_str(&format!("{mark}{line}\n"));
                }
            }
        }
        let example = parse(&text).unwrap_or_else(|why| panic!("{why}\n{text}"));
        let report = play(&example, RULES).expect("answers");
        let fails = report.findings.iter().filter(|f| f.severity != Severity::Info);
        let mut names: Vec<String> = fails.map(|f| f.rule.to_owned()).collect();
        names.sort();
        names
    }

    /// The fake is honest, and each set of lies has exactly these findings.
    fn check(&self, lies: &[(Lies<'_>, &[&str])]) {
        assert_eq!(self.findings(&[]), Vec::<String>::new(), "the honest fake");
        let real: Vec<(usize, &str)> = self.steps.iter().map(|[_, real, _]| *real).enumerate().collect();
        assert_eq!(self.findings(&real), Vec::<String>::new(), "the real side itself");
        for (lie, expected) in lies {
            assert_eq!(self.findings(lie), *expected, "{lie:?}");
        }
    }
}
