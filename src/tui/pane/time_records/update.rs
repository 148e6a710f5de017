//! Updates the queue: like any list, and also reads the record under the cursor in full and makes
//! decisions.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;

use super::super::super::action::Action;
use super::super::super::effect::PaneRequest;
use super::super::super::message::PaneAnswer;
use super::super::super::widget::field::Field;
use super::super::super::widget::theme::Tone;
use super::super::super::widget::window::Listed;
use super::super::list::Kind;
use super::super::{Context, Pane as AnyPane, Places, Reply, Said, Title};
use super::Pane;
use crate::domain::list::{Link, List, Of};
use crate::domain::time_record::{Detail, TimeRecord};
use crate::domain::{Change, Failure, Resource, TimeRecordId};

impl AnyPane for Pane {
    fn act(&mut self, action: Action, context: Context) -> Reply {
        match action {
            Action::Approve => self.approve(context),
            Action::Reject => self.reject(context),
            Action::Ask => self.ask(),
            Action::Answer => self.answer_question(),
            Action::Correct => self.correct(),
            Action::Remind => self.remind(),
            Action::ApproveClean => self.find_clean(),
            Action::Undo => self.undo(context),
            Action::Links => self.links(context),
            _ => {
                let reply = self.list.act(action, context);
                self.and_detail(reply)
            }
        }
    }

    fn type_key(&mut self, key: KeyEvent) -> Reply {
        self.list.type_key(key)
    }

    fn paste(&mut self, text: &str) -> Reply {
        self.list.paste(text)
    }

    fn typing(&self) -> Option<(&'static str, &Field)> {
        self.list.typing()
    }

    fn hint(&self) -> (String, Tone) {
        self.list.hint()
    }

    fn show(&mut self) -> Reply {
        self.list.show()
    }

    fn narrow(&mut self, of: Option<Of>) -> Reply {
        self.list.narrow(of)
    }

    fn change(&mut self, change: &Change, visible: bool) -> Vec<PaneRequest> {
        let mut requests = self.list.change(change, visible);
        if visible
            && self.may_alter_detail(change)
            && let Some(current) = self.current_record()
        {
            let id = current.id.clone();
            requests.extend(self.asked_for.want(id).map(PaneRequest::Detail));
        }
        requests
    }

    fn count_changes(&mut self, _: bool) -> Vec<PaneRequest> {
        // The tab shows how many wait, also from elsewhere.
        self.list.count_changes(true)
    }

    fn resize(&mut self, height: usize) -> Vec<PaneRequest> {
        self.list.resize(height)
    }

    fn point_at(&mut self, line: usize) -> Reply {
        let reply = self.list.point_at(line);
        self.and_detail(reply)
    }

    fn point_at_row(&mut self, id: &str) -> Option<Reply> {
        let reply = self.list.point_at_row(id)?;
        Some(self.and_detail(reply))
    }

    fn mark_rows(&mut self, ids: &[String]) -> bool {
        self.list.mark_rows(ids)
    }

    fn said(&self, context: Context) -> Said {
        self.list.said(context)
    }

    fn said_detail(&self, context: Context) -> Option<(String, Vec<String>)> {
        super::view::said(self, context)
    }

    fn answer(&mut self, answer: PaneAnswer, context: Context) -> Reply {
        match answer {
            PaneAnswer::Detail { id, detail } => self.receive_detail(id, detail).into(),
            PaneAnswer::Clean { query, clean } => self.ask_clean(&query, clean, context),
            PaneAnswer::Decided { what, seen, outcomes } => self.decided(&what, &seen, outcomes, context),
            PaneAnswer::Confirmed { what, seen, outcomes } => self.confirmed(&what, &seen, outcomes, context),
            page @ PaneAnswer::Page { .. } => {
                let reply = self.list.answer(page, context);
                self.and_detail(reply)
            }
            answer => self.list.answer(answer, context),
        }
    }

    fn leaving(&mut self, request: &PaneRequest) {
        if let PaneRequest::Decide { seen, .. } = request {
            self.sent(seen);
        }
    }

    fn may_have_saved(&self) -> bool {
        self.is_unconfirmed()
    }

    fn takes_row(&self, action: Action) -> bool {
        // In the queue, `u` undoes the last decision, whichever record it was about.
        let is_about_last = action == Action::Undo && self.list.query.is_queue();
        !is_about_last && self.list.takes_row(action)
    }

