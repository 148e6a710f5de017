//! What is asked of a list.

use super::filter::Filter;
use super::list::{List, Of};

/// Which rows of a list, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Index into [`List::views`](super::list::List::views).
    pub view: usize,
    /// Index into [`List::orders`](super::list::List::orders).
    pub order: usize,
    /// What a row has to be; empty is everything.
    pub filter: Filter,
    /// Only what belongs to one record of another list.
    pub of: Option<Of>,
    /// Of a calendar: by how many weeks it is moved from the present.
    pub weeks: i32,
}

impl Query {
    /// Whether it asks a list for rows of the platform, which belong to no school.
    #[must_use]
    pub fn is_of_platform(&self, list: List) -> bool {
        match &self.of {
            Some(of) if !list.keeps_views(of) => of.is_of_platform,
            _ => list.is_of_platform(self.view),
        }
    }

    /// Whether this is all that waits: the first view, unfiltered.
    #[must_use]
    pub fn is_queue(&self) -> bool {
        self.view == 0 && self.filter.is_empty() && self.of.is_none()
    }
}
