//! What the configuration says, as values of their types.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::TimeDelta;
use toml::Value;

use super::{Config, Error};
use crate::domain::filter::{self, Saved};
use crate::domain::list::List;
use crate::domain::time_record::COLUMNS;
use crate::tui::keymap::Keymap;
use crate::tui::kiosk::Reader;
use crate::tui::kiosk::messages::Language;
use crate::tui::widget::theme::Palette;

impl Config {
    /// The database's URL, where one was given.
    #[must_use]
    pub fn database_url(&self) -> Option<&str> {
        self.optional("database.url")
    }

    /// Where LISTEN goes.
    #[must_use]
    pub fn listen_url(&self) -> Option<&str> {
        self.optional("database.listen_url").or_else(|| self.database_url())
    }

    /// Where migrations and user administration connect.
    #[must_use]
    pub fn owner_url(&self) -> Option<&str> {
        self.optional("database.owner_url").or_else(|| self.database_url())
    }

    /// Connections for queries.
    ///
    /// # Errors
    /// [`Error::BadValue`]
    pub fn connections(&self) -> Result<u32, Error> {
        Ok(u32::try_from(self.number("database.connections", 1, 50)?).unwrap_or(1))
    }

    /// The look that was chosen.
    ///
    /// # Errors
    /// [`Error::BadValue`]
    pub fn palette(&self) -> Result<Palette, Error> {
        Palette::from_str(self.text("console.theme"))
            .map_err(|_| self.bad("console.theme", "must be terminal, mono, dark or light."))
    }

    /// Whether to draw in ASCII only, where that does not depend on the terminal.
    ///
    /// # Errors
    /// [`Error::BadValue`]
    pub fn ascii(&self) -> Result<Option<bool>, Error> {
        self.unless_auto("console.ascii")
    }

    /// Whether to speak line by line instead of drawing, where that does not depend on
    /// the environment.
    ///
    /// # Errors
    /// [`Error::BadValue`]
    pub fn plain(&self) -> Result<Option<bool>, Error> {
        self.unless_auto("console.plain")
    }

    /// Whether the console only reads.
    ///
    /// # Errors
    /// [`Error::BadValue`]
    pub fn read_only(&self) -> Result<bool, Error> {
        match self.text("console.read_only") {
            "always" => Ok(true),
            "never" => Ok(false),
            _ => Err(self.bad("console.read_only", "must be always or never.")),
        }
    }

    fn unless_auto(&self, key: &str) -> Result<Option<bool>, Error> {
        match self.text(key) {
            "auto" => Ok(None),
            "always" => Ok(Some(true)),
            "never" => Ok(Some(false)),
            _ => Err(self.bad(key, "must be auto, always or never.")),
        }
    }

    /// Whether something urgent rings the terminal.
    #[must_use]
    pub fn bell(&self) -> bool {
        self.is_on("console.bell")
    }

    /// Whether the mouse is ours.
    #[must_use]
    pub fn mouse(&self) -> bool {
        self.is_on("console.mouse")
    }

    /// A key whose default is yes.
    fn is_on(&self, key: &str) -> bool {
        self.values.get(key).and_then(|(value, _)| value.as_bool()).unwrap_or(true)
    }

    /// After how long without a key the console locks; zero is never.
    ///
    /// # Errors
    /// [`Error::BadValue`]
    pub fn lock_after(&self) -> Result<TimeDelta, Error> {
        Ok(TimeDelta::minutes(self.number("console.lock_after_minutes", 0, 1_440)?))
    }

    /// The language that a kiosk begins with.
    ///
    /// # Errors
    /// [`Error::BadValue`]
    pub fn kiosk_language(&self) -> Result<Language, Error> {
        Language::from_str(self.text("kiosk.language")).map_err(|_| self.bad("kiosk.language", "must be en, es or fr."))
    }

    /// How a kiosk's badge reader types.
    ///
    /// # Errors
    /// [`Error::BadValue`]
    pub fn reader(&self) -> Result<Reader, Error> {
        let mut reader = Reader { start: self.badge_start()?, tab: false, newline: false, pause: None };
        let pause = TimeDelta::milliseconds(self.number("kiosk.badge_pause_ms", 150, 2_000)?);
        let ends: Vec<&str> = self.text("kiosk.badge_end").split_whitespace().collect();
        for end in &ends {
            match *end {
                "enter" => {}
                "tab" => reader.tab = true,
                "newline" => reader.newline = true,
                "pause" => reader.pause = Some(pause),
                _ => return Err(self.bad("kiosk.badge_end", "must be one or more of enter, tab, newline and pause.")),
            }
        }
        if ends.is_empty() {
            return Err(self.bad("kiosk.badge_end", "must name at least one of enter, tab, newline and pause."));
        }
        Ok(reader)
    }

