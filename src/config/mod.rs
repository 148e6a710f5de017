//! The configuration: a typed struct for each section, read as a whole. Each value knows where it
//! came from, and every error names the place and the key.
//!
//! `Config::load` reads everything, even if a command needs only a part. All unknown keys and bad
//! values are reported together, so a file is corrected in one go. A typo in the section `kiosk`
//! is found where the file is written, not when the kiosk starts.
//!
//! A key is described once: the comment in `config/default.toml` is also the description in
//! `config/schema.json`, which is generated and compared in a test.
//!
//! `layers` has the value of every key with its source, `sections` a struct per section. `setting`
//! has the types: how each is read, the sentence about a bad value, the schema.
//!
//! This module, about 900 lines with its JSON schema, takes the place of a library, because each
//! value has to tell where it came from and every error to name file and key. figment does that,
//! but its newest release looked old; no survey was made.

mod layers;
pub mod schema;
mod sections;
mod setting;

use std::fmt;
use std::path::{Path, PathBuf};

use self::layers::Layers;
pub use self::sections::{Console, Database, Kiosk, Log, Serve};
pub use self::setting::{AlwaysOrNever, BadgeEnds, BadgeStart, Columns, Gpsd, Level, SocketPlace, Switch, Url, Whole};
use crate::domain::filter::Saved;
use crate::files;
use crate::tui::keymap::Keymap;

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

/// One thing that is wrong with a configuration, and where.
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

/// Everything that is wrong with a configuration, one error a line.
#[derive(Debug)]
pub struct Errors(Vec<Error>);

impl Errors {
    /// Each error in a sentence.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentences().join("\n"))
    }
}

impl std::error::Error for Errors {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.0.as_slice() {
            [only] => std::error::Error::source(only),
            _ => None,
        }
    }
}

/// What a flag sets: its name, the key and the value.
pub type Flag = (&'static str, &'static str, String);

/// The values in force.
#[derive(Clone)]
pub struct Config {
    pub database: Database,
    pub console: Console,
    pub kiosk: Kiosk,
    pub serve: Serve,
    pub log: Log,
    /// The defaults, and `[keys]`.
    pub keymap: Keymap,
    /// The filters that are kept under a name.
    pub filters: Saved,
    layers: Layers,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.layers, f)
    }
}

impl Config {
    /// Reads and checks everything there is: defaults, files, environment, flags. A later place
    /// counts more.
    ///
    /// # Errors
    /// Every unreadable file, unknown key and bad value.
    pub fn load(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
        flags: &[Flag],
    ) -> Result<Self, Errors> {
        let mut errors = Vec::new();
        let layers = Layers::load(file, environment, flags, &mut errors);
        let database = Database::read(&layers, &mut errors);
        let console = Console::read(&layers, &mut errors);
        let kiosk = Kiosk::read(&layers, &mut errors);
        let serve = Serve::read(&layers, &mut errors);
        let log = Log::read(&layers, &mut errors);
        let keymap = sections::keymap(&layers, &mut errors);
        let filters = sections::filters(&layers, &mut errors);
        match (database, console, kiosk, serve, log, keymap) {
            (Some(database), Some(console), Some(kiosk), Some(serve), Some(log), Some(keymap)) if errors.is_empty() => {
                Ok(Self { database, console, kiosk, serve, log, keymap, filters, layers })
            }
            _ => Err(Errors(errors)),
        }
    }

    /// Everything goes to this database, whatever else was configured: who names one on
    /// the command line means no other, neither for LISTEN nor as the owner.
    pub fn pin_database(&mut self, flag: &'static str, url: &str) {
        self.layers.pin_database(flag, url);
        let url = Url::new(url);
        self.database.listen_url = url.clone();
        self.database.owner_url = url.clone();
        self.database.url = url;
    }

    /// Keys of people are exchanged for sessions with this URL.
    pub fn exchange_keys_with(&mut self, url: &str) {
        self.serve.url = Url::new(url);
    }

