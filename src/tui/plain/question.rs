//! Questions line by line: those about a list, and those of the sign-in.

use crossterm::event::KeyCode;
use strum::VariantArray;

use super::super::app::{App, Screen};
use super::super::message::Message;
use super::super::overlay::{Overlay, verbs};
use super::super::sign_in::CHOOSE_A_PASSWORD;
use super::{Page, chosen, entered, form, is_yes, key, press};
use crate::domain::list::{Link, List};
use crate::domain::text::visible;
use crate::domain::time_record::RejectionReason;
use crate::presentation::sentences::session_locked;
use crate::presentation::text::spoken;

/// What is asked at this moment. A line answers it only as long as it is the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Question {
    #[default]
    Nothing,
    Resuming,
    SignIn {
        on_password: bool,
    },
    NewPassword {
        on_again: bool,
    },
    School {
        offered: usize,
    },
    Locked,
    Form(form::Asked),
    /// What is shown once, without its secret.
    Told(String),
    Overlay(Box<Overlay>),
    List {
        list: List,
        is_typing: bool,
    },
}

impl Question {
    pub(super) fn of(app: &App) -> Self {
        match (&app.screen, app.overlay()) {
            (Screen::Resuming(_), _) => Self::Resuming,
            (Screen::SignIn(form), _) => Self::SignIn { on_password: form.on_password },
            (Screen::NewPassword(form), _) => Self::NewPassword { on_again: form.on_again },
            (Screen::School(choice), _) => Self::School { offered: choice.schools.len() },
            (Screen::Locked(_), _) => Self::Locked,
            (Screen::Console, Some(Overlay::Form(form))) => Self::Form(form::Asked::of(form)),
            (Screen::Console, Some(Overlay::Told { text, .. })) => Self::Told(text.clone()),
            (Screen::Console, Some(overlay)) => Self::Overlay(Box::new(overlay.clone())),
            (Screen::Console, None) => {
                let is_typing = app.panes.current().typing().is_some();
                Self::List { list: app.panes.shown(), is_typing }
            }
        }
    }
}

/// What the question is called.
fn title(overlay: &Overlay) -> String {
    match overlay {
        Overlay::Help { .. } => "Help".into(),
        Overlay::Palette(_) => "Commands".into(),
        Overlay::Confirm(confirm) => confirm.title.clone(),
        Overlay::Reject(reject) => reject.title(),
        Overlay::Reason(reason) => reason.title.clone(),
        Overlay::Report(report) => report.title.clone(),
        Overlay::Form(form) => form.title.clone(),
        Overlay::Preview(preview) => preview.title.clone(),
        Overlay::Menu(menu) => menu.title.clone(),
        Overlay::Told { .. } => "Shown once".into(),
    }
}

/// The question and its possible answers. `form` prints forms.
pub(super) fn tell(overlay: &Overlay, app: &App) -> Page {
    let mut lines = vec![format!("{}.", spoken(&title(overlay)))];
    let said = |all: &[String]| all.iter().map(|line| spoken(line)).collect::<Vec<_>>();
    let prompt = match overlay {
        Overlay::Help { .. } => {
            lines.extend(help(app));
            "Enter continues: ".to_owned()
        }
        Overlay::Confirm(confirm) => {
            lines.extend(said(&confirm.lines));
            let shows = if confirm.shows.is_empty() { "" } else { "v lists them, " };
            format!("y to {}, {shows}Enter cancels: ", confirm.verb.to_lowercase())
        }
        Overlay::Reason(reason) => {
            lines.extend(said(&reason.lines));
            lines.extend(reason.trouble.map(str::to_owned));
            format!("Reason; {}Enter cancels: ", same_words(reason.text.text()))
        }
        Overlay::Reject(reject) if reject.on_text => {
            lines.extend(said(&reject.lines));
            lines.extend(reject.reason.map(|reason| format!("{}.", reason.label())));
            lines.extend(reject.trouble.map(str::to_owned));
            let none = if reject.words_required { "" } else { "- for none, " };
            format!("Details; {none}{}Enter cancels: ", same_words(reject.text.text()))
        }
        Overlay::Reject(reject) => {
            lines.extend(said(&reject.lines));
            let reason = |(i, reason): (usize, &RejectionReason)| format!("{}. {}.", i + 1, reason.label());
            lines.extend(RejectionReason::VARIANTS.iter().enumerate().map(reason));
            "Number of the reason, Enter cancels: ".to_owned()
        }
        Overlay::Report(report) => {
            lines.extend(said(&report.lines));
            "Enter continues: ".to_owned()
        }
        Overlay::Preview(preview) => {
            lines.extend(preview.says().iter().map(|(line, _)| spoken(line)));
            let verb = verbs::verb(&preview.command).to_lowercase();
            let confirms = if preview.is_possible() { format!("y to {verb}, ") } else { String::new() };
            format!("{confirms}Enter cancels: ")
        }
        Overlay::Menu(menu) => {
            let link = |(i, link): (usize, &Link)| format!("{}. {}", i + 1, spoken(&link.title()));
            lines.extend(menu.links.iter().enumerate().map(link));
            "Number to open, Enter closes: ".to_owned()
        }
        Overlay::Told { text, secret } => {
            lines.push(spoken(text));
            // It is shown on the screen in the same way, once.
            lines.push(secret.expose().to_owned());
            "Write it down, then press Enter: ".to_owned()
        }
        Overlay::Palette(_) | Overlay::Form(_) => "Enter continues: ".to_owned(),
    };
    Page { lines, prompt, ..Page::default() }
}

