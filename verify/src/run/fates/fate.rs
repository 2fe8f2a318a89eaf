//! What became of each recorded refusal: the words for it, read once for a run.

use super::decide::Context;
use super::merge::merge;
use super::passing::never_shown;
use super::reading::{Reading, Side};
use crate::case::Case;
use crate::run::Run;
use cassettes::facets::rejection::Rejection;

/// What became of a recorded refusal in the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// The real side refused nothing here, or there is nothing to compare with.
    Untold,
    /// Refused in the same way: only the finer points are left to judge.
    Kept,
    /// Another shelf of rules judges it: a bad cursor.
    Elsewhere,
    /// It came and went on the real side, too.
    Fleeting,

    /// A miss is answered with content.
    Invented,
    /// A miss in another style.
    Restyled,
    /// 410 and 404, both recorded, exchanged.
    GoneMerged,
    /// An empty listing is answered with items.
    Filled,
    /// Still there after it was deleted.
    Undeleted,
    /// A deletion is answered in another way.
    DeleteRestyled,

    /// A rejected credential is let in.
    Admitted(Rejection),
    /// 401 and 403 exchanged.
    AuthMerged,
    /// Another check comes first.
    Reordered,

    /// An error is answered with success.
    Accepted,
    /// A method, a media type or a format that the real side refuses is let through.
    MethodAccepted,
    /// A rate limit is answered with success.
    RateNever,
    /// Success and error status exchanged, the body says error on both sides.
    SuccessShaped,
    /// Several classes have become one.
    Collapsed,
    /// What may pass and what is final exchanged.
    Swapped,
    /// Another class.
    Changed,

    /// A transport failure is answered with a reply.
    Survived,
}

/// A reading and what became of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged<'r, 'a> {
    /// Both sides.
    pub(crate) reading: Reading<'r, 'a>,
    /// What became of it.
    pub(crate) fate: Fate,
}

impl<'a> Judged<'_, 'a> {
    /// Whether both sides refuse with errors whose documents can be compared: refused alike, or the same
    /// status that only says less in the subject.
    pub(crate) fn is_alike(&self) -> bool {
        let case = self.reading.case;
        self.fate == Fate::Kept || (self.fate == Fate::Collapsed && case.real.status() == case.other.status())
    }

    /// The case.
    pub(crate) fn case(&self) -> &Case<'a> {
        self.reading.case
    }
}

/// Both sides of a case as they were read, and what became of it; kept with the run.
#[derive(Debug)]
pub(crate) struct Fated {
    pub(super) real: Side,
    other: Side,
    fate: Fate,
}

/// The fate of every case of a run, in recorded order.
pub(crate) fn fates<'r, 'a>(run: &'r Run<'a>) -> Vec<Judged<'r, 'a>> {
    let all = run.fates.get_or_init(|| read(run));
    run.cases.iter().zip(all).map(|(case, f)| f.judged(case, f.fate)).collect()
}

fn read(run: &Run<'_>) -> Vec<Fated> {
    let side = |case: &Case<'_>| {
        let mut real = Side::read(&case.exchange.request, &case.real);
        real.forget_redacted(&case.exchange.redactions);
        Fated { real, other: Side::read(&case.asked, &case.other), fate: Fate::Untold }
    };
    let mut all: Vec<Fated> = run.cases.iter().map(side).collect();
    let context = Context::of(run, &all);
    let decide = |(case, fated)| {
        let judged = Fated::judged(fated, case, Fate::Untold);
        Judged { fate: context.decide(&judged.reading), ..judged }
    };
    let mut judged: Vec<Judged<'_, '_>> = run.cases.iter().zip(&all).map(decide).collect();
    never_shown(&mut judged);
    merge(&mut judged);
    let fates: Vec<Fate> = judged.iter().map(|one| one.fate).collect();
    for (fated, fate) in all.iter_mut().zip(fates) {
        fated.fate = fate;
    }
    all
}

impl Fated {
    fn judged<'r, 'a>(&'r self, case: &'r Case<'a>, fate: Fate) -> Judged<'r, 'a> {
        Judged { reading: Reading { case, real: &self.real, other: &self.other }, fate }
    }
}
