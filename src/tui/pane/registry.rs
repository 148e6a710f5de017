//! All panes: one for each list, and which of them is on the screen.

use std::collections::BTreeMap;

use super::super::effect::Effect;
use super::contract::Pane;
use super::list::ListPane;
use super::{audit, time_records};
use crate::domain::Change;
use crate::domain::filter::Saved;
use crate::domain::list::{List, for_each_list};

/// All panes, and which of them is on the screen.
#[derive(Debug)]
pub struct Panes {
    pub shown: List,
    pub time_records: time_records::Pane,
    pub audit: audit::Pane,
    others: BTreeMap<List, Box<dyn Pane>>,
}

impl Default for Panes {
    fn default() -> Self {
        // Two panes have fields of their own.
        macro_rules! others {
            ($($(#[$doc:meta])* $list:ident: $row:ty,)+) => {
                [$((List::$list, Box::new(ListPane::<$row>::new()) as Box<dyn Pane>)),+]
            };
        }
        let others =
            for_each_list!(others).into_iter().filter(|(list, _)| !matches!(list, List::TimeRecords | List::Audit));
        Self {
            shown: List::TimeRecords,
            time_records: time_records::Pane::default(),
            audit: audit::Pane::default(),
            others: others.collect(),
        }
    }
}

/// The panes with a tab, in their order.
pub const TABS: [(List, &str); 4] = [
    (List::TimeRecords, "Time records"),
    (List::Rotations, "Rotations"),
    (List::Competencies, "Competencies"),
    (List::Audit, "Audit"),
];

impl Panes {
    /// Panes that have read nothing yet, for somebody who keeps these filters and
    /// wants these columns of time records.
    #[must_use]
    pub fn new(saved: &Saved, columns: &[String]) -> Self {
        let mut panes = Self::default();
        panes.time_records.list.saved.clone_from(saved);
        panes.audit.list.saved.clone_from(saved);
        panes.time_records.columns = columns.to_vec();
        panes
    }

    /// A pane.
    #[must_use]
    pub fn get(&self, list: List) -> &dyn Pane {
        match self.others.get(&list) {
            Some(pane) => &**pane,
            None if list == List::Audit => &self.audit,
            None => &self.time_records,
        }
    }

    /// A pane, to be changed.
    pub fn get_mut(&mut self, list: List) -> &mut dyn Pane {
        match self.others.get_mut(&list) {
            Some(pane) => &mut **pane,
            None if list == List::Audit => &mut self.audit,
            None => &mut self.time_records,
        }
    }

    /// The pane on the screen.
    #[must_use]
    pub fn current(&self) -> &dyn Pane {
        self.get(self.shown)
    }

    /// The pane on the screen, to be changed.
    pub fn current_mut(&mut self) -> &mut dyn Pane {
        self.get_mut(self.shown)
    }

    /// Whether something on the screen is older than it looks.
    #[must_use]
    pub fn are_stale(&self, visible: &[List]) -> bool {
        let is_stale = |list: List, pane: &dyn Pane| pane.is_stale(visible.contains(&list));
        is_stale(List::TimeRecords, &self.time_records)
            || is_stale(List::Audit, &self.audit)
            || self.others.iter().any(|(list, pane)| is_stale(*list, &**pane))
    }

    /// Reads what could not be read before.
    pub fn retry(&mut self, visible: &[List]) -> Vec<Effect> {
        let requests = self.time_records.retry(visible.contains(&List::TimeRecords));
        let mut effects = Effect::asked_by(List::TimeRecords, requests);
        let requests = self.audit.retry(visible.contains(&List::Audit));
        effects.extend(Effect::asked_by(List::Audit, requests));
        for (list, pane) in &mut self.others {
            effects.extend(Effect::asked_by(*list, pane.retry(visible.contains(list))));
        }
        effects
    }

    /// Whether something that was asked for may have been saved without an answer.
    #[must_use]
    pub fn may_have_saved(&self) -> bool {
        self.time_records.may_have_saved()
            || self.audit.may_have_saved()
            || self.others.values().any(|pane| pane.may_have_saved())
    }

    /// The pane that stands so many tabs to the right.
    #[must_use]
    pub fn neighbour(&self, by: usize) -> List {
        let here = TABS.iter().position(|(list, _)| *list == self.shown).unwrap_or(0);
        TABS[(here + by) % TABS.len()].0
    }

    /// Everybody hears of a change; only what is visible reads again at once.
    pub fn change(&mut self, change: &Change, visible: &[List]) -> Vec<Effect> {
        let requests = self.time_records.change(change, visible.contains(&List::TimeRecords));
        let mut effects = Effect::asked_by(List::TimeRecords, requests);
        let requests = self.audit.change(change, visible.contains(&List::Audit));
        effects.extend(Effect::asked_by(List::Audit, requests));
        for (list, pane) in &mut self.others {
            effects.extend(Effect::asked_by(*list, pane.change(change, visible.contains(list))));
        }
        effects
    }
}
