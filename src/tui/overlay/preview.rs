//! The preview of a command, rehearsed by the database: the people that it affects, the rows that
//! a rule refuses, and notes. The default is to cancel.

use crossterm::event::{KeyCode, KeyEvent};

use super::super::effect::PaneRequest;
use super::super::widget::theme::Tone;
use super::{Answer, Form, Overlay};
use crate::domain::Failure;
use crate::domain::command::{Command, Report};

/// The question.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    pub title: String,
    pub command: Command,
    /// What the rehearsal came to; nothing while it is in progress.
    pub report: Option<Result<Report, Failure>>,
    /// Whether the cursor is on the verb instead of on Cancel.
    pub on_verb: bool,
    pub scroll: usize,
    /// The form that it comes from, with everything in it.
    behind: Option<Box<Form>>,
}

impl Preview {
    /// A question about a command, and the rehearsal that answers it.
    #[must_use]
    pub fn of(title: impl Into<String>, command: Command) -> (Self, PaneRequest) {
        let rehearsal = PaneRequest::Rehearse(command.clone());
        let preview = Self { title: title.into(), command, report: None, on_verb: false, scroll: 0, behind: None };
        (preview, rehearsal)
    }

    /// Cancelled, it leads back to the form.
    pub(super) fn before(mut self, mut form: Form) -> Self {
        form.interrupted();
        self.behind = Some(Box::new(form));
        self
    }

    /// Whether there is anything that it would do.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        matches!(&self.report, Some(Ok(report)) if !report.done.is_empty())
    }

    /// Whether the database could not say what the command would do.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(&self.report, Some(Err(failure)) if failure.should_retry_read())
    }

    /// Asks the database again.
    pub(super) fn retry(&mut self) -> Option<PaneRequest> {
        self.is_stale().then(|| {
            self.report = None;
            PaneRequest::Rehearse(self.command.clone())
        })
    }

    /// Whom it reaches, what it refuses, what to know.
    #[must_use]
    pub fn says(&self) -> Vec<(String, Tone)> {
        let report = match &self.report {
            None => return vec![("Checking …".into(), Tone::Quiet)],
            Some(Err(failure)) => return vec![(failure.to_string(), Tone::Bad)],
            Some(Ok(report)) => report,
        };
        let mut lines: Vec<(String, Tone)> =
            report.warnings.iter().map(|line| (format!("Note: {line}"), Tone::Warning)).collect();
        lines.extend(report.effects.iter().map(|line| (line.clone(), Tone::Plain)));
        lines.extend(report.refused.iter().map(|refused| (refused.to_string(), Tone::Bad)));
        if !report.done.is_empty() {
            let heading = match report.done.len() {
                1 => "This will happen:".to_owned(),
                several => format!("These {several} things will happen:"),
            };
            lines.push((heading, Tone::Heading));
        } else if report.refused.is_empty() {
            lines.push(("Nothing would change.".into(), Tone::Quiet));
        }
        lines.extend(report.done.iter().map(|line| (line.clone(), Tone::Plain)));
        lines
    }

    /// Does it; the form that it came from stays until that has worked.
    fn run(&mut self) -> Answer {
        let run = PaneRequest::Run(self.command.clone());
        match self.behind.take() {
            Some(mut form) => {
                form.saving();
                Answer::Open(Box::new(Overlay::Form(form)), vec![run])
            }
            None => Answer::Do(run),
        }
    }

    pub(super) fn key(&mut self, key: KeyEvent) -> Answer {
        match key.code {
            KeyCode::Char('y') if self.is_possible() => self.run(),
            KeyCode::Enter if self.on_verb && self.is_possible() => self.run(),
            KeyCode::Enter | KeyCode::Esc | KeyCode::Char('n' | 'q') => match self.behind.take() {
                Some(form) => Answer::Open(Box::new(Overlay::Form(form)), Vec::new()),
                None => Answer::Close,
            },
            KeyCode::Left | KeyCode::Right | KeyCode::Tab | KeyCode::BackTab => {
                self.on_verb = !self.on_verb;
                Answer::Stay
            }
            _ => {
                super::scroll(&mut self.scroll, key);
                Answer::Stay
            }
        }
    }
}
