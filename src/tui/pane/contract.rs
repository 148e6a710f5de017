//! The contract between the console and a pane: its state, the messages that it receives, and its
//! requests.
//!
//! No pane is special. Panes with more than a list use hooks of the contract that all panes have:
//! they see their requests leave (`leaving`), learn when a minute begins
//! (`minute`), and say whether a change may have been saved (`may_have_saved`). The console names
//! none of them.
//!
//! Requests carry an address. What a pane or its overlay asks for (`PaneRequest`) leaves with the
//! pane's list. Its answer (`PaneAnswer`) comes back to that pane, even if the person has moved to
//! another one. An overlay remembers the pane that opened it: a question of the queue decides in
//! the queue, whatever is on the screen. An answer that a pane can't have asked for is a bug: it
//! is logged, changes nothing, and fails a test.

use std::fmt;

use chrono::{DateTime, Utc};
use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::action::Action;
use super::super::effect::PaneRequest;
use super::super::message::PaneAnswer;
use super::super::overlay::Overlay;
use super::super::widget::field::Field;
use super::super::widget::theme::{Theme, Tone};
use super::super::zone::Zone;
use crate::domain::filter::Saved;
use crate::domain::list::{List, Of, Rows};
use crate::domain::{Actor, Change, Failure};

/// What a person configured about panes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaneSettings {
    /// Filters that are kept under a name.
    pub filters: Saved,
    /// Columns of time records, by their names.
    pub columns: Vec<String>,
}

/// What a pane knows of the world, while it updates and while it is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub now: DateTime<Utc>,
    pub actor: &'a Actor,
    /// The clocks by which times are shown.
    pub zone: Zone,
    pub theme: Theme,
    /// Whether it is the pane that keys go to.
    pub is_shown: bool,
}

/// What a pane asks for.
#[derive(Debug, Default)]
pub struct Reply {
    pub requests: Vec<PaneRequest>,
    /// A text for the clipboard.
    pub copied: Option<String>,
    pub overlay: Option<Overlay>,
    pub notice: NoticeChange,
}

/// What becomes of the line above the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NoticeChange {
    #[default]
    Keep,
    /// What it said is over.
    Clear,
    Say(String, Tone),
}

impl Reply {
    /// Nothing to do.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Says something.
    #[must_use]
    pub fn say(text: impl Into<String>, tone: Tone) -> Self {
        Self { notice: NoticeChange::Say(text.into(), tone), ..Self::default() }
    }

    /// Asks something.
    #[must_use]
    pub fn ask(overlay: impl Into<Overlay>) -> Self {
        Self { overlay: Some(overlay.into()), ..Self::default() }
    }
}

impl<I: IntoIterator<Item = PaneRequest>> From<I> for Reply {
    fn from(requests: I) -> Self {
        Self { requests: requests.into_iter().collect(), ..Self::default() }
    }
}

/// An answer that a pane cannot have asked for. It is a mistake of the program: logged, and
/// otherwise without an effect.
#[must_use]
pub fn misaddressed(list: List, answer: &PaneAnswer) -> Reply {
    let kind: &str = answer.into();
    tracing::error!(list = <&str>::from(list), kind, "an answer for another pane");
    debug_assert!(false, "{kind} is no answer for {list:?}");
    Reply::none()
}

/// The line above a list.
#[derive(Clone, Debug, Default)]
pub struct Title {
    /// Which part of the list, in which order.
    pub left: String,
    /// Marks, news, how many there are.
    pub right: String,
    /// Rows that could not be read again are older than they look.
    pub failure: Option<Failure>,
}

/// Where a pane draws its list and, if it is open, its detail.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    pub list: Rect,
    pub detail: Option<Rect>,
    /// Whether keys go here: only then the row under the cursor is reversed.
    pub focused: bool,
}

/// A list in words.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub rows: Vec<SaidRow>,
    /// Which of them is under the cursor.
    pub cursor: usize,
    /// The parts of the list.
    pub parts: &'static [&'static str],
    /// What each of them holds.
    pub counts: Vec<String>,
    /// What there is to say where there are no rows.
    pub none: String,
    /// Why the rows could not be read, or not again.
    pub failure: Option<String>,
    /// How many rows are marked, also of those that are not in memory.
    pub marked: usize,
    /// Whether there are more rows after those in memory.
    pub has_more: bool,
}

