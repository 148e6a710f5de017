//! The requests of a plain list to the database, and their answers: pages, totals, and all rows
//! to mark.

use super::super::super::effect::{PaneRequest, Ticket};
use super::super::super::widget::theme::Tone;
use super::super::super::widget::window::{Listed, Request};
use super::super::Reply;
use super::{Kind, ListPane};
use crate::domain::Failure;
use crate::domain::list::{List, Rows};
use crate::domain::query::Query;
use crate::domain::window::{Key, Page, Place, Slot, Total};

/// How many rows `ctrl-a` marks at most.
const MARKED_AT_ONCE: usize = 2_000;

impl<R: Kind> ListPane<R>
where
    Page<Slot<R>>: TryFrom<Rows> + Into<Rows>,
{
    /// The list of another query, from its start.
    pub(super) fn restart(&mut self) -> Reply {
        self.generation += 1;
        self.marking = None;
        self.scrolled = None;
        self.window.total = None;
        self.is_miscounted = false;
        self.window.height = self.room();
        let request = self.window.restart(self.query.order);
        self.page_request(Some(request)).into_iter().chain(self.count()).into()
    }

    /// Rows that fit on the screen beside the titles of all parts.
    pub(super) fn room(&self) -> usize {
        self.lines.saturating_sub(R::sections(&self.query).len()).max(1)
    }

    /// Reads again: the rows in memory, and how many there are.
    pub fn read(&mut self) -> Vec<PaneRequest> {
        let request = self.window.refresh();
        self.page_request(request).into_iter().chain(self.count()).collect()
    }

    /// Counts once more what could not be counted, unless that is in progress.
    pub fn recount(&mut self) -> Option<PaneRequest> {
        if self.counting.under_way().is_some() { None } else { self.count() }
    }

    /// Counts again, unless that is in progress.
    pub fn count(&mut self) -> Option<PaneRequest> {
        self.is_count_due = false;
        let query = self.counting.want(self.query.clone())?;
        Some(self.total_request(query))
    }

    fn total_request(&self, query: Query) -> PaneRequest {
        PaneRequest::Total { ticket: self.generation, query }
    }

    pub(super) fn page_request(&self, request: Option<Request<Key>>) -> Option<PaneRequest> {
        let Request { ticket, place, limit } = request?;
        Some(PaneRequest::Page { ticket: Ticket::Window(ticket), query: self.query.clone(), place, limit })
    }

    /// The cursor moved: the page that is needed there.
    pub fn moved(&self, request: Option<Request<Key>>) -> Reply {
        self.page_request(request).into()
    }

    pub(super) fn mark_all(&mut self) -> Reply {
        if !self.window.marks.is_empty() {
            self.window.marks.clear();
            return Reply::none();
        }
        self.marking = Some(self.generation);
        let ticket = Ticket::Marking(self.generation);
        let (query, place) = (self.query.clone(), Place::Start);
        [PaneRequest::Page { ticket, query, place, limit: MARKED_AT_ONCE }].into()
    }

    pub(super) fn page(&mut self, ticket: Ticket, rows: Result<Rows, Failure>) -> Reply {
        let page = rows.and_then(|rows| Page::try_from(rows).map_err(|_| rows_of_another(R::LIST)));
        let reading = match ticket {
            Ticket::Window(reading) => reading,
            Ticket::Marking(generation) => {
                // An answer to an earlier query marks nothing.
                let marking = self.marking.take_if(|marking| *marking == generation);
                return marking.map_or_else(Reply::none, |_| self.mark(page));
            }
        };
        let request = self.window.receive(reading, page);
        // What could not be read is read when the pane comes to the screen again.
        self.out_of_date |= self.window.failure.is_some();
        self.moved(request)
    }

    pub(super) fn total(&mut self, ticket: u64, total: Result<Total, Failure>) -> Option<PaneRequest> {
        if ticket == self.generation {
            self.is_miscounted = total.as_ref().is_err_and(Failure::should_retry_read);
            if let Ok(total) = total {
                self.window.total = Some(total);
            }
        }
        let next = self.counting.answered()?;
        Some(self.total_request(next))
    }

    fn mark(&mut self, page: Result<Page<Slot<R>>, Failure>) -> Reply {
        match page {
            Err(failure) => Reply::say(failure.to_string(), Tone::Bad),
            Ok(page) => {
                let more = page.after;
                let all = page.rows.len();
                self.window.marks = page.rows.into_iter().filter(Listed::is_readable).collect();
                let count = self.window.marks.len();
                let left = all - count;
                if more {
                    Reply::say(format!("The first {count} are marked; there are more."), Tone::Warning)
                } else if left > 0 {
                    Reply::say(format!("{count} marked. {left} unreadable rows were not marked."), Tone::Warning)
                } else {
                    Reply::say(format!("{count} marked. Esc unmarks them."), Tone::Plain)
                }
            }
        }
    }
}

/// Why a page is none of this list. It is a mistake of the program, and no answer of the database.
fn rows_of_another(list: List) -> Failure {
    tracing::error!(list = <&str>::from(list), "rows of another list");
    debug_assert!(false, "rows of another list for {list:?}");
    Failure::Fault("The answer holds rows of another list. This is an error in medstint; please report it.".into())
}
