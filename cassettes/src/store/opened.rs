//! A cassette of which the header is known, and of which no exchange is held.

use super::{
    Loaded, StoreError,
    file::{self, Text},
    load::load_lean,
    recording,
};
use crate::{
    model::{Exchange, Header},
    yaml,
};
use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// A cassette that has been opened, to be read exchange by exchange.
pub struct Opened {
    path: PathBuf,
    header: Header,
    text: Exchanges,
}

/// Where the exchanges come from.
enum Exchanges {
    /// The file, as the emitter writes it.
    Stream(yaml::Stream<File>),
    /// What only a look at all of it gives: any YAML, or what a recorder left beside it.
    Whole(Loaded),
}

/// What was made of a cassette's exchanges.
#[derive(Debug)]
pub struct Made<T> {
    /// In the order of the exchanges.
    pub found: Vec<T>,
    /// What a person should know, as in [`Loaded`].
    pub notes: Vec<String>,
}

/// Opens a cassette, for who wants its exchanges one by one, as [`load_lean`] would load them. Never writes.
pub fn open(path: &Path) -> Result<Opened, StoreError> {
    let stream = match recording::is_beside(path) {
        // What is no file can be read only once.
        false => File::open(path).ok().filter(|file| file.metadata().is_ok_and(|it| it.is_file())),
        true => None,
    };
    let stream = stream.and_then(|file| yaml::Stream::begin(&file::name(path), file));
    let (header, text) = match stream {
        Some(stream) => (stream.header(), Exchanges::Stream(stream)),
        None => {
            let loaded = load_lean(path)?;
            (loaded.cassette.header.clone(), Exchanges::Whole(loaded))
        }
    };
    Ok(Opened { path: path.to_owned(), header, text })
}

impl Opened {
    /// What evidence calls it.
    pub fn name(&self) -> String {
        file::name(&self.path)
    }

    /// What stands before its exchanges.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Gives each exchange to a hand, of which there may be several at work, and collects what they make. Where the
    /// file turns out to be one that the general reader has to read, all is given once more to a fresh hand, and what
    /// was made before is dropped.
    pub fn each<T: Send, H: FnMut(Exchange) -> T>(
        self,
        hand: impl Fn() -> H + Sync,
    ) -> Result<Made<T>, StoreError> {
        let loaded = match self.text {
            Exchanges::Whole(loaded) => loaded,
            Exchanges::Stream(stream) => {
                let Text { fetch, leave, hands } = file::reading(&self.path, true);
                if let Some(each) = stream.each(&*fetch, Some(&*leave), hands, &hand) {
                    return Ok(Made { found: each.found, notes: file::notes(&each.edited) });
                }
                load_lean(&self.path)?
            }
        };
        let found = loaded.cassette.exchanges.into_iter().map(hand()).collect();
        Ok(Made { found, notes: loaded.notes })
    }
}
