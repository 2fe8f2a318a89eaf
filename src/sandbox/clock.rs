//! Moments as HTTP and JSON write them.

use cassettes::model::Timestamp;

/// An IMF-fixdate (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(super) fn http_date(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    // `2025-11-21T22:00:00.000000Z`, cut at fixed places.
    let text = whole_seconds(at);
    let part = |range| text.get::<std::ops::Range<usize>>(range).unwrap_or_default();
    let weekday = usize::try_from(at.seconds().div_euclid(86_400).rem_euclid(7)).unwrap_or_default();
    let month = part(5..7).parse::<usize>().unwrap_or(1).clamp(1, 12);
    format!("{}, {} {} {} {} GMT", DAYS[weekday], part(8..10), MONTHS[month - 1], part(0..4), part(11..19))
}

/// RFC 3339 in UTC without a fraction.
pub(super) fn whole_seconds(at: Timestamp) -> String {
    let text = at.to_string();
    text.split_once('.').map_or(text.clone(), |(seconds, _)| format!("{seconds}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_standard() {
        assert_eq!(http_date(Timestamp(784_111_777_000_000)), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(whole_seconds(Timestamp(1_763_762_400_123_456)), "2025-11-21T22:00:00Z");
    }
}
