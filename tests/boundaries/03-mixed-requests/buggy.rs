//! One object for the headers of all uploads, "to avoid allocation".

use super::{Upload, uploads};
use crate::http::Http;
use std::{
    sync::{Barrier, Mutex},
    thread,
    time::Duration,
};

// >> bug
#[derive(Default)]
struct Metadata {
    length: String,
    encryption: Option<&'static str>,
}

struct Uploader {
    url: String,
    metadata: Mutex<Metadata>,
}

impl Uploader {
    fn upload(&self, upload: &Upload, meanwhile: impl FnOnce()) {
        {
            let mut metadata = self.metadata.lock().expect("metadata");
            metadata.length = upload.data.len().to_string();
            metadata.encryption = upload.is_encrypted().then_some("aws:kms");
        }
        meanwhile();
        let metadata = self.metadata.lock().expect("metadata");
        let (length, encryption) = (metadata.length.clone(), metadata.encryption);
        drop(metadata);
        let mut headers = vec![("Content-Length", length.as_str())];
        headers.extend(encryption.map(|how| ("X-Encryption", how)));
        // A new connection each time: what went wrong on one does no harm to the next.
        let answered = Http::patient(&self.url, Duration::from_secs(1)).ask(
            "PUT",
            &upload.target(),
            &headers,
            &upload.data,
        );
        println!("{}: {:?}", upload.target(), answered.map(|answered| answered.status));
    }
}
// << bug

/// Each pair at the same time, once in the other order. The barriers make the unlucky moment come every time: the second thread
/// writes its metadata after the first, and both send theirs after that.
pub(super) fn upload_all(url: &str) {
    let uploader = Uploader { url: url.to_owned(), metadata: Mutex::default() };
    for (number, [acme, bolt]) in uploads().iter().enumerate() {
        let (first, second) = if number == 1 { (bolt, acme) } else { (acme, bolt) };
        let (written, both) = (Barrier::new(2), Barrier::new(2));
        thread::scope(|scope| {
            scope.spawn(|| {
                uploader.upload(first, || {
                    written.wait();
                    both.wait();
                });
            });
            written.wait();
            uploader.upload(second, || {
                both.wait();
                thread::sleep(Duration::from_millis(50));
            });
        });
    }
}

/// One after the other, as tests do it.
pub(super) fn upload_serially(url: &str) {
    let uploader = Uploader { url: url.to_owned(), metadata: Mutex::default() };
    for upload in uploads().iter().flatten() {
        uploader.upload(upload, || {});
    }
}
