//! Which recorded rejection is nearest in meaning to a fault of which none was recorded.

use cassettes::facets::rejection::Rejection;

/// What a fault is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// There is no credential.
    Absent,
    /// It is none that could be good (RFC 6750 §3.1, `invalid_token`).
    Invalid,
    /// It is not good now.
    Untimely,
    /// It is good, but not for this.
    NotForThis,
    /// Nobody sees what.
    Unknown,
}

/// How far a recorded rejection is from a fault that is seen now; the smaller, the nearer. Who was not believed to
/// be anybody is not told that he may not (403) while another rejection was recorded, and the other way round.
pub(super) fn distance(seen: Rejection, (recorded, status): (Option<Rejection>, u16)) -> (bool, u8) {
    let (seen, recorded) = (fault(seen), recorded.map_or(Fault::Unknown, fault));
    let forbidden = seen == Fault::NotForThis;
    let apart = match (seen, recorded) {
        _ if seen == recorded => 0,
        (Fault::Invalid, Fault::Untimely) | (Fault::Untimely, Fault::Invalid) => 1,
        (_, Fault::Unknown) => 2,
        (_, Fault::NotForThis) | (Fault::NotForThis, Fault::Absent) => 4,
        _ => 3,
    };
    ((status == 403) != forbidden, apart)
}

fn fault(rejection: Rejection) -> Fault {
    use Rejection as R;
    match rejection {
        R::Missing => Fault::Absent,
        R::Malformed | R::AlgNone | R::AlgSwapped | R::BadSignature | R::UnknownKid => Fault::Invalid,
        R::WrongTyp | R::WrongIss | R::NoExp | R::ExpZero => Fault::Invalid,
        R::Expired | R::NotYetValid | R::IatFuture => Fault::Untimely,
        R::WrongAud | R::AudArray | R::MissingScope => Fault::NotForThis,
        R::Unknown => Fault::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Rejection as R;

    #[test]
    fn authentication_is_not_answered_by_authorization() {
        let all = [(R::WrongAud, 403), (R::Missing, 401), (R::NoExp, 401), (R::Expired, 401)];
        let nearest = |seen: R, recorded: &[(R, u16)]| {
            let all = recorded.iter().min_by_key(|(own, status)| distance(seen, (Some(*own), *status)));
            all.map(|(own, _)| *own)
        };
        for (seen, told) in [
            (R::Malformed, R::NoExp),
            (R::BadSignature, R::NoExp),
            (R::AlgNone, R::NoExp),
            (R::WrongIss, R::NoExp),
            (R::NotYetValid, R::Expired),
            (R::Missing, R::Missing),
            (R::MissingScope, R::WrongAud),
        ] {
            assert_eq!(nearest(seen, &all), Some(told), "{seen:?}");
        }
        assert_eq!(nearest(R::Malformed, &all[..2]), Some(R::Missing));
        assert_eq!(nearest(R::Malformed, &all[..1]), Some(R::WrongAud));
        assert_eq!(nearest(R::WrongAud, &all[1..]), Some(R::NoExp));
    }
}
