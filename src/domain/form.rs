//! Forms: what can be edited of a resource, field by field, and what a field accepts. A form is
//! data: the console draws it, the store writes its fields, and the database has the last word.
//!
//! A field with a time holds an instant and the zone in which it is shown; an unedited time is sent
//! unchanged. In the hour that the clocks repeat, a time is shown with its abbreviation or offset
//! (`01:30 CDT`), and the form asks for it if it is missing. A time that the clocks skip is
//! refused.

use std::borrow::Cow;
use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::field::{FieldId, Record, RecordField};
use super::local_time;
use super::lookup::{Lookup, Reference};
use super::stored::Stored;
use super::text::capitalized;
use super::years::{self, USE_A_YEAR};

/// The forms, each of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::VariantArray)]
pub enum Form {
    School,
    Program,
    Site,
    Location,
    Kiosk,
    /// A person who is invited, or whose role in the school changes.
    User,
    /// One's own name.
    Profile,
    Password,
    /// A person's PIN, set by an administrator.
    Pin,
    Rotation,
    Template,
    Criterion,
    Policy,
    Deployment,
    /// Competencies for people, one or many.
    Assign,
    /// Due date and type of assignments, one or many.
    Assignment,
    Assessment,
    NotificationTemplate,
    Delegation,
    AlertRule,
    SshKey,
    /// A question about one or more time records.
    Question,
    Answer,
    /// A correction of a time record.
    Correction,
    /// A quarantined punch becomes a part of a record.
    Resolve,
    /// A quarantined punch is set aside.
    Discard,
}

impl Form {
    /// The record that it writes.
    #[must_use]
    pub fn record(self) -> Record {
        match self {
            Self::School => Record::School,
            Self::Program => Record::Program,
            Self::Site => Record::Site,
            Self::Location => Record::Location,
            Self::Kiosk => Record::Kiosk,
            Self::Pin => Record::Pin,
            Self::Resolve | Self::Discard => Record::Punch,
            Self::User | Self::Profile => Record::User,
            Self::Password => Record::Password,
            Self::Rotation => Record::Rotation,
            Self::Template => Record::Template,
            Self::Criterion => Record::Criterion,
            Self::Policy => Record::Policy,
            Self::Deployment => Record::Deployment,
            Self::Assign | Self::Assignment => Record::Assignment,
            Self::Assessment => Record::Assessment,
            Self::NotificationTemplate => Record::NotificationTemplate,
            Self::Delegation => Record::Delegation,
            Self::AlertRule => Record::AlertRule,
            Self::SshKey => Record::SshKey,
            Self::Question | Self::Answer => Record::Question,
            Self::Correction => Record::Correction,
        }
    }
}

/// One field of a form; those of one record, until the form is opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Field<F = FieldId> {
    pub id: F,
    pub input: Input,
    pub required: bool,
    /// A few words beside the field: units, format, meaning.
    pub help: Cow<'static, str>,
}

/// What a field accepts.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// At most so many characters, on one line.
    Text(usize),
    /// A whole number between two others, both allowed.
    Number(i64, i64),
    /// A number with decimals between two others, both allowed.
    Decimal(Decimal, Decimal),
    /// A calendar day, kept as the instant at which it begins or ends.
    Day(Edge, Zone),
    /// An instant, as the clocks of a site show it.
    Moment(Tz),
    /// A time of any day, to the minute.
    TimeOfDay,
    /// Yes or no.
    Flag,
    /// One of a few: the stored value and what a person reads.
    Choice(Cow<'static, [(&'static str, &'static str)]>),
    /// A record of another table.
    Reference(Lookup),
    /// Several of them.
    References(Lookup),
    /// A list of texts, kept as JSON.
    Texts,
    /// A password: not shown, not checked before it is sent.
    Secret,
}

/// Which instant of a day is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The midnight with which the day begins.
    Start,
    /// The midnight with which it ends: the first instant after it.
    End,
}

/// Where the day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// At the clinical site that the form names.
    Site,
    /// The school's own.
    School,
}

/// What stands in a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    #[default]
    Nothing,
    Text(String),
    Flag(bool),
    Texts(Vec<String>),
    Reference(Reference),
    References(Vec<Reference>),
    Day(NaiveDate, Edge),
    /// An instant, and by whose clocks it is shown: one that nobody edits stays the same.
    Moment(DateTime<Utc>, Tz),
    /// A day as it is shown, with the instant that is kept, which another client may
    /// have put elsewhere than at midnight.
    Kept(DateTime<Utc>, NaiveDate, Edge),
    Secret(super::Secret),
}

/// One field's value before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub field: FieldId,
    pub old: Value,
    pub new: Value,
}

/// The values of a command, as those of one record: fields of another one are a type error.
#[derive(Debug)]
pub struct Changes<'a, F> {
    all: &'a [Changed],
    of: PhantomData<fn(F)>,
}

impl<F> Clone for Changes<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Changes<'_, F> {}

impl<'a, F: RecordField> Changes<'a, F> {
    #[must_use]
    pub fn of(all: &'a [Changed]) -> Self {
        debug_assert!(all.iter().all(|change| change.field.record() == F::RECORD), "fields of another record");
        Self { all, of: PhantomData }
    }