/// A row in words.
#[derive(Clone, Debug, PartialEq)]
pub struct SaidRow {
    pub id: String,
    /// Its place in the list, from 1.
    pub number: usize,
    pub text: String,
    pub part: Option<usize>,
    pub is_marked: bool,
    /// It has left the list.
    pub is_gone: bool,
    /// All that the row holds, its version too, as a page of this row alone.
    pub content: Rows,
}

/// A pane, as the console holds it.
pub trait Pane: fmt::Debug + Send {
    /// An action over the list.
    fn act(&mut self, action: Action, context: Context) -> Reply;
    /// A key or a paste while something is being typed here.
    fn type_key(&mut self, key: KeyEvent) -> Reply;
    fn paste(&mut self, text: &str) -> Reply;
    /// What is being typed here, and what for.
    fn typing(&self) -> Option<(&'static str, &Field)>;
    /// What could be typed next there, or what is wrong with it.
    fn hint(&self) -> (String, Tone);
    /// The pane comes to the screen: what may be out of date is read.
    fn show(&mut self) -> Reply;
    /// Shows what belongs to a record only, or everything again.
    fn narrow(&mut self, of: Option<Of>) -> Reply;
    /// Something changed in the database; only what is visible reads at once.
    fn change(&mut self, change: &Change, visible: bool) -> Vec<PaneRequest>;
    /// Counts again what changes have altered. Totals are counted less often than rows are read.
    fn count_changes(&mut self, visible: bool) -> Vec<PaneRequest>;
    /// The list has so many rows on the screen now.
    fn resize(&mut self, height: usize) -> Vec<PaneRequest>;
    /// A click on a line of the list; the first line of rows is 0.
    fn point_at(&mut self, line: usize) -> Reply;
    /// What something came to that the pane, or an overlay that it opened, asked for.
    fn answer(&mut self, answer: PaneAnswer, context: Context) -> Reply;
    /// Something that the pane, or an overlay that it opened, asks for is being sent.
    fn leaving(&mut self, _: &PaneRequest) {}
    /// A minute began while the pane is on the screen.
    fn minute(&mut self) -> Vec<PaneRequest> {
        Vec::new()
    }
    /// Whether something that it shows could not be read again and is older than it looks.
    fn is_stale(&self, visible: bool) -> bool;
    /// Reads what could not be read, unless that is in progress.
    fn retry(&mut self, visible: bool) -> Vec<PaneRequest>;
    /// Whether something that was asked for here may have been saved without an answer.
    fn may_have_saved(&self) -> bool {
        false
    }
    /// Whether the detail takes part of the screen.
    fn shows_detail(&self) -> bool;
    /// Whether there is something that [`Action::Back`] would take back here.
    fn can_go_back(&self) -> bool;
    /// Whether marks or a filter are to be taken off before one leaves.
    fn is_marked_or_filtered(&self) -> bool;
    /// What the list is narrowed to.
    fn narrowed_to(&self) -> Option<&Of>;
    /// Rows that may leave the list by the person's own doing: the cursor moves on.
    fn leaves(&mut self, ids: Vec<String>);
    /// Whether an action that is about the list can name a row of it here.
    fn takes_row(&self, action: Action) -> bool {
        action.may_be_about_a_row()
    }
    /// The row under the cursor, by its key.
    fn current_id(&self) -> Option<&str>;
    /// Puts the cursor on a row, by its id; nothing when it is not there.
    fn point_at_row(&mut self, id: &str) -> Option<Reply>;
    /// Marks exactly these rows; whether they are all there to be marked.
    fn mark_rows(&mut self, ids: &[String]) -> bool;
    /// The list in words, as far as it is in memory.
    fn said(&self, context: Context) -> Said;
    /// The row under the cursor in full: what it is called, and a sentence a line.
    fn said_detail(&self, context: Context) -> Option<(String, Vec<String>)>;
    /// How many there are, where that is known for the list as it is first shown.
    fn waiting(&self) -> Option<i64> {
        None
    }
    fn title(&self, context: Context) -> Title;
    fn draw(&self, context: Context, places: Places, buffer: &mut Buffer);
}
