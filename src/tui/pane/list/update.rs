//! Updates a plain list: keys, clicks, changes, answers.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;

use super::super::super::action::Action;
use super::super::super::effect::PaneRequest;
use super::super::super::message::PaneAnswer;
use super::super::super::overlay::Menu;
use super::super::super::widget::field::Field;
use super::super::super::widget::table::{self, Line};
use super::super::super::widget::theme::Tone;
use super::super::super::widget::window::{Listed, Step};
use super::super::{Context, Pane, Places, Reply, Said, Title, misaddressed};
use super::typing::{complete, next, typed_before};
use super::{Kind, ListPane};
use crate::domain::filter::{self, Filter, vocabulary};
use crate::domain::list::{By, Link, List, Of, Rows};
use crate::domain::permission::Permission;
use crate::domain::window::{Page, Slot};
use crate::domain::{Change, Failure};
use crate::presentation::sentences::{LIST_LOADING, ONE_ROW, no_row};

impl<R: Kind> Pane for ListPane<R>
where
    Page<Slot<R>>: TryFrom<Rows> + Into<Rows>,
{
    fn act(&mut self, action: Action, context: Context) -> Reply {
        let page = self.window.height.saturating_sub(1).max(1);
        match action {
            Action::Down => self.step(Step::Down(1)),
            Action::Up => self.step(Step::Up(1)),
            Action::PageDown => self.step(Step::Down(page)),
            Action::PageUp => self.step(Step::Up(page)),
            Action::First => self.step(Step::First),
            Action::Last => self.step(Step::Last),
            Action::DetailDown => self.scroll_detail(self.scroll().saturating_add(1)),
            Action::DetailUp => self.scroll_detail(self.scroll().saturating_sub(1)),
            Action::Mark => {
                if let Some(row) = self.current_unreadable() {
                    return Reply::say(row.sentence.as_str(), Tone::Warning);
                }
                let request = self.window.toggle_mark();
                self.moved(request)
            }
            Action::MarkAll => self.mark_all(),
            Action::Filter => {
                self.filter = Some(Field::with(&typed_before(&self.query)));
                Reply::none()
            }
            Action::View => self.next_view(),
            Action::Sort => {
                self.query.order = (self.query.order + 1) % R::LIST.orders().len();
                self.restart()
            }
            Action::Detail => {
                self.with_detail = !self.with_detail || self.zoomed;
                self.zoomed = false;
                Reply::none()
            }
            Action::Zoom => {
                self.zoomed = !self.zoomed;
                Reply::none()
            }
            Action::Earlier => self.move_by_weeks(-4),
            Action::Later => self.move_by_weeks(4),
            Action::Copy => self.copy(context),
            Action::Links => self.links(Vec::new(), context),
            Action::Back => self.back(),
            action => self.own(action, context),
        }
    }

    fn type_key(&mut self, key: KeyEvent) -> Reply {
        let Some(field) = &mut self.filter else { return Reply::none() };
        match key.code {
            KeyCode::Enter => {
                let reply = self.search_for_all();
                // What means nothing stays to be corrected.
                if self.filter.as_ref().is_some_and(|field| self.meant(field.text()).is_ok()) {
                    self.filter = None;
                }
                return reply;
            }
            KeyCode::Esc => {
                self.filter = None;
                return self.search(Filter::default());
            }
            KeyCode::Tab => complete(field, R::LIST),
            _ => {
                field.type_key(key);
            }
        }
        self.search_typed()
    }

    fn paste(&mut self, text: &str) -> Reply {
        let Some(field) = &mut self.filter else { return Reply::none() };
        field.paste(text);
        self.search_typed()
    }

    fn typing(&self) -> Option<(&'static str, &Field)> {
        self.filter.as_ref().map(|field| (R::LIST.prompt(), field))
    }

    fn hint(&self) -> (String, Tone) {
        let text = self.filter.as_ref().map_or("", Field::text);
        match self.meant(text) {
            _ if vocabulary::of(R::LIST).is_empty() => ("Enter keeps it · Esc clears it".into(), Tone::Quiet),
            // What is only begun is not wrong yet.
            Err(wrong) if wrong.place.end < wrong.text.len() || filter::complete(R::LIST, text).1.is_empty() => {
                (wrong.to_string(), Tone::Warning)
            }
            _ => (next(R::LIST, text, &self.saved), Tone::Quiet),
        }
    }

    fn show(&mut self) -> Reply {
        if !std::mem::take(&mut self.out_of_date) {
            return Reply::none();
        }
        self.read().into()
    }

    fn narrow(&mut self, of: Option<Of>) -> Reply {
        if self.query.of == of {
            return self.show();
        }
        self.query.of = of;
        self.query.filter = Filter::default();
        self.window.marks.clear();
        self.out_of_date = false;
        self.restart()
    }

    fn change(&mut self, change: &Change, visible: bool) -> Vec<PaneRequest> {
        if !R::RESOURCES.iter().any(|resource| change.touches(*resource)) {
            return Vec::new();
        }
        if !visible {
            self.out_of_date = true;
            self.is_count_due = true;
            return Vec::new();
        }
        let request = match self.changed_rows(change) {
            Some(ids) if ids.is_empty() => return Vec::new(),
            Some(ids) => self.window.refresh_rows(&ids),
            None => self.window.refresh(),
        };
        self.is_count_due = true;
        self.page_request(request).into_iter().collect()
    }

    fn count_changes(&mut self, visible: bool) -> Vec<PaneRequest> {
        let is_due = visible && std::mem::take(&mut self.is_count_due);
        if is_due { self.count().into_iter().collect() } else { Vec::new() }
    }

    fn resize(&mut self, height: usize) -> Vec<PaneRequest> {
        self.lines = height;
        let request = self.window.resize(self.room());
        self.page_request(request).into_iter().collect()
    }

    fn point_at(&mut self, line: usize) -> Reply {
        let lines = table::lines(&self.window, self.section_of(), self.lines);
        let Some(Line::Row(index)) = lines.get(line) else { return Reply::none() };
        let request = self.window.point_at(*index);
        self.moved(request)
    }

    fn point_at_row(&mut self, id: &str) -> Option<Reply> {
        let index = self.window.rows.iter().position(|row| row.id() == id)?;
        let request = self.window.point_at(index);
        Some(self.moved(request))
    }

    fn mark_rows(&mut self, ids: &[String]) -> bool {
        self.window.mark_rows(ids)
    }

    fn said(&self, context: Context) -> Said {
        super::view::said(self, context)
    }

    fn said_detail(&self, context: Context) -> Option<(String, Vec<String>)> {
        super::view::said_detail(self, context)
    }

    fn answer(&mut self, answer: PaneAnswer, _: Context) -> Reply {
        match answer {
            PaneAnswer::Page { ticket, rows } => self.page(ticket, rows),
            PaneAnswer::Total { ticket, total } => self.total(ticket, total).into(),
            PaneAnswer::Detail { .. }
            | PaneAnswer::Clean { .. }
            | PaneAnswer::Decided { .. }
            | PaneAnswer::Confirmed { .. }
            | PaneAnswer::Pulse(_)
            | PaneAnswer::Offers { .. }
            | PaneAnswer::Rehearsed { .. }
            | PaneAnswer::Ran { .. } => misaddressed(R::LIST, &answer),
        }
    }

    fn is_stale(&self, visible: bool) -> bool {
        visible && (self.is_miscounted || self.window.failure.as_ref().is_some_and(Failure::should_retry_read))
    }

    fn retry(&mut self, visible: bool) -> Vec<PaneRequest> {
        if !self.is_stale(visible) {
            return Vec::new();
        }
        let mut requests = Vec::new();
        if self.window.failure.is_some() && !self.window.is_reading() {
            let request = self.window.refresh();
            requests.extend(self.page_request(request));
        }
        if self.is_miscounted {
            requests.extend(self.recount());
        }
        requests
    }

    fn shows_detail(&self) -> bool {
        self.with_detail && !self.zoomed
    }

    fn can_go_back(&self) -> bool {
        self.is_marked_or_filtered() || self.query.of.is_some()
    }

    fn is_marked_or_filtered(&self) -> bool {
        !self.window.marks.is_empty() || !self.query.filter.is_empty() || self.zoomed
    }

    fn narrowed_to(&self) -> Option<&Of> {
        self.query.of.as_ref()
    }

    fn leaves(&mut self, ids: Vec<String>) {
        self.window.leaves(ids);
    }

    fn current_id(&self) -> Option<&str> {
        self.current_slot().map(Listed::id)
    }

    fn title(&self, context: Context) -> Title {
        super::view::title(self, context)
    }

    fn draw(&self, context: Context, places: Places, buffer: &mut Buffer) {
        super::view::draw(self, context, places, buffer);
    }
}

