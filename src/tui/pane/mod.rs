//! One pane per resource: its model, its update, its view. Panes do not know
//! each other; what they want of the rest leaves as a [`Reply`].

pub mod audit;
pub mod competencies;
pub mod list;
pub mod rotations;
pub mod time_records;

use chrono::{DateTime, Utc};

use super::action::Action;
use super::effect::Effect;
use super::message::List;
use super::overlay::Overlay;
use super::widget::theme::Tone;
use crate::domain::{Actor, Change};

/// What a pane knows of the world while it updates.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub now: DateTime<Utc>,
    pub actor: &'a Actor,
    pub offset: chrono::FixedOffset,
    pub visible: bool,
}

/// What a pane asks for.
#[derive(Debug, Default)]
pub struct Reply {
    pub effects: Vec<Effect>,
    pub overlay: Option<Overlay>,
    pub notice: Option<(String, Tone)>,
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
        Self { notice: Some((text.into(), tone)), ..Self::default() }
    }

    /// Asks something.
    #[must_use]
    pub fn ask(overlay: Overlay) -> Self {
        Self { overlay: Some(overlay), ..Self::default() }
    }
}

impl<I: IntoIterator<Item = Effect>> From<I> for Reply {
    fn from(effects: I) -> Self {
        Self { effects: effects.into_iter().collect(), ..Self::default() }
    }
}

/// All panes, and which of them is on the screen.
#[derive(Clone, Debug)]
pub struct Panes {
    pub shown: List,
    pub time_records: time_records::Pane,
    pub rotations: rotations::Pane,
    pub competencies: competencies::Pane,
    pub audit: audit::Pane,
}

impl Default for Panes {
    fn default() -> Self {
        Self {
            shown: List::TimeRecords,
            time_records: time_records::Pane::default(),
            rotations: rotations::pane(),
            competencies: competencies::pane(),
            audit: audit::pane(),
        }
    }
}

/// The panes in the order of their tabs.
pub const TABS: [(List, Action, &str); 4] = [
    (List::TimeRecords, Action::TimeRecords, "Time records"),
    (List::Rotations, Action::Rotations, "Rotations"),
    (List::Competencies, Action::Competencies, "Competencies"),
    (List::Audit, Action::Audit, "Audit"),
];

impl Panes {
    /// Whether the pane on the screen has its detail open.
    #[must_use]
    pub fn shows_detail(&self) -> bool {
        self.shown == List::TimeRecords && self.time_records.shows_detail()
    }

    /// The pane that stands so many tabs to the right.
    #[must_use]
    pub fn neighbour(&self, by: usize) -> List {
        let here = TABS.iter().position(|(list, ..)| *list == self.shown).unwrap_or(0);
        TABS[(here + by) % TABS.len()].0
    }

    /// An action for the pane on the screen.
    pub fn act(&mut self, action: Action, context: Context) -> Reply {
        match self.shown {
            List::TimeRecords => self.time_records.act(action, context),
            List::Rotations => self.rotations.act(action),
            List::Competencies => self.competencies.act(action),
            List::Audit => self.audit.act(action),
        }
    }

    /// The pane on the screen reads what it shows, where that may be out of date.
    pub fn show(&mut self, context: Context) -> Reply {
        match self.shown {
            List::TimeRecords => self.time_records.show(context),
            List::Rotations => self.rotations.show(),
            List::Competencies => self.competencies.show(),
            List::Audit => self.audit.show(),
        }
    }

    /// Everybody hears of a change; only what is visible reads again at once.
    pub fn change(&mut self, change: &Change, context: Context) -> Vec<Effect> {
        let visible = |list: List| Context { visible: self.shown == list && context.visible, ..context };
        let (first, second, third, fourth) =
            (visible(List::TimeRecords), visible(List::Rotations), visible(List::Competencies), visible(List::Audit));
        let mut effects = self.time_records.change(change, first);
        effects.extend(self.rotations.change(change, second.visible));
        effects.extend(self.competencies.change(change, third.visible));
        effects.extend(self.audit.change(change, fourth.visible));
        effects
    }

    /// The list has so many rows on the screen now.
    pub fn resize(&mut self, height: usize) -> Vec<Effect> {
        let mut effects = self.time_records.resize(height);
        effects.extend(self.rotations.resize(height));
        effects.extend(self.competencies.resize(height));
        effects.extend(self.audit.resize(height));
        effects
    }

    /// A click on a line of the list; the first line of rows is 0.
    pub fn point_at(&mut self, line: usize, context: Context) -> Reply {
        match self.shown {
            List::TimeRecords => self.time_records.point_at(line, context),
            List::Rotations => self.rotations.point_at(line),
            List::Competencies => self.competencies.point_at(line),
            List::Audit => self.audit.point_at(line),
        }
    }
}
