//! A vendor that keeps what it is asked, and says other things in each of its lives.

use super::Upstream;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

pub(crate) struct Lives {
    pub(crate) up: Upstream,
    asked: Arc<Mutex<Vec<String>>>,
    life: Arc<AtomicUsize>,
}

impl Lives {
    /// Answers by the target, by its life, and by how many questions were kept with this one.
    pub(crate) fn start(
        answer: impl Fn(&str, usize, usize) -> (u16, String) + Send + Sync + 'static,
    ) -> Lives {
        let (asked, life) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(1)));
        let (log, lives) = (Arc::clone(&asked), Arc::clone(&life));
        let up = Upstream::json(move |one| {
            let mut log = log.lock().expect("a log");
            log.push(one.target.clone());
            answer(&one.target, lives.load(Ordering::SeqCst), log.len())
        });
        Lives { up, asked, life }
    }

    /// What was asked since this was called last.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().expect("a log"))
    }

    pub(crate) fn next_life(&self) {
        self.life.fetch_add(1, Ordering::SeqCst);
    }
}
