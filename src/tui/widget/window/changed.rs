//! Merges changed rows, which are read again by their ids: moves them to their positions or
//! removes them.

use std::cmp::Ordering;

use super::request::{KEPT, PAGE};
use super::{Listed, Reading, Request, Wanted, Window};
use crate::domain::window::{COUNTED_BEFORE, Page, Place};

/// As many changed rows are read by their ids. For more the page is read again.
const MOST: usize = 60;

impl<R: Listed> Window<R> {
    /// Reads again the rows with these ids. Where that would not be enough, reads all that is in
    /// memory, as [`Window::refresh`] does.
    pub fn refresh_rows(&mut self, ids: &[String]) -> Option<Request<R::Key>> {
        if ids.is_empty() || !self.loaded || self.outdated || self.is_behind || self.failure.is_some() {
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
        for row in &page.rows {
            self.check_counted(row)?;
        }
        // The next row that stays gets the cursor of a row that leaves by the person's own doing.
        let mut next = current.clone();
        for id in ids {
            let fresh = page.rows.iter().find(|row| row.id() == id);
            let held = merged.rows.iter().position(|row| row.id() == id);
            let is_current = current.as_ref() == Some(id);
            match (held, fresh) {
                (Some(at), Some(fresh)) if self.is_at(&merged.rows[at], fresh) => {
                    merged.gone.take_if(|gone| gone == id);
                    merged.rows[at] = fresh.clone();
                    continue;
                }
                // It is shown where it is now, with what is around it.
                (Some(_), Some(_)) if is_current => return None,
                (Some(_), None) if is_current && !self.leaving.iter().any(|(left, _)| left == id) => {
                    self.check_counted(self.current()?)?;
                    merged.gone = Some(id.clone());
                    continue;
                }
                _ => {}
            }
            if let Some(at) = held {
                self.check_counted(&merged.rows.remove(at))?;
                merged.gone.take_if(|gone| gone == id);
                if next.as_ref() == Some(id) {
                    next = merged.rows.get(at).or(merged.rows.last()).map(|row| row.id().to_owned());
                }
            } else if self.before > 0 && self.new_above > 0 {
                // It may have stood above, among the new ones.
                return None;
            }
            if let Some(fresh) = fresh {
                self.put(&mut merged, fresh)?;
            }
        }
        let at = |id: &String| merged.rows.iter().position(|row| row.id() == id);
        merged.cursor = next.as_ref().and_then(at).unwrap_or(0);
        if self.before == 0 {
            merged.new_above = self.count_above(&merged)?;
        }
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
        let is_beyond = at == 0 && self.before > 0 || at == merged.rows.len() && self.after;
        if !is_beyond {
            merged.rows.insert(at, row.clone());
        }
        Some(())
    }

    /// Nothing for a row among the new ones above, of which not all are in memory: then only the
    /// database can count them.
    fn check_counted(&self, row: &R) -> Option<()> {
        (self.before == 0 || !self.is_new(row)?).then_some(())
    }

    /// Whether a row stands above the one that was first when the beginning was last shown.
    /// Nothing where that is not known.
    fn is_new(&self, row: &R) -> Option<bool> {
        let Some(beginning) = &self.beginning else { return Some(false) };
        Some(row.key(self.order).partial_cmp(beginning)? == Ordering::Less)
    }

    /// How many new rows stand above. Nothing where not all of them are in memory.
    fn count_above(&self, merged: &Merged<R>) -> Option<usize> {
        let (mut count, most) = (0, usize::from(COUNTED_BEFORE));
        for row in &merged.rows {
            if !self.is_new(row)? {
                return Some(count.min(most));
            }
            count += usize::from(merged.gone.as_deref() != Some(row.id()));
        }
        // There may be more below what is in memory.
        (!self.after || count >= most).then_some(count.min(most))
    }
}

/// What a window holds after a change.
struct Merged<R> {
    rows: Vec<R>,
    cursor: usize,
    gone: Option<String>,
    new_above: usize,
}
