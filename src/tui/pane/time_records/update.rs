//! What happens to the queue: moving, filtering, sorting, and reading again
//! when something changed.

use super::super::super::action::Action;
use super::super::super::effect::{Effect, PageOf, TotalOf};
use super::super::super::overlay::Menu;
use super::super::super::widget::field::Field;
use super::super::super::widget::theme::Tone;
use super::super::super::widget::window::{Request, Step};
use super::super::{Context, Pane as AnyPane, Places, Reply, Title};
use super::Pane;
use crate::domain::list::{By, Link, List, Of, Rows};
use crate::domain::time_record::{Detail, Key, TimeRecord};
use crate::domain::window::{Page, Total};
use crate::domain::{Change, Failure, Resource, TimeRecordId};
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;

impl AnyPane for Pane {
    /// An action over the queue.
    fn act(&mut self, action: Action, context: Context) -> Reply {
        let page = self.window.height.saturating_sub(1).max(1);
        match action {
            Action::Down => self.step(Step::Down(1)),
            Action::Up => self.step(Step::Up(1)),
            Action::PageDown => self.step(Step::Down(page)),
            Action::PageUp => self.step(Step::Up(page)),
            Action::First => self.step(Step::First),
            Action::Last => self.step(Step::Last),
            Action::Mark => {
                let request = self.window.toggle_mark();
                self.moved(request)
            }
            Action::MarkAll => self.mark_all(),
            Action::Filter => {
                self.filter = Some(Field::with(&self.query.text));
                Reply::none()
            }
            Action::Sort => {
                self.query.sort = self.query.sort.next();
                self.restart()
            }
            Action::View => {
                self.query.status = self.query.status.next();
                self.window.marks.clear();
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
            Action::Approve => self.approve(context),
            Action::Reject => self.reject(context),
            Action::Undo => self.undo(context),
            Action::Links => self.links(context),
            Action::Copy => self.copy(),
            Action::Back => self.back(),
            _ => Reply::none(),
        }
    }

    /// A key while the filter is being typed: the list follows each letter.
    fn type_key(&mut self, key: KeyEvent) -> Reply {
        let Some(field) = &mut self.filter else { return Reply::none() };
        match key.code {
            KeyCode::Enter => {
                self.filter = None;
                return Reply::none();
            }
            KeyCode::Esc => {
                self.filter = None;
                return self.search(String::new());
            }
            _ => {
                field.type_key(key);
            }
        }
        let text = field.text().to_owned();
        self.search(text)
    }

    fn paste(&mut self, text: &str) -> Reply {
        let Some(field) = &mut self.filter else { return Reply::none() };
        field.paste(text);
        let text = field.text().to_owned();
        self.search(text)
    }

    fn typing(&self) -> Option<(&'static str, &Field)> {
        self.filter.as_ref().map(|field| ("Filter by student or site: ", field))
    }

    fn show(&mut self) -> Reply {
        if !std::mem::take(&mut self.out_of_date) {
            return Reply::none();
        }
        self.refresh().into()
    }

    fn narrow(&mut self, of: Option<Of>) -> Reply {
        if self.query.of == of {
            return self.show();
        }
        self.query.of = of;
        self.query.text.clear();
        self.window.marks.clear();
        self.out_of_date = false;
        self.restart()
    }

    fn change(&mut self, change: &Change, visible: bool) -> Vec<Effect> {
        let touched =
            [Resource::TimeRecords, Resource::ClinicalSites, Resource::ClinicalSiteLocations, Resource::Users]
                .iter()
                .any(|resource| change.touches(*resource));
        if !touched {
            return Vec::new();
        }
        if !visible {
            self.out_of_date = true;
            // The tab shows how many wait, also from elsewhere.
            return self.count();
        }
        let mut effects = self.refresh();
        if let Some(current) = self.window.current().map(|row| row.id.clone())
            && concerns(change, &current)
        {
            effects.extend(self.asked_for.want(current).map(Effect::Detail));
        }
        effects
    }

    fn resize(&mut self, height: usize) -> Vec<Effect> {
        let request = self.window.resize(height);
        self.page_effect(request)
    }

    fn point_at(&mut self, line: usize) -> Reply {
        let request = self.window.point_at(line);
        self.moved(request)
    }

    fn page(&mut self, ticket: u64, rows: Result<Rows, Failure>) -> Reply {
        let page = rows.and_then(|rows| Page::try_from(rows).map_err(|_| Failure::NotFound("The list")));
        let request = self.window.receive(ticket, page);
        self.moved(request)
    }

    fn total(&mut self, ticket: u64, total: &Result<Total, Failure>) -> Vec<Effect> {
        if ticket == self.generation
            && let Ok(total) = total
        {
            self.window.total = Some(*total);
        }
        let generation = self.generation;
        self.counting.answered().map(|query| total_effect(generation, query)).into_iter().collect()
    }

    fn shows_detail(&self) -> bool {
        self.with_detail && !self.zoomed
    }

    fn can_go_back(&self) -> bool {
        self.is_marked_or_filtered() || self.query.of.is_some()
    }

    fn is_marked_or_filtered(&self) -> bool {
        !self.window.marks.is_empty() || !self.query.text.is_empty() || self.zoomed
    }

    fn narrowed_to(&self) -> Option<&Of> {
        self.query.of.as_ref()
    }

    fn leaves(&mut self, ids: Vec<String>) {
        self.window.leaves(ids);
    }

    fn current_id(&self) -> Option<&str> {
        self.window.current().map(|row| row.id.as_str())
    }

    fn waiting(&self) -> Option<i64> {
        self.window.total.filter(|_| self.query.is_queue()).map(|total| total.rows)
    }

    fn title(&self, context: Context) -> Title {
        super::view::title(self, context)
    }

    fn draw(&self, context: Context, places: Places, buffer: &mut Buffer) {
        super::view::draw(self, context, places, buffer);
    }
}

impl Pane {
    pub fn detail(&mut self, id: TimeRecordId, detail: Result<Box<Detail>, Failure>) -> Vec<Effect> {
        self.detail = Some(detail.map_err(|failure| (id, failure)));
        self.asked_for.answered().map(Effect::Detail).into_iter().collect()
    }

