//! A pane that is a list and nothing more: the least that a resource needs. A
//! resource gives its columns, its page and what it listens to.

use std::fmt;

use chrono::{DateTime, Utc};

use super::super::action::Action;
use super::super::effect::{Effect, PageOf, TotalOf};
use super::super::message::List;
use super::super::widget::latest::Latest;
use super::super::widget::table::Column;
use super::super::widget::window::{Listed, Request, Step, Window};
use super::Reply;
use crate::domain::window::{Page, Place, Total};
use crate::domain::{Change, Failure, Resource};

/// What differs between lists.
pub trait Kind: Listed<Order = ()> {
    const LIST: List;
    const EMPTY: &'static str;
    /// The tables whose changes it shows.
    const RESOURCES: &'static [Resource];
    /// At the top, the cursor stays on the newest row.
    const FOLLOWS: bool = false;

    fn page(place: Place<Self::Key>) -> PageOf;
    /// The columns at a width, at a time.
    fn columns(now: DateTime<Utc>, offset: chrono::FixedOffset, wide: bool) -> Vec<Column<'static, Self>>;
    /// The row in one line, for the clipboard.
    fn line(&self, now: DateTime<Utc>) -> String;
}

/// The model: a window, and whether it is out of date.
#[derive(Clone)]
pub struct ListPane<R: Kind> {
    pub window: Window<R>,
    out_of_date: bool,
    counting: Latest<()>,
}

impl<R: Kind> fmt::Debug for ListPane<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListPane").field("rows", &self.window.rows.len()).finish_non_exhaustive()
    }
}

impl<R: Kind> Default for ListPane<R> {
    fn default() -> Self {
        let mut window = Window::new(());
        window.follow = R::FOLLOWS;
        Self { window, out_of_date: true, counting: Latest::default() }
    }
}

impl<R: Kind> ListPane<R> {
    pub fn act(&mut self, action: Action) -> Reply {
        let page = self.window.height.saturating_sub(1).max(1);
        let request = match action {
            Action::Down => self.window.step(Step::Down(1)),
            Action::Up => self.window.step(Step::Up(1)),
            Action::PageDown => self.window.step(Step::Down(page)),
            Action::PageUp => self.window.step(Step::Up(page)),
            Action::First => self.window.step(Step::First),
            Action::Last => self.window.step(Step::Last),
            _ => return Reply::none(),
        };
        Self::effect(request).into()
    }

    pub fn show(&mut self) -> Reply {
        if !std::mem::take(&mut self.out_of_date) {
            return Reply::none();
        }
        self.read().into()
    }

    pub fn change(&mut self, change: &Change, visible: bool) -> Vec<Effect> {
        if !R::RESOURCES.iter().any(|resource| change.touches(*resource)) {
            return Vec::new();
        }
        if !visible {
            self.out_of_date = true;
            return Vec::new();
        }
        self.read()
    }

    pub fn resize(&mut self, height: usize) -> Vec<Effect> {
        Self::effect(self.window.resize(height))
    }

    pub fn point_at(&mut self, line: usize) -> Reply {
        Self::effect(self.window.point_at(line)).into()
    }

    pub fn page(&mut self, ticket: u64, page: Result<Page<R>, Failure>) -> Vec<Effect> {
        Self::effect(self.window.receive(ticket, page))
    }

    pub fn total(&mut self, total: &Result<Total, Failure>) -> Vec<Effect> {
        if let Ok(total) = total {
            self.window.total = Some(*total);
        }
        self.counting.answered().map(|()| Self::count()).into_iter().collect()
    }

    fn count() -> Effect {
        Effect::Total { ticket: 0, of: TotalOf::Other(R::LIST) }
    }

    fn read(&mut self) -> Vec<Effect> {
        let mut effects = Self::effect(self.window.refresh());
        effects.extend(self.counting.want(()).map(|()| Self::count()));
        effects
    }

    fn effect(request: Option<Request<R::Key>>) -> Vec<Effect> {
        request
            .map(|request| Effect::Page { ticket: request.ticket, limit: request.limit, of: R::page(request.place) })
            .into_iter()
            .collect()
    }
}
