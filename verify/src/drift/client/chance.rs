//! Whether waits differ by more than chance: clients draw theirs at random, and busy machines lengthen them.

use cassettes::model::Micros;
use std::collections::BTreeMap;

/// The waits before the first, the second, … repetition.
pub(super) type Waits = BTreeMap<usize, Vec<Micros>>;

/// Who comes again within this time does not wait.
const AT_ONCE: f64 = 0.02;

/// So unlikely must it be that two fixed schedules only look fixed; and that two samples of one kind of wait lie so
/// far apart.
const FIXED: f64 = 0.0009;
const APART: f64 = 0.0003;

/// Whether the waits are of different kinds.
pub(super) fn differ(before: &Waits, after: &Waits) -> bool {
    let shared: Vec<(usize, Vec<f64>, Vec<f64>)> = before
        .iter()
        .filter_map(|(number, waits)| Some((*number, in_seconds(waits), in_seconds(after.get(number)?))))
        .collect();
    if shared.is_empty() {
        return false;
    }
    let longer: Vec<f64> = shared.iter().map(|(_, before, after)| apart(before, after)).collect();
    let shorter: Vec<f64> = shared.iter().map(|(_, before, after)| apart(after, before)).collect();
    if together(&longer) < APART || together(&shorter) < APART {
        return true;
    }
    // Those who wait as long before each try tell more together.
    let all: Vec<f64> = shared.iter().flat_map(|(_, before, _)| before.iter().copied()).collect();
    let now: Vec<f64> = shared.iter().flat_map(|(_, _, after)| after.iter().copied()).collect();
    if parted(&all, &now) < APART || parted(&now, &all) < APART {
        return true;
    }
    // Many that are drawn tell by where they lie, though the longest of some are no shorter than the shortest of others.
    let below: Vec<f64> = shared.iter().map(|(_, before, after)| ranked(before, after)).collect();
    let above: Vec<f64> = shared.iter().map(|(_, before, after)| ranked(after, before)).collect();
    if together(&below) < APART || together(&above) < APART {
        return true;
    }
    let (was, is) = (fixed(before), fixed(after));
    shared.iter().any(|(number, before, after)| {
        let (a, b) = (middle(before), middle(after));
        let far = (a - b).abs() > (0.25 * a.max(b)).max(0.1);
        let chance = |all: &BTreeMap<usize, f64>| all.get(number).copied().unwrap_or(1.0);
        far && chance(&was) * chance(&is) < FIXED
    })
}

fn in_seconds(waits: &[Micros]) -> Vec<f64> {
    waits.iter().map(|wait| *wait as f64 / 1e6).collect()
}

fn middle(waits: &[f64]) -> f64 {
    let mut all = waits.to_vec();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}

/// How likely it is that the product of chances is no greater by chance (Fisher's method).
fn together(chances: &[f64]) -> f64 {
    let product: f64 = chances.iter().product();
    let (mut term, mut sum) = (1.0, 1.0);
    for number in 1..chances.len() {
        term *= -product.ln() / number as f64;
        sum += term;
    }
    product * sum
}

/// How likely it is that all of `low` lie so far below all of `high` if both are drawn from nothing up to one bound.
fn apart(low: &[f64], high: &[f64]) -> f64 {
    let most = low.iter().copied().fold(AT_ONCE / 4.0, f64::max);
    let least = high.iter().copied().fold(f64::INFINITY, f64::min);
    let parted = parted(low, high);
    if parted < 1.0 {
        return parted;
    }
    // A busy machine lengthens a wait by some tenths of a second.
    if !least.is_finite() || least < most + 0.25 {
        return 1.0;
    }
    let n = low.len().min(20) as i32;
    let mut orders = 1.0;
    for taken in 0..low.len().min(high.len()).min(20) {
        orders *= (low.len().min(20) + high.len().min(20) - taken) as f64 / (taken + 1) as f64;
    }
    (most / least).powi(n) * 2.0 / orders
}