    fn is_stale(&self, visible: bool) -> bool {
        // The tab shows how many wait, also from elsewhere.
        self.list.is_stale(visible)
            || self.list.is_miscounted
            || self.is_unconfirmed()
            || visible && self.has_no_detail()
    }

    fn retry(&mut self, visible: bool) -> Vec<PaneRequest> {
        let mut requests = self.list.retry(visible);
        if !visible && self.list.is_miscounted {
            requests.extend(self.list.recount());
        }
        if visible && self.has_no_detail() && self.asked_for.under_way().is_none() {
            requests.extend(self.want_detail());
        }
        requests.extend(self.ask_to_confirm());
        requests
    }

    fn shows_detail(&self) -> bool {
        self.list.shows_detail()
    }

    fn can_go_back(&self) -> bool {
        self.list.can_go_back()
    }

    fn is_marked_or_filtered(&self) -> bool {
        self.list.is_marked_or_filtered()
    }

    fn narrowed_to(&self) -> Option<&Of> {
        self.list.narrowed_to()
    }

    fn leaves(&mut self, ids: Vec<String>) {
        self.list.leaves(ids);
    }

    fn current_id(&self) -> Option<&str> {
        self.list.window.current().map(Listed::id)
    }

    fn waiting(&self) -> Option<i64> {
        self.list.window.total.as_ref().filter(|_| self.list.query.is_queue()).map(|total| total.rows)
    }

    fn title(&self, context: Context) -> Title {
        self.list.title(context)
    }

    fn draw(&self, context: Context, places: Places, buffer: &mut Buffer) {
        super::view::draw(self, context, places, buffer);
    }
}

impl Pane {
    fn receive_detail(&mut self, id: TimeRecordId, detail: Result<Box<Detail>, Failure>) -> Option<PaneRequest> {
        self.detail = Some(detail.map_err(|failure| (id, failure)));
        let next = self.asked_for.answered().map(PaneRequest::Detail);
        // The row may be newer than the detail by now.
        if next.is_some() || self.has_no_detail() { next } else { self.want_detail() }
    }

    /// Where one can go from the record under the cursor.
    fn links(&self, context: Context) -> Reply {
        let rotation = self
            .current_detail()
            .and_then(|detail| detail.as_ref().ok())
            .map(|detail| Link::to("the rotation", List::Rotations, detail.rotation_id.as_str(), &detail.rotation));
        self.list.links(rotation.into_iter().collect(), context)
    }

    /// Whether a change may be about what the detail shows.
    fn may_alter_detail(&self, change: &Change) -> bool {
        let Change::Rows { resource, ids, .. } = change else { return true };
        let is_of = |id: Option<&String>| ids.is_empty() || id.is_none_or(|id| ids.contains(id));
        match resource {
            Resource::TimeRecords => is_of(self.current_record().map(|row| &row.id.0)),
            Resource::Rotations => {
                let detail = self.current_detail().and_then(|detail| detail.as_ref().ok());
                is_of(detail.map(|detail| &detail.rotation_id.0))
            }
            // Approved hours stand in the detail, not in the list.
            Resource::WorkedHours => is_of(self.current_record().map(|row| &row.student_id.0)),
            Resource::Programs => true,
            resource => TimeRecord::RESOURCES.contains(resource),
        }
    }

    /// What the list asks for, and the detail of whatever is under the cursor now.
    fn and_detail(&mut self, mut reply: Reply) -> Reply {
        reply.requests.extend(self.want_detail());
        reply
    }

    /// Whether the record under the cursor could not be read in full.
    fn has_no_detail(&self) -> bool {
        matches!(self.current_detail(), Some(Err((_, failure))) if failure.should_retry_read())
    }

    fn want_detail(&mut self) -> Option<PaneRequest> {
        let row = self.current_record()?;
        let (id, version) = (row.id.clone(), row.version);
        let known = matches!(self.current_detail(), Some(Ok(detail)) if detail.record.version >= version);
        // The read in progress may be as new as the row.
        if known || self.asked_for.under_way() == Some(&id) {
            return None;
        }
        self.asked_for.want(id).map(PaneRequest::Detail)
    }
}
