//! Numbers drawn from a seed: the same seed, the same numbers, on every machine.

/// A row of numbers drawn from a seed (SplitMix64: each state gives one number, no state is ever met again
/// within 2^64 steps).
#[derive(Debug, Clone)]
pub(crate) struct Draw(u64);

/// The golden ratio's share of 2^64: steps by it visit every number once.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Draw {
    /// The row of a seed and of what it is drawn for: two purposes share no row.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        Draw(mixed(seed) ^ mixed(purpose.wrapping_add(STEP)))
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mixed(self.0)
    }

    /// Between 0 and 1, 1 left out.
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One of so many, from 0 on; 0 where there is none.
    pub(crate) fn below(&mut self, many: usize) -> usize {
        let wide = u128::from(self.next()) * many as u128;
        (wide >> 64) as usize
    }
}

/// A text as a purpose: FNV-1a, the same on every machine.
pub(crate) fn purpose(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

fn mixed(state: u64) -> u64 {
    let mut z = state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_row_and_every_number_comes() {
        let row = |seed| {
            (0..4)
                .map({
                    let mut d = Draw::new(seed, 1);
                    move |_| d.next()
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(row(3), row(3));
        assert_ne!(row(3), row(4));
        let mut drawn = [0; 3];
        (0..600).for_each(|seed| drawn[Draw::new(seed, purpose("list")).below(3)] += 1);
        assert!(drawn.iter().all(|n| (150..250).contains(n)), "{drawn:?}");
        assert_eq!(Draw::new(1, 1).below(0), 0);
    }
}
