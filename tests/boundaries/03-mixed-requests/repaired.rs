//! Every upload has headers of its own.

use super::{Upload, uploads};
use crate::http::Http;
use std::{sync::Barrier, thread};

fn upload(url: &str, upload: &Upload) {
    let length = upload.data.len().to_string();
    let mut headers = vec![("Content-Length", length.as_str())];
    if upload.is_encrypted() {
        headers.push(("X-Encryption", "aws:kms"));
    }
    let answered = Http::new(url).ask("PUT", &upload.target(), &headers, &upload.data);
    println!("{}: {:?}", upload.target(), answered.map(|answered| answered.status));
}

/// Each pair at the same time.
pub(super) fn upload_all(url: &str) {
    for pair in &uploads() {
        let both = Barrier::new(2);
        thread::scope(|scope| {
            for one in pair {
                scope.spawn(|| {
                    both.wait();
                    upload(url, one);
                });
            }
        });
    }
}
