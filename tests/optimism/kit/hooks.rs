//! The places inside a vendor at which a mock can be kinder than it, and the rules that must notice.

/// A lie that only the inside of a vendor can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Hook {
    /// The first page holds everything.
    AllAtOnce,
    /// There is a first page and no other.
    FirstPageOnly,
    /// Every cursor leads to the first page.
    CursorIgnored,
    /// The cursor that was sent comes back.
    CursorComesBack,
    /// A page begins with the last item of the one before.
    Overlap,
    /// An item falls between two pages.
    Gap,
    /// After the last page the first comes again.
    NeverEnds,
    /// The largest page is as large as was asked for.
    NoCap,
    /// A page before the last is short.
    Uneven,
    /// A cursor that was never given leads to a page.
    AnyCursor,
    /// Fewer things when they are asked for in another page size.
    SizeMatters,
    /// Sorted the other way round.
    Reversed,
    /// In no order at all.
    Unsorted,
    /// In the same order, where the real side has none.
    Settled,
    /// A deleted thing is still there.
    DeleteForgotten,
    /// What was written is not kept.
    WriteForgotten,
    /// What was made is not kept.
    MakeForgotten,
    /// Every new thing has the same id.
    SameId,
    /// The same key makes another thing each time.
    KeyIgnored,
    /// A key that comes again with another body is let through.
    KeyConflict,
    /// A tag does not change with the thing.
    TagFrozen,
    /// A thing that has not changed is sent again.
    NotModified,
    /// Reading changes what is read.
    ReadWrites,
    /// Another session's requests show.
    Leak,
    /// What should come back as it was sent is made up.
    EchoFixed,
    /// The clock stands still.
    ClockStopped,
    /// A thing that is missing is told before who asks.
    MissBeforeAuth,
    /// The credential is not looked at.
    Credential(Fault),
}

/// What can be wrong with a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Fault {
    Missing,
    Malformed,
    NoExpiry,
    Expired,
    NotYet,
    Audience,
    Issuer,
    AlgNone,
    AlgSwapped,
    Signature,
    KeyId,
    Scope,
    /// An opaque credential that is not known.
    Unknown,
}

impl Hook {
    /// The rules of which one must name the lie.
    pub(crate) fn rules(self) -> &'static [&'static str] {
        use Hook::*;
        match self {
            AllAtOnce => &["pagination-flattened"],
            // From outside it is the same as a signal that was left out.
            FirstPageOnly => &["pagination-flattened", "page-signal-missing"],
            CursorIgnored | CursorComesBack => &["cursor-ignored"],
            Overlap => &["page-overlap"],
            Gap => &["page-overlap", "page-size-uneven"],
            NeverEnds => &["page-end-wrong"],
            NoCap => &["page-cap-ignored"],
            Uneven => &["page-size-uneven"],
            AnyCursor => &["bad-cursor-accepted"],
            SizeMatters => &["limit-changes-result"],
            Reversed | Unsorted => &["order-changed"],
            Settled => &["order-narrowed"],
            DeleteForgotten => &["delete-without-effect"],
            WriteForgotten | MakeForgotten => &["write-not-read-back"],
            SameId => &["id-static"],
            KeyIgnored => &["idempotency-ignored"],
            KeyConflict => &["idempotency-conflict-never"],
            TagFrozen => &["etag-static"],
            NotModified => &["not-modified-never"],
            ReadWrites => &["read-changes-state"],
            Leak => &["shared-state-leak", "error-accepted"],
            EchoFixed => &["echo-broken"],
            ClockStopped => &["time-frozen"],
            MissBeforeAuth => &["check-order-changed"],
            Credential(Fault::Missing) => &["credential-not-needed"],
            // Of an opaque key nobody can tell what is wrong with it.
            Credential(Fault::Unknown | Fault::Scope) => &["token-accepted", "error-accepted"],
            Credential(_) => &["token-accepted"],
        }
    }

    /// As the score lists it.
    pub(crate) fn name(self) -> String {
        let text = match self {
            Hook::Credential(fault) => format!("Credential{fault:?}"),
            other => format!("{other:?}"),
        };
        let mut name = String::new();
        for c in text.chars() {
            if c.is_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.extend(c.to_lowercase());
        }
        name
    }
}
