//! The configuration: defaults, then files, then environment, then flags; each
//! value knows where it came from, and every error names the place and the key.

mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::Value;

use crate::domain::database_url::masked;
use crate::files;

/// Compiled in: the source of every default, and the list of all keys.
const DEFAULTS: &str = include_str!("../../config/default.toml");
/// For everybody on this machine.
const SYSTEM_FILE: &str = "/etc/medstint/config.toml";
/// Keys whose values may hold a password.
const SECRET: [&str; 3] = ["database.url", "database.listen_url", "database.owner_url"];

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Default,
    File(PathBuf),
    Environment(String),
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "environment, {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// What is wrong with a configuration, and where.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{path}: {}", files::why_not(.source))]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path}: is not TOML: {message}")]
    Syntax { path: PathBuf, message: String },
    #[error("{place}: there is no key `{key}`.{advice} `medstint config` lists all keys.")]
    UnknownKey { place: Source, key: String, advice: String },
    #[error("{place}: `{key}` {why}")]
    BadValue { place: Source, key: String, why: String },
}

/// What a flag sets.
pub type Flag = (&'static str, &'static str, String);

/// The values in force, with their sources.
#[derive(Clone)]
pub struct Config {
    values: BTreeMap<String, (Value, Source)>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries().map(|(key, value, _)| format!("{key} = {value}"))).finish()
    }
}

impl Config {
    /// Reads everything there is.
    ///
    /// # Errors
    /// [`Error`], naming the place and the key.
    pub fn load(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
        flags: &[Flag],
    ) -> Result<Self, Error> {
        let mut config = Self { values: BTreeMap::new() };
        config.take(DEFAULTS, &Source::Default, Path::new("default.toml"))?;
        let user_file =
            directories::ProjectDirs::from("", "", "medstint").map(|dirs| dirs.config_dir().join("config.toml"));
        let files = match file {
            Some(named) => vec![(named.to_owned(), true)],
            None => std::iter::once(PathBuf::from(SYSTEM_FILE)).chain(user_file).map(|path| (path, false)).collect(),
        };
        for (path, required) in files {
            match std::fs::read_to_string(&path) {
                Ok(text) => config.take(&text, &Source::File(path.clone()), &path)?,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => {}
                Err(source) => return Err(Error::Unreadable { path, source }),
            }
        }
        config.take_environment(environment)?;
        for (flag, key, text) in flags {
            config.set_text(key, text, Source::Flag(flag))?;
        }
        Ok(config)
    }

