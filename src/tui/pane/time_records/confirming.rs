//! Decisions whose answer was lost: they may have been made, so the pane asks the database until
//! it answers. While the lookup fails it is repeated, and the records can't be decided again.

use super::super::super::effect::PaneRequest;
use super::super::super::widget::theme::Tone;
use super::super::{Context, Reply};
use super::{Pane, Unconfirmed};
use crate::domain::Failure;
use crate::domain::text::capitalized;
use crate::domain::time_record::{Decide, Outcome, Seen};
use crate::presentation::sentences::{ANSWER_LOST, may_have_been};

impl Pane {
    /// The answer was lost: until it is known whether they were decided, its records
    /// cannot be decided again.
    pub(super) fn may_be_decided(&mut self, what: &Decide, seen: &[Seen]) -> Reply {
        self.unconfirmed.push(Unconfirmed { what: what.clone(), seen: seen.to_vec(), is_asked: false });
        let text = format!("{} {}. Checking again …", may_have_been(what), capitalized(ANSWER_LOST));
        Reply { requests: self.list.read(), ..Reply::say(text, Tone::Bad) }
    }

    /// Whether it is not known of a decision if it was made.
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        !self.unconfirmed.is_empty()
    }

    /// Asks what became of the decisions whose answer was lost.
    pub(super) fn ask_to_confirm(&mut self) -> Vec<PaneRequest> {
        let ask = |decision: &mut Unconfirmed| {
            let is_under_way = std::mem::replace(&mut decision.is_asked, true);
            (!is_under_way).then(|| PaneRequest::Confirm { seen: decision.seen.clone(), what: decision.what.clone() })
        };
        self.unconfirmed.iter_mut().filter_map(ask).collect()
    }

    /// What became of a decision whose answer was lost, or that nobody knows it yet.
    pub(super) fn confirmed(
        &mut self,
        what: &Decide,
        seen: &[Seen],
        outcomes: Result<Vec<Outcome>, Failure>,
        context: Context,
    ) -> Reply {
        let is_it = |decision: &Unconfirmed| decision.what == *what && decision.seen == seen;
        if outcomes.as_ref().is_err_and(Failure::should_retry_read) {
            for decision in self.unconfirmed.iter_mut().filter(|decision| is_it(decision)) {
                decision.is_asked = false;
            }
            return Reply::none();
        }
        self.unconfirmed.retain(|decision| !is_it(decision));
        if let Err(failure) = outcomes {
            self.deciding.retain(|deciding| !seen.contains(deciding));
            return Reply::say(format!("{} {failure}", may_have_been(what)), Tone::Bad);
        }
        self.decided(what, seen, outcomes, context)
    }
}
