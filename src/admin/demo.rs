//! `medstint demo`: sets up and opens the demonstration.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::Context;
use serde::Serialize;

use super::output::json;
use super::signals::Signals;
use super::{console, kiosk, place, print, print_line, serve};
use crate::cli::serve::Serve;
use crate::cli::{Activity, Demo as Options, Global};
use crate::cluster::{Durability, SearchPath, Settings};
use crate::demo::{Demo, Person, run_activity};
use crate::domain::Secret;
use crate::store::Address;

/// Where the demonstration is served over SSH.
const SERVED_AT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 2222);

pub(super) async fn run(global: &Global, options: &Options) -> Result<ExitCode> {
    // Asked first: a signal during the preparation must not leave a server behind.
    let mut signals = Signals::new()?;
    let places = places(global, options.dir.as_deref())?;
    let settings =
        Settings { dir: places.cluster, durability: Durability::Full, path: SearchPath(std::env::var_os("PATH")) };

    let quiet = options.instead.headless;
    let preparing = Demo::prepare(&settings, options.reset, |step| {
        if !quiet {
            let _ = print_line(step);
        }
    });
    let demo = tokio::select! {
        demo = preparing => demo?,
        () = signals.recv() => return Ok(ExitCode::FAILURE),
    };
    // A directory with other files in it is not taken for the cluster's, so this comes second.
    let global = Global { state_dir: Some(places.state), ..global.clone() };
    let state_dir = place::state_dir(&global)?;
    if options.activity == Activity::On {
        tokio::spawn(run_activity(Address::parse(Some(&demo.web_url()))?));
    }

    if options.instead.headless {
        let ready = Ready {
            owner_url: demo.owner_url(),
            app_url: demo.app_url(),
            state_dir: state_dir.display().to_string(),
            people: &demo.people,
        };
        print(ready.line()?.as_bytes())?;
        signals.recv().await;
        return Ok(ExitCode::SUCCESS);
    }
    if options.instead.kiosk {
        return at_the_door(&demo, &global, &state_dir).await;
    }
    print(people(&demo.people, options.dir.as_deref()).as_bytes())?;
    if options.instead.serve {
        return over_ssh(&demo, &global, state_dir).await;
    }
    let email = options.sign_in_as.email().to_owned();
    // Each person has a session of their own between two runs.
    let global = Global {
        database_url: Some(demo.app_url()),
        state_dir: Some(state_dir.join(email.split('@').next().unwrap_or("somebody"))),
        ..global
    };
    let mut config = place::config(&global)?;
    config.pin_database("--as", &demo.app_url());
    let code = console::open(&global, &config, Some((email, Secret::new(crate::demo::PASSWORD)))).await;
    print(people(&demo.people, options.dir.as_deref()).as_bytes())?;
    code
}

/// Where a demonstration is.
#[derive(Debug, PartialEq, Eq)]
struct Places {
    /// Its private `PostgreSQL`.
    cluster: PathBuf,
    /// Sessions, logs and the kiosk's journal.
    state: PathBuf,
}

/// Everything is under `--dir` where it is given, so that two demonstrations share nothing.
/// Only `--state-dir` puts the state elsewhere.
fn places(global: &Global, dir: Option<&Path>) -> Result<Places> {
    let given = global.state_dir.clone();
    let Some(dir) = dir else {
        let state = match given {
            Some(state) => state,
            None => place::state_dir(global)?.join("demo"),
        };
        return Ok(Places { cluster: place::data_dir()?.join("demo"), state });
    };
    let cluster = std::path::absolute(dir).wrap_err("--dir")?;
    let state = given.unwrap_or_else(|| cluster.join("state"));
    Ok(Places { cluster, state })
}

/// The console over SSH, on this machine only.
async fn over_ssh(demo: &Demo, global: &Global, state_dir: PathBuf) -> Result<ExitCode> {
    let global = Global { database_url: Some(demo.app_url()), state_dir: Some(state_dir), ..global.clone() };
    let mut config = place::config(&global)?;
    config.pin_database("--serve", &demo.app_url());
    config.exchange_keys_with(&demo.serve_url());
    print_line("Connect with: ssh -p 2222 coordinator@riverside.example@127.0.0.1")?;
    let options = Serve { listen: Some(SERVED_AT), ..Serve::default() };
    serve::open(&global, &config, &options, serve::Sockets::default()).await
}