    #[must_use]
    pub fn find(self, field: F) -> Option<&'a Changed> {
        let field = field.into();
        self.all.iter().find(|change| change.field == field)
    }

    /// What the field holds now; nothing where it is not among the changes.
    #[must_use]
    pub fn value(self, field: F) -> &'a Value {
        const NOTHING: &Value = &Value::Nothing;
        self.find(field).map_or(NOTHING, |change| &change.new)
    }

    /// The text of a field that holds one, or the key of what it refers to.
    #[must_use]
    pub fn text(self, field: F) -> Option<&'a str> {
        self.value(field).text()
    }

    /// What was typed without being shown; empty where nothing was.
    #[must_use]
    pub fn secret(self, field: F) -> super::Secret {
        match self.value(field) {
            Value::Secret(secret) => secret.clone(),
            _ => super::Secret::default(),
        }
    }
}

/// A field that must not be empty.
pub const REQUIRED: &str = "Required.";

impl<F: RecordField> Field<F> {
    /// The same field among those of other records.
    #[must_use]
    pub fn erased(self) -> Field {
        Field { id: self.id.into(), input: self.input, required: self.required, help: self.help }
    }
}

impl<F> Field<F> {
    /// A field that may stay empty.
    #[must_use]
    pub const fn new(id: F, input: Input) -> Self {
        Self { id, input, required: false, help: Cow::Borrowed("") }
    }

    /// A line of text.
    #[must_use]
    pub const fn text(id: F) -> Self {
        Self::new(id, Input::Text(300))
    }

    /// The same field, which has to be filled in.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same field with words beside it.
    #[must_use]
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = help.into();
        self
    }

    /// What was typed, as a value of this field.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to do.
    pub fn parse(&self, typed: &str) -> Result<Value, String> {
        let text = typed.trim();
        if text.is_empty() {
            return if self.required { Err(REQUIRED.into()) } else { Ok(Value::Nothing) };
        }
        match &self.input {
            Input::Text(longest) if text.chars().count() > *longest => {
                Err(format!("Use at most {longest} characters; this has {}.", text.chars().count()))
            }
            Input::Number(least, most) => match text.parse::<i64>() {
                Ok(number) if (*least..=*most).contains(&number) => Ok(Value::Text(number.to_string())),
                _ => Err(format!("Type a whole number from {least} to {most}.")),
            },
            Input::Decimal(least, most) => match text.parse::<Decimal>() {
                Ok(number) if number >= *least && number <= *most => Ok(Value::Text(number.normalize().to_string())),
                _ => Err(format!("Type a number from {} to {}.", least.normalize(), most.normalize())),
            },
            Input::Day(edge, _) => match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
                Ok(day) if years::in_range(&day) => Ok(Value::Day(day, *edge)),
                Ok(_) => Err(capitalized(USE_A_YEAR)),
                Err(_) => Err("Type a date like 2026-11-23.".into()),
            },
            Input::Moment(zone) => local_time::parse(text, *zone).map(|at| Value::Moment(at, *zone)),
            Input::TimeOfDay => match NaiveTime::parse_from_str(text, "%H:%M") {
                Ok(time) => Ok(Value::Text(time.format("%H:%M").to_string())),
                Err(_) => Err("Type a time like 22:00.".into()),
            },
            _ => Ok(Value::Text(text.to_owned())),
        }
    }
}

impl Value {
    /// As a person reads it in a preview.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Nothing => "—".into(),
            Self::Text(text) => text.clone(),
            Self::Flag(true) => "yes".into(),
            Self::Flag(false) => "no".into(),
            Self::Texts(texts) => texts.join(", "),
            Self::Reference(reference) => reference.name.clone(),
            Self::References(all) => all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", "),
            Self::Day(day, _) | Self::Kept(_, day, _) => day.to_string(),
            Self::Moment(at, zone) => local_time::show(*at, *zone),
            Self::Secret(_) => "…".into(),
        }
    }

    /// One of the values that a field offers.
    #[must_use]
    pub fn choice(value: impl Into<&'static str>) -> Self {
        let value: &'static str = value.into();
        Self::Text(value.to_owned())
    }

    /// The same of a row, where a newer database may have put another one.
    #[must_use]
    pub fn stored<E: Copy + Into<&'static str>>(value: &Stored<E>) -> Self {
        Self::Text(value.text().to_owned())
    }

    /// The text of a text, or nothing.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Reference(reference) => Some(&reference.id),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::field::{AlertRuleField, AssessmentField, RotationField};
    use super::*;

    #[test]
    fn what_is_wrong_is_said_with_what_to_do() {
        let hours = Field::new(RotationField::RequiredHours, Input::Number(0, 5_000)).required();
        assert_eq!(hours.parse(" 160 "), Ok(Value::Text("160".into())));
        assert_eq!(hours.parse("16O"), Err("Type a whole number from 0 to 5000.".into()));
        assert_eq!(hours.parse(""), Err(REQUIRED.into()));
        let day = Field::new(RotationField::StartDate, Input::Day(Edge::Start, Zone::Site));
        assert!(matches!(day.parse("2026-02-28"), Ok(Value::Day(..))));
        assert_eq!(day.parse("2026-02-30"), Err("Type a date like 2026-11-23.".into()));
        assert_eq!(day.parse("+20026-02-28"), Err("Use a year from 1950 to 2199.".into()));
        assert_eq!(day.parse("0026-02-28"), Err("Use a year from 1950 to 2199.".into()));
        assert_eq!(day.parse(""), Ok(Value::Nothing));
        let score = Field::new(AssessmentField::RubricScores, Input::Decimal(Decimal::ZERO, Decimal::from(4)));
        assert_eq!(score.parse("3.50"), Ok(Value::Text("3.5".into())));
        assert!(score.parse("4.1").is_err());
        let time = Field::new(AlertRuleField::FromTime, Input::TimeOfDay);
        assert_eq!(time.parse("6:05"), Ok(Value::Text("06:05".into())));
        assert_eq!(time.parse("24:00"), Err("Type a time like 22:00.".into()));
    }
}