/// How likely it is that two samples of one uniform distribution leave such a gap between them: that one lies above
/// the other, and that of the spaces between their values this one is so wide.
fn parted(low: &[f64], high: &[f64]) -> f64 {
    let (least, most) = (bounds(low), bounds(high));
    let gap = most.0 - least.1;
    // A machine that is busy all the time lengthens all waits; hardly by more than so many of them differ.
    let many = low.len().min(high.len()) >= 8 && least.1 - least.0 >= 0.3 * least.1;
    let busy = if many { 0.015 } else { 0.075 };
    if !gap.is_finite() || gap < busy || most.0 < 1.5 * least.1 {
        return 1.0;
    }
    let (n, m) = (low.len().min(50), high.len().min(50));
    let orders: f64 = (1..=m).map(|k| (n + k) as f64 / k as f64).product();
    let rest = 1.0 - gap / (most.1 - least.0);
    (2.0 / orders * rest.powi(i32::try_from(n + m).unwrap_or(2) - 2)).min(1.0)
}

/// So many waits on either side tell by their ranks; more are not looked at.
const RANKED: std::ops::Range<usize> = 8..200;

/// How likely it is that so many of one distribution's values in `low` lie below those in `high` (Mann and Whitney's
/// test), when each of those is taken to be a quarter and a fortieth of a second too long: a machine that is busy
/// lengthens all waits.
fn ranked(low: &[f64], high: &[f64]) -> f64 {
    let (n, m) = (low.len().min(RANKED.end), high.len().min(RANKED.end));
    if n.min(m) < RANKED.start {
        return 1.0;
    }
    let high: Vec<f64> = high[..m].iter().map(|wait| (wait / 1.25).min(wait - 0.025)).collect();
    let beyond = |low: &f64| high.iter().filter(|high| *high > low).count() as f64;
    let over: f64 = low[..n].iter().map(beyond).sum();
    let (n, m) = (n as f64, m as f64);
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    upper((over - n * m / 2.0) / deviation)
}

/// How likely a normal variable is to lie so many deviations above its mean or further: a bound above it where that
/// is small (Abramowitz and Stegun, 7.1.13).
fn upper(deviations: f64) -> f64 {
    if deviations <= 0.0 {
        return 1.0;
    }
    let x = deviations;
    let density = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    (density * 2.0 / (x + (x * x + 8.0 / std::f64::consts::PI).sqrt())).min(1.0)
}

fn bounds(all: &[f64]) -> (f64, f64) {
    (all.iter().copied().fold(f64::INFINITY, f64::min), all.iter().copied().fold(f64::NEG_INFINITY, f64::max))
}

/// For each wait, how likely it is that one that is drawn looks as fixed as it does: round, the same each time, or in
/// proportion to the first.
fn fixed(waits: &Waits) -> BTreeMap<usize, f64> {
    let near = |a: f64, b: f64| (a - b).abs() <= tolerance(b);
    let first = waits.get(&0).and_then(|all| all.first()).map_or(0.0, |wait| *wait as f64 / 1e6);
    let of = |number: usize, all: &[Micros]| {
        let all = in_seconds(all);
        let Some(&one) = all.first() else { return 1.0 };
        let doubled = first * 2_f64.powi(i32::try_from(number).unwrap_or(30));
        let steps = first * (number + 1) as f64;
        let scheduled =
            number > 0 && one > AT_ONCE && [doubled, first, steps].iter().any(|&to| near(one, to));
        let mut chance = round(one);
        if scheduled {
            chance = chance.min((6.0 * tolerance(one) / one).min(1.0));
        }
        for &other in &all[1..] {
            let at_once = other < AT_ONCE && one < AT_ONCE;
            if !at_once && !near(other, one) {
                // One that lies elsewhere shows that they are not fixed.
                return 1.0;
            }
            chance *= (2.0 * tolerance(one) / one.max(0.2)).min(1.0);
        }
        chance
    };
    waits.iter().map(|(number, all)| (*number, of(*number, all))).collect()
}

fn tolerance(of: f64) -> f64 {
    (0.03 * of).max(0.012)
}

