//! A form. It checks its fields while a person types, first itself, then by the database, which
//! rehearses the save. No input is lost: refused values stay in the form, and closing a changed
//! form asks for confirmation.

mod entry;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::effect::PaneRequest;
use super::super::widget::latest::Latest;
use super::super::widget::theme::Tone;
use super::{Answer, Overlay, Preview};
use crate::domain::assessment;
use crate::domain::command::{Command, Report, Target, What};
use crate::domain::criterion::Criterion;
use crate::domain::field::{FieldId, RecordField, RotationField};
use crate::domain::form::{Changed, Changes, Field, Form as Of, Input, REQUIRED, Value, Zone};
use crate::domain::lookup::{Lookup, Offer};
use crate::domain::{Failure, Secret};

pub use entry::{Entry, Picker};

/// One field with what is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub field: Field,
    pub entry: Entry,
    /// What was in it when the form was opened.
    pub before: Value,
    /// The same as it is kept.
    stored: Value,
    /// Whether the person has been in it; until then it is what it was.
    touched: bool,
    /// What is wrong with it.
    pub trouble: Option<String>,
    /// A field whose JSON a form cannot show without losing something: it is
    /// left alone.
    pub locked: bool,
}

/// How far the person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Editing,
    /// Asked whether to throw the changes away.
    Leaving,
    Saving,
}

/// The form on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    pub title: String,
    pub what: What,
    pub targets: Vec<Target>,
    pub lines: Vec<Line>,
    /// Fields that are sent with the rest and are nobody's to change.
    hidden: Vec<Changed>,
    /// The line under the cursor.
    pub at: usize,
    pub stage: Stage,
    /// For a rubric: its criteria, from which the total is computed.
    criteria: Vec<Criterion>,
    /// What the database said of it as it stood, and the refusal of a save.
    pub said: Option<Result<Report, Failure>>,
    rehearsing: Latest<Command>,
    /// Whether the database could not say what it thinks of the form as it stands.
    is_unrehearsed: bool,
}

impl Form {
    /// A form with values, or an empty one; `values` without a field are hidden.
    #[must_use]
    pub fn new<F: RecordField>(
        title: impl Into<String>,
        what: What,
        fields: Vec<Field<F>>,
        mut values: Vec<(F, Value)>,
    ) -> Self {
        debug_assert!(
            what.form().is_some_and(|form| form.record() == F::RECORD),
            "a form with another record's fields"
        );
        let editing = matches!(what, What::Edit(_));
        let lines = fields
            .into_iter()
            .map(|field| {
                let found = values.iter().position(|(id, _)| *id == field.id);
                let stored = found.map_or(Value::Nothing, |i| values.swap_remove(i).1);
                // What is shown of a day is compared; what is kept of it is what was seen.
                let before = match &stored {
                    Value::Kept(_, day, edge) => Value::Day(*day, *edge),
                    other => other.clone(),
                };
                // An existing list that is not one of texts is not edited as one.
                let locked = (editing || found.is_some()) && field.input == Input::Texts && before == Value::Nothing;
                let entry = Entry::new(&field.input, &before);
                Line { field: field.erased(), entry, before, stored, touched: false, trouble: None, locked }
            })
            .collect();
        let hidden =
            values.into_iter().map(|(field, new)| Changed { field: field.into(), old: Value::Nothing, new }).collect();
        Self {
            title: title.into(),
            what,
            targets: Vec::new(),
            lines,
            hidden,
            at: 0,
            stage: Stage::Editing,
            criteria: Vec::new(),
            said: None,
            rehearsing: Latest::default(),
            is_unrehearsed: false,
        }
    }

    /// The records that it changes.
    #[must_use]
    pub fn of(mut self, targets: Vec<Target>) -> Self {
        self.targets = targets;
        self
    }

    /// A rubric, whose total is shown while it is filled in.
    #[must_use]
    pub fn with_rubric(mut self, criteria: Vec<Criterion>) -> Self {
        self.criteria = criteria;
        self
    }

    /// The total of the rubric, once every criterion has a score.
    #[must_use]
    pub fn total(&self) -> Option<String> {
        if self.criteria.is_empty() {
            return None;
        }
        let all = self.all();
        let scores = assessment::scores_of(&self.criteria, Changes::of(&all));
        Some(match assessment::total(&self.criteria, &scores) {
            Some((total, best)) => format!("Total {} of {}", total.normalize(), best.normalize()),
            None => format!("Total: {} of {} criteria have a score", scores.len(), self.criteria.len()),
        })
    }

