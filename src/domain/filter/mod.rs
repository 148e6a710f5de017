//! The filter language: words, and typed fields of a list.
//!
//! `flagged site:"North" age>3d hours>=12 flag:GEO_OUTSIDE -student:"part of a name"` uses all of
//! it; a leading `-` excludes a term. A list without fields of its own takes everything as words.
//! The store turns each term into one condition with bound values; nothing that was typed becomes
//! SQL. A status is a part of the list and not a condition, because each part has its own index.

mod complete;
mod parse;
mod problem;
mod saved;
mod value;
pub mod vocabulary;

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use chrono_tz::Tz;

pub use complete::complete;
pub use parse::{Wrong, parse};
pub use problem::Problem;
pub use saved::Saved;
pub use value::moment;
pub use vocabulary::{Field, Kind};

use super::list::List;
use super::{local_time, years};

/// What a row has to be: all of the terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub terms: Vec<Term>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub negated: bool,
    /// The field that is tested; a word is looked for in several columns.
    pub field: Option<&'static Field>,
    pub test: Test,
}

/// What is tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// The field is a statement by itself: `flagged`.
    Is,
    /// A text contains this, whatever its case.
    Contains(String),
    /// One of the field's known values.
    One(&'static str),
    /// Older or younger than so many seconds.
    Age(Compare, i64),
    /// So many milliseconds of work.
    Hours(Compare, i64),
    /// A day at the place of the row.
    Day(Compare, NaiveDate),
    /// One of values that have an order; the index among the field's.
    Level(Compare, usize),
    Number(Compare, i64),
    /// An address, or a network as `10.0.0.0/8`.
    Network(String),
    /// From, or up to, a moment.
    Moment(Moment),
}

/// A moment as a person names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// So many seconds ago.
    Ago(i64),
    /// The beginning of a day by the clocks at the school.
    Day(NaiveDate),
    /// Of the clocks at the school.
    There(NaiveDateTime),
    At(DateTime<Utc>),
}

impl Moment {
    /// Whether it lies in a year of which there is anything.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        match self {
            Self::Ago(_) => true,
            Self::Day(day) => years::in_range(day),
            Self::There(at) => years::in_range(at),
            Self::At(at) => years::in_range(at),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ago(seconds) => f.write_str(&age(*seconds)),
            Self::Day(day) => write!(f, "{day}"),
            Self::There(at) => write!(f, "{}", at.format("%Y-%m-%dT%H:%M:%S%.f")),
            Self::At(at) => f.write_str(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        }
    }
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Compare {
    /// As SQL and, but for equality, as the language writes it.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }
}

/// What a text asks of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    pub filter: Filter,
    /// The part of the list that it names, a status for one: a part of the list and
    /// not a condition within one.
    pub view: Option<usize>,
}

/// What a text means in a list, where `@name` stands for a filter that is kept.
///
/// # Errors
/// The first word that means nothing.
pub fn understand(list: List, text: &str, saved: &Saved) -> Result<Meaning, Wrong> {
    if vocabulary::of(list).is_empty() {
        return Ok(Meaning { filter: Filter::of_words(text), view: None });
    }
    let mut filter = parse(list, &saved::expand(text, saved)?)?;
    let view = filter.take("status").and_then(|status| list.views().iter().position(|view| *view == status));
    Ok(Meaning { filter, view })
}

impl Filter {
    /// A filter of words only, as they stand.
    #[must_use]
    pub fn of_words(text: &str) -> Self {
        let word = |word: &str| Term { negated: false, field: None, test: Test::Contains(word.to_owned()) };
        Self { terms: text.split_whitespace().map(word).collect() }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Makes sure that the clocks of a zone show each of its moments, and show it once.
    ///
    /// # Errors
    /// A sentence: what is wrong with a moment, and what to type.
    pub fn check_moments(&self, zone: Tz) -> Result<(), String> {
        self.terms.iter().try_for_each(|term| match &term.test {
            Test::Moment(Moment::There(at)) => local_time::once(*at, &zone).map(drop),
            _ => Ok(()),
        })
    }

    /// Takes out what is said of a field that has one value at a time, the last of
    /// which counts; `None` where nothing is.
    fn take(&mut self, field: &str) -> Option<&'static str> {
        let mut found = None;
        self.terms.retain(|term| match (term.field, &term.test) {
            (Some(of), Test::One(value)) if of.name == field && !term.negated => {
                found = Some(*value);
                false
            }
            _ => true,
        });
        found
    }
}

impl Term {
    /// A level of its field, by name.
    fn level_name(&self, level: usize) -> &'static str {
        match self.field.map(|field| &field.kind) {
            Some(Kind::Level(levels)) => levels.get(level).unwrap_or(&""),
            _ => "",
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, term) in self.terms.iter().enumerate() {
            write!(f, "{}{term}", if i == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.field.map_or("", |field| field.name);
        let sign = |compare: &Compare| if *compare == Compare::Equal { ":" } else { compare.sign() };
        write!(f, "{}{name}", if self.negated { "-" } else { "" })?;
        match &self.test {
            Test::Is => Ok(()),
            Test::Contains(text) if self.field.is_none() => f.write_str(&quoted(text)),
            Test::Contains(text) => write!(f, ":{}", quoted(text)),
            Test::One(value) => write!(f, ":{value}"),
            Test::Age(compare, seconds) => write!(f, "{}{}", sign(compare), age(*seconds)),
            Test::Hours(compare, ms) => write!(f, "{}{}", sign(compare), hours(*ms)),
            Test::Day(compare, day) => write!(f, "{}{day}", sign(compare)),
            Test::Level(compare, level) => write!(f, "{}{}", sign(compare), self.level_name(*level)),
            Test::Number(compare, number) => write!(f, "{}{number}", sign(compare)),
            Test::Network(network) => write!(f, ":{network}"),
            Test::Moment(moment) => write!(f, ":{moment}"),
        }
    }
}

/// A text as the language reads it back: in quotes where it would be taken apart.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty()
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '\'' | ',' | '@' | '/' | '%'))
        && !vocabulary::is_statement(text);
    if plain { text.to_owned() } else { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}

fn age(seconds: i64) -> String {
    for (unit, length) in value::UNITS {
        if seconds % length == 0 {
            return format!("{}{unit}", seconds / length);
        }
    }
    format!("{seconds}s")
}

/// Hours with at most four decimals: a step is 360 ms.
fn hours(ms: i64) -> String {
    let steps = ms / 360;
    let text = format!("{}.{:04}", steps / 10_000, steps % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
