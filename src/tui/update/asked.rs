//! Actions on named rows, instead of a key on the row under the cursor.

use super::super::action::Action;
use super::super::app::{App, Screen};
use super::super::effect::Effect;
use super::super::widget::theme::Tone;
use crate::domain::Actor;

impl App {
    /// An action over rows, all by name: over exactly these, or nothing is done.
    pub(super) fn asked(&mut self, action: Option<Action>, rows: &[String]) -> Vec<Effect> {
        if !matches!(self.screen, Screen::Console) || self.opened.is_some() {
            return Vec::new();
        }
        let mut effects = Vec::new();
        match rows {
            [] => {}
            [row] => {
                let reply = self.panes.current_mut().point_at_row(row);
                let is_there = reply.is_some() && self.panes.current().current_id() == Some(row);
                effects = self.reply(self.panes.shown(), reply.unwrap_or_default());
                if !is_there {
                    self.say("The row has left the list. Nothing was done.", Tone::Warning);
                    return effects;
                }
            }
            rows => {
                let may = |actor: &Actor| Action::Mark.is_offered_to(actor.role, self.panes.shown());
                if !Action::Mark.is_over(self.panes.shown()) || !self.actor.as_ref().is_some_and(may) {
                    self.say("This works on one row at a time. Nothing was done.", Tone::Warning);
                    return effects;
                }
                if !self.panes.current_mut().mark_rows(rows) {
                    self.say("Some of these rows have left the list. Nothing was done.", Tone::Warning);
                    return effects;
                }
            }
        }
        match action {
            None => {}
            Some(Action::Mark) if rows.len() > 1 => self.say(format!("{} marked.", rows.len()), Tone::Quiet),
            Some(action) => {
                effects.extend(self.carry_out(action, false));
                // What is asked now knows what it is about.
                if rows.len() > 1 {
                    self.panes.current_mut().mark_rows(&[]);
                }
            }
        }
        effects
    }
}
