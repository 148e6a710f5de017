//! Every key with its current value and the place that set it: defaults, then files, then the
//! environment, then flags.

use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml::Value;

use super::setting::Setting;
use super::{Error, Flag, Source};
use crate::domain::database_url::masked;

/// Compiled in: the source of every default, and the list of all keys.
pub(super) const DEFAULTS: &str = include_str!("../../config/default.toml");
/// For everyone on this machine.
const SYSTEM_FILE: &str = "/etc/medstint/config.toml";
/// Keys whose values may hold a password.
const URLS: [&str; 4] = ["database.url", "database.listen_url", "database.owner_url", "serve.url"];
/// Of them, those of the database that a person names on the command line.
const PINNED: [&str; 3] = ["database.url", "database.listen_url", "database.owner_url"];
/// Sections whose keys are names that a person chooses.
const NAMED: [&str; 2] = ["keys.", "filters."];

#[derive(Clone, Default)]
pub(super) struct Layers {
    values: BTreeMap<String, (Value, Source)>,
    /// The keys that exist, with the TOML types of their defaults.
    types: BTreeMap<String, &'static str>,
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries().map(|(key, value, _)| format!("{key} = {value}"))).finish()
    }
}

impl Layers {
    /// Reads every place. What is wrong is added to `errors` and not used.
    pub(super) fn load(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
        flags: &[Flag],
        errors: &mut Vec<Error>,
    ) -> Self {
        let mut layers = Self::default();
        match defaults() {
            Ok(defaults) => layers.add_defaults(defaults),
            Err(error) => errors.push(error),
        }
        layers.add_files(file, errors);
        layers.add_environment(environment, errors);
        for (flag, key, text) in flags {
            layers.set_text(key, text, Source::Flag(flag), errors);
        }
        layers
    }

    fn add_defaults(&mut self, defaults: BTreeMap<String, Value>) {
        for (key, value) in defaults {
            self.types.insert(key.clone(), value.type_str());
            self.values.insert(key, (value, Source::Default));
        }
    }

    fn add_files(&mut self, named: Option<&Path>, errors: &mut Vec<Error>) {
        let files = named.map_or_else(usual_files, |path| vec![path.to_owned()]);
        for path in files {
            match std::fs::read_to_string(&path) {
                Ok(text) => self.add_file(path, &text, errors),
                // Nobody needs one of the usual files.
                Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => {}
                Err(source) => errors.push(Error::Unreadable { path, source }),
            }
        }
    }

    fn add_file(&mut self, path: PathBuf, text: &str, errors: &mut Vec<Error>) {
        let values = match parse(&path, text) {
            Ok(values) => values,
            Err(error) => {
                errors.push(error);
                return;
            }
        };
        let place = Source::File(path);
        for (key, value) in values {
            if self.types.contains_key(&key) || NAMED.iter().any(|section| key.starts_with(section)) {
                self.values.insert(key, (value, place.clone()));
            } else {
                errors.push(self.unknown_key(key, place.clone()));
            }
        }
    }

    fn unknown_key(&self, key: String, place: Source) -> Error {
        let near = self.types.keys().find(|known| known.rsplit('.').next() == key.rsplit('.').next());
        let advice = near.map_or_else(String::new, |near| format!(" Did you mean `{near}`?"));
        Error::UnknownKey { place, key, advice }
    }

    /// `MEDSTINT_CONSOLE_THEME` sets `console.theme`; `DATABASE_URL` and `NO_COLOR` mean what
    /// they mean everywhere.
    fn add_environment(&mut self, environment: impl Fn(&str) -> Option<String>, errors: &mut Vec<Error>) {
        let mut variables = vec![("DATABASE_URL".to_owned(), "database.url".to_owned())];
        for key in self.types.keys() {
            variables.push((format!("MEDSTINT_{}", key.replace('.', "_").to_uppercase()), key.clone()));
        }
        for (name, key) in variables {
            if let Some(text) = environment(&name).filter(|text| !text.is_empty()) {
                self.set_text(&key, &text, Source::Environment(name), errors);
            }
        }
        if environment("NO_COLOR").is_some_and(|text| !text.is_empty()) {
            self.set_text("console.theme", "mono", Source::Environment("NO_COLOR".to_owned()), errors);
        }
    }