/// So late does a client come back that has slept for a round time.
const LATE: f64 = 0.007;

/// How likely a number of seconds is to be as round as this one.
fn round(wait: f64) -> f64 {
    if wait < AT_ONCE {
        return AT_ONCE;
    }
    let over = |grid: f64| wait >= grid - 0.001 && (wait + 0.001).rem_euclid(grid) <= LATE + 0.001;
    [1.0, 0.5, 0.25, 0.1].into_iter().find(|grid| over(*grid)).map_or(1.0, |grid| (LATE + 0.001) / grid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(all: &[&[f64]]) -> Waits {
        let micros = |waits: &[f64]| waits.iter().map(|wait| (wait * 1e6) as Micros).collect();
        all.iter().map(|waits| micros(waits)).enumerate().collect()
    }

    #[test]
    fn schedules_differ_and_what_is_drawn_does_not() {
        let differ = |a: &[&[f64]], b: &[&[f64]]| super::differ(&waits(a), &waits(b));
        assert!(differ(&[&[0.503], &[1.004]], &[&[0.004], &[0.003]]));
        assert!(differ(&[&[0.204]], &[&[1.003]]));
        assert!(differ(&[&[0.31, 0.48, 0.42, 0.37]], &[&[1.9, 2.4, 2.1, 2.2]]));
        assert!(differ(&[&[0.30, 0.36, 0.38, 0.33, 0.31, 0.35]], &[&[0.90, 0.98, 0.93]]));
        assert!(differ(&[&[0.21, 0.39, 0.3, 0.25, 0.35, 0.33]], &[&[0.06, 0.12, 0.08, 0.1, 0.11, 0.09]]));
        let (drawn, halved) = (
            [0.52, 0.91, 0.77, 0.63, 0.98, 0.84, 0.57, 0.71, 0.66, 0.89, 0.94, 0.6],
            [0.31, 0.44, 0.27, 0.49, 0.53, 0.38, 0.26, 0.41, 0.35, 0.47, 0.29, 0.33],
        );
        let times = |by: f64, all: [f64; 12]| all.map(|wait| wait * by);
        assert!(differ(
            &[&times(0.1, drawn), &times(0.2, drawn)],
            &[&times(0.1, halved), &times(0.2, halved)]
        ));
        assert!(!differ(
            &[&times(0.1, drawn), &times(0.2, drawn)],
            &[&times(0.12, drawn), &times(0.23, drawn)]
        ));
        assert!(!differ(&[&[0.21, 0.39, 0.3]], &[&[0.42, 0.47, 0.49]]));
        assert!(!differ(&[&[0.101, 0.102, 0.101]], &[&[0.141, 0.138, 0.152]]));
        assert!(differ(&[&[0.30, 0.36], &[0.38, 0.33], &[0.31, 0.35]], &[&[0.90], &[0.98], &[0.93]]));
        assert!(!differ(&[&[0.31]], &[&[0.87]]));
        assert!(!differ(&[&[0.503]], &[&[0.641]]));
        assert!(!differ(&[&[0.03]], &[&[0.92]]));
    }

    #[test]
    fn waits_that_are_drawn_are_never_told() {
        // A fixed sequence of numbers that look drawn (Numerical Recipes' generator).
        let mut state = 7_u32;
        let mut drawn = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1_u32 << 24)
        };
        let mut told = 0;
        for round in 0..2000 {
            let mut some = |of: usize, most: f64| (0..of).map(|_| most * drawn()).collect::<Vec<_>>();
            let (n, m) = ([1, 3, 6, 12, 24][round % 5], [1, 3, 3, 6, 12][round % 5]);
            let (one, two) = ([some(n, 1.0), some(n, 2.0)], [some(m, 1.0), some(m, 2.0)]);
            let slices = |all: &[Vec<f64>]| waits(&all.iter().map(Vec::as_slice).collect::<Vec<_>>());
            told += usize::from(super::differ(&slices(&one), &slices(&two)));
        }
        assert!(told <= 3, "{told} of 2000");
    }
}