    fn take(&mut self, text: &str, source: &Source, path: &Path) -> Result<(), Error> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| Error::Syntax {
            path: path.to_owned(),
            message: without_the_line(&error, text),
        })?;
        let mut flat = Vec::new();
        flatten("", &table, &mut flat);
        for (key, value) in flat {
            if *source != Source::Default {
                self.check(&key, &value, source)?;
            }
            self.values.insert(key, (value, source.clone()));
        }
        Ok(())
    }

    /// A key must exist, and its value be of the default's type.
    fn check(&self, key: &str, value: &Value, source: &Source) -> Result<(), Error> {
        if key.starts_with("keys.") || key.starts_with("filters.") {
            return Ok(());
        }
        match self.values.get(key) {
            None => {
                let near = self.values.keys().find(|known| known.rsplit('.').next() == key.rsplit('.').next());
                let advice = near.map_or_else(String::new, |near| format!(" Did you mean `{near}`?"));
                Err(Error::UnknownKey { place: source.clone(), key: key.to_owned(), advice })
            }
            Some((default, _)) if default.type_str() != value.type_str() => Err(Error::BadValue {
                place: source.clone(),
                key: key.to_owned(),
                why: format!("is a {}, not a {}.", default.type_str(), value.type_str()),
            }),
            Some(_) => Ok(()),
        }
    }

    /// `MEDSTINT_CONSOLE_THEME` sets `console.theme`; `DATABASE_URL` and `NO_COLOR`
    /// mean what they mean everywhere.
    fn take_environment(&mut self, environment: impl Fn(&str) -> Option<String>) -> Result<(), Error> {
        let mut names: Vec<(String, String)> = vec![("DATABASE_URL".into(), "database.url".into())];
        names.extend(
            self.values
                .keys()
                .filter(|key| !key.starts_with("keys.") && !key.starts_with("filters."))
                .map(|key| (format!("MEDSTINT_{}", key.replace('.', "_").to_uppercase()), key.clone())),
        );
        for (name, key) in names {
            if let Some(text) = environment(&name).filter(|text| !text.is_empty()) {
                self.set_text(&key, &text, Source::Environment(name))?;
            }
        }
        if environment("NO_COLOR").is_some_and(|text| !text.is_empty()) {
            self.set_text("console.theme", "mono", Source::Environment("NO_COLOR".into()))?;
        }
        Ok(())
    }

    fn set_text(&mut self, key: &str, text: &str, source: Source) -> Result<(), Error> {
        let bad = |why: &str| Error::BadValue { place: source.clone(), key: key.to_owned(), why: why.to_owned() };
        let value = match self.values.get(key).map(|(default, _)| default) {
            Some(Value::Integer(_)) => Value::Integer(text.parse().map_err(|_| bad("is a whole number."))?),
            Some(Value::Boolean(_)) => Value::Boolean(text.parse().map_err(|_| bad("is true or false."))?),
            _ => Value::String(text.to_owned()),
        };
        self.values.insert(key.to_owned(), (value, source));
        Ok(())
    }

    /// Everything goes to this database, whatever else was configured: who names one on
    /// the command line means no other, neither for LISTEN nor as the owner.
    pub fn pin_database(&mut self, flag: &'static str, url: &str) {
        for key in ["database.url", "database.listen_url", "database.owner_url"] {
            self.values.insert(key.to_owned(), (Value::String(url.to_owned()), Source::Flag(flag)));
        }
    }

    /// Every key with its value, secrets hidden, and its source.
    pub fn entries(&self) -> impl Iterator<Item = (&str, String, &Source)> {
        self.values.iter().map(|(key, (value, source))| {
            let shown = match value {
                Value::String(text) if SECRET.contains(&key.as_str()) => format!("{:?}", masked(text)),
                other => other.to_string(),
            };
            (key.as_str(), shown, source)
        })
    }

    fn bad(&self, key: &str, why: impl Into<String>) -> Error {
        let place = self.values.get(key).map_or(Source::Default, |(_, source)| source.clone());
        Error::BadValue { place, key: key.to_owned(), why: why.into() }
    }

    fn text(&self, key: &str) -> &str {
        self.values.get(key).and_then(|(value, _)| value.as_str()).unwrap_or_default()
    }

    fn optional(&self, key: &str) -> Option<&str> {
        Some(self.text(key)).filter(|text| !text.is_empty())
    }

    fn number(&self, key: &str, least: i64, most: i64) -> Result<i64, Error> {
        let number = self.values.get(key).and_then(|(value, _)| value.as_integer()).unwrap_or(least);
        if (least..=most).contains(&number) {
            Ok(number)
        } else {
            Err(self.bad(key, format!("is between {least} and {most}.")))
        }
    }
}