/// What was typed for it before, and how it is said again.
fn same_words(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("+ for “{text}”, ") }
}

/// What an answer to it means.
///
/// # Errors
/// Why it is no answer.
pub(super) fn hear(overlay: &Overlay, line: &str) -> Result<Vec<Message>, String> {
    // Whatever else is asked, Enter alone leaves everything as it is.
    if line.is_empty() {
        return Ok(vec![key(KeyCode::Esc)]);
    }
    match overlay {
        Overlay::Confirm(_) if is_yes(line) => Ok(vec![press('y')]),
        Overlay::Confirm(confirm) if line == "v" && !confirm.shows.is_empty() => Ok(vec![press('v')]),
        Overlay::Preview(preview) if is_yes(line) && preview.is_possible() => Ok(vec![press('y')]),
        Overlay::Reason(reason) => in_words(line, reason.text.text()),
        Overlay::Reject(reject) if reject.on_text && line == "-" && !reject.words_required => Ok(entered("")),
        Overlay::Reject(reject) if reject.on_text => in_words(line, reject.text.text()),
        Overlay::Reject(_) => match line.parse::<usize>() {
            Ok(1..=6) => Ok(line.chars().map(press).chain([key(KeyCode::Enter)]).collect()),
            _ => Err("Type a number from 1 to 6.".into()),
        },
        Overlay::Menu(menu) => chosen(line, menu.cursor, menu.links.len()),
        _ => Ok(vec![key(KeyCode::Esc)]),
    }
}

/// Words that are kept with a decision; a letter or a "no" is none.
fn in_words(line: &str, before: &str) -> Result<Vec<Message>, String> {
    if line == "+" && !before.is_empty() {
        return Ok(vec![key(KeyCode::Enter)]);
    }
    if line.chars().count() < 3 || matches!(line.to_lowercase().as_str(), "quit" | "cancel" | "yes" | "none") {
        return Err("Type a reason of three or more characters. Enter alone cancels.".into());
    }
    Ok(entered(line))
}

/// What there is to do here and everywhere.
fn help(app: &App) -> Vec<String> {
    let mut lines = vec![
        "Type a number for the details of a row. Enter shows the next rows, - the previous ones and . repeats these."
            .to_owned(),
        "Type a key or a command and row numbers to act on those rows: a 3, or mark 1 2 4.".to_owned(),
        "Type / and words to filter the list, / alone to clear the filter. q goes back and, at the end, quits."
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
    lines.extend(app.settings.path_warnings.iter().cloned());
    let (prompt, is_secret) = match screen {
        Screen::SignIn(form) => {
            lines.extend(form.trouble.clone());
            if form.on_password {
                (format!("Password of {}: ", visible(form.email.text())), true)
            } else {
                ("Email address, Enter quits: ".to_owned(), false)
            }
        }
        Screen::NewPassword(form) => {
            lines.push(CHOOSE_A_PASSWORD.into());
            lines.extend(form.trouble.clone());
            (if form.on_again { "Repeat the new password: ".to_owned() } else { "New password: ".to_owned() }, true)
        }
        Screen::Locked(unlock) => {
            lines.push(session_locked(&visible(&unlock.name)));
            lines.extend(unlock.trouble.clone());
            ("Password: ".to_owned(), true)
        }
        Screen::School(choice) => {
            lines.extend(choice.trouble.clone());
            let school = |(i, (_, name)): (usize, &(_, String))| format!("{}. {}", i + 1, visible(name));
            lines.extend(choice.schools.iter().enumerate().map(school));
            ("Number of the school to work in, n adds a school, Enter goes back: ".to_owned(), false)
        }
        Screen::Resuming(trouble) => {
            lines.extend(trouble.clone());
            ("Not connected yet. Enter checks again, q quits: ".to_owned(), false)
        }
        Screen::Console => (String::new(), false),
    };
    Page { lines, prompt, is_secret, ..Page::default() }
}

/// What an answer to them means. A password is taken as it is typed.
///
/// # Errors
/// Why it is no answer.
pub(super) fn before_hear(screen: &Screen, line: &str) -> Result<Vec<Message>, String> {
    let is_empty = line.trim().is_empty();
    match screen {
        // To the other field, or out.
        Screen::SignIn(form) if is_empty => Ok(vec![key(if form.on_password { KeyCode::Tab } else { KeyCode::Esc })]),
        Screen::SignIn(form) if !form.on_password => Ok(entered(line.trim())),
        Screen::Locked(_) | Screen::NewPassword(_) if is_empty => Ok(Vec::new()),
        Screen::SignIn(_) | Screen::Locked(_) | Screen::NewPassword(_) => Ok(entered(line)),
        Screen::School(_) if is_empty => Ok(vec![key(KeyCode::Esc)]),
        Screen::School(_) if line.trim() == "n" => Ok(vec![press('n')]),
        Screen::School(choice) => chosen(line.trim(), choice.cursor, choice.schools.len()),
        Screen::Resuming(_) if line.trim() == "q" => Ok(vec![press('q')]),
        Screen::Resuming(_) | Screen::Console => Ok(Vec::new()),
    }
}
