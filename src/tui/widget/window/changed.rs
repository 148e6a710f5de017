//! Rows that changed: read again by their ids, and put in their places or taken out.

use std::cmp::Ordering;

use super::request::{KEPT, PAGE};
use super::{Listed, Reading, Request, Wanted, Window};
use crate::domain::window::{Page, Place};

/// As many changed rows are read by their ids. For more the page is read again.
const MOST: usize = 60;

impl<R: Listed> Window<R> {
    /// Reads again the rows with these ids. Where that would not be enough, reads all that is in
    /// memory, as [`Window::refresh`] does.
    pub fn refresh_rows(&mut self, ids: &[String]) -> Option<Request<R::Key>> {
        if ids.is_empty() || !self.loaded || self.outdated || self.failure.is_some() {
            return self.refresh();
        }
        for id in ids {
            if !self.changed.contains(id) {
                self.changed.push(id.clone());
            }
        }
        if self.changed.len() > MOST {
            self.changed.clear();
            return self.refresh();
        }
        if self.in_flight.is_some() { None } else { self.read_changed() }
    }

    /// Reads the rows that changed since the last reading began, if any did.
    pub(super) fn read_changed(&mut self) -> Option<Request<R::Key>> {
        if self.changed.is_empty() {
            return None;
        }
        let ids = std::mem::take(&mut self.changed);
        Some(self.request(Place::Rows(ids.clone()), Wanted::Changed(ids)))
    }

    /// Takes in rows that were read by their ids. Changes nothing where that does not tell what
    /// the list is now: then all of it has to be read again.
    pub(super) fn merge(&mut self, ids: &[String], reading: &Reading<R::Key>, page: &Page<R>) -> bool {
        let Some(merged) = self.merged(ids, page) else { return false };
        let line = self.cursor.saturating_sub(self.top);
        let was_at_top = self.before == 0 && self.at_top();
        (self.rows, self.cursor, self.gone, self.new_above) =
            (merged.rows, merged.cursor, merged.gone, merged.new_above);
        self.top = if was_at_top { 0 } else { self.cursor.saturating_sub(line) };
        self.leaving.retain(|(id, decided)| *decided >= reading.ticket || !ids.contains(id));
        true
    }

    fn merged(&self, ids: &[String], page: &Page<R>) -> Option<Merged<R>> {
        let follows = self.follows();
        let current = self.current().filter(|_| !follows).map(|row| row.id().to_owned());
        let mut merged =
            Merged { rows: self.rows.clone(), cursor: 0, gone: self.gone.clone(), new_above: self.new_above };
        // The next row that stays gets the cursor of a row that leaves by the person's own doing.
        let mut next = current.clone();
        for id in ids {
            let fresh = page.rows.iter().find(|row| row.id() == id);
            let held = merged.rows.iter().position(|row| row.id() == id);
            let is_current = current.as_ref() == Some(id);
            match (held, fresh) {
                (Some(at), Some(fresh)) if self.is_at(&merged.rows[at], fresh) => {
                    if merged.gone.take_if(|gone| gone == id).is_some() {
                        self.count_new(&mut merged.new_above, fresh, 1)?;
                    }
                    merged.rows[at] = fresh.clone();
                    continue;
                }
                // It is shown where it is now, with what is around it.
                (Some(_), Some(_)) if is_current => return None,
                (Some(_), None) if is_current && !self.leaving.iter().any(|(left, _)| left == id) => {
                    if merged.gone.as_ref() != Some(id) {
                        self.count_new(&mut merged.new_above, self.current()?, -1)?;
                        merged.gone = Some(id.clone());
                    }
                    continue;
                }
                _ => {}
            }
            if let Some(at) = held {
                let row = merged.rows.remove(at);
                if merged.gone.take_if(|gone| gone == id).is_none() {
                    self.count_new(&mut merged.new_above, &row, -1)?;
                }
                if next.as_ref() == Some(id) {
                    next = merged.rows.get(at).or(merged.rows.last()).map(|row| row.id().to_owned());
                }
            } else if fresh.is_none() && self.before > 0 && self.new_above > 0 {
                // It may have stood above, among the new ones.
                return None;
            }
            if let Some(fresh) = fresh {
                self.put(&mut merged, fresh)?;
            }
        }
        let at = |id: &String| merged.rows.iter().position(|row| row.id() == id);
        merged.cursor = next.as_ref().and_then(at).unwrap_or(0);
        (merged.rows.len() <= KEPT * self.page_size() + PAGE).then_some(merged)
    }

    fn is_at(&self, held: &R, fresh: &R) -> bool {
        held.key(self.order) == fresh.key(self.order)
    }

    /// Puts a row in its place, if that is in memory. Nothing where its place is not known.
    fn put(&self, merged: &mut Merged<R>, row: &R) -> Option<()> {
        let key = row.key(self.order);
        let mut at = 0;
        for other in &merged.rows {
            match other.key(self.order).partial_cmp(&key)? {
                Ordering::Less => at += 1,
                Ordering::Equal => return None,
                Ordering::Greater => break,
            }
        }
        if at == 0 && self.before > 0 {
            // Above what is in memory: among the new ones or not, and new there or not.
            return match &self.beginning {
                Some(beginning) if key.partial_cmp(beginning)? == Ordering::Less => None,
                _ => Some(()),
            };
        }
        if at == merged.rows.len() && self.after {
            return Some(());
        }
        self.count_new(&mut merged.new_above, row, 1)?;
        merged.rows.insert(at, row.clone());
        Some(())
    }

    /// Counts a row that came or left, if it stands above the beginning that was last shown.
    /// Nothing where it is not known whether it does.
    fn count_new(&self, new_above: &mut usize, row: &R, by: isize) -> Option<()> {
        let Some(beginning) = &self.beginning else { return Some(()) };
        if row.key(self.order).partial_cmp(beginning)? == Ordering::Less {
            // Nobody counted beyond a hundred.
            let is_exact = *new_above < 100;
            *new_above = is_exact.then(|| new_above.checked_add_signed(by))??;
        }
        Some(())
    }
}

/// What a window holds after a change.
struct Merged<R> {
    rows: Vec<R>,
    cursor: usize,
    gone: Option<String>,
    new_above: usize,
}