fn flatten(prefix: &str, table: &toml::Table, flat: &mut Vec<(String, Value)>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            Value::Table(inner) => flatten(&key, inner, flat),
            value => flat.push((key, value.clone())),
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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::tui::kiosk::Reader;
    use crate::tui::widget::theme::Palette;

    fn load(file: &str, environment: &[(&str, &str)], flags: &[Flag]) -> Result<Config, Error> {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("config.toml");
        std::fs::write(&path, file).expect("a file");
        let environment: BTreeMap<String, String> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::load(Some(&path), |name| environment.get(name).cloned(), flags)
    }

    #[test]
    fn later_places_win_and_are_remembered() {
        let config = load(
            "[console]\ntheme = \"dark\"\nlock_after_minutes = 5\n",
            &[("MEDSTINT_CONSOLE_THEME", "light"), ("DATABASE_URL", "postgres://a:s3cret@h/d")],
            &[("--database-url", "database.url", "postgres://b@h/d".into())],
        )
        .expect("a good configuration");
        assert_eq!(config.palette().expect("a theme"), Palette::Light);
        assert_eq!(config.lock_after().expect("minutes"), TimeDelta::minutes(5));
        assert_eq!(config.database_url(), Some("postgres://b@h/d"));
        let source = config.entries().find(|(key, ..)| *key == "console.theme").map(|(.., source)| source.to_string());
        assert_eq!(source.as_deref(), Some("environment, MEDSTINT_CONSOLE_THEME"));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_file_and_a_guess() {
        let error = load("[consol]\ntheme = \"dark\"\n", &[], &[]).expect_err("an unknown key").to_string();
        assert!(
            error.contains("config.toml: there is no key `consol.theme`. Did you mean `console.theme`?"),
            "{error}"
        );
    }

    #[test]
    fn a_password_is_never_shown() {
        let config = load("", &[("DATABASE_URL", "postgres://a:s3@cret@h/d?password=t0p&port=1")], &[])
            .expect("a configuration");
        let all = format!("{config:?}");
        assert!(!all.contains("s3") && !all.contains("cret") && !all.contains("t0p"), "{all}");
        assert!(all.contains("port=1"));
    }

    #[test]
    fn a_syntax_error_names_the_line_and_does_not_repeat_it() {
        let error = load("[database]\nurl = postgres://a:s3cret@h/d\n", &[], &[]).expect_err("no quotes").to_string();
        assert!(error.contains("is not TOML: line 2, column") && !error.contains("s3cret"), "{error}");
    }

    #[test]
    fn a_database_of_the_command_line_is_the_only_one() {
        let file = "[database]\nowner_url = \"postgres://o@h/live\"\nlisten_url = \"postgres://l@h/live\"\n";
        let environment = [("MEDSTINT_DATABASE_OWNER_URL", "postgres://o@h/other")];
        let mut config = load(file, &environment, &[]).expect("readable");
        assert_eq!(config.owner_url(), Some("postgres://o@h/other"));
        config.pin_database("--database-url", "postgres://me@h/test");
        for url in [config.database_url(), config.listen_url(), config.owner_url()] {
            assert_eq!(url, Some("postgres://me@h/test"));
        }
    }

    #[test]
    fn a_filter_is_kept_for_whichever_list_understands_it() {
        let config = load("[filters]\nmine = \"flagged\"\nsevere = \"severity>=HIGH\"\n", &[], &[]).expect("readable");
        assert_eq!(config.filters().expect("filters").len(), 2);
        let config = load("[filters]\nnone = \"colour:red\"\n", &[], &[]).expect("readable");
        assert!(config.filters().expect_err("a field of no list").to_string().contains("filters.none"));
    }

    #[test]
    fn a_badge_ends_as_its_reader_says() {
        assert_eq!(load("", &[], &[]).expect("defaults").reader().expect("a reader"), Reader::default());
        let file = "[kiosk]\nbadge_end = \"pause\"\nbadge_pause_ms = 400\nbadge_start = \"%\"\n";
        let reader = load(file, &[], &[]).expect("readable").reader().expect("a reader");
        let pause = Some(TimeDelta::milliseconds(400));
        assert_eq!(reader, Reader { start: Some('%'), tab: false, newline: false, pause });
    }

    #[test]
    fn a_reader_that_never_ends_a_badge_is_refused() {
        for (key, value) in
            [("badge_end", "\"\""), ("badge_end", "\"space\""), ("badge_start", "\"7\""), ("badge_pause_ms", "1")]
        {
            let config = load(&format!("[kiosk]\n{key} = {value}\n"), &[], &[]).expect("readable");
            let error = config.reader().expect_err(value).to_string();
            assert!(error.contains(&format!("kiosk.{key}")), "{error}");
        }
    }

    #[test]
    fn a_key_conflict_names_both_actions() {
        let config = load("[keys]\napprove = [\"r\"]\n", &[], &[]).expect("readable");
        let error = config.keymap().expect_err("a conflict").to_string();
        assert!(error.contains("both `approve` and `reject`"), "{error}");
    }

    #[test]
    fn no_color_means_the_theme_without_colours() {
        let config = load("", &[("NO_COLOR", "1")], &[]).expect("a configuration");
        assert_eq!(config.palette().expect("a theme"), Palette::Mono);
    }
}
