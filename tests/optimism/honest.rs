//! Honest fakes: faithful, and never the same as the real side.

use crate::kit::dress::Dress;
use crate::kit::service::What;
use crate::kit::stage::{Cast, Change};
use crate::kit::world::{ASKED, World};
use crate::operators::Survey;
use std::sync::Arc;

/// How many sets of data of their own; TRUETAPE_SEEDS=200 tries more.
fn seeds() -> u64 {
    std::env::var("TRUETAPE_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

/// In every respect another.
const ALL_AT_ONCE: Dress = Dress {
    keys: 3,
    hops: true,
    lower: true,
    prose: true,
    pretty: true,
    slow: true,
    charset: true,
    gzip: true,
};

/// An honest fake.
pub(crate) struct Honest {
    pub(crate) name: String,
    pub(crate) cast: Cast,
}

/// Every honest fake of a vendor.
pub(crate) fn honest(survey: &Survey) -> Vec<Honest> {
    let plain = |seed: u64| Cast { world: World::new(seed, ASKED), ..Cast::real(survey.vendor.make) };
    let dressed = |seed: u64, dress: Dress| Cast { dress, ..plain(seed) };
    let mut all: Vec<Honest> =
        (2..2 + seeds()).map(|seed| Honest { name: format!("data {seed}"), cast: plain(seed) }).collect();
    let dresses: [(&str, Dress); 11] = [
        ("other key order", Dress { keys: 5, ..Dress::default() }),
        ("hop headers", Dress { hops: true, ..Dress::default() }),
        ("lower-case headers", Dress { lower: true, ..Dress::default() }),
        ("other prose", Dress { prose: true, ..Dress::default() }),
        ("laid out", Dress { pretty: true, ..Dress::default() }),
        ("a charset", Dress { charset: true, ..Dress::default() }),
        ("compressed", Dress { gzip: true, ..Dress::default() }),
        ("slower", Dress { slow: true, ..Dress::default() }),
        ("keys and hops", Dress { keys: 9, hops: true, ..Dress::default() }),
        ("prose and case", Dress { prose: true, lower: true, ..Dress::default() }),
        ("all at once", ALL_AT_ONCE),
    ];
    for (i, (name, dress)) in dresses.into_iter().enumerate() {
        let seed = 30 + i as u64;
        all.push(Honest { name: name.to_owned(), cast: dressed(seed, dress) });
    }
    for seed in [81, 333] {
        all.push(Honest { name: format!("all at once, data {seed}"), cast: dressed(seed, ALL_AT_ONCE) });
    }
    for (seed, more) in [(50, 1), (51, 3), (52, 6), (53, -1), (54, -2)] {
        let mut world = World::new(seed, ASKED);
        world.more = more;
        all.push(Honest { name: format!("{more:+} things"), cast: Cast { world, ..plain(seed) } });
    }
    let mut world = World::new(60, ASKED);
    world.small_pages = true;
    all.push(Honest { name: "smaller pages".to_owned(), cast: Cast { world, ..plain(60) } });
    all.push(Honest { name: "the real data, later".to_owned(), cast: plain(crate::kit::world::REAL) });
    all.push(Honest {
        name: "a file of stubs".to_owned(),
        cast: Cast { stubs: survey.stubs(), ..plain(61) },
    });
    all.extend(strict(survey, &plain));
    all
}

/// Refuses in one place what the real side takes, in the vendor's own way.
fn strict(survey: &Survey, plain: &dyn Fn(u64) -> Cast) -> Vec<Honest> {
    let mut all = Vec::new();
    for (route, what) in survey.kinds() {
        let Some(refusal) = survey.sample(route, What::Invalid).cloned() else { continue };
        if what != What::Made {
            continue;
        }
        let change: Change = Arc::new(move |request, told| {
            let long = request.body.len() > 30;
            if told.route == route && told.what == what && long { refusal.clone() } else { told }
        });
        let cast = Cast { change: Some(change), ..plain(70) };
        all.push(Honest { name: format!("stricter at {route}"), cast });
    }
    all
}