    /// Every key with its value, secrets hidden, and its source.
    pub fn entries(&self) -> impl Iterator<Item = (&str, String, &Source)> {
        self.layers.entries()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::TimeDelta;

    use super::*;
    use crate::tui::kiosk::Reader;
    use crate::tui::widget::theme::Palette;

    fn load(file: &str, environment: &[(&str, &str)], flags: &[Flag]) -> Result<Config, Errors> {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("config.toml");
        std::fs::write(&path, file).expect("a file");
        let environment: BTreeMap<String, String> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::load(Some(&path), |name| environment.get(name).cloned(), flags)
    }

    fn refused(file: &str) -> Vec<String> {
        load(file, &[], &[]).expect_err(file).sentences()
    }

    fn source(config: &Config, wanted: &str) -> String {
        let mut entries = config.entries();
        entries.find(|(key, ..)| *key == wanted).map(|(.., source)| source.to_string()).expect("a key")
    }

    #[test]
    fn later_places_win() {
        let config = load(
            "[console]\ntheme = \"dark\"\nlock_after_minutes = 5\n",
            &[("MEDSTINT_CONSOLE_THEME", "light"), ("DATABASE_URL", "postgres://a:s3cret@h/d")],
            &[("--database-url", "database.url", "postgres://b@h/d".into())],
        )
        .expect("a good configuration");
        assert_eq!(config.console.theme, Palette::Light);
        assert_eq!(config.console.lock_after(), TimeDelta::minutes(5));
        assert_eq!(config.database.url(), Some("postgres://b@h/d"));
    }

    #[test]
    fn each_value_knows_where_it_came_from() {
        let environment = [("MEDSTINT_CONSOLE_THEME", "light")];
        let flags = [("--ascii", "console.ascii", "always".to_owned())];
        let config = load("[console]\nmouse = false\n", &environment, &flags).expect("a good configuration");
        assert_eq!(source(&config, "console.bell"), "default");
        assert!(source(&config, "console.mouse").ends_with("config.toml"));
        assert_eq!(source(&config, "console.theme"), "environment, MEDSTINT_CONSOLE_THEME");
        assert_eq!(source(&config, "console.ascii"), "flag --ascii");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_file_and_a_guess() {
        let errors = refused("[consol]\ntheme = \"dark\"\n");
        assert!(
            errors[0].contains("config.toml: there is no key `consol.theme`. Did you mean `console.theme`?"),
            "{errors:?}"
        );
    }

    #[test]
    fn all_errors_are_reported_together() {
        let file = "[console]\ntheme = \"pink\"\nmouse = 3\ncolour = true\n[keys]\nfly = [\"a\"]\n";
        let errors = load(file, &[("MEDSTINT_DATABASE_CONNECTIONS", "many")], &[]).expect_err("five errors");
        let text = errors.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 5, "{text}");
        for (line, says) in lines.iter().zip([
            "config.toml: there is no key `console.colour`.",
            "environment, MEDSTINT_DATABASE_CONNECTIONS: `database.connections` must be a whole number.",
            "config.toml: `console.theme` must be terminal, mono, dark or light.",
            "config.toml: `console.mouse` is a boolean, not a integer.",
            "config.toml: `keys.fly` is not the name of an action",
        ]) {
            assert!(line.contains(says), "{line}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let mut config = load("", &[("DATABASE_URL", "postgres://a:s3@cret@h/d?password=t0p&port=1")], &[])
            .expect("a configuration");
        for _ in 0..2 {
            let all = format!("{config:?} {:?}", config.database);
            assert!(!all.contains("s3") && !all.contains("cret") && !all.contains("t0p"), "{all}");
            assert!(all.contains("port=1"));
            config.pin_database("--database-url", "postgres://a:s3@cret@h/d?password=t0p&port=1");
        }
    }

    #[test]
    fn an_error_does_not_repeat_a_url() {
        let file = "[database]\nurls = \"postgres://a:s3cret@h/d\"\n[console]\ntheme = \"postgres://a:s3cret@h/d\"\n";
        let errors = load(file, &[("MEDSTINT_DATABASE_CONNECTIONS", "s3cret")], &[]).expect_err("three errors");
        let text = format!("{errors} {errors:?}");
        assert!(!text.contains("s3cret"), "{text}");
    }

    #[test]
    fn a_syntax_error_names_the_line_and_does_not_repeat_it() {
        let errors = refused("[database]\nurl = postgres://a:s3cret@h/d\n");
        assert!(errors[0].contains("is not TOML: line 2, column") && !errors[0].contains("s3cret"), "{errors:?}");
    }

    #[test]
    fn a_database_of_the_command_line_is_the_only_one() {
        let file = "[database]\nowner_url = \"postgres://o@h/live\"\nlisten_url = \"postgres://l@h/live\"\n";
        let environment = [("MEDSTINT_DATABASE_OWNER_URL", "postgres://o@h/other")];
        let mut config = load(file, &environment, &[]).expect("readable");
        assert_eq!(config.database.owner_url(), Some("postgres://o@h/other"));
        config.pin_database("--database-url", "postgres://me@h/test");
        let Config { database, .. } = &config;
        for url in [database.url(), database.listen_url(), database.owner_url()] {
            assert_eq!(url, Some("postgres://me@h/test"));
        }
        assert_eq!(source(&config, "database.listen_url"), "flag --database-url");
    }

    #[test]
    fn a_filter_is_kept_for_whichever_list_understands_it() {
        let config = load("[filters]\nmine = \"flagged\"\nsevere = \"severity>=HIGH\"\n", &[], &[]).expect("readable");
        assert_eq!(config.filters.len(), 2);
        let errors = refused("[filters]\nnone = \"colour:red\"\n");
        assert!(errors[0].contains("filters.none"), "{errors:?}");
    }

    #[test]
    fn a_badge_ends_as_its_reader_says() {
        assert_eq!(load("", &[], &[]).expect("defaults").kiosk.reader(), Reader::default());
        let file = "[kiosk]\nbadge_end = \"pause\"\nbadge_pause_ms = 400\nbadge_start = \"%\"\n";
        let reader = load(file, &[], &[]).expect("readable").kiosk.reader();
        let pause = Some(TimeDelta::milliseconds(400));
        assert_eq!(reader, Reader { start: Some('%'), tab: false, newline: false, pause });
    }

    #[test]
    fn bad_values_of_a_kiosk_are_refused() {
        for (key, value) in [
            ("badge_end", "\"\""),
            ("badge_end", "\"space\""),
            ("badge_start", "\"7\""),
            ("badge_pause_ms", "1"),
            ("gpsd", "\"localhost\""),
            ("language", "\"de\""),
        ] {
            let errors = refused(&format!("[kiosk]\n{key} = {value}\n"));
            assert!(errors.len() == 1 && errors[0].contains(&format!("`kiosk.{key}` must ")), "{errors:?}");
        }
    }

    #[test]
    fn a_key_conflict_names_both_actions() {
        let errors = refused("[keys]\nrefresh = [\"R\", \"f5\"]\napprove = [\"r\"]\n");
        let says = "`keys.approve` conflicts: `r` is assigned to both `approve` and `reject`.";
        assert!(errors[0].contains(says), "{errors:?}");
    }

    #[test]
    fn keys_can_be_exchanged() {
        load("[keys]\napprove = [\"r\"]\nreject = \"a\"\n", &[], &[]).expect("no conflict");
    }

    #[test]
    fn no_color_means_the_theme_without_colours() {
        let config = load("", &[("NO_COLOR", "1")], &[]).expect("a configuration");
        assert_eq!(config.console.theme, Palette::Mono);
    }
}
