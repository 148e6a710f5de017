//! Questions in words: those above a list, and those before there is one.

use crossterm::event::KeyCode;
use strum::VariantArray;

use super::super::app::{App, Screen};
use super::super::message::Message;
use super::super::overlay::Overlay;
use super::{Page, key, press, typed};
use crate::domain::text::{spoken, visible};
use crate::domain::time_record::RejectionReason;

/// What the question is called.
pub(super) fn title(overlay: &Overlay) -> String {
    match overlay {
        Overlay::Help { .. } => "Help".into(),
        Overlay::Palette(_) => "Commands".into(),
        Overlay::Confirm(confirm) => confirm.title.clone(),
        Overlay::Reject(reject) => match reject.seen.len() {
            1 => "Reject".into(),
            many => format!("Reject {many} records"),
        },
        Overlay::Reason(reason) => reason.title.clone(),
        Overlay::Report(report) => report.title.clone(),
        Overlay::Form(form) => form.title.clone(),
        Overlay::Preview(preview) => preview.title.clone(),
        Overlay::Menu(menu) => menu.title.clone(),
        Overlay::Told { .. } => "Shown once".into(),
    }
}

/// What is asked, and how it can be answered. A form is told elsewhere.
pub(super) fn tell(overlay: &Overlay, app: &App) -> Page {
    let mut lines = vec![format!("{}.", spoken(&title(overlay)))];
    let said = |all: &[String]| all.iter().map(|line| spoken(line)).collect::<Vec<_>>();
    let prompt = match overlay {
        Overlay::Help { .. } => {
            lines.extend(help(app));
            "Enter goes on: ".to_owned()
        }
        Overlay::Confirm(confirm) => {
            lines.extend(said(&confirm.lines));
            let shows = if confirm.shows.is_empty() { "" } else { "v tells each of them, " };
            format!("y to {}, {shows}Enter cancels: ", confirm.verb.to_lowercase())
        }
        Overlay::Reason(reason) => {
            lines.extend(said(&reason.lines));
            lines.extend(reason.trouble.map(str::to_owned));
            "Why, in words; Enter alone cancels: ".to_owned()
        }
        Overlay::Reject(reject) if reject.on_text => {
            lines.truncate(0);
            lines.extend(reject.trouble.map(str::to_owned));
            "In words; Enter alone for none, x alone cancels: ".to_owned()
        }
        Overlay::Reject(reject) => {
            lines.extend(said(&reject.lines));
            let reason = |(i, reason): (usize, &RejectionReason)| format!("{}. {}.", i + 1, reason.label());
            lines.extend(RejectionReason::VARIANTS.iter().enumerate().map(reason));
            "Number of the reason, Enter cancels: ".to_owned()
        }
        Overlay::Report(report) => {
            lines.extend(said(&report.lines));
            "Enter goes on: ".to_owned()
        }
        Overlay::Preview(preview) => {
            match &preview.report {
                None => lines.push("The database has not answered yet.".into()),
                Some(Err(failure)) => lines.push(failure.to_string()),
                Some(Ok(report)) => {
                    lines.extend(report.warnings.iter().map(|line| format!("Note: {}", spoken(line))));
                    lines.extend(report.refused.iter().map(|(name, why)| format!("Not {}: {why}", visible(name))));
                    lines.extend(said(&report.done));
                }
            }
            let does = if preview.is_possible() { "y does it, " } else { "" };
            format!("{does}Enter cancels: ")
        }
        Overlay::Menu(menu) => {
            let link = |(i, link): (usize, &crate::domain::list::Link)| format!("{}. {}", i + 1, spoken(link.label));
            lines.extend(menu.links.iter().enumerate().map(link));
            "Number to go there, Enter stays: ".to_owned()
        }
        Overlay::Told { text, secret } => {
            lines.push(spoken(text));
            // It is shown on the screen in the same way, once.
            lines.push(secret.expose().to_owned());
            "Enter when it is written down: ".to_owned()
        }
        Overlay::Palette(_) | Overlay::Form(_) => "Enter goes on: ".to_owned(),
    };
    Page { lines, prompt, is_secret: false }
}

