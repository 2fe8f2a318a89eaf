//! Tables in text: rows as objects, cells as texts (RFC 4180, with `;` and tabs as they occur).

use crate::json::Json;

/// Whether a media type calls its bodies tables.
pub(super) fn is_table(media: &str) -> bool {
    matches!(media, "text/csv" | "text/tab-separated-values" | "application/csv")
}

/// The rows of a table; its first line names the columns.
pub(super) fn table(text: &str) -> Option<Json> {
    let first = text.lines().next()?;
    let mark = [',', ';', '\t'].into_iter().max_by_key(|mark| first.matches(*mark).count())?;
    let mut rows = rows(text, mark).into_iter();
    let names = rows.next()?;
    let object = |row: Vec<String>| {
        Json::Object(names.iter().cloned().zip(row.into_iter().map(Json::String)).collect())
    };
    Some(Json::Array(rows.map(object).collect()))
}

fn rows(text: &str, mark: char) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' => quoted = !quoted,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c if c == mark && !quoted => row.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_their_text() {
        let table = table("item;price\r\n\"a;\"\"b\"\"\";1.234,56\r\nc;7\r\n").expect("a table");
        assert_eq!(table.to_string(), r#"[{"item":"a;\"b\"","price":"1.234,56"},{"item":"c","price":"7"}]"#);
    }
}
