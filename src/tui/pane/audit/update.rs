//! Updates the audit pane: like any list, and also pausing, going to a time or to the next event
//! of the resource, and the events per minute.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::super::action::Action;
use super::super::super::effect::PaneRequest;
use super::super::super::message::PaneAnswer;
use super::super::super::widget::field::Field;
use super::super::super::widget::theme::Tone;
use super::super::{Context, NoticeChange, Pane as AnyPane, Places, Reply, Said, Title};
use super::{Going, Pane};
use crate::domain::audit_event::{AuditEvent, Neighbour};
use crate::domain::filter::{Moment, moment};
use crate::domain::list::{By, List, Of};
use crate::domain::local_time::{first_instant, once};
use crate::domain::window::{Key, Place};
use crate::domain::{Change, Resource};

/// So many lines of a list, and it can spare one.
const ENOUGH: usize = 10;
const GOING: &str = "Go to: ";

impl AnyPane for Pane {
    fn act(&mut self, action: Action, context: Context) -> Reply {
        match action {
            Action::Pivot => self.list.links(Vec::new(), context),
            Action::Pause => self.pause(),
            Action::GoTo => {
                self.going = Some(Going { field: Field::default(), now: context.now, zone: context.zone });
                Reply::none()
            }
            Action::EarlierEvent => {
                self.neighbour(|event| event.earlier.as_ref(), "There is no earlier event of this record.")
            }
            Action::LaterEvent => {
                self.neighbour(|event| event.later.as_ref(), "There is no later event of this record.")
            }
            Action::PlatformEvents => self.next_trail(),
            action => {
                let reply = self.list.act(action, context);
                self.with_pulse(reply)
            }
        }
    }

    fn type_key(&mut self, key: KeyEvent) -> Reply {
        let Some(going) = &mut self.going else { return self.list.type_key(key) };
        match key.code {
            KeyCode::Esc => self.going = None,
            KeyCode::Enter => match going.instant() {
                Some(Ok(at)) => {
                    self.going = None;
                    return self.go_to(at);
                }
                None if going.field.text().trim().is_empty() => self.going = None,
                Some(Err(_)) | None => {}
            },
            _ => {
                going.field.type_key(key);
            }
        }
        Reply::none()
    }

    fn paste(&mut self, text: &str) -> Reply {
        let Some(going) = &mut self.going else { return self.list.paste(text) };
        going.field.paste(text);
        Reply::none()
    }

    fn typing(&self) -> Option<(&'static str, &Field)> {
        self.going.as_ref().map(|going| (GOING, &going.field)).or_else(|| self.list.typing())
    }

    fn hint(&self) -> (String, Tone) {
        let Some(going) = &self.going else { return self.list.hint() };
        match going.instant() {
            Some(Ok(at)) => {
                let there = at.with_timezone(&going.zone).format("%a %Y-%m-%d %H:%M:%S %:z");
                (format!("Enter goes to {there} · Esc cancels"), Tone::Quiet)
            }
            Some(Err(why)) => (why, Tone::Warning),
            None => ("How long ago, as 2h; or 14:30, 2026-11-20, 2026-11-20T14:30 · Esc cancels".into(), Tone::Quiet),
        }
    }

    fn show(&mut self) -> Reply {
        let mut reply = self.list.show();
        reply.requests.extend(self.pulse.want());
        reply
    }

    fn narrow(&mut self, of: Option<Of>) -> Reply {
        let reply = self.list.narrow(of);
        self.with_pulse(reply)
    }

    fn change(&mut self, change: &Change, visible: bool) -> Vec<PaneRequest> {
        self.is_pulse_due |= change.touches(Resource::AuditLogs);
        self.list.change(change, visible)
    }

    fn count_changes(&mut self, visible: bool) -> Vec<PaneRequest> {
        let mut requests = self.list.count_changes(visible);
        if visible && std::mem::take(&mut self.is_pulse_due) {
            requests.extend(self.pulse.want());
        }
        requests
    }

    fn resize(&mut self, height: usize) -> Vec<PaneRequest> {
        self.shows_pulse = height >= ENOUGH;
        self.list.resize(height.saturating_sub(usize::from(self.shows_pulse)))
    }

    fn point_at(&mut self, line: usize) -> Reply {
        match line.checked_sub(usize::from(self.shows_pulse)) {
            Some(line) => self.list.point_at(line),
            None => Reply::none(),
        }
    }

    fn point_at_row(&mut self, id: &str) -> Option<Reply> {
        self.list.point_at_row(id)
    }

    fn mark_rows(&mut self, ids: &[String]) -> bool {
        self.list.mark_rows(ids)
    }

    fn said(&self, context: Context) -> Said {
        let mut said = self.list.said(context);
        said.counts.push(self.pulse.sentence(context.now));
        said
    }

    fn said_detail(&self, context: Context) -> Option<(String, Vec<String>)> {
        self.list.said_detail(context)
    }

    fn answer(&mut self, answer: PaneAnswer, context: Context) -> Reply {
        match answer {
            PaneAnswer::Pulse(read) => self.pulse.received(read).into(),
            answer => self.list.answer(answer, context),
        }
    }

    fn minute(&mut self) -> Vec<PaneRequest> {
        // The bars move on, and where notifications do not come any more they are read all
        // the same.
        self.pulse.want().into_iter().collect()
    }

    fn is_stale(&self, visible: bool) -> bool {
        self.list.is_stale(visible) || visible && self.pulse.has_failed()
    }

