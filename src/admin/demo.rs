//! `medstint demo`: everything that a person needs to look around.

use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::Context;
use serde::Serialize;

use super::output::json;
use super::signals::Signals;
use super::{console, kiosk, place, print, print_line};
use crate::cli::{Demo as Options, Global};
use crate::cluster::{Durability, SearchPath, Settings};
use crate::demo::{Activity, Demo, Person, run_activity};
use crate::domain::Secret;
use crate::store::Address;

pub(super) async fn run(global: &Global, options: &Options) -> Result<ExitCode> {
    // Asked first: a signal during the preparation must not leave a server behind.
    let mut signals = Signals::new()?;
    let dir = match &options.dir {
        Some(dir) => std::path::absolute(dir).wrap_err("--dir")?,
        None => place::data_dir()?.join("demo"),
    };
    let state_dir = match &global.state_dir {
        Some(dir) => dir.clone(),
        None => place::state_dir(global)?.join("demo"),
    };
    let global = Global { state_dir: Some(state_dir), config: global.config.clone(), ..global.clone() };
    let state_dir = place::state_dir(&global)?;
    let settings = Settings { dir, durability: Durability::Full, path: SearchPath(std::env::var_os("PATH")) };

    let quiet = options.headless;
    let preparing = Demo::prepare(&settings, options.reset, |step| {
        if !quiet {
            let _ = print_line(step);
        }
    });
    let demo = tokio::select! {
        demo = preparing => demo?,
        () = signals.recv() => return Ok(ExitCode::FAILURE),
    };
    if options.activity == Activity::On {
        tokio::spawn(run_activity(Address::parse(Some(&demo.web_url()))?));
    }

    if options.headless {
        print(ready(&demo, &state_dir)?.as_bytes())?;
        signals.recv().await;
        return Ok(ExitCode::SUCCESS);
    }
    if options.kiosk {
        return at_the_door(&demo, &global, &state_dir).await;
    }
    print(people(&demo.people).as_bytes())?;
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
    print(people(&demo.people).as_bytes())?;
    code
}

/// The kiosk at the main entrance, where everybody's PIN is the same.
async fn at_the_door(demo: &Demo, global: &Global, state_dir: &std::path::Path) -> Result<ExitCode> {
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

fn ready(demo: &Demo, state_dir: &std::path::Path) -> Result<String> {
    let ready = Ready {
        owner_url: demo.owner_url(),
        app_url: demo.app_url(),
        state_dir: state_dir.display().to_string(),
        people: &demo.people,
    };
    Ok(json(&ready)? + "\n")
}

/// Who there is, and how to come in as them.
fn people(people: &[Person]) -> String {
    let mut text = String::from("\nThe people of the demonstration; the password of each is ");
    text.push_str(crate::demo::PASSWORD);
    text.push_str(":\n");
    for person in people {
        let role = person.role.to_lowercase().replace('_', " ");
        text.extend([format!("  {:<32} {:<20} {role}\n", person.email, person.name)]);
    }
    text.push_str("Come in as another with --as supervisor|preceptor|admin|student|it.\n\n");
    text
}