/// The kiosk at the main entrance, where everyone's PIN is the same.
async fn at_the_door(demo: &Demo, global: &Global, state_dir: &Path) -> Result<ExitCode> {
    let door = state_dir.join("kiosk");
    let global = Global { database_url: Some(demo.app_url()), state_dir: Some(door), ..global.clone() };
    let mut config = place::config(&global)?;
    config.pin_database("--kiosk", &demo.app_url());
    kiosk::keep(&global, &demo.kiosk().await?)?;
    kiosk::open(&global, &config).await
}

#[derive(Serialize)]
struct Ready<'a> {
    owner_url: String,
    app_url: String,
    state_dir: String,
    people: &'a [Person],
}

impl Ready<'_> {
    /// One line of JSON for a program, with nothing in it that a terminal would execute.
    fn line(&self) -> Result<String> {
        Ok(json(self)? + "\n")
    }
}

/// Who there is, and the command that signs in as them.
fn people(people: &[Person], dir: Option<&Path>) -> String {
    let mut text = String::from("\nThe people of the demonstration; the password of each is ");
    text.push_str(crate::demo::PASSWORD);
    text.push_str(":\n");
    for person in people {
        let role = person.role.text().to_lowercase().replace('_', " ");
        text.extend([format!("  {:<32} {:<20} {role}\n", person.email, person.name)]);
    }
    text.push_str("Sign in as another person with: ");
    text.push_str(&again(dir));
    text.push_str(" --as supervisor|preceptor|admin|student|it\n\n");
    text
}

/// The command that opens this demonstration, for a shell.
fn again(dir: Option<&Path>) -> String {
    let Some(dir) = dir else { return "medstint demo".to_owned() };
    let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned()).display().to_string();
    let is_plain = dir.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    let dir = if is_plain { dir } else { format!("'{}'", dir.replace('\'', r"'\''")) };
    format!("medstint demo --dir {dir}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn global(state_dir: Option<&str>) -> Global {
        Global { state_dir: state_dir.map(PathBuf::from), ..Global::default() }
    }

    #[test]
    fn keeps_everything_under_dir() {
        let found = places(&global(None), Some(Path::new("/srv/one"))).expect("places");
        assert_eq!(found, Places { cluster: "/srv/one".into(), state: "/srv/one/state".into() });
    }

    #[test]
    fn shares_no_place_with_a_demo_in_another_directory() {
        let at = |dir: &str| places(&global(None), Some(Path::new(dir))).expect("places");
        let (one, two) = (at("/srv/one"), at("/srv/two"));
        assert!(!one.state.starts_with(&two.cluster) && one.state != two.state, "{one:?} {two:?}");
    }

    #[test]
    fn obeys_a_state_dir_of_the_command_line() {
        let found = places(&global(Some("/srv/state")), Some(Path::new("/srv/one"))).expect("places");
        assert_eq!(found, Places { cluster: "/srv/one".into(), state: "/srv/state".into() });
    }

    #[test]
    fn says_nothing_for_a_terminal_to_execute() {
        let hostile = "\u{9b}2J\u{202e}\u{7f}".to_owned();
        let person = Person {
            name: hostile.clone(),
            email: hostile.clone(),
            password: hostile.clone(),
            role: hostile.as_str().into(),
            school: Some(hostile.clone()),
        };
        let ready =
            Ready { owner_url: hostile.clone(), app_url: hostile.clone(), state_dir: hostile, people: &[person] };
        let line = ready.line().expect("JSON");
        assert_eq!(line.matches(r"\u009B2J\u202E\u007F").count(), 8);
        assert!(line.chars().all(|c| c == '\n' || matches!(c, ' '..='~')), "{line}");
    }

    #[test]
    fn hints_name_the_directory() {
        assert_eq!(again(None), "medstint demo");
        assert_eq!(again(Some(Path::new("/srv/one"))), "medstint demo --dir /srv/one");
        assert_eq!(again(Some(Path::new("/srv/Ada's one"))), r"medstint demo --dir '/srv/Ada'\''s one'");
    }
}
