//! Every page's examples, executed, and the shelf's own laws.

use super::{FORMATS, Files, MockFile, MockFormat, Stubs, sniff};
use cassettes::examples;
use cassettes::model::{Answer, Timestamp};
use cassettes::subject::Subject as _;

/// The files of an example, and its questions one by one.
fn taken_apart(text: &str) -> Result<(Files, Vec<String>), String> {
    let mut files: Vec<MockFile> = Vec::new();
    let mut questions: Vec<String> = Vec::new();
    for line in text.lines() {
        let mark = line.split(' ').next().unwrap_or_default();
        if let Some(path) = line.strip_prefix("--- ") {
            files.push(MockFile { path: path.trim().to_owned(), bytes: Vec::new() });
        } else if mark == ">" && (questions.is_empty() || !line.contains(": ")) {
            questions.push(format!("{line}\n"));
        } else if let Some(question) = questions.last_mut() {
            question.push_str(line);
            question.push('\n');
        } else {
            let file = files.last_mut().ok_or("a file must begin with `--- name`")?;
            file.bytes.extend_from_slice(line.as_bytes());
            file.bytes.push(b'\n');
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let root = files.first().map(|file| file.path.clone()).unwrap_or_default();
    if questions.is_empty() {
        return Err("no question".to_owned());
    }
    Ok((Files { root, list: files }, questions))
}

/// Asks one question and compares the answer with the one that the page gives.
fn wrong(stubs: &Stubs, question: &str) -> Option<String> {
    let open = question.lines().find_map(|line| line.strip_prefix("? "));
    let rest: String = question.lines().filter(|l| !l.starts_with("? ")).map(|l| format!("{l}\n")).collect();
    let example = match examples::parse(&rest) {
        Ok(example) => example,
        Err(why) => return Some(why),
    };
    let request = &example.cassettes[0].exchanges[0].request;
    let answered = stubs.ask(request);
    match (open, answered, example.answers.first()) {
        (Some(reason), Err(no), _) => (no.reason != reason).then(|| format!("stays open: {}", no.reason)),
        (Some(_), Ok(answered), _) => Some(format!("answered {:?}", answered.answer)),
        (None, Err(no), _) => Some(format!("stays open: {}", no.reason)),
        (None, Ok(_), None) => Some("the page gives no answer".to_owned()),
        (None, Ok(answered), Some(told)) => match (&answered.answer, &told.answer) {
            (Answer::Reply(got), Answer::Reply(told)) => {
                let header =
                    |name: &str| question.to_lowercase().contains(&format!("~ {}:", name.to_lowercase()));
                let mut headers = told.headers.iter().filter(|(name, _)| header(name));
                let same = got.status == told.status
                    && (got.body == told.body || told.body.bytes() == b"...")
                    && headers.all(|(name, value)| {
                        got.headers.iter().any(|(n, v)| n.eq_ignore_ascii_case(name) && v == value)
                    });
                (!same).then(|| format!("answered {got:?}"))
            }
            (Answer::Failed(got), Answer::Failed(told)) => {
                (got.kind != told.kind).then(|| format!("failed {}", got.kind))
            }
            (got, _) => Some(format!("answered {got:?}")),
        },
    }
}

fn faults(format: &MockFormat, heading: &str, number: usize, text: &str) -> Vec<String> {
    let place = format!("{}, {heading} {number}", format.meta.name);
    let (files, questions) = match taken_apart(text) {
        Ok(parts) => parts,
        Err(why) => return vec![format!("{place}: {why}")],
    };
    let stubs = match (format.read)(&files) {
        Ok(stubs) => stubs.at(Timestamp(1_767_400_000_000_000)),
        Err(error) => return vec![format!("{place}: {error}")],
    };
    let mut faults = Vec::new();
    if sniff(&files).is_none_or(|found| found.meta.name != format.meta.name) {
        faults.push(format!("{place}: its files are not known again"));
    }
    for question in questions {
        if let Some(why) = wrong(&stubs, &question) {
            faults.push(format!("{place}: {question}{why}"));
        }
    }
    faults
}

#[test]
fn every_page_is_right() {
    let mut wrong = Vec::new();
    for format in FORMATS {
        for heading in ["Understands", "Does not understand"] {
            let examples = format.meta.examples(heading);
            if examples.is_empty() {
                wrong.push(format!("{}: no example under `## {heading}`", format.meta.name));
            }
            for (number, text) in examples.iter().enumerate() {
                wrong.extend(faults(format, heading, number + 1, text));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn garbage_is_refused_with_its_place() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let texts: [&[u8]; 9] = [
        b"",
        b"\xff\xfe\0",
        b"null",
        b"[]",
        b"{}",
        b"[[[]]]",
        b"{\"request\": 1, \"response\": []}",
        deep.as_bytes(),
        b"{",
    ];
    for format in FORMATS {
        for (at, text) in texts.iter().enumerate() {
            for path in ["mappings/a.json", "b.yaml", "c.js", "d"] {
                let list = vec![MockFile { path: path.to_owned(), bytes: text.to_vec() }];
                let files = Files { root: path.to_owned(), list };
                let _ = (format.sniff)(&files);
                match (format.read)(&files) {
                    Err(error) => {
                        assert!(error.place.starts_with(path), "{} text {at}: {error}", format.meta.name);
                    }
                    Ok(stubs) => {
                        let request = cassettes::model::Request::new("GET", "/");
                        let _ = stubs.ask(&request);
                        let _ = stubs.repertoire();
                    }
                }
            }
        }
    }
}
