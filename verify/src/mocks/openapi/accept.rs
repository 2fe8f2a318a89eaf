//! Which media type a client is served (RFC 9110 §12.5.1).

/// A range that a client accepts.
struct Range {
    kind: String,
    subkind: String,
    parameters: Vec<(String, String)>,
    quality: f32,
}

/// Which of the offers an Accept header takes; none where it takes none of them. Without the header JSON is
/// preferred, then whatever comes first.
pub(super) fn choose(accept: Option<&str>, offers: &[String]) -> Option<usize> {
    if let Some(open) = offers.iter().position(|offer| offer == "*/*").filter(|_| accept.is_none()) {
        return Some(open);
    }
    let ranges = ranges(accept.unwrap_or("application/json, */*"));
    pick(&ranges, offers, false).or_else(|| pick(&ranges, offers, true))
}

fn pick(ranges: &[Range], offers: &[String], bare: bool) -> Option<usize> {
    let mut best: Option<(f32, u8, usize, usize)> = None;
    for (index, offer) in offers.iter().enumerate() {
        // The most specific range decides how much an offer is worth.
        let fits = ranges.iter().enumerate().filter_map(|(order, range)| {
            specificity(range, offer, bare).map(|level| (level, order, range.quality))
        });
        let Some((level, order, quality)) = fits.max_by(|a, b| (a.0, b.1).cmp(&(b.0, a.1))) else {
            continue;
        };
        let better = |(q, l, o, _): (f32, u8, usize, usize)| {
            quality > q || (quality == q && (level > l || (level == l && order < o)))
        };
        if quality > 0.0 && best.is_none_or(better) {
            best = Some((quality, level, order, index));
        }
    }
    best.map(|(.., index)| index)
}

fn specificity(range: &Range, offer: &str, bare: bool) -> Option<u8> {
    let offered = one(offer)?;
    let open = |a: &str, b: &str| a == "*" || b == "*";
    let mut level = 0;
    if range.kind == offered.kind {
        level += 4;
    } else if !open(&range.kind, &offered.kind) {
        return None;
    }
    if range.subkind == offered.subkind {
        level += 2;
    } else if !open(&range.subkind, &offered.subkind) {
        return None;
    }
    if bare || range.parameters.is_empty() {
        return Some(level);
    }
    range.parameters.iter().all(|p| offered.parameters.contains(p)).then_some(level + 1)
}

fn ranges(accept: &str) -> Vec<Range> {
    accept.split(',').filter_map(one).collect()
}

fn one(text: &str) -> Option<Range> {
    let mut pieces = text.split(';');
    let (kind, subkind) = pieces.next()?.trim().split_once('/')?;
    let mut quality = 1.0;
    let mut parameters = Vec::new();
    for piece in pieces {
        let Some((name, value)) = piece.split_once('=') else { continue };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'));
        match name.as_str() {
            "q" => quality = value.parse().unwrap_or(1.0),
            _ => parameters.push((name, value.to_ascii_lowercase())),
        }
    }
    let lower = |text: &str| text.to_ascii_lowercase();
    Some(Range { kind: lower(kind), subkind: lower(subkind), parameters, quality })
}

#[cfg(test)]
mod tests {
    use super::choose;

    #[test]
    fn the_client_chooses() {
        let offers: Vec<String> =
            ["application/xml", "application/json", "text/plain"].map(str::to_owned).to_vec();
        let choose = |accept| choose(accept, &offers);
        assert_eq!(choose(None), Some(1));
        assert_eq!(choose(Some("*/*")), Some(0));
        assert_eq!(choose(Some("text/*;q=0.9, application/json;q=0.2")), Some(2));
        assert_eq!(choose(Some("application/json; charset=utf-8")), Some(1));
        assert_eq!(choose(Some("application/xml;q=0, */*;q=0.1")), Some(1));
        assert_eq!(choose(Some("image/png")), None);
        assert_eq!(choose(Some("")), None);
    }
}
