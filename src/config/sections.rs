//! The sections of the configuration, a line for each key. Its default and its description are
//! in `config/default.toml`.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::Value as Json;
use strum::VariantArray;
use toml::Value;

use super::Error;
use super::layers::Layers;
use super::setting::{
    AlwaysOrNever, BadgeEnds, BadgeStart, Columns, Gpsd, Level, Setting, SocketPlace, Switch, Url, Whole,
};
use crate::domain::filter::{self, Saved};
use crate::domain::list::List;
use crate::tui::action::Action;
use crate::tui::keymap::{Key, Keymap};
use crate::tui::kiosk::Reader;
use crate::tui::kiosk::messages::Language;
use crate::tui::widget::theme::Palette;

/// Makes a type of each section, and the list of the schemas of all keys.
macro_rules! sections {
    ($($(#[$doc:meta])* $section:ident $name:literal { $($key:ident: $setting:ty,)+ })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug)]
            pub struct $section {
                $(pub $key: $setting,)+
            }

            impl $section {
                /// The values in force; nothing if one of them is bad.
                pub(super) fn read(layers: &Layers, errors: &mut Vec<Error>) -> Option<Self> {
                    $(let $key = layers.read::<$setting>(concat!($name, ".", stringify!($key)), errors);)+
                    // Only now, so that all errors are found.
                    Some(Self { $($key: $key?,)+ })
                }
            }
        )+

        /// The section, the name and the schema of each key.
        pub(super) fn schemas() -> Vec<(&'static str, &'static str, Json)> {
            vec![$($(($name, stringify!($key), <$setting as Setting>::schema()),)+)+]
        }
    };
}

sections! {
    /// Where the database is.
    Database "database" {
        url: Url,
        listen_url: Url,
        owner_url: Url,
        connections: Whole<1, 50>,
    }

    /// How the console looks and behaves.
    Console "console" {
        theme: Palette,
        ascii: Switch,
        plain: Switch,
        read_only: AlwaysOrNever,
        mouse: bool,
        bell: bool,
        columns: Columns,
        lock_after_minutes: Whole<0, 1_440>,
        email: String,
    }

    /// What a kiosk's device has.
    Kiosk "kiosk" {
        language: Language,
        badge_end: BadgeEnds,
        badge_pause_ms: Whole<150, 2_000>,
        badge_start: BadgeStart,
        gpsd: Gpsd,
    }

    /// The console over SSH.
    Serve "serve" {
        listen: SocketPlace,
        metrics: SocketPlace,
        host_key: String,
        url: Url,
        connections: Whole<1, 100>,
        sessions: Whole<1, 10_000>,
        sessions_per_person: Whole<1, 10_000>,
        connections_per_minute: Whole<1, 1_000_000>,
        startups: Whole<1, 10_000>,
        sign_in_seconds: Whole<1, 3_600>,
        idle_minutes: Whole<0, 1_440>,
        longest_hours: Whole<0, 168>,
    }

    /// The log file.
    Log "log" {
        level: Level,
    }
}

impl Database {
    /// Where the console connects, if that is configured.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.get()
    }

    /// Where LISTEN goes.
    #[must_use]
    pub fn listen_url(&self) -> Option<&str> {
        self.listen_url.get().or(self.url())
    }

    /// Where migrations and user administration connect.
    #[must_use]
    pub fn owner_url(&self) -> Option<&str> {
        self.owner_url.get().or(self.url())
    }
}

impl Console {
    /// After how long without a key the console locks; zero is never.
    #[must_use]
    pub fn lock_after(&self) -> TimeDelta {
        TimeDelta::minutes(self.lock_after_minutes.get().into())
    }
}

impl Kiosk {
    /// How the badge reader types.
    #[must_use]
    pub fn reader(&self) -> Reader {
        let BadgeEnds { tab, newline, pause } = self.badge_end;
        let pause = pause.then(|| TimeDelta::milliseconds(self.badge_pause_ms.get().into()));
        Reader { start: self.badge_start.get(), tab, newline, pause }
    }
}

/// The keys of all actions: `[keys]` replaces the defaults.
pub(super) fn keymap(layers: &Layers, errors: &mut Vec<Error>) -> Option<Keymap> {
    let found = errors.len();
    let mut replaced = BTreeMap::new();
    for (name, value) in layers.named("keys") {
        match keys_of(name, value) {
            Ok(keys) => {
                replaced.insert(name.to_owned(), keys);
            }
            Err(why) => errors.push(layers.bad_value(&format!("keys.{name}"), why)),
        }
    }
    // Without a bad key, others may conflict that otherwise don't.
    if errors.len() > found {
        return None;
    }
    match Keymap::new(&replaced) {
        Ok(keymap) => Some(keymap),
        Err(why) => {
            let key = conflicting(&replaced, &why).map_or_else(|| "keys".to_owned(), |name| format!("keys.{name}"));
            errors.push(layers.bad_value(&key, format!("conflicts: {why}. Give one of them another key.")));
            None
        }
    }
}

/// The keys of one action.
fn keys_of(name: &str, value: &Value) -> Result<Vec<String>, String> {
    if name.parse::<Action>().is_err() {
        return Err("is not the name of an action; `?` in the console lists them.".to_owned());
    }
    let keys = match value {
        Value::String(key) => Some(vec![key.clone()]),
        Value::Array(keys) => keys.iter().map(|key| key.as_str().map(str::to_owned)).collect(),
        _ => None,
    };
    let keys: Vec<String> = keys.ok_or("must be a key or a list of keys, in quotes.")?;
    for key in &keys {
        key.parse::<Key>().map_err(|why| format!("has a bad key: {why}."))?;
    }
    Ok(keys)
}

/// The first action without whose keys there is no such conflict.
fn conflicting<'a>(replaced: &'a BTreeMap<String, Vec<String>>, why: &str) -> Option<&'a str> {
    let is_cause = |name: &&String| {
        let mut others = replaced.clone();
        others.remove(*name);
        Keymap::new(&others).err().is_none_or(|other| other != why)
    };
    replaced.keys().find(is_cause).map(String::as_str)
}

/// The filters of `[filters]`, each understood by one of the lists that have fields.
pub(super) fn filters(layers: &Layers, errors: &mut Vec<Error>) -> Saved {
    let mut saved = Saved::new();
    for (name, value) in layers.named("filters") {
        match filter_of(value) {
            Ok(text) => {
                saved.insert(name.to_owned(), text.to_owned());
            }
            Err(why) => errors.push(layers.bad_value(&format!("filters.{name}"), why)),
        }
    }
    saved
}

fn filter_of(value: &Value) -> Result<&str, String> {
    let text = value.as_str().ok_or("must be a filter, in quotes.")?;
    // It has to mean something in one of the lists with fields.
    let lists = List::VARIANTS.iter().filter(|list| !list.description().fields.is_empty());
    let meanings: Vec<_> = lists.map(|list| filter::parse(*list, text)).collect();
    match meanings.first() {
        Some(Err(wrong)) if meanings.iter().all(Result::is_err) => Err(format!("has {wrong}")),
        _ => Ok(text),
    }
}
