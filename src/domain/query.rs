//! Queries of a list.
//!
//! Platform rows have no school. `Query::is_of_platform` decides once which rows a query names: by
//! the view, or by what the list is narrowed to. The list then asks for `school_id IS NULL` instead
//! of the school. `PostgreSQL` does not treat IS NULL as a constant when it orders rows, so such a
//! list has a partial index of its own.

use super::filter::Filter;
use super::list::{Choice, List, ListRow, Of};

/// Which rows of a list, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The place of the view among the list's; see [`Query::view_of`].
    pub view: usize,
    /// The place of the order among the list's; see [`Query::order_of`].
    pub order: usize,
    /// What a row has to be; empty is everything.
    pub filter: Filter,
    /// Only what belongs to one record of another list.
    pub of: Option<Of>,
    /// Of a calendar: by how many weeks it is moved from the present.
    pub weeks: i32,
}

impl Query {
    /// The first rows of a view.
    #[must_use]
    pub fn of_view(view: impl Choice) -> Self {
        Self { view: view.index(), ..Self::default() }
    }

    /// The view that is asked for, of a list of these rows; none if the list has no such view.
    #[must_use]
    pub fn view_of<R: ListRow>(&self) -> Option<R::View> {
        R::View::at(self.view)
    }

    /// The order that is asked for, of a list of these rows; none if the list has no such order.
    #[must_use]
    pub fn order_of<R: ListRow>(&self) -> Option<R::Order> {
        R::Order::at(self.order)
    }

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
