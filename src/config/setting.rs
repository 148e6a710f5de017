//! The types of settings. Each reads itself from TOML, says in a sentence what is wrong with a
//! value, and describes itself for the JSON schema.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use serde_json::{Value as Json, json};
use strum::{EnumString, IntoStaticStr, VariantNames};
use toml::Value;

use crate::domain::database_url::masked;
use crate::domain::time_record::COLUMNS;
use crate::tui::kiosk::messages::Language;
use crate::tui::widget::theme::Palette;

/// A value that the configuration can hold.
pub(super) trait Setting: Sized {
    /// The value; otherwise the rest of a sentence that begins with the key. The sentence never
    /// repeats a value that may be a secret.
    fn read(value: &Value) -> Result<Self, String>;

    /// The JSON schema of the values that may be written.
    fn schema() -> Json;
}

fn wrong_type(wanted: &str, value: &Value) -> String {
    format!("is a {wanted}, not a {}.", value.type_str())
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| wrong_type("string", value))
}

impl Setting for String {
    fn read(value: &Value) -> Result<Self, String> {
        text(value).map(str::to_owned)
    }

    fn schema() -> Json {
        json!({"type": "string"})
    }
}

impl Setting for bool {
    fn read(value: &Value) -> Result<Self, String> {
        value.as_bool().ok_or_else(|| wrong_type("boolean", value))
    }

    fn schema() -> Json {
        json!({"type": "boolean"})
    }
}

/// A whole number within bounds, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<const LEAST: u32, const MOST: u32>(u32);

impl<const LEAST: u32, const MOST: u32> Whole<LEAST, MOST> {
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl<const LEAST: u32, const MOST: u32> Setting for Whole<LEAST, MOST> {
    fn read(value: &Value) -> Result<Self, String> {
        let number = value.as_integer().ok_or_else(|| wrong_type("integer", value))?;
        let within = u32::try_from(number).ok().filter(|number| (LEAST..=MOST).contains(number));
        within.map(Self).ok_or_else(|| format!("must be between {LEAST} and {MOST}."))
    }

    fn schema() -> Json {
        json!({"type": "integer", "minimum": LEAST, "maximum": MOST})
    }
}

/// Whether the console does something; `auto` depends on its surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Switch {
    Auto,
    Always,
    Never,
}

impl Switch {
    /// Whether it is on; `auto` is what `detect` finds.
    pub fn is_on(self, detect: impl FnOnce() -> bool) -> bool {
        match self {
            Self::Auto => detect(),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Whether the console does something, wherever it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum AlwaysOrNever {
    Always,
    Never,
}

impl AlwaysOrNever {
    #[must_use]
    pub fn is_always(self) -> bool {
        self == Self::Always
    }
}

/// How much the log holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl Level {
    /// The name, as a filter of `tracing` has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Settings that are one of several names.
macro_rules! choices {
    ($($choice:ty),+) => {
        $(impl Setting for $choice {
            fn read(value: &Value) -> Result<Self, String> {
                read_choice(value)
            }

            fn schema() -> Json {
                json!({"type": "string", "enum": Self::VARIANTS})
            }
        })+
    };
}

choices!(AlwaysOrNever, Language, Level, Palette, Switch);

fn read_choice<T: FromStr + VariantNames>(value: &Value) -> Result<T, String> {
    text(value)?.parse::<T>().map_err(|_| format!("must be {}.", one_of(T::VARIANTS)))
}

/// Names in a sentence: `dark, light or mono`.
fn one_of(names: &[&str]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => names.concat(),
    }
}

/// The URL of a database. It may hold a password, so it is shown without one.
#[derive(Clone, PartialEq, Eq)]
pub struct Url(String);

impl Url {
    pub(super) fn new(url: &str) -> Self {
        Self(url.to_owned())
    }

    /// The URL, if one is set.
    #[must_use]
    pub fn get(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|url| !url.is_empty())
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", masked(&self.0))
    }
}

impl Setting for Url {
    /// Whether it is a good URL is found out where it is used: a command that needs no database
    /// runs with any.
    fn read(value: &Value) -> Result<Self, String> {
        text(value).map(Self::new)
    }

    fn schema() -> Json {
        json!({"type": "string"})
    }
}

/// The columns of time records, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns(Vec<String>);

impl Columns {
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

impl Setting for Columns {
    fn read(value: &Value) -> Result<Self, String> {
        let names: Vec<String> = text(value)?.split_whitespace().map(str::to_owned).collect();
        if let Some(unknown) = names.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
            return Err(format!("has an unknown column “{unknown}”. Use {}.", COLUMNS.join(", ")));
        }
        if names.is_empty() {
            return Err("must name at least one column.".to_owned());
        }
        Ok(Self(names))
    }

    fn schema() -> Json {
        json!({"type": "string", "minLength": 1})
    }
}

/// The keys that end a badge, in addition to Enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadgeEnds {
    pub tab: bool,
    pub newline: bool,
    pub pause: bool,
}

impl Setting for BadgeEnds {
    fn read(value: &Value) -> Result<Self, String> {
        let mut ends = Self { tab: false, newline: false, pause: false };
        let names = text(value)?;
        if names.trim().is_empty() {
            return Err("must name at least one of enter, tab, newline and pause.".to_owned());
        }
        for name in names.split_whitespace() {
            match name {
                "enter" => {}
                "tab" => ends.tab = true,
                "newline" => ends.newline = true,
                "pause" => ends.pause = true,
                _ => return Err("must be one or more of enter, tab, newline and pause.".to_owned()),
            }
        }
        Ok(ends)
    }

    fn schema() -> Json {
        json!({"type": "string", "minLength": 1})
    }
}

/// A character that only the badge reader types, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadgeStart(Option<char>);

impl BadgeStart {
    #[must_use]
    pub fn get(self) -> Option<char> {
        self.0
    }
}

impl Setting for BadgeStart {
    fn read(value: &Value) -> Result<Self, String> {
        let mut characters = text(value)?.chars();
        match (characters.next(), characters.next()) {
            (None, _) => Ok(Self(None)),
            (Some(c), None) if !c.is_alphanumeric() && !c.is_control() && !c.is_whitespace() => Ok(Self(Some(c))),
            _ => Err("must be empty or one character that is not a letter, digit or space.".to_owned()),
        }
    }

    fn schema() -> Json {
        json!({"type": "string", "maxLength": 1})
    }
}

/// Where a server listens, if it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketPlace(Option<SocketAddr>);

impl SocketPlace {
    #[must_use]
    pub fn get(self) -> Option<SocketAddr> {
        self.0
    }
}

impl Setting for SocketPlace {
    fn read(value: &Value) -> Result<Self, String> {
        match text(value)? {
            "" => Ok(Self(None)),
            place => place
                .parse()
                .map(|place| Self(Some(place)))
                .map_err(|_| "must be ADDRESS:PORT, such as 127.0.0.1:2222 or [::]:2222.".to_owned()),
        }
    }

    fn schema() -> Json {
        json!({"type": "string"})
    }
}

/// Where gpsd listens, if the kiosk has a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gpsd(Option<String>);

impl Gpsd {
    #[must_use]
    pub fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl Setting for Gpsd {
    fn read(value: &Value) -> Result<Self, String> {
        let place = Some(text(value)?).filter(|place| !place.is_empty());
        let is_place = |place: &str| place.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        if place.is_none_or(is_place) {
            Ok(Self(place.map(str::to_owned)))
        } else {
            Err("must be HOST:PORT, such as localhost:2947.".to_owned())
        }
    }

    fn schema() -> Json {
        json!({"type": "string"})
    }
}
