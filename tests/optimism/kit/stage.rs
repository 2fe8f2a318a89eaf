//! A vendor on stage: dressed in an honest manner, with at most one change between it and whoever asks.

use super::dress::{Dress, dress};
use super::service::{Ask, Service, Told};
use super::world::World;
use cassettes::model::Request;
use std::sync::Arc;

/// The key that tokens are signed with.
pub(crate) const KEY: &[u8] = b"the vendors' signing key, which nobody knows";
/// The account's key.
pub(crate) const API_KEY: &str = "key_test_51Hq8ZrTq2mWv7Ln";
/// What the account is called where it logs in.
pub(crate) const CLIENT: &str = "client-7-9f31ab";
/// Another account's key.
pub(crate) const OTHER_KEY: &str = "key_test_77BdXk4sPn9cYe3Ja";

/// A change of an answer: given the question and the honest answer.
pub(crate) type Change = Arc<dyn Fn(&Request, Told) -> Told + Send + Sync>;

/// How a vendor is made.
pub(crate) type Make = fn(World) -> Box<dyn Service>;

/// Everything that makes a mock of a vendor.
#[derive(Clone)]
pub(crate) struct Cast {
    pub(crate) make: Make,
    pub(crate) world: World,
    pub(crate) dress: Dress,
    pub(crate) change: Option<Change>,
    /// What it can answer at all, where it is a file: methods and paths.
    pub(crate) stubs: Vec<(String, String)>,
}

impl Cast {
    /// The real side.
    pub(crate) fn real(make: Make) -> Self {
        Cast { make, world: World::real(), dress: Dress::default(), change: None, stubs: Vec::new() }
    }

    pub(crate) fn stage(&self) -> Stage {
        Stage { service: (self.make)(self.world.fresh()), cast: self.clone() }
    }
}

/// A vendor that answers.
pub(crate) struct Stage {
    service: Box<dyn Service>,
    cast: Cast,
}

impl Stage {
    pub(crate) fn start(&self) -> i64 {
        self.cast.world.start
    }

    pub(crate) fn ask(&mut self, request: &Request) -> Told {
        self.service.world().tick();
        let told = self.service.answer(&Ask(request));
        let told = match &self.cast.change {
            Some(change) => change(request, told),
            None => told,
        };
        let now = self.service.world().now();
        dress(&self.cast.dress, now, told)
    }
}
