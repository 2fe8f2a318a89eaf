//! When the parts of one answer are due.

use super::Speed;
use cassettes::model::{Micros, Timing};
use std::time::Duration;

/// When the parts of one answer are due.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Beat {
    speed: Speed,
    /// What is waited beside what the speed says.
    wait: Duration,
    /// The recorded times of the answer, and those that it takes instead.
    sample: Option<(Took, Took)>,
}

/// How long an answer took: to its first byte, and from there to its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Took {
    first: Micros,
    rest: Micros,
}

impl Took {
    /// None where nothing came.
    pub(crate) fn of(timing: &Timing) -> Option<Took> {
        let first = timing.first_byte.or(timing.end)?;
        Some(Took { first, rest: timing.end.unwrap_or(first).saturating_sub(first) })
    }
}

impl Beat {
    /// What a speed alone says.
    pub(crate) fn of(speed: Speed) -> Beat {
        Beat { speed, wait: Duration::ZERO, sample: None }
    }

    /// Later by so much.
    pub(crate) fn after(self, wait: Duration) -> Beat {
        Beat { wait: self.wait + wait, ..self }
    }

    /// In the time that another answer of its operation took.
    pub(crate) fn sampled(self, own: Took, other: Took) -> Beat {
        Beat { sample: Some((own, other)), ..self }
    }

    /// Whether everything is due at once.
    pub(crate) fn is_instant(&self) -> bool {
        self.speed == Speed::Instant && self.wait.is_zero()
    }

    /// When something recorded at this moment is due; none: at once.
    pub(crate) fn due(&self, at: Micros) -> Option<Duration> {
        let at = match self.sample {
            None => at,
            Some((own, other)) => {
                let behind = at.saturating_sub(own.first);
                let share = match own.rest {
                    0 => behind.min(1) * other.rest,
                    rest => (u128::from(behind) * u128::from(other.rest) / u128::from(rest)) as u64,
                };
                other.first.saturating_add(share)
            }
        };
        match self.speed.due(at) {
            Some(due) => Some(due + self.wait),
            None => (!self.wait.is_zero()).then_some(self.wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_takes_the_time_of_the_other_and_keeps_the_share_of_each_part() {
        let took = |first, end| Took::of(&Timing { first_byte: Some(first), end: Some(end), chunks: vec![] });
        let (Some(own), Some(other)) = (took(100, 300), took(1000, 1800)) else { panic!("times") };
        let beat = Beat::of(Speed::Sampled(1)).sampled(own, other);
        let due = |at| beat.due(at).map(|due| due.as_micros());
        assert_eq!([due(100), due(200), due(300)], [Some(1000), Some(1400), Some(1800)]);
        let waits = Beat::of(Speed::Instant).after(Duration::from_micros(5));
        assert_eq!((waits.due(99), waits.is_instant()), (Some(Duration::from_micros(5)), false));
        assert_eq!(Beat::of(Speed::Instant).due(99), None);
    }
}
