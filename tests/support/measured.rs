//! Pages of which the part between two marks is measured by a test.

use std::path::PathBuf;

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->\n";

/// Whether the committed page of this name below `docs/` says what was measured. With TRUETAPE_BLESS=1 it is made to.
pub(crate) fn is_committed(name: &str, measured: &str) -> Result<(), String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    let page = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let (Some((before, rest)), Some((_, after))) = (page.split_once(BEGIN), page.split_once(END)) else {
        return Err(format!("{}: expected the marks of the measured part", path.display()));
    };
    if rest.split_once(END).is_some_and(|(committed, _)| committed == measured) {
        return Ok(());
    }
    if std::env::var("TRUETAPE_BLESS").is_ok_and(|v| v == "1") {
        return std::fs::write(&path, format!("{before}{BEGIN}{measured}{END}{after}"))
            .map_err(|e| e.to_string());
    }
    Err(format!(
        "docs/{name} is not what was measured; run again with TRUETAPE_BLESS=1 and look at the difference"
    ))
}
