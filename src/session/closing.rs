//! Messages of a closing console about decisions and commands whose answers come too late for its
//! screen.

use crate::domain::Failure;
use crate::presentation::sentences::{self, ANSWER_LOST};
use crate::tui::message::{Answer, Message, PaneAnswer};

/// What was not done, or may not have been, in a sentence each.
pub(super) fn not_done(message: &Message) -> Vec<String> {
    let (Message::Answer(Answer::To { answer, .. }) | Message::LateAnswer(Answer::To { answer, .. })) = message else {
        return Vec::new();
    };
    match answer {
        PaneAnswer::Decided { what, outcomes, .. } => match outcomes {
            Ok(outcomes) => {
                let refused = outcomes.iter().filter_map(|outcome| Some((outcome, outcome.result.as_ref().err()?)));
                refused.map(|(outcome, failure)| format!("{} not {}. {failure}", outcome.name(), what.done())).collect()
            }
            Err(Failure::OutcomeUnknown) => vec![format!(
                "Your last decision ({}) may have been saved: {ANSWER_LOST}. Sign in again and check.",
                what.done()
            )],
            Err(failure) => vec![sentences::not_done(what, failure)],
        },
        PaneAnswer::Ran { report, .. } => match report {
            Ok(report) => report.refused.iter().map(ToString::to_string).collect(),
            Err(Failure::OutcomeUnknown) => {
                vec![format!("Your last change may have been saved: {ANSWER_LOST}. Sign in again and check.")]
            }
            Err(failure) => vec![format!("Your last change was not saved. {failure}")],
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::list::List;
    use crate::domain::time_record::Decide;

    fn decided(failure: Failure) -> Message {
        let what = Decide::Approve { reason: None };
        let answer = PaneAnswer::Decided { what, seen: Vec::new(), outcomes: Err(failure) };
        Message::Answer(answer.to(List::TimeRecords))
    }

    #[test]
    fn a_decision_that_was_refused_is_told() {
        let told = not_done(&decided(Failure::Busy("The database was too busy.".into())));
        assert_eq!(told, ["Not approved. The database was too busy."]);
    }

    #[test]
    fn a_decision_whose_answer_was_lost_is_not_told_as_refused() {
        let told = not_done(&decided(Failure::OutcomeUnknown));
        assert!(told[0].contains("may have been saved"), "{told:?}");
    }

    #[test]
    fn other_answers_need_no_words() {
        assert!(not_done(&Message::Answer(Answer::Locked(Err(Failure::SignedOut)))).is_empty());
    }
}
