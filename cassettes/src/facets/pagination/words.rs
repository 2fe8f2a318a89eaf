//! Names that the conventions of listings use, compared without case and punctuation. They help where
//! use alone leaves doubt; nothing is decided by a name where a chain was recorded.

/// Lower case, letters and digits only: `@odata.nextLink` becomes `odatanextlink`.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Booleans that are true while the listing goes on.
pub(super) fn is_more_flag(plain: &str) -> bool {
    matches!(plain, "hasmore" | "hasnext" | "hasnextpage" | "more" | "moreitemsavailable" | "moreavailable")
        || matches!(plain, "istruncated" | "truncated" | "hasmoreitems" | "hasmoreresults")
}

/// Booleans that are true on the last page.
pub(super) fn is_last_flag(plain: &str) -> bool {
    matches!(plain, "last" | "islast" | "islastpage" | "lastpage" | "endoflist")
}

/// Values with which the next page is asked for.
pub(super) fn is_token(plain: &str) -> bool {
    let next = plain.contains("next");
    let what = [
        "cursor", "token", "marker", "page", "link", "url", "uri", "href", "key", "offset", "start", "record",
    ];
    (next && (plain == "next" || what.iter().any(|w| plain.contains(w))))
        || matches!(
            plain,
            "continuationtoken" | "continuation" | "continue" | "scrollid" | "lastevaluatedkey"
        )
        || (plain.contains("continuation") && (plain.starts_with('x') || plain.contains("token")))
}

/// A cursor that only means "more" when a flag says so: it stands on the last page, too.
pub(super) fn is_quiet_token(plain: &str) -> bool {
    matches!(plain, "endcursor" | "cursor" | "marker" | "lastid" | "lastkey" | "resumetoken")
}

/// Request names that carry a place in the listing.
pub(super) fn is_cursor_name(plain: &str) -> bool {
    plain.contains("cursor")
        || plain.contains("token")
        || plain.contains("marker")
        || plain.contains("after")
        || plain.contains("before")
        || plain.contains("since")
        || plain.contains("until")
        || plain.contains("continu")
        || plain.contains("scroll")
        || matches!(
            plain,
            "last" | "lastid" | "maxid" | "sinceid" | "next" | "from" | "start" | "startkey" | "to"
        )
        || matches!(plain, "exclusivestartkey" | "startkeydocid" | "lastkey" | "resume")
}

/// Names that requests have for their place in a listing, and some answers for the place of the next.
pub(super) fn is_place_name(plain: &str) -> bool {
    matches!(plain, "after" | "bookmark" | "pagetoken" | "pagestate" | "position")
}

/// Request names that carry a moment.
pub(super) fn is_moment_name(plain: &str) -> bool {
    matches!(plain, "since" | "from" | "start" | "after") || plain.contains("time") || plain.contains("since")
}

/// Request names that number the page.
pub(super) fn is_page_name(plain: &str) -> bool {
    matches!(plain, "page" | "p" | "pagenumber" | "pageno" | "pagenum" | "pageindex" | "currentpage" | "pg")
}

/// Request names that count items passed over.
pub(super) fn is_offset_name(plain: &str) -> bool {
    matches!(plain, "offset" | "skip" | "start" | "startindex" | "startat" | "from" | "first" | "pageoffset")
        || matches!(plain, "firstresult" | "index" | "startrow")
}

/// Request names that ask for a page size.
pub(super) fn is_limit_name(plain: &str) -> bool {
    matches!(plain, "limit" | "perpage" | "pagesize" | "n" | "count" | "first" | "top" | "maxresults")
        || matches!(
            plain,
            "maxkeys" | "maxitems" | "size" | "take" | "rows" | "num" | "pagelimit" | "results" | "last"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conventions_are_known_without_their_spelling() {
        for name in ["next_cursor", "nextPageToken", "NextToken", "@odata.nextLink", "next", "nextRecordsUrl"]
        {
            assert!(is_token(&plain(name)), "{name}");
        }
        for name in ["text", "context", "nextSteps", "extra", "next_billing_date"] {
            assert!(!is_token(&plain(name)), "{name}");
        }
    }
}
