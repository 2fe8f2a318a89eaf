//! What every shelf item says about itself: a name and the page at the top of its file.

/// A shelf item's name and page. The page is the item's own `//!` text, so documentation, `explain`
/// and the executed examples cannot drift apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// Kebab-case and stable: users' ignore lists and reports carry it.
    pub name: &'static str,
    source: &'static str,
}

impl Meta {
    /// `source` is the item's own file: `Meta::new("cursor-ignored", include_str!("cursor_ignored.rs"))`.
    pub const fn new(name: &'static str, source: &'static str) -> Self {
        Meta { name, source }
    }

    /// The page as Markdown: the leading `//!` lines without their marks.
    pub fn page(&self) -> String {
        let mut page = String::new();
        for line in self.source.lines() {
            let Some(text) = line.strip_prefix("//!") else { break };
            page.push_str(text.strip_prefix(' ').unwrap_or(text));
            page.push('\n');
        }
        page
    }

    /// The sentence under the title.
    pub fn summary(&self) -> String {
        let page = self.page();
        let mut lines = page.lines().skip_while(|l| l.starts_with('#') || l.trim().is_empty());
        let mut summary = String::new();
        for line in lines.by_ref().take_while(|l| !l.trim().is_empty()) {
            if !summary.is_empty() {
                summary.push(' ');
            }
            summary.push_str(line.trim());
        }
        summary
    }

    /// The group that the item stands in, where its page names one: a line `Group: pages` of its own.
    pub fn group(&self) -> Option<String> {
        let page = self.page();
        page.lines().find_map(|line| line.strip_prefix("Group: ")).map(|group| group.trim().to_owned())
    }

    /// The text under a `## heading` of the page, without the heading.
    pub fn section(&self, heading: &str) -> Option<String> {
        let page = self.page();
        let mut inside = false;
        let mut fenced = false;
        let mut text = String::new();
        for line in page.lines() {
            if line.starts_with("```") {
                fenced = !fenced;
            }
            if !fenced && let Some(title) = line.strip_prefix("## ") {
                if inside {
                    break;
                }
                inside = title.trim().eq_ignore_ascii_case(heading);
                continue;
            }
            if inside {
                text.push_str(line);
                text.push('\n');
            }
        }
        inside.then_some(text)
    }

    /// The fenced examples under a heading, in order.
    pub fn examples(&self, heading: &str) -> Vec<String> {
        let mut examples = Vec::new();
        let mut open: Option<String> = None;
        for line in self.section(heading).unwrap_or_default().lines() {
            if line.starts_with("```") {
                match open.take() {
                    Some(text) => examples.push(text),
                    None => open = Some(String::new()),
                }
            } else if let Some(text) = open.as_mut() {
                text.push_str(line);
                text.push('\n');
            }
        }
        examples
    }
}
