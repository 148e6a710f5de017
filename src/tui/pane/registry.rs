//! All panes: one for each list, and which of them is on the screen. Each list's record makes its
//! pane (`Kind::pane`). The registry is an array with as many panes as there are lists, so no list
//! is without one.

use strum::VariantArray;

use super::super::effect::Effect;
use super::contract::{Pane, PaneSettings};
use super::list::Kind;
use crate::domain::Change;
use crate::domain::list::{List, for_each_list};

/// The panes with a tab, in their order.
pub const TABS: [(List, &str); 4] = [
    (List::TimeRecords, "Time records"),
    (List::Rotations, "Rotations"),
    (List::Competencies, "Competencies"),
    (List::Audit, "Audit"),
];

/// A pane for each list, in the order of the lists: none is missing.
type EachPane = [Box<dyn Pane>; List::VARIANTS.len()];

macro_rules! define_each_pane {
    ($($(#[$doc:meta])* $list:ident: $row:ty,)+) => {
        fn each_pane(settings: &PaneSettings) -> EachPane {
            [$(<$row as Kind>::pane(settings)),+]
        }
    };
}

for_each_list!(define_each_pane);

/// All panes, and which of them is on the screen.
#[derive(Debug)]
pub struct Panes {
    shown: List,
    /// The place among [`TABS`] of the pane with a tab that was shown last.
    last_tab: usize,
    each: EachPane,
}

impl Panes {
    /// Panes that have read nothing yet, the first tab on the screen.
    #[must_use]
    pub fn new(settings: &PaneSettings) -> Self {
        Self { shown: TABS[0].0, last_tab: 0, each: each_pane(settings) }
    }

    /// A pane.
    #[must_use]
    pub fn get(&self, list: List) -> &dyn Pane {
        &*self.each[list as usize]
    }

    /// A pane, to be changed.
    pub fn get_mut(&mut self, list: List) -> &mut dyn Pane {
        &mut *self.each[list as usize]
    }

    /// The list whose pane keys go to.
    #[must_use]
    pub fn shown(&self) -> List {
        self.shown
    }

    /// From now on keys go to the pane of this list.
    pub fn show(&mut self, list: List) {
        self.shown = list;
        if let Some(tab) = TABS.iter().position(|(tab, _)| *tab == list) {
            self.last_tab = tab;
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

    /// The pane with a tab that was shown last.
    #[must_use]
    pub fn last_tab(&self) -> List {
        TABS[self.last_tab].0
    }

    /// The pane that stands so many tabs to the right.
    #[must_use]
    pub fn neighbour(&self, by: usize) -> List {
        TABS[(self.last_tab + by) % TABS.len()].0
    }

    /// Whether something on the screen is older than it looks.
    #[must_use]
    pub fn are_stale(&self, visible: &[List]) -> bool {
        List::VARIANTS.iter().zip(&self.each).any(|(list, pane)| pane.is_stale(visible.contains(list)))
    }

    /// Whether something that was asked for may have been saved without an answer.
    #[must_use]
    pub fn may_have_saved(&self) -> bool {
        self.each.iter().any(|pane| pane.may_have_saved())
    }

    /// Reads what could not be read before.
    pub fn retry(&mut self, visible: &[List]) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (list, pane) in List::VARIANTS.iter().zip(&mut self.each) {
            effects.extend(Effect::asked_by(*list, pane.retry(visible.contains(list))));
        }
        effects
    }

    /// All panes get a change; only visible ones read again at once.
    pub fn change(&mut self, change: &Change, visible: &[List]) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (list, pane) in List::VARIANTS.iter().zip(&mut self.each) {
            effects.extend(Effect::asked_by(*list, pane.change(change, visible.contains(list))));
        }
        effects
    }

    /// Reads and counts one list again.
    pub fn read_again(&mut self, list: List, is_visible: bool) -> Vec<Effect> {
        let pane = self.get_mut(list);
        let mut requests = pane.change(&Change::Resync, is_visible);
        requests.extend(pane.count_changes(is_visible));
        Effect::asked_by(list, requests)
    }

    /// Counts again what changes have altered.
    pub fn count_changes(&mut self, visible: &[List]) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (list, pane) in List::VARIANTS.iter().zip(&mut self.each) {
            effects.extend(Effect::asked_by(*list, pane.count_changes(visible.contains(list))));
        }
        effects
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_a_pane_without_a_tab_the_neighbour_is_that_of_the_last_tab() {
        let mut panes = Panes::new(&PaneSettings::default());
        panes.show(List::Competencies);
        panes.show(List::Sites);
        assert_eq!((panes.last_tab(), panes.neighbour(1)), (List::Competencies, List::Audit));
    }
}