    /// What there is to say of the form as a whole.
    #[must_use]
    pub fn says(&self) -> Vec<(String, Tone)> {
        let mut words = Vec::new();
        if let Some(total) = self.total() {
            words.push((total, Tone::Heading));
        }
        match &self.said {
            None => {}
            // What names a field stands beside it.
            Some(Err(Failure::Invalid { field, .. })) if self.lines.iter().any(|line| line.field.id == *field) => {}
            Some(Err(failure)) => words.push((failure.to_string(), Tone::Bad)),
            Some(Ok(report)) => {
                words.extend(report.effects.iter().map(|line| (line.clone(), Tone::Plain)));
                words.extend(report.warnings.iter().map(|line| (format!("Note: {line}"), Tone::Warning)));
                if report.warnings.is_empty() && self.is_changed() {
                    words.push(("Ready to save.".into(), Tone::Good));
                }
            }
        }
        words
    }

    pub(in super::super) fn key(&mut self, key: KeyEvent) -> Answer {
        match self.stage {
            Stage::Saving => return Answer::Stay,
            Stage::Leaving => {
                if key.code == KeyCode::Char('y') {
                    return Answer::Close;
                }
                self.stage = Stage::Editing;
                return Answer::Stay;
            }
            Stage::Editing => {}
        }
        if key.code == KeyCode::Char('s') && key.modifiers.contains(KeyModifiers::CONTROL) {
            return self.save();
        }
        let last = self.lines.len();
        let Some(line) = self.lines.get_mut(self.at) else {
            // The button.
            return match key.code {
                KeyCode::Enter => self.save(),
                KeyCode::Up | KeyCode::BackTab => self.go_to(last.saturating_sub(1)),
                KeyCode::Tab | KeyCode::Down => self.go_to(0),
                KeyCode::Esc => self.leave(),
                _ => Answer::Stay,
            };
        };
        if !line.locked && line.entry.key(key) {
            line.touched = true;
            return self.typed();
        }
        match key.code {
            KeyCode::Esc => self.leave(),
            KeyCode::Tab | KeyCode::Down | KeyCode::Enter => self.go_to(self.at + 1),
            KeyCode::BackTab | KeyCode::Up => self.go_to(self.at.checked_sub(1).unwrap_or(last)),
            _ => Answer::Stay,
        }
    }

    pub(super) fn paste(&mut self, text: &str) -> Answer {
        let stage = self.stage;
        match self.lines.get_mut(self.at) {
            Some(line) if stage == Stage::Editing && !line.locked => {
                line.entry.paste(text);
                line.touched = true;
                self.typed()
            }
            _ => Answer::Stay,
        }
    }

    /// Whether text is being typed into the line under the cursor.
    #[must_use]
    pub fn has_field(&self) -> bool {
        let takes_text =
            |line: &Line| !line.locked && matches!(line.entry, Entry::Text(_) | Entry::Pick(_) | Entry::Texts { .. });
        self.stage == Stage::Editing && self.lines.get(self.at).is_some_and(takes_text)
    }

    /// A click on a line.
    pub fn point_at(&mut self, line: usize) {
        if self.stage == Stage::Editing {
            self.at = line.min(self.lines.len());
        }
    }

    fn go_to(&mut self, line: usize) -> Answer {
        if let Some(left) = self.lines.get_mut(self.at) {
            left.check(true);
            left.entry.leave();
        }
        self.at = if line > self.lines.len() { 0 } else { line };
        // A field that refers to something offers at once.
        let requests = self.look_up();
        if requests.is_empty() { Answer::Stay } else { Answer::Ask(requests) }
    }

    fn leave(&mut self) -> Answer {
        if self.is_changed() {
            self.stage = Stage::Leaving;
            return Answer::Stay;
        }
        Answer::Close
    }

    /// Something was typed: it is checked here, and, where it may be saved as it
    /// stands, by the database.
    fn typed(&mut self) -> Answer {
        let mut requests = self.look_up();
        // What the database said was about the form as it was.
        for line in &mut self.lines {
            line.check(false);
        }
        self.said = None;
        self.is_unrehearsed = false;
        requests.extend(self.rehearse());
        if requests.is_empty() { Answer::Stay } else { Answer::Ask(requests) }
    }

    fn look_up(&mut self) -> Vec<PaneRequest> {
        let at = self.at;
        let Some(Line { entry: Entry::Pick(picker), .. }) = self.lines.get_mut(self.at) else { return Vec::new() };
        let Some((lookup, text)) = picker.wants() else { return Vec::new() };
        vec![PaneRequest::Lookup { line: at, lookup, text }]
    }

