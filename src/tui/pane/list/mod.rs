//! The pane of every plain resource: a list, the detail of the row under the cursor, and its
//! actions. A resource supplies its columns, its detail, its links and its actions; this module
//! implements everything else once. Only panes with more features wrap it: time records add
//! deciding, asking and "approve clean", audit adds pausing, going to a time and the events per
//! minute.

mod ask;
mod reading;
mod typing;
mod update;
pub mod view;

use std::fmt;

use chrono_tz::Tz;

use super::super::action::Action;
use super::super::widget::field::Field;
use super::super::widget::latest::Latest;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::Column;
use super::super::widget::theme::Tone;
use super::super::widget::window::{Listed, Window};
use super::{Context, Pane, PaneSettings, Reply};
use crate::domain::Resource;
use crate::domain::command::Target;
use crate::domain::filter::Saved;
use crate::domain::list::{Link, ListRow, Of, Rows};
use crate::domain::query::Query;
use crate::domain::window::{Key, Keyed, Page, Slot, Unreadable};
use crate::presentation::text::spoken;

pub use ask::{added, confirmed, edited, form_with, rubric, switched, targets};

/// What differs between plain resources.
pub trait Kind: ListRow + Clone + fmt::Debug + PartialEq + Send + 'static {
    /// The tables whose changes it shows.
    const RESOURCES: &'static [Resource];
    /// The table of which each row is one: what changed there is read by its ids.
    const ROWS: Option<Resource> = None;
    /// At the top, the cursor stays on the newest row.
    const FOLLOWS: bool = false;
    /// Its rows are work, of which the title says how many hours there are.
    const HAS_HOURS: bool = false;
    /// It has a form for several rows, so that marked ones are edited together.
    const EDITS_SEVERAL: bool = false;

    fn id(&self) -> &str;
    /// As a person would call it in a sentence.
    fn name(&self) -> String;
    /// The columns of the list in a place of this width.
    fn columns<'a>(context: Context<'a>, query: &Query, width: u16) -> Vec<Column<'a, Keyed<Self>>>;
    /// Everything about it, what matters first.
    fn detail(&self, context: Context, query: &Query) -> Sheet;
    /// The row in words, for a screen reader: its columns as text, without drawings.
    fn sentence(&self, context: Context, query: &Query) -> String {
        let row = Keyed { key: Key::default(), record: self.clone() };
        let columns = Self::columns(context, query, 200);
        spoken(&columns.iter().filter_map(|column| column.words_of(&row)).collect::<Vec<_>>().join(", "))
    }
    /// Where one can go from here.
    fn links(&self, _: Context) -> Vec<Link> {
        Vec::new()
    }
    /// Whether it belongs to the platform and to no school, and its events with it.
    fn is_of_platform(&self, _: Context) -> bool {
        false
    }
    /// The zone in which its times are shown, where it has one of its own.
    fn zone(&self) -> Option<Tz> {
        None
    }
    /// An action of the resource's own, over the marked rows or else the one under
    /// the cursor (none in an empty list); `of` is what the list is narrowed to.
    fn act(_: Action, _: &[&Self], _: Option<&Of>, _: Context) -> Reply {
        Reply::none()
    }
    /// The parts into which the list is divided, where its order has some.
    fn sections(_: &Query) -> &'static [&'static str] {
        &[]
    }
    /// To which of them the row belongs.
    fn section(&self) -> usize {
        0
    }
    /// How a part's title looks.
    fn section_tone(_: usize) -> Tone {
        Tone::Heading
    }
    /// What an empty list says, where the usual sentence does not do.
    fn empty(_: &Query) -> Option<&'static str> {
        None
    }

    /// Whether the row shows something of these rows of another table. Nothing where that is not
    /// known, or where they may decide which rows are in the list and in which order.
    fn shows(&self, _: Resource, _ids: &[String], _: &Query) -> Option<bool> {
        None
    }

    /// What tells it apart from another one with the same name.
    fn note(&self) -> Option<String> {
        None
    }

    /// The row as a command names it.
    fn target(&self) -> Target {
        Target { id: self.id().to_owned(), name: self.name() }
    }

    /// The pane of its list, which has read nothing yet. A resource with a pane of its own
    /// makes that one.
    fn pane(settings: &PaneSettings) -> Box<dyn Pane>
    where
        Page<Slot<Self>>: TryFrom<Rows> + Into<Rows>,
    {
        Box::new(ListPane::<Self>::new(settings))
    }
}

