//! Mappings that others recorded: each is read, and answers its own request with its own status and body.
//! They lie outside the project; `TRUETAPE_CORPORA` says where, and without it there is nothing to do.

use cassettes::json::Json;
use cassettes::model::{Answer, Request, Timestamp};
use std::path::{Path, PathBuf};
use verify::mocks::{self, Files, MockFile};

/// Every file below a folder, sorted.
fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { below(&path, found) } else { found.push(path) }
    }
}

/// The folders that hold a `mappings`.
fn mocks_below(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.join("mappings").is_dir() {
        found.push(folder.to_owned());
        return;
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders.iter().for_each(|folder| mocks_below(folder, found));
}

fn files(folder: &Path) -> Files {
    let mut paths = Vec::new();
    below(folder, &mut paths);
    let mut list: Vec<MockFile> = paths
        .iter()
        .map(|path| MockFile {
            path: path.display().to_string(),
            bytes: std::fs::read(path).expect("readable"),
        })
        .collect();
    list.sort_by(|a, b| a.path.cmp(&b.path));
    Files { root: folder.display().to_string(), list }
}

/// The request that a mapping was recorded from.
fn request_of(mapping: &Json) -> Option<Request> {
    let wanted = mapping.get("request")?;
    let text = |name: &str| wanted.get(name).and_then(Json::as_str);
    let mut request = Request::new(text("method")?, text("url")?);
    for (name, test) in wanted.get("headers").map_or(&[][..], Json::members) {
        let value = test.get("equalTo").or(test.get("contains")).and_then(Json::as_str)?;
        request.headers.push(name.clone(), value);
    }
    for pattern in wanted.get("bodyPatterns").map_or(&[][..], Json::items) {
        let body = pattern.get("equalToJson").or(pattern.get("equalTo"))?;
        request.body = body.as_str().map_or_else(|| body.to_string(), str::to_owned).into();
    }
    Some(request)
}

#[derive(Default, Debug)]
struct Score {
    mocks: usize,
    mappings: usize,
    answered: usize,
    open: usize,
    wrong: Vec<String>,
}

fn judge(folder: &Path, score: &mut Score) {
    let files = files(folder);
    score.mocks += 1;
    assert_eq!(mocks::sniff(&files).map(|format| format.meta.name), Some("wiremock"), "{}", folder.display());
    let stubs = mocks::open(None, &files, Timestamp(0)).unwrap_or_else(|error| panic!("{error}"));
    let mut mappings: Vec<(&str, Json)> = files
        .list
        .iter()
        .filter(|file| file.is_below("mappings"))
        .map(|file| (file.path.as_str(), Json::parse(&file.bytes).expect("JSON")))
        .collect();
    let number = |mapping: &Json| -> u64 {
        mapping
            .get("insertionIndex")
            .and_then(Json::scalar_text)
            .and_then(|n| n.parse().ok())
            .unwrap_or_default()
    };
    mappings.sort_by_key(|(_, mapping)| number(mapping));
    score.mappings += mappings.len();
    for (path, mapping) in &mappings {
        let Some(request) = request_of(mapping) else {
            score.wrong.push(format!("{path}: no request can be made of it"));
            continue;
        };
        let observed = match stubs.ask(&request) {
            Ok(observed) => observed,
            Err(no) => {
                assert!(!no.fatal && no.reason.contains("does not understand"), "{no}");
                assert!(no.reason.starts_with(&format!("{path}:")), "{no}");
                score.open += 1;
                continue;
            }
        };
        let Answer::Reply(reply) = &observed.answer else { panic!("{path}: {:?}", observed.answer) };
        let told = mapping.get("response").expect("a response");
        let status = told.get("status").and_then(Json::scalar_text).and_then(|s| s.parse::<u16>().ok());
        let body = match (told.get("body"), told.get("bodyFileName").and_then(Json::as_str)) {
            (Some(body), _) => body.as_str().unwrap_or_default().as_bytes().to_vec(),
            (None, Some(name)) => std::fs::read(folder.join("__files").join(name)).expect("its body"),
            (None, None) => Vec::new(),
        };
        let made = String::from_utf8_lossy(&body).contains("{{");
        let same =
            Some(reply.status) == status && (made || reply.body.bytes() == body || request.method == "HEAD");
        let here = observed.spot.as_ref().is_some_and(|spot| spot.line >= 1);
        if same && here {
            score.answered += 1;
        } else {
            score.wrong.push(format!("{path}: {} instead of {status:?}", reply.status));
        }
    }
}

#[test]
fn recorded_mappings_answer_what_they_were_recorded_from() {
    let Some(corpora) = std::env::var_os("TRUETAPE_CORPORA") else {
        eprintln!("TRUETAPE_CORPORA is not set: nothing was read");
        return;
    };
    let mut folders = Vec::new();
    mocks_below(&PathBuf::from(corpora).join("hub4j-github-api"), &mut folders);
    let mut score = Score::default();
    folders.iter().for_each(|folder| judge(folder, &mut score));
    eprintln!(
        "{} mocks, {} mappings: {} answered, {} not understood, {} wrong",
        score.mocks,
        score.mappings,
        score.answered,
        score.open,
        score.wrong.len()
    );
    assert!(score.mappings > 0 && score.wrong.is_empty(), "{:#?}", score.wrong);
    assert!(score.open * 5 < score.mappings, "{} of {} were not understood", score.open, score.mappings);
}