    /// Sets a value that is written as text, in the type of its default.
    fn set_text(&mut self, key: &str, text: &str, place: Source, errors: &mut Vec<Error>) {
        let value = match self.types.get(key).copied() {
            Some("integer") => text.parse().map(Value::Integer).map_err(|_| "must be a whole number."),
            Some("boolean") => text.parse().map(Value::Boolean).map_err(|_| "must be true or false."),
            _ => Ok(Value::String(text.to_owned())),
        };
        match value {
            Ok(value) => {
                self.values.insert(key.to_owned(), (value, place));
            }
            Err(why) => errors.push(Error::BadValue { place, key: key.to_owned(), why: why.to_owned() }),
        }
    }

    /// Sets all URLs of a database.
    pub(super) fn pin_database(&mut self, flag: &'static str, url: &str) {
        for key in PINNED {
            self.values.insert(key.to_owned(), (Value::String(url.to_owned()), Source::Flag(flag)));
        }
    }

    /// The value of a key; what is wrong with it is added to `errors`.
    pub(super) fn read<T: Setting>(&self, key: &str, errors: &mut Vec<Error>) -> Option<T> {
        let read = match self.values.get(key) {
            Some((value, _)) => T::read(value),
            None => Err("has no default.".to_owned()),
        };
        match read {
            Ok(setting) => Some(setting),
            Err(why) => {
                errors.push(self.bad_value(key, why));
                None
            }
        }
    }

    /// An error in the value of a key, at the place that set it.
    pub(super) fn bad_value(&self, key: &str, why: String) -> Error {
        let place = self.values.get(key).map_or(Source::Default, |(_, place)| place.clone());
        Error::BadValue { place, key: key.to_owned(), why }
    }

    /// The names and values of a section whose keys are names that a person chooses.
    pub(super) fn named(&self, section: &'static str) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().filter_map(move |(key, (value, _))| {
            let name = key.strip_prefix(section)?.strip_prefix('.')?;
            Some((name, value))
        })
    }

    /// Every key with its value, secrets hidden, and its source.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, String, &Source)> {
        self.values.iter().map(|(key, (value, source))| {
            let shown = match value {
                Value::String(text) if URLS.contains(&key.as_str()) => format!("{:?}", masked(text)),
                other => other.to_string(),
            };
            (key.as_str(), shown, source)
        })
    }
}

/// The files that are read unless one is named, the one that counts more last.
fn usual_files() -> Vec<PathBuf> {
    let mine = directories::ProjectDirs::from("", "", "medstint").map(|dirs| dirs.config_dir().join("config.toml"));
    std::iter::once(PathBuf::from(SYSTEM_FILE)).chain(mine).collect()
}

/// Every key with its default.
pub(super) fn defaults() -> Result<BTreeMap<String, Value>, Error> {
    parse(Path::new("default.toml"), DEFAULTS)
}

/// The values of a file by their dotted keys.
fn parse(path: &Path, text: &str) -> Result<BTreeMap<String, Value>, Error> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| Error::Syntax {
        path: path.to_owned(),
        message: without_the_line(&error, text),
    })?;
    let mut values = BTreeMap::new();
    flatten("", table, &mut values);
    Ok(values)
}

fn flatten(section: &str, table: toml::Table, values: &mut BTreeMap<String, Value>) {
    for (name, value) in table {
        let key = if section.is_empty() { name } else { format!("{section}.{name}") };
        match value {
            Value::Table(inner) => flatten(&key, inner, values),
            value => {
                values.insert(key, value);
            }
        }
    }
}

/// What is wrong with a file and where. The parser's own words repeat the line, in which a
/// password may stand.
fn without_the_line(error: &toml::de::Error, text: &str) -> String {
    let Some(before) = error.span().and_then(|span| text.get(..span.start)) else {
        return error.message().to_owned();
    };
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}: {}", error.message())
}