    fn retry(&mut self, visible: bool) -> Vec<PaneRequest> {
        let mut requests = self.list.retry(visible);
        if visible {
            requests.extend(self.pulse.retry());
        }
        requests
    }

    fn shows_detail(&self) -> bool {
        self.list.shows_detail()
    }

    fn can_go_back(&self) -> bool {
        self.list.can_go_back() || self.list.window.is_paused()
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
        self.list.current_id()
    }

    fn title(&self, context: Context) -> Title {
        let mut title = self.list.title(context);
        if self.list.window.is_paused() {
            title.left.push_str(" · paused");
        }
        if let Some(alerts) = self.pulse.alerts() {
            title.right = format!("{alerts} · {}", title.right);
        }
        title
    }

    fn draw(&self, context: Context, places: Places, buffer: &mut Buffer) {
        if !self.shows_pulse || places.list.height == 0 {
            return self.list.draw(context, places, buffer);
        }
        let line = Rect { height: 1, ..places.list };
        self.pulse.draw(context.now, context.theme, line, buffer);
        let list = Rect { y: places.list.y + 1, height: places.list.height - 1, ..places.list };
        self.list.draw(context, Places { list, ..places }, buffer);
    }
}

impl Pane {
    /// From the events of the school to those of the platform, and back. What the list is
    /// narrowed to stays.
    fn next_trail(&mut self) -> Reply {
        let reply = match self.list.query.of.clone() {
            Some(of) => self.list.narrow(Some(Of { is_of_platform: !of.is_of_platform, ..of })),
            None => self.list.next_view(),
        };
        self.with_pulse(reply)
    }

    /// The pulse counts the events that the list shows.
    fn with_pulse(&mut self, mut reply: Reply) -> Reply {
        reply.requests.extend(self.pulse.show(self.list.query.is_of_platform(List::Audit)));
        reply
    }

    /// Holds the list still, or lets it follow again from the newest on.
    fn pause(&mut self) -> Reply {
        match self.list.window.pause() {
            Some(request) => Reply { notice: NoticeChange::Clear, ..self.list.moved(Some(request)) },
            None => Reply::say("The list is paused and counts new events. Space resumes it.", Tone::Plain),
        }
    }

    /// To the newest event that is not after an instant.
    fn go_to(&mut self, at: DateTime<Utc>) -> Reply {
        let request = self.list.window.jump(Place::After(AuditEvent::just_after(at)));
        self.list.moved(Some(request))
    }

    /// To another event of the resource under the cursor, among all of that resource.
    fn neighbour(&mut self, of: impl Fn(&AuditEvent) -> Option<&Neighbour>, none: &str) -> Reply {
        let Some(event) = self.list.current() else { return self.list.no_row() };
        let Some(neighbour) = of(event) else { return Reply::say(none, Tone::Quiet) };
        let place = Place::From(Key::new(neighbour.key.clone()));
        let mut resource = Of::new(By::Resource, event.resource_id.as_str(), event.resource());
        resource.is_of_platform = event.is_of_platform;
        let mut reply = Reply::none();
        if self.list.query.of.as_ref() != Some(&resource) {
            reply = self.narrow(Some(resource));
            // The page of the whole is replaced by the one that is gone to.
            reply.requests.retain(|request| !matches!(request, PaneRequest::Page { .. }));
        }
        let request = self.list.window.jump(place);
        reply.requests.extend(self.list.moved(Some(request)).requests);
        reply
    }
}

impl Going {
    /// The instant that is typed, if it is one already, or why it is none.
    fn instant(&self) -> Option<Result<DateTime<Utc>, String>> {
        let text = self.field.text().trim();
        let today = self.now.with_timezone(&self.zone).date_naive();
        let typed = moment(text).or_else(|| moment(&format!("{today}T{text}"))).filter(Moment::is_kept)?;
        match typed {
            Moment::Ago(seconds) => self.now.checked_sub_signed(TimeDelta::seconds(seconds)).map(Ok),
            Moment::Day(day) => Some(Ok(first_instant(day.and_time(NaiveTime::MIN), &self.zone))),
            Moment::There(at) => Some(once(at, &self.zone)),
            Moment::At(at) => Some(Ok(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::zone::Zone;

    /// What comes of a text, at noon in Chicago on the day on which its clocks go back.
    fn instant(text: &str) -> Option<Result<DateTime<Utc>, String>> {
        let now = "2026-11-01T18:00:00Z".parse().expect("an instant");
        Going { field: Field::with(text), now, zone: Zone::Named(chrono_tz::America::Chicago) }.instant()
    }

    #[test]
    fn a_time_that_comes_twice_asks_for_its_offset() {
        let asked = "01:30 occurs twice on 2026-11-01 because the clocks go back. Add -05:00 or -06:00.";
        for twice in ["01:30", "2026-11-01T01:30"] {
            assert_eq!(instant(twice), Some(Err(asked.into())), "{twice}");
        }
    }

    #[test]
    fn an_offset_tells_which_of_two_equal_times_is_meant() {
        for second in ["01:30-06:00", "2026-11-01T01:30-06:00", "2026-11-01T01:30:00-06:00", "2026-11-01T07:30Z"] {
            assert_eq!(instant(second), Some(Ok("2026-11-01T07:30:00Z".parse().expect("an instant"))), "{second}");
        }
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_refused() {
        let why = instant("2026-03-08T02:30").and_then(Result::err).expect("a reason");
        assert!(why.starts_with("02:30 does not exist on 2026-03-08"), "{why}");
    }
}