    fn badge_start(&self) -> Result<Option<char>, Error> {
        let mut characters = self.text("kiosk.badge_start").chars();
        match (characters.next(), characters.next()) {
            (None, _) => Ok(None),
            (Some(c), None) if !c.is_alphanumeric() && !c.is_control() && !c.is_whitespace() => Ok(Some(c)),
            _ => {
                Err(self
                    .bad("kiosk.badge_start", "must be empty or one character that is not a letter, digit or space."))
            }
        }
    }

    /// Where gpsd listens, where a kiosk has a receiver.
    ///
    /// # Errors
    /// [`Error::BadValue`]
    pub fn gpsd(&self) -> Result<Option<&str>, Error> {
        let gpsd = self.optional("kiosk.gpsd");
        let is_place = |place: &str| place.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        if gpsd.is_none_or(is_place) {
            Ok(gpsd)
        } else {
            Err(self.bad("kiosk.gpsd", "must be HOST:PORT, such as localhost:2947."))
        }
    }

    /// The address that the sign-in begins with.
    #[must_use]
    pub fn email(&self) -> &str {
        self.text("console.email")
    }

    /// The filter of the log.
    ///
    /// # Errors
    /// [`Error::BadValue`]
    pub fn log_level(&self) -> Result<&str, Error> {
        match self.text("log.level") {
            level @ ("error" | "warn" | "info" | "debug" | "trace") => Ok(level),
            _ => Err(self.bad("log.level", "must be error, warn, info, debug or trace.")),
        }
    }

    /// The columns of time records, in their order.
    ///
    /// # Errors
    /// [`Error::BadValue`], naming the one that there is not.
    pub fn columns(&self) -> Result<Vec<String>, Error> {
        let names: Vec<String> = self.text("console.columns").split_whitespace().map(str::to_owned).collect();
        if let Some(unknown) = names.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
            let why = format!("has an unknown column “{unknown}”. Use {}.", COLUMNS.join(", "));
            return Err(self.bad("console.columns", why));
        }
        if names.is_empty() {
            return Err(self.bad("console.columns", "must name at least one column."));
        }
        Ok(names)
    }

    /// The filters that are kept under a name, each understood by one of the lists
    /// that have fields.
    ///
    /// # Errors
    /// [`Error::BadValue`], naming the one that means nothing.
    pub fn filters(&self) -> Result<Saved, Error> {
        let mut saved = Saved::new();
        for (key, (value, _)) in self.values.range("filters.".to_owned().."filters/".to_owned()) {
            let Some(text) = value.as_str() else { return Err(self.bad(key, "must be a filter, in quotes.")) };
            if let Err(wrong) = filter::parse(List::TimeRecords, text)
                && filter::parse(List::Audit, text).is_err()
            {
                return Err(self.bad(key, format!("has {wrong}")));
            }
            saved.insert(key.trim_start_matches("filters.").to_owned(), text.to_owned());
        }
        Ok(saved)
    }

    /// The keys, defaults and one's own.
    ///
    /// # Errors
    /// [`Error::BadValue`], naming both actions in a conflict.
    pub fn keymap(&self) -> Result<Keymap, Error> {
        let mut mine = BTreeMap::new();
        for (key, (value, _)) in self.values.range("keys.".to_owned().."keys/".to_owned()) {
            let keys: Option<Vec<String>> = match value {
                Value::String(one) => Some(vec![one.clone()]),
                Value::Array(many) => many.iter().map(|key| key.as_str().map(str::to_owned)).collect(),
                _ => None,
            };
            let keys = keys.ok_or_else(|| self.bad(key, "must be a key or a list of keys, in quotes."))?;
            mine.insert(key.trim_start_matches("keys.").to_owned(), keys);
        }
        let first = mine.keys().next().map(|name| format!("keys.{name}")).unwrap_or_default();
        Keymap::new(&mine).map_err(|why| self.bad(&first, format!("or another of [keys]: {why}.")))
    }
}