/// What an answer to it means.
pub(super) fn hear(overlay: &Overlay, line: &str) -> Vec<Message> {
    let cancel = || vec![key(KeyCode::Esc)];
    match overlay {
        Overlay::Confirm(confirm) => match line {
            "y" => vec![press('y')],
            "v" if !confirm.shows.is_empty() => vec![press('v')],
            _ => cancel(),
        },
        Overlay::Preview(preview) if line == "y" && preview.is_possible() => vec![press('y')],
        Overlay::Reason(_) if !line.is_empty() => answered(line),
        Overlay::Reject(reject) if reject.on_text && line == "x" => cancel(),
        Overlay::Reject(reject) if reject.on_text => answered(line),
        Overlay::Reject(_) => match line.parse::<usize>() {
            Ok(1..=6) => line.chars().map(press).chain([key(KeyCode::Enter)]).collect(),
            _ => cancel(),
        },
        Overlay::Menu(menu) => match line.parse::<usize>() {
            Ok(number) if (1..=menu.links.len()).contains(&number) => {
                let up = std::iter::repeat_n(key(KeyCode::Up), menu.cursor);
                let down = std::iter::repeat_n(key(KeyCode::Down), number - 1);
                up.chain(down).chain([key(KeyCode::Enter)]).collect()
            }
            _ => cancel(),
        },
        _ => cancel(),
    }
}

fn answered(line: &str) -> Vec<Message> {
    typed(line).into_iter().chain([key(KeyCode::Enter)]).collect()
}

/// What there is to do here and everywhere.
fn help(app: &App) -> Vec<String> {
    let mut lines = vec![
        "A number tells that row in full. Enter alone tells the next rows, a minus those before, a dot these again."
            .to_owned(),
        "A letter or a name and numbers do something with those rows: a 3, or mark 1 2 4.".to_owned(),
        "A slash and words filter the list; a slash alone shows everything again. q goes back, and out at the end."
            .to_owned(),
    ];
    lines.extend(app.offered().into_iter().filter(|action| !action.is_of_screen()).map(|action| {
        let by_key = app.key_of(action).map_or_else(String::new, |key| format!("{key} or "));
        format!("{by_key}{}: {}.", action.name(), action.about().help)
    }));
    lines
}

/// The screens before the console.
pub(super) fn before(screen: &Screen, app: &App) -> Page {
    let mut lines = vec![format!("medstint, {}.", visible(&app.settings.database))];
    let (prompt, is_secret) = match screen {
        Screen::SignIn(form) => {
            lines.extend(form.trouble.clone());
            if form.on_password {
                (format!("Password of {}: ", visible(form.email.text())), true)
            } else {
                ("Email address: ".to_owned(), false)
            }
        }
        Screen::Locked(unlock) => {
            let who = app.actor.as_ref().map_or("", |actor| &actor.name);
            lines.push(format!("Locked. {} is signed in.", visible(who)));
            lines.extend(unlock.trouble.clone());
            ("Password: ".to_owned(), true)
        }
        Screen::School(choice) => {
            lines.extend(choice.trouble.clone());
            let school = |(i, (_, name)): (usize, &(_, String))| format!("{}. {}", i + 1, visible(name));
            lines.extend(choice.schools.iter().enumerate().map(school));
            ("Number of the school you work in, n adds one, Enter leaves: ".to_owned(), false)
        }
        Screen::Resuming(trouble) => {
            lines.extend(trouble.clone());
            ("Not connected yet. Enter looks again, q quits: ".to_owned(), false)
        }
        Screen::Console => (String::new(), false),
    };
    Page { lines, prompt, is_secret }
}

/// What an answer to them means. A password is taken as it is typed.
pub(super) fn before_hear(screen: &Screen, line: &str) -> Vec<Message> {
    match screen {
        Screen::SignIn(form) if form.on_password && line.is_empty() => vec![key(KeyCode::Tab)],
        Screen::SignIn(form) if !form.on_password && line.trim().is_empty() => vec![key(KeyCode::Esc)],
        Screen::Locked(_) if line.is_empty() => Vec::new(),
        Screen::SignIn(_) | Screen::Locked(_) => answered(line),
        Screen::School(choice) => match line.trim().parse::<usize>() {
            Ok(number) if (1..=choice.schools.len()).contains(&number) => {
                let up = std::iter::repeat_n(key(KeyCode::Up), choice.cursor);
                let down = std::iter::repeat_n(key(KeyCode::Down), number - 1);
                up.chain(down).chain([key(KeyCode::Enter)]).collect()
            }
            _ if line.trim() == "n" => vec![press('n')],
            _ => vec![key(KeyCode::Esc)],
        },
        Screen::Resuming(_) if line.trim() == "q" => vec![press('q')],
        Screen::Resuming(_) | Screen::Console => Vec::new(),
    }
}
