//! A table of HTML while it is read, and what it says: rows as objects by the names of their columns, or labels
//! and values.

use cassettes::json::Json;

/// Wider tables are cut.
const WIDEST: usize = 500;

/// One cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    is_head: bool,
    text: String,
    link: Option<String>,
}

impl Cell {
    /// An empty one.
    pub(super) fn new(is_head: bool) -> Cell {
        Cell { is_head, ..Cell::default() }
    }
}

#[derive(Debug, Default)]
struct Row {
    cells: Vec<Cell>,
    data: Vec<(String, Json)>,
}

/// A table.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Row>,
    /// Whether the last cell of the last row takes text.
    is_open: bool,
    /// Cells that reach down: their column, how many rows are left, and the cell.
    below: Vec<(usize, usize, Cell)>,
    /// How far the open cell reaches, in columns and rows.
    span: (usize, usize),
}

impl Table {
    /// A row begins, with the data attributes that it has.
    pub(super) fn row(&mut self, data: Vec<(String, Json)>) {
        self.end_cell();
        self.end_row();
        self.rows.push(Row { cells: Vec::new(), data });
    }

    /// A cell begins.
    pub(super) fn cell(&mut self, cell: Cell, columns: usize, rows: usize) {
        self.end_cell();
        if self.rows.is_empty() {
            self.rows.push(Row::default());
        }
        self.reach_down();
        if let Some(row) = self.rows.last_mut().filter(|row| row.cells.len() < WIDEST) {
            row.cells.push(cell);
            self.is_open = true;
            self.span = (columns.clamp(1, WIDEST), rows.clamp(1, 65_534));
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        if let Some(cell) = self.open() {
            cell.text.push_str(text);
        }
    }

    /// Where the first link of a cell leads.
    pub(super) fn link(&mut self, link: String) {
        if let Some(cell) = self.open() {
            cell.link.get_or_insert(link);
        }
    }

    fn open(&mut self) -> Option<&mut Cell> {
        if self.is_open { self.rows.last_mut()?.cells.last_mut() } else { None }
    }

    /// A cell ends; it stands in every column that it spans.
    pub(super) fn end_cell(&mut self) {
        if !std::mem::take(&mut self.is_open) {
            return;
        }
        let Some(row) = self.rows.last_mut() else { return };
        let Some(cell) = row.cells.last_mut() else { return };
        cell.text = cell.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let cell = cell.clone();
        let first = row.cells.len() - 1;
        let (columns, rows) = std::mem::take(&mut self.span);
        for _ in 1..columns.min(WIDEST.saturating_sub(first)) {
            row.cells.push(cell.clone());
        }
        if rows > 1 {
            self.below.extend((first..row.cells.len()).map(|column| (column, rows, cell.clone())));
        }
    }

    /// Puts in the cells that reach down to where the next one would stand.
    fn reach_down(&mut self) {
        let Some(row) = self.rows.last_mut() else { return };
        while let Some((_, _, cell)) =
            self.below.iter().find(|(column, rows, _)| *column == row.cells.len() && *rows > 0)
            && row.cells.len() < WIDEST
        {
            row.cells.push(cell.clone());
        }
    }

    fn end_row(&mut self) {
        self.reach_down();
        for (_, rows, _) in &mut self.below {
            *rows -= 1;
        }
        self.below.retain(|(_, rows, _)| *rows > 0);
    }

    /// What it says; none where no column and no row has a name.
    pub(super) fn into_json(mut self) -> Option<Json> {
        self.end_cell();
        self.reach_down();
        self.rows.retain(|row| row.cells.iter().any(|cell| !cell.text.is_empty()));
        if let Some(head) = self.head() {
            let names: Vec<String> = self.rows[head].cells.iter().map(|cell| cell.text.clone()).collect();
            let rows = self.rows.split_off(head + 1);
            let rows: Vec<Json> = rows.into_iter().map(|row| row.named(&names)).collect();
            return (!rows.is_empty()).then_some(Json::Array(rows));
        }
        let pairs = self.rows.iter().filter_map(|row| match row.cells.as_slice() {
            [label, value] if !has_digit(&label.text) && !label.text.is_empty() => {
                Some((label.text.trim_end_matches(':').to_owned(), Json::String(value.text.clone())))
            }
            _ => None,
        });
        let pairs: Vec<(String, Json)> = pairs.collect();
        (!pairs.is_empty()).then_some(Json::Object(pairs))
    }

    /// The row that names the columns: the last of those at the top that hold headings alone, else a first row of
    /// words above numbers, unless all rows are a label and its value.
    fn head(&self) -> Option<usize> {
        let all = |row: &Row| row.cells.len() > 1 && row.cells.iter().all(|cell| cell.is_head);
        let first = self.rows.iter().position(all);
        if let Some(first) = first.filter(|&at| at <= 1) {
            let more = self.rows.iter().skip(first).take_while(|row| all(row)).count();
            return Some(first + more - 1);
        }
        let words = |row: &Row| row.cells.iter().all(|cell| !has_digit(&cell.text) && !cell.text.is_empty());
        let [first, second, ..] = self.rows.as_slice() else { return None };
        let below = second.cells.iter().any(|cell| has_digit(&cell.text));
        let labels =
            self.rows.iter().all(|row| row.cells.len() == 2) && first.cells.iter().any(|c| c.is_head);
        (first.cells.len() > 1 && words(first) && below && !labels).then_some(0)
    }
}

impl Row {
    fn named(self, names: &[String]) -> Json {
        let mut members = self.data;
        for (cell, name) in self.cells.into_iter().zip(names) {
            members.push((name.clone(), Json::String(cell.text)));
            if let Some(link) = cell.link {
                members.push((format!("{name}@href"), Json::String(link)));
            }
        }
        Json::Object(members)
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::html::tree;

    #[test]
    fn columns_have_names_whatever_spans_them() {
        let page = "<table><tr><th colspan=2>Stock<th>Sold</tr><tr><th>Id<th>Where<th>Net</tr>\
                    <tr><td rowspan=2>1<td>Rome<td>7</tr><tr><td>Oslo<td>8</tr></table>";
        let told = r#"{"table 1":[{"Id":"1","Where":"Rome","Net":"7"},{"Id":"1","Where":"Oslo","Net":"8"}]}"#;
        assert_eq!(tree(page).expect("a table").to_string(), told);
    }

    #[test]
    fn labels_have_values_and_plain_cells_a_heading() {
        let labels = "<table><tr><th>Sold<td>7<tr><th>Available:<td>3</table>";
        assert_eq!(tree(labels).expect("labels").to_string(), r#"{"table 1":{"Sold":"7","Available":"3"}}"#);
        let plain = "<table><tr><td>Item<td>Sold<tr><td>1<td>7</table>";
        assert_eq!(tree(plain).expect("rows").to_string(), r#"{"table 1":[{"Item":"1","Sold":"7"}]}"#);
    }
}