impl<R: Kind> Listed for Slot<R> {
    type Key = Key;
    type Order = usize;

    fn id(&self) -> &str {
        match self {
            Self::Record(row) => row.record.id(),
            Self::Unreadable(row) => &row.id,
        }
    }
    fn key(&self, _: usize) -> Key {
        Slot::key(self).clone()
    }
    fn is_readable(&self) -> bool {
        self.record().is_some()
    }
}

/// The model of a plain pane.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one list")]
pub struct ListPane<R: Kind> {
    pub query: Query,
    pub window: Window<Slot<R>>,
    /// The filter while it is being typed.
    filter: Option<Field>,
    /// Whether the detail is open; and whether the list has the whole screen.
    with_detail: bool,
    zoomed: bool,
    /// Of whose detail how many lines are above the first one on the screen.
    scrolled: Option<(String, usize)>,
    out_of_date: bool,
    counting: Latest<Query>,
    /// Whether changes have come since the rows were counted.
    is_count_due: bool,
    /// Whether the rows could not be counted again.
    pub is_miscounted: bool,
    /// Filters that are kept under a name.
    saved: Saved,
    /// Lines of the screen for rows and titles of parts.
    lines: usize,
    /// Of the query: answers to an earlier one are out of date.
    generation: u64,
    /// The generation of which everything that matches is being read, to be marked.
    marking: Option<u64>,
}

impl<R: Kind> ListPane<R>
where
    Page<Slot<R>>: TryFrom<Rows> + Into<Rows>,
{
    /// A pane that has read nothing yet.
    #[must_use]
    pub fn new(settings: &PaneSettings) -> Self {
        let mut window = Window::new(0);
        window.follow = R::FOLLOWS;
        // Where a filter has no fields, kept ones mean nothing.
        let has_fields = !R::DESCRIPTION.fields.is_empty();
        Self {
            query: Query::default(),
            window,
            filter: None,
            with_detail: true,
            zoomed: false,
            scrolled: None,
            out_of_date: true,
            counting: Latest::default(),
            is_count_due: false,
            is_miscounted: false,
            saved: if has_fields { settings.filters.clone() } else { Saved::new() },
            lines: 20,
            generation: 0,
            marking: None,
        }
    }

    /// The record under the cursor, unless it has left the list.
    #[must_use]
    pub fn current(&self) -> Option<&R> {
        self.current_slot().and_then(Slot::record)
    }

    /// The row under the cursor, unless it has left the list, whether it can be read or not.
    fn current_slot(&self) -> Option<&Slot<R>> {
        self.window.current().filter(|row| self.window.is_settled() && !self.window.is_gone(row))
    }

    /// The row under the cursor, where it cannot be read.
    #[must_use]
    pub fn current_unreadable(&self) -> Option<&Unreadable> {
        self.current_slot().and_then(Slot::unreadable)
    }

    /// The marked rows in the order of marking, or else the one under the cursor.
    fn chosen(&self) -> Vec<&R> {
        if self.window.marks.is_empty() {
            return self.current().into_iter().collect();
        }
        self.window.marks.iter().filter_map(Slot::record).collect()
    }
}

impl<R: Kind> ListPane<R> {
    /// Tells to which part of the list a row belongs, in the displayed order.
    #[must_use]
    pub fn section_of(&self) -> fn(&Slot<R>) -> Option<usize> {
        if R::sections(&self.query).is_empty() { |_| None } else { |row| row.record().map(R::section) }
    }

    /// Lines of the detail above its first one on the screen: none, unless it was
    /// read on in this very row's.
    #[must_use]
    pub fn scroll(&self) -> usize {
        let here = self.window.current().map(Listed::id);
        self.scrolled.as_ref().filter(|(id, _)| Some(id.as_str()) == here).map_or(0, |(_, lines)| *lines)
    }
}
