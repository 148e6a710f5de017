//! Steps that involve others before a decision: a question to the student, a correction that
//! someone else approves, a reminder.

use super::super::super::overlay::Form;
use super::super::super::widget::theme::Tone;
use super::super::Reply;
use super::super::list::{Kind, confirmed, targets as named};
use super::Pane;
use crate::domain::command::{Step, What};
use crate::domain::correction::{self, words};
use crate::domain::field::QuestionField;
use crate::domain::form::Form as Of;
use crate::domain::time_record::TimeRecord;
use crate::presentation::sentences::{NO_OPEN_QUESTION, ONE_ROW};

impl Pane {
    /// A question to the student of the record, or to those of the marked ones.
    pub(super) fn ask(&self) -> Reply {
        let targets = match self.pending_targets() {
            Ok(targets) => targets,
            Err(reply) => return *reply,
        };
        let title = match targets.as_slice() {
            [only] => format!("Question to {}", only.student),
            many => format!("Question about {} records", many.len()),
        };
        let form = Form::new(title, What::Create(Of::Question), words(QuestionField::Question), Vec::new());
        Reply::ask(form.of(named(&targets)))
    }

    /// The student's answer to what was asked.
    pub(super) fn answer_question(&self) -> Reply {
        let Some(record) = self.list.current() else { return self.list.no_row() };
        let asked = match self.current_detail() {
            Some(Ok(detail)) => detail.questions.iter().find(|question| question.answer.is_none()),
            _ => None,
        };
        if asked.is_none() && !record.is_asked {
            return Reply::say(NO_OPEN_QUESTION, Tone::Quiet);
        }
        let title = asked.map_or_else(|| "Your answer".to_owned(), |asked| format!("“{}”", asked.question));
        let form = Form::new(title, What::Create(Of::Answer), words(QuestionField::Answer), Vec::new());
        Reply::ask(form.of(vec![record.target()]))
    }

    /// Proposes a correction of the record under the cursor.
    pub(super) fn correct(&self) -> Reply {
        if !self.list.window.marks.is_empty() {
            return Reply::say(ONE_ROW, Tone::Warning);
        }
        let record = match self.pending_targets() {
            Ok(targets) => targets[0],
            Err(reply) => return *reply,
        };
        let (fields, values) = correction::form(record);
        let title = format!("Propose a correction for {}", record.student);
        let form = Form::new(title, What::Create(Of::Correction), fields, values);
        Reply::ask(form.of(vec![record.target()]))
    }

    /// The students of records without a clock-out, after a preview.
    pub(super) fn remind(&self) -> Reply {
        let targets = match self.pending_targets() {
            Ok(targets) => targets,
            Err(reply) => return *reply,
        };
        let open: Vec<&TimeRecord> = targets.into_iter().filter(|record| record.clock_out.is_none()).collect();
        if open.is_empty() {
            return Reply::say("This record has a clock-out. For students without records, see :missing.", Tone::Quiet);
        }
        confirmed("Remind the student of the missing clock-out", Step::RemindOfClockOut, &open)
    }
}