    fn rehearse(&mut self) -> Option<PaneRequest> {
        // A password is not sent before it is meant.
        let is_secret = self.lines.iter().any(|line| line.field.input == Input::Secret);
        if is_secret || !self.is_complete() {
            return None;
        }
        let command = self.command();
        if command.changes.is_empty() {
            return None;
        }
        self.rehearsing.want(command).map(PaneRequest::Rehearse)
    }

    /// What the database says of the form as it stood.
    pub(in super::super) fn rehearsed(
        &mut self,
        command: &Command,
        report: Result<Report, Failure>,
    ) -> Vec<PaneRequest> {
        let next = self.rehearsing.answered();
        if self.stage == Stage::Editing && self.is_complete() && self.command() == *command {
            self.refused_by(report.as_ref().err());
            self.is_unrehearsed = report.as_ref().is_err_and(Failure::should_retry_read);
            self.said = Some(report);
        }
        next.map(PaneRequest::Rehearse).into_iter().collect()
    }

    /// What a field can refer to.
    pub(in super::super) fn offered(
        &mut self,
        at: usize,
        (lookup, text): (Lookup, &str),
        offers: Result<Vec<Offer>, Failure>,
    ) -> Vec<PaneRequest> {
        let Some(Line { entry: Entry::Pick(picker), trouble, .. }) = self.lines.get_mut(at) else { return Vec::new() };
        // An answer to a form that was here before.
        if !picker.is_asking(lookup, text) {
            return Vec::new();
        }
        match offers {
            Ok(offers) => {
                if picker.has_failed {
                    *trouble = None;
                }
                picker.offered(offers);
            }
            Err(failure) => {
                picker.offered(Vec::new());
                picker.has_failed = true;
                *trouble = Some(failure.to_string());
            }
        }
        let next = picker.wants_next();
        if picker.catch_up() {
            self.lines[at].touched = true;
            self.lines[at].check(false);
            return self.rehearse().into_iter().collect();
        }
        next.map(|(lookup, text)| PaneRequest::Lookup { line: at, lookup, text }).into_iter().collect()
    }

    /// Whether names, or what the database thinks of the form, could not be read.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        let has_failed = |line: &Line| matches!(&line.entry, Entry::Pick(picker) if picker.has_failed);
        self.stage == Stage::Editing && (self.is_unrehearsed || self.lines.get(self.at).is_some_and(has_failed))
    }

    /// Asks again for what could not be read, unless that is in progress.
    pub(super) fn retry(&mut self) -> Vec<PaneRequest> {
        let at = self.at;
        let mut requests = Vec::new();
        if let Some(Line { entry: Entry::Pick(picker), .. }) = self.lines.get_mut(at) {
            requests.extend(picker.retry().map(|(lookup, text)| PaneRequest::Lookup { line: at, lookup, text }));
        }
        if self.is_unrehearsed && self.rehearsing.under_way().is_none() {
            requests.extend(self.rehearse());
        }
        requests
    }

    /// Its command is in progress.
    pub(super) fn saving(&mut self) {
        self.stage = Stage::Saving;
    }

    /// The answers to its requests will go to another overlay.
    pub(super) fn interrupted(&mut self) {
        self.rehearsing = Latest::default();
        for line in &mut self.lines {
            if let Entry::Pick(picker) = &mut line.entry {
                picker.interrupted();
            }
        }
    }

    /// Whether it waits for this command.
    pub(in super::super) fn is_saving(&self, command: &Command) -> bool {
        self.stage == Stage::Saving && self.command() == *command
    }

    /// A save that did not happen: everything is still there.
    pub(in super::super) fn refused(&mut self, failure: Failure) {
        self.stage = Stage::Editing;
        // A rehearsal does not replace the answer to a save.
        self.is_unrehearsed = false;
        self.refused_by(Some(&failure));
        self.said = Some(Err(failure));
    }

    /// Puts a refusal beside the field that it names.
    fn refused_by(&mut self, failure: Option<&Failure>) {
        if let Some(Failure::Invalid { field, why }) = failure
            && let Some(line) = self.lines.iter_mut().find(|line| line.field.id == *field)
        {
            line.trouble = Some(why.clone());
        }
    }

    fn save(&mut self) -> Answer {
        for line in &mut self.lines {
            line.check(true);
        }
        if let Some(wrong) = self.lines.iter().position(|line| line.trouble.is_some()) {
            self.at = wrong;
            return Answer::Stay;
        }
        let command = self.command();
        if command.changes.is_empty() {
            return Answer::Close;
        }
        // What is done to many is shown before it is done.
        let is_bulk = matches!(command.what, What::Create(Of::Deployment | Of::Assign)) || command.targets.len() > 1;
        if is_bulk {
            let (preview, rehearsal) = Preview::of(self.title.clone(), command);
            let preview = Overlay::Preview(preview.before(self.clone()));
            return Answer::Open(Box::new(preview), vec![rehearsal]);
        }
        self.stage = Stage::Saving;
        Answer::Ask(vec![PaneRequest::Run(command)])
    }

    /// Whether anything is different from when it was opened.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.lines.iter().any(|line| line.touched && (line.value().is_err() || line.is_changed()))
    }

    fn is_complete(&self) -> bool {
        self.lines.iter().all(|line| line.value().is_ok())
    }

    /// Every field as it stands, hidden ones too; a field that is not right is nothing.
    fn all(&self) -> Vec<Changed> {
        let shown = self.lines.iter().map(Self::changed);
        shown.chain(self.hidden.iter().cloned()).collect()
    }

    fn changed(line: &Line) -> Changed {
        Changed { field: line.field.id.clone(), old: line.stored.clone(), new: line.value().unwrap_or_default() }
    }

    /// What saving would ask for: all fields of a new record, the changed ones of an
    /// existing one.
    fn command(&self) -> Command {
        let new = matches!(self.what, What::Create(_));
        let site = FieldId::from(RotationField::ClinicalSiteId);
        let moved = self.lines.iter().any(|line| line.field.id == site && line.is_changed());
        let changes: Vec<Changed> = self
            .lines
            .iter()
            // Days at another site are other instants.
            .filter(|line| new || line.is_changed() || moved && matches!(line.field.input, Input::Day(_, Zone::Site)))
            .map(Self::changed)
            .chain(self.hidden.iter().cloned())
            .collect();
        let only_hidden = !new && changes.len() == self.hidden.len();
        Command {
            what: self.what,
            targets: self.targets.clone(),
            changes: if only_hidden { Vec::new() } else { changes },
        }
    }
}