    /// Everything that matches is marked, up to the limit of the reading.
    pub fn all_matching(&mut self, ticket: u64, records: Result<Page<TimeRecord>, Failure>) -> Reply {
        match records {
            Ok(_) if ticket != self.generation => Reply::none(),
            Ok(page) => {
                let more = page.after;
                self.window.marks = page.rows.into_iter().map(|row| (row.id.0.clone(), row)).collect();
                let count = self.window.marks.len();
                if more {
                    Reply::say(format!("The first {count} are marked; there are more."), Tone::Warning)
                } else {
                    Reply::say(format!("{count} marked. Esc takes the marks off."), Tone::Plain)
                }
            }
            Err(failure) => Reply::say(failure.to_string(), Tone::Bad),
        }
    }

    /// Reads again: the rows in memory, and how many there are.
    pub(super) fn refresh(&mut self) -> Vec<Effect> {
        let request = self.window.refresh();
        let mut effects = self.page_effect(request);
        effects.extend(self.count());
        effects
    }

    fn step(&mut self, step: Step) -> Reply {
        let request = self.window.step(step);
        self.moved(request)
    }

    fn moved(&mut self, request: Option<Request<Key>>) -> Reply {
        let mut effects = self.page_effect(request);
        effects.extend(self.want_detail());
        effects.into()
    }

    /// The list of another query, from its start.
    fn restart(&mut self) -> Reply {
        self.generation += 1;
        self.window.total = None;
        let request = self.window.restart(self.query.sort);
        let mut effects = self.page_effect(Some(request));
        effects.extend(self.count());
        effects.into()
    }

    fn search(&mut self, text: String) -> Reply {
        if text == self.query.text {
            return Reply::none();
        }
        self.query.text = text;
        self.restart()
    }

    fn mark_all(&mut self) -> Reply {
        if !self.window.marks.is_empty() {
            self.window.marks.clear();
            return Reply::none();
        }
        [Effect::AllMatching { ticket: self.generation, query: self.query.clone() }].into()
    }

    fn copy(&self) -> Reply {
        let Some(row) = self.window.current() else { return Reply::none() };
        let line = format!("{} · {} · {} {} · {} h", row.student, row.site, row.day(), row.in_out(), row.hours());
        Reply { effects: vec![Effect::Copy(line)], notice: Some(("Copied.".into(), Tone::Quiet)), ..Reply::none() }
    }

    /// Where one can go from the record under the cursor.
    fn links(&self, context: Context) -> Reply {
        let Some(row) = self.window.current() else { return Reply::none() };
        let (id, name) = (row.student_id.as_str(), row.student.as_str());
        let mut links = vec![
            Link::to("the student", List::Users, id, name),
            Link::new("the student's records", List::TimeRecords, By::Student, id, name),
            Link::new("the student's rotations", List::Rotations, By::Student, id, name),
            Link::new("its history (audit)", List::Audit, By::Resource, row.id.as_str(), name),
        ];
        if let Some(Ok(detail)) = self.current_detail() {
            links.insert(1, Link::to("the rotation", List::Rotations, detail.rotation_id.as_str(), &detail.rotation));
        }
        links.retain(|link| Action::showing(link.list).is_offered_to(context.actor.role, link.list));
        Reply::ask(Menu::new(row.student.clone(), links))
    }

    /// One step back: marks off, then the filter off, then out.
    fn back(&mut self) -> Reply {
        if !self.window.marks.is_empty() {
            self.window.marks.clear();
            return Reply::none();
        }
        if !self.query.text.is_empty() {
            return self.search(String::new());
        }
        if self.zoomed {
            self.zoomed = false;
            return Reply::none();
        }
        if self.query.of.is_some() {
            return self.narrow(None);
        }
        Reply::none()
    }

    fn want_detail(&mut self) -> Option<Effect> {
        let row = self.window.current()?;
        let (id, version) = (row.id.clone(), row.version);
        let known = matches!(self.current_detail(), Some(Ok(detail)) if detail.record.version >= version);
        if known { None } else { self.asked_for.want(id).map(Effect::Detail) }
    }

    fn count(&mut self) -> Vec<Effect> {
        let generation = self.generation;
        self.counting.want(self.query.clone()).map(|query| total_effect(generation, query)).into_iter().collect()
    }

    fn page_effect(&self, request: Option<Request<Key>>) -> Vec<Effect> {
        request
            .map(|request| Effect::Page {
                ticket: request.ticket,
                limit: request.limit,
                of: PageOf::TimeRecords(self.query.clone(), request.place),
            })
            .into_iter()
            .collect()
    }
}

fn total_effect(ticket: u64, query: crate::domain::time_record::Query) -> Effect {
    Effect::Total { ticket, of: TotalOf::TimeRecords(query) }
}

/// Whether a change may be about this record.
fn concerns(change: &Change, id: &TimeRecordId) -> bool {
    match change {
        Change::Rows { resource: Resource::TimeRecords, ids, .. } => ids.is_empty() || ids.contains(&id.0),
        Change::Rows { .. } | Change::Resync => true,
    }
}
