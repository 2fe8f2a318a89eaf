//! Whether a value looks drawn at random, for names that say too little by themselves.

/// At least `min` characters of a credential's alphabet, letters and digits both, well mixed. A UUID is
/// an id more often than a credential.
pub(in crate::redact) fn looks_random(value: &str, min: usize) -> bool {
    let bytes = value.as_bytes();
    if bytes.len() < min || crate::redact::pseudonym::is_uuid(bytes) {
        return false;
    }
    let lawful =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+' | b'/' | b'=' | b'.' | b'~');
    let mut seen = [false; 128];
    let mut distinct = 0;
    for &b in bytes {
        if !lawful(&b) {
            return false;
        }
        if !std::mem::replace(&mut seen[usize::from(b)], true) {
            distinct += 1;
        }
    }
    let class = |b: &u8| match b {
        b'0'..=b'9' => 1,
        b'a'..=b'z' => 2,
        b'A'..=b'Z' => 3,
        _ => 0,
    };
    // In words and dates, runs of one class are long.
    let classes: Vec<u8> = bytes.iter().map(class).filter(|c| *c != 0).collect();
    let turns = classes.windows(2).filter(|pair| pair[0] != pair[1]).count();
    distinct >= 10 && turns >= 4 && turns * 4 >= bytes.len() && classes.contains(&1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_ids_are_not_random() {
        for value in ["9f86d081884c7d659a2feaa0c55ad015", "Zm9vYmFy0123456789abc", "a8Kq-pL2_mN0xYz7Bv3C"] {
            assert!(looks_random(value, 20), "{value}");
        }
        for value in
            ["short1", "reports/2026/january/summary", "0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60", "a b1 2"]
        {
            assert!(!looks_random(value, 20), "{value}");
        }
    }
}