impl<R: Kind> ListPane<R>
where
    Page<Slot<R>>: TryFrom<Rows> + Into<Rows>,
{
    /// What the resource itself does with the action.
    fn own(&mut self, action: Action, context: Context) -> Reply {
        let chosen = self.chosen();
        let needs_row = action != Action::New;
        if chosen.is_empty() && needs_row {
            let is_own = action.is_over(R::LIST) && !action.about().over.is_everywhere();
            return if is_own { self.no_row() } else { Reply::none() };
        }
        if action == Action::Edit && chosen.len() > 1 && !R::EDITS_SEVERAL {
            return Reply::say(ONE_ROW, Tone::Warning);
        }
        R::act(action, &chosen, self.query.of.as_ref(), context)
    }

    /// Why a key about a row did nothing.
    pub fn no_row(&self) -> Reply {
        if let Some(row) = self.current_unreadable() {
            return Reply::say(row.sentence.as_str(), Tone::Warning);
        }
        if !self.window.is_settled() || !self.window.loaded {
            return Reply::say(LIST_LOADING, Tone::Quiet);
        }
        Reply::say(no_row(R::LIST.nouns().0), Tone::Quiet)
    }

    /// Offers where one can go from the row under the cursor, and to what else is
    /// known to belong to it.
    pub fn links(&self, more: Vec<Link>, context: Context) -> Reply {
        let Some(row) = self.current() else { return self.no_row() };
        let mut links = row.links(context);
        links.extend(more);
        // Whatever it is, what was done to it is on record.
        let role = context.actor.role;
        if !R::DESCRIPTION.is_trail {
            let is_of_platform = role.may(Permission::SeePlatformEvents) && row.is_of_platform(context);
            let history = Link::new("its audit history", List::Audit, By::Resource, row.id(), &row.name());
            links.push(history.of_platform(is_of_platform));
        }
        let may = |list: List| Action::showing(list).is_offered_to(role, list);
        links.retain(|link| may(link.list));
        match links.len() {
            0 => Reply::say("There is nothing related to open.", Tone::Quiet),
            _ => Reply::ask(Menu::new(row.name(), links)),
        }
    }

    fn copy(&self, context: Context) -> Reply {
        let text = match self.window.current() {
            None => return Reply::none(),
            Some(Slot::Unreadable(row)) => row.sentence.clone(),
            Some(Slot::Record(row)) => {
                let columns = R::columns(context, &self.query, 200);
                columns.iter().map(|column| column.text_of(row)).collect::<Vec<_>>().join(" · ")
            }
        };
        Reply { copied: Some(text), ..Reply::say("Copied.", Tone::Quiet) }
    }

    /// One step back: marks off, then the filter off, then everything again.
    fn back(&mut self) -> Reply {
        if !self.window.marks.is_empty() {
            self.window.marks.clear();
        } else if !self.query.filter.is_empty() {
            return self.search(Filter::default());
        } else if self.zoomed {
            self.zoomed = false;
        } else if self.query.of.is_some() {
            return self.narrow(None);
        }
        Reply::none()
    }

    /// The next part of the list.
    pub fn next_view(&mut self) -> Reply {
        // What belongs to one record is shown whatever its status.
        if self.query.of.as_ref().is_some_and(|of| !R::LIST.keeps_views(of)) {
            return Reply::say("This shows all statuses. Esc shows the whole list.", Tone::Quiet);
        }
        self.query.view = (self.query.view + 1) % R::LIST.views().len();
        self.window.marks.clear();
        self.restart()
    }

    /// A calendar shows other weeks of what it holds.
    fn move_by_weeks(&mut self, by: i32) -> Reply {
        self.query.weeks = (self.query.weeks + by).clamp(-8, 24);
        Reply::none()
    }

    fn scroll_detail(&mut self, to: usize) -> Reply {
        self.scrolled = self.window.current().map(|row| (row.id().to_owned(), to));
        Reply::none()
    }

    /// The ids of the rows that a change may have altered. Nothing where that is not known: any
    /// row may have come, left or changed then.
    fn changed_rows(&self, change: &Change) -> Option<Vec<String>> {
        let Change::Rows { resource, ids, .. } = change else { return None };
        if ids.is_empty() {
            return None;
        }
        if R::ROWS == Some(*resource) {
            return Some(ids.clone());
        }
        // What is filtered by a name may be in the list by the new one; and rows that are being
        // read may show the old one.
        if !self.query.filter.is_empty() || self.window.is_reading() || !self.window.loaded {
            return None;
        }
        let mut rows = Vec::new();
        for slot in &self.window.rows {
            if slot.record()?.shows(*resource, ids, &self.query)? {
                rows.push(slot.id().to_owned());
            }
        }
        Some(rows)
    }

    fn step(&mut self, step: Step) -> Reply {
        let request = self.window.step(step);
        self.moved(request)
    }
}