impl Line {
    /// What is in the field, or what is wrong with it.
    ///
    /// # Errors
    /// A sentence for the person.
    pub fn value(&self) -> Result<Value, String> {
        let untouched = !self.touched && self.before != Value::Nothing;
        if self.locked || untouched {
            return Ok(self.before.clone());
        }
        let nothing = || {
            if self.field.required { Err(REQUIRED.to_owned()) } else { Ok(Value::Nothing) }
        };
        match &self.entry {
            Entry::Text(field) if self.field.input == Input::Secret => match field.text() {
                "" => nothing(),
                text => Ok(Value::Secret(Secret::new(text))),
            },
            Entry::Text(field) => self.field.parse(field.text()),
            Entry::Flag(flag) => Ok(Value::Flag(*flag)),
            Entry::Choice { options, chosen } => match chosen {
                Some(i) => Ok(Value::Text(options[*i].0.to_owned())),
                None => nothing(),
            },
            // That nothing can be chosen is no mistake of the person.
            Entry::Pick(picker) if picker.is_searching() && picker.has_failed => {
                Err("Wait until the names are loaded, or clear the field.".into())
            }
            Entry::Pick(picker) if picker.is_searching() => {
                Err("Pick a name from the list, or clear the field.".into())
            }
            Entry::Pick(picker) => picker.value().map_or_else(nothing, Ok),
            Entry::Texts { lines, .. } => {
                let texts: Vec<String> =
                    lines.iter().map(|line| line.text().trim().to_owned()).filter(|text| !text.is_empty()).collect();
                Ok(Value::Texts(texts))
            }
        }
    }

    fn is_changed(&self) -> bool {
        // An empty list is nothing, and so is a no where nothing was said.
        let plain = |value: Value| match value {
            Value::Texts(texts) if texts.is_empty() => Value::Nothing,
            Value::Flag(false) => Value::Nothing,
            other => other,
        };
        self.touched && self.value().is_ok_and(|value| plain(value) != plain(self.before.clone()))
    }

    /// Notes what is wrong; what is only not yet filled in is no trouble before the
    /// field is left.
    fn check(&mut self, is_left: bool) {
        let empty = match &self.entry {
            Entry::Text(field) => field.text().trim().is_empty(),
            Entry::Pick(picker) => picker.chosen.is_empty() || picker.is_searching(),
            _ => false,
        };
        self.trouble = self.value().err().filter(|_| is_left || !empty);
    }
}
