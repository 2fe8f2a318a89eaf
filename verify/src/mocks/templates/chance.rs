//! Chance that can be had again: the same question at the same turn draws the same.

use std::cell::Cell;

/// A generator of numbers that look like chance (SplitMix64).
#[derive(Debug)]
pub struct Chance(Cell<u64>);

impl Chance {
    /// One for a turn.
    pub fn new(seed: u64) -> Self {
        Chance(Cell::new(seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// The next number.
    pub fn draw(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another; 0 where there is none.
    pub fn below(&self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.draw() % bound }
    }

    /// A number from 0 to 1.
    pub fn part(&self) -> f64 {
        (self.draw() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// So many of these letters.
    pub fn letters(&self, of: &str, count: usize) -> String {
        let letters: Vec<char> = of.chars().collect();
        (0..count).filter_map(|_| letters.get(self.below(letters.len() as u64) as usize)).collect()
    }

    /// A random UUID (RFC 9562 §5.4).
    pub fn uuid(&self) -> String {
        let (high, low) = (self.draw(), self.draw());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48 & 0x3fff),
            low & 0xffff_ffff_ffff
        )
    }
}
