//! Reading the workspace's sources as text.

use std::path::{Path, PathBuf};

/// The workspace's crates by folder; the root is `.`.
pub(crate) const CRATES: [&str; 6] = [".", "cassettes", "recorder", "replayer", "verify", "wire"];

/// A file of the workspace.
pub(crate) struct Source {
    /// From the workspace's root, with forward slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Reads one file of the workspace.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file below a folder that ends in one of these, in order of their names.
pub(crate) fn below(folder: &str, ends: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), ends, &mut found);
    found.sort();
    let sources = found.into_iter().filter_map(|path| {
        let name = path.strip_prefix(root()).ok()?.to_string_lossy().replace('\\', "/");
        // What is not text is no source.
        Some(Source { path: name, text: std::fs::read_to_string(&path).ok()? })
    });
    sources.collect()
}

fn collect(folder: &Path, ends: &[&str], found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        // Build output, the repository's own data, and recordings, which are others' words.
        let skipped = [".git", "target", "library", "node_modules"].contains(&name.as_str());
        if path.is_dir() && !skipped {
            collect(&path, ends, found);
        } else if ends.iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
}

/// The library or program code of a crate: no tests, examples or benches.
pub(crate) fn code_of(krate: &str) -> Vec<Source> {
    let sources = below(&format!("{krate}/src"), &[".rs"]);
    let mut code: Vec<Source> = sources.into_iter().filter(|source| !is_test(&source.path)).collect();
    for source in &mut code {
        source.path = source.path.trim_start_matches("./").to_owned();
        source.text = bare(&source.text);
    }
    code
}

/// Whether a whole file is tests.
pub(crate) fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.ends_with("_tests.rs") || path.contains("/tests/")
}

/// Rust code without comments, the insides of strings, and `#[cfg(test)]` items.
pub(crate) fn bare(text: &str) -> String {
    without_tests(&without_strings(text))
}

fn without_strings(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let len = match bytes[at] {
            b'/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            b'r' if !follows_name(&kept) && is_raw(rest) => raw_len(rest),
            b'"' => {
                kept.extend_from_slice(b"\"\"");
                string_len(rest)
            }
            b'\'' => char_len(rest),
            byte => {
                kept.push(byte);
                1
            }
        };
        at += len;
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

fn follows_name(kept: &[u8]) -> bool {
    // `br"…"` is raw as well; the `b` stays behind and does no harm.
    kept.last().is_some_and(|b| (b.is_ascii_alphanumeric() && *b != b'b') || *b == b'_')
}

fn is_raw(rest: &str) -> bool {
    rest[1..].trim_start_matches('#').starts_with('"')
}

fn raw_len(rest: &str) -> usize {
    let hashes = rest[1..].bytes().take_while(|b| *b == b'#').count();
    let end = format!("\"{}", "#".repeat(hashes));
    let body = hashes + 2;
    rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len())
}

fn string_len(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character, or just the quote of a lifetime.
fn char_len(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => rest[3..].find('\'').map_or(1, |at| at + 4),
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        kept.push_str(&rest[..at]);
        rest = &rest[at + "#[cfg(test)]".len()..];
        let end = match (rest.find(';'), rest.find('{')) {
            (Some(semicolon), Some(brace)) if semicolon < brace => semicolon + 1,
            (_, Some(brace)) => brace + block_len(&rest[brace..]),
            (Some(semicolon), None) => semicolon + 1,
            (None, None) => rest.len(),
        };
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}

fn block_len(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}

#[test]
fn bare_code_has_no_words_of_comments_strings_and_tests() {
    let text = "// std::fs\nlet a = \"std::fs \\\" {\"; let b = r#\"std::fs\"#; let c = '\"'; fn f<'a>() {}\n\
        #[cfg(test)]\nmod tests { fn g() { std::fs::read({}) } }\nlet d = '\\''; std::net";
    let bare = bare(text);
    assert!(!bare.contains("std::fs"), "{bare}");
    assert!(bare.contains("fn f<a>() {}") && bare.ends_with("std::net"), "{bare}");
}
