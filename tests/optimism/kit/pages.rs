//! Cutting a listing into pages, honestly or not. Vendors say in their own way where the next one begins.

use super::hooks::Hook;
use super::world::World;

/// One page: which things stand on it, and where the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) next: Option<usize>,
    /// How many things there are, as far as the answer says.
    pub(crate) total: usize,
}

impl Slice {
    pub(crate) fn of<'t, T>(&self, things: &'t [T]) -> &'t [T] {
        &things[self.from.min(things.len())..self.to.min(things.len())]
    }

    pub(crate) fn more(&self) -> bool {
        self.next.is_some()
    }
}

/// The page that begins at `start`, for whoever asked for that many of at most `cap`.
pub(crate) fn slice(
    world: &World,
    route: &'static str,
    total: usize,
    start: usize,
    asked: usize,
    cap: usize,
) -> Slice {
    let mut size = asked.max(1);
    let cap = if world.small_pages { (cap - 1).max(1) } else { cap };
    if size > cap && total > cap && !world.lies(Hook::NoCap, route) {
        size = cap;
    }
    let mut total = total;
    let resized = world.resized(route, size) && total > 2 && start + size >= total;
    if resized && world.lies(Hook::SizeMatters, route) {
        total -= 1;
    }
    let mut from = start.min(total);
    if start > 0 && world.lies(Hook::CursorIgnored, route) {
        from = 0;
    }
    let to = (from + size).min(total);
    let mut page = Slice { from, to, next: (to < total).then_some(to), total };
    if start > 0 && page.more() && world.lies(Hook::CursorComesBack, route) {
        page.next = Some(start);
    }
    if start > 0 && world.lies(Hook::Overlap, route) {
        page.from -= 1;
    }
    if start > 0 && page.to - page.from > 1 && world.lies(Hook::Gap, route) {
        page.from += 1;
    }
    if start > 0 && !page.more() && world.lies(Hook::NeverEnds, route) {
        page.next = Some(0);
    }
    if start == 0 && page.more() {
        if world.lies(Hook::AllAtOnce, route) {
            return Slice { from: 0, to: total, next: None, total };
        }
        if world.lies(Hook::FirstPageOnly, route) {
            return Slice { next: None, total: page.to, ..page };
        }
        if size > 1 && world.lies(Hook::Uneven, route) {
            page.to -= 1;
            page.next = Some(page.to);
        }
    }
    page
}

/// Puts things that are sorted into the order that the mock gives them.
pub(crate) fn arrange<T>(world: &World, route: &'static str, things: &mut [T]) {
    if world.lies(Hook::Reversed, route) {
        things.reverse();
    }
    if world.lies(Hook::Unsorted, route) {
        let half = things.len() / 2;
        things.rotate_left(half);
        if things.len() > 2 {
            things.swap(0, 1);
        }
    }
}
