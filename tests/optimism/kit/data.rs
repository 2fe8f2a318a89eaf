//! Made-up data, the same for the same seed.

/// A small generator of numbers (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

const FIRST: [&str; 12] =
    ["Ada", "Bruno", "Chiara", "Dag", "Elif", "Femi", "Greta", "Hiro", "Ines", "Jonas", "Kaya", "Lior"];
const LAST: [&str; 12] = [
    "Okafor",
    "Lindqvist",
    "Marchetti",
    "Novak",
    "Tanaka",
    "Brandt",
    "Silva",
    "Haddad",
    "Moreau",
    "Kowalski",
    "Byrne",
    "Castro",
];
const WORDS: [&str; 16] = [
    "amber", "basalt", "cedar", "delta", "ember", "fjord", "garnet", "harbour", "indigo", "juniper", "krill",
    "lagoon", "maple", "nimbus", "ochre", "poplar",
];

impl Rng {
    /// For one purpose of one seed, so that purposes do not disturb each other.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let mixed = purpose.bytes().fold(seed, |n, b| (n ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        let mut rng = Rng(mixed ^ 0x9e37_79b9_7f4a_7c15);
        rng.next();
        rng
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }

    /// A number in a range, its end excluded.
    pub(crate) fn within(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.next() % to.abs_diff(from).max(1)).unwrap_or_default()
    }

    pub(crate) fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }

    /// Letters and digits, as ids are made of.
    pub(crate) fn code(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
        (0..length).map(|_| char::from(LETTERS[self.below(LETTERS.len())])).collect()
    }

    pub(crate) fn hex(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(b"0123456789abcdef"[self.below(16)])).collect()
    }

    pub(crate) fn uuid(&mut self) -> String {
        let h = self.hex(31);
        format!("{}-{}-4{}-a{}-{}", &h[..8], &h[8..12], &h[12..15], &h[15..18], &h[18..30])
    }

    pub(crate) fn name(&mut self) -> String {
        format!("{} {}", self.pick(&FIRST), self.pick(&LAST))
    }

    pub(crate) fn email(&mut self) -> String {
        format!("{}.{}@mail.example", self.pick(&FIRST).to_lowercase(), self.below(900) + 100)
    }

    pub(crate) fn words(&mut self) -> String {
        format!("{} {}", self.pick(&WORDS), self.pick(&WORDS))
    }

    pub(crate) fn slug(&mut self) -> String {
        format!("{}-{}", self.pick(&WORDS), self.below(90) + 10)
    }

    /// The same things in another order.
    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }
}

/// Moments in the forms that vendors write. Days are those of the proleptic Gregorian calendar.
pub(crate) fn parts(epoch: i64) -> (i64, i64, i64, i64, i64, i64) {
    let (days, rest) = (epoch.div_euclid(86_400), epoch.rem_euclid(86_400));
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year, month, doy - (153 * mp + 2) / 5 + 1, rest / 3600, rest / 60 % 60, rest % 60)
}

/// `2026-01-02T03:04:05Z`
pub(crate) fn zulu(epoch: i64) -> String {
    let (y, mo, d, h, m, s) = parts(epoch);
    format!("{y:04}-{mo:02}-{d:02}T{h:02}:{m:02}:{s:02}Z")
}

/// `2026-01-02T03:04:05.678901Z`, with that many digits.
pub(crate) fn precise(epoch: i64, fraction: u64, digits: usize) -> String {
    let whole = zulu(epoch);
    let fraction: String = format!("{:09}", fraction % 1_000_000_000).chars().take(digits).collect();
    format!("{}.{fraction}Z", whole.trim_end_matches('Z'))
}

/// `2026-01-02T05:04:05+02:00`
pub(crate) fn offset(epoch: i64, hours: i64) -> String {
    let local = zulu(epoch + hours * 3600);
    let sign = if hours < 0 { '-' } else { '+' };
    format!("{}{sign}{:02}:00", local.trim_end_matches('Z'), hours.abs())
}

/// `2026-01-02`
pub(crate) fn date(epoch: i64) -> String {
    zulu(epoch)[..10].to_owned()
}

/// `Fri, 02 Jan 2026 03:04:05 GMT`
pub(crate) fn http_date(epoch: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (y, mo, d, h, m, s) = parts(epoch);
    let day = DAYS[usize::try_from(epoch.div_euclid(86_400).rem_euclid(7)).unwrap_or_default()];
    let month = MONTHS[usize::try_from(mo - 1).unwrap_or_default()];
    format!("{day}, {d:02} {month} {y:04} {h:02}:{m:02}:{s:02} GMT")
}

/// `1234.50`
pub(crate) fn money(cents: i64) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

/// `1,234.50`
pub(crate) fn grouped(cents: i64) -> String {
    let plain = money(cents.abs());
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, "00"));
    let mut text = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(c);
    }
    format!("{}{text}.{rest}", if cents < 0 { "-" } else { "" })
}
