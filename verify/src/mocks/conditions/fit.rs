//! Whether a request meets a condition, as far as that can be told.

/// Whether a request meets a condition. What is not understood is neither met nor missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It does.
    Met,
    /// It does not.
    Unmet,
    /// Nobody here knows.
    Unsure,
}

impl Fit {
    /// From a fact.
    pub fn of(met: bool) -> Self {
        if met { Fit::Met } else { Fit::Unmet }
    }

    /// From a fact that may be unknown.
    pub fn known(met: Option<bool>) -> Self {
        met.map_or(Fit::Unsure, Fit::of)
    }

    /// One that is not met decides.
    pub fn all(fits: impl IntoIterator<Item = Fit>) -> Self {
        let mut all = Fit::Met;
        for fit in fits {
            match fit {
                Fit::Unmet => return Fit::Unmet,
                Fit::Unsure => all = Fit::Unsure,
                Fit::Met => {}
            }
        }
        all
    }

    /// One that is met decides.
    pub fn any(fits: impl IntoIterator<Item = Fit>) -> Self {
        !Fit::all(fits.into_iter().map(|fit| !fit))
    }
}

/// The opposite; what is not known stays so.
impl std::ops::Not for Fit {
    type Output = Fit;

    fn not(self) -> Fit {
        match self {
            Fit::Met => Fit::Unmet,
            Fit::Unmet => Fit::Met,
            Fit::Unsure => Fit::Unsure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fit::{self, Met, Unmet, Unsure};

    #[test]
    fn what_is_unknown_gives_way_only_to_what_decides() {
        assert_eq!(Fit::all([Met, Unsure, Unmet]), Unmet);
        assert_eq!(Fit::all([Met, Unsure]), Unsure);
        assert_eq!(Fit::any([Unmet, Unsure, Met]), Met);
        assert_eq!(Fit::any([Unmet, Unsure]), Unsure);
        assert_eq!((Fit::all([]), Fit::any([])), (Met, Unmet));
    }
}
