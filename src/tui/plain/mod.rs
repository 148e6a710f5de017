//! The console line by line, for a screen reader. It prints the model as numbered sentences: rows
//! by `Kind::sentence`, details by `Sheet::words`, questions and forms. A typed line becomes the
//! messages that keys would have sent. This module decides nothing: questions, safety rules and
//! the model are those of the screen, so that no rule exists twice.
//!
//! A line refers to what was printed. A number means the row that was printed with it. If another
//! row has taken that place, the console refuses the line and prints everything again.

mod form;
mod question;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use question::Question;

use super::action::Action;
use super::app::{App, Notice, Screen};
use super::message::Message;
use super::overlay::{Form, Overlay};
use super::pane::{Said, TABS};
use crate::domain::list::Rows;
use crate::domain::text::{ascii, capitalized, visible};
use crate::domain::{ClockSkew, Link};
use crate::presentation::text::spoken;

/// The number of rows on a page.
const PAGE: usize = 10;

/// The output before the next prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub lines: Vec<String>,
    /// What the line is to say.
    pub prompt: String,
    /// Whether nobody is to see what is typed.
    pub is_secret: bool,
    /// Whether the line may decide something: then it must be typed after the prompt was printed.
    pub is_question: bool,
}

/// What has been printed: a typed number means the row that was printed with it.
#[derive(Debug, Default)]
pub struct Plain {
    rows: Vec<Told>,
    /// Of which list, in which words.
    list: String,
    next: Next,
    /// The number whose detail the line before printed: this line may be about it.
    in_full: Option<usize>,
    /// The latest notice, and the part of it that is not printed yet.
    notice: Option<Notice>,
    happened: Vec<String>,
    /// What the last prompt asked.
    asked: Question,
    /// The form that was printed, by its title, and the field that is being asked for.
    form: Option<String>,
    field: Option<usize>,
    link: Option<Link>,
    /// Whether the difference of the clocks was printed.
    told_clock: bool,
    unread: i64,
}

/// A row as it was printed.
#[derive(Debug)]
struct Told {
    number: usize,
    id: String,
    content: Rows,
}

/// The part of the list that is printed next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Rows,
    Detail,
    /// Only what happened.
    Nothing,
}

impl Plain {
    /// Records an event, to be printed before the next prompt.
    pub fn note(&mut self, app: &App) {
        if app.notice != self.notice {
            self.notice.clone_from(&app.notice);
            self.happened.extend(app.notice.iter().map(|notice| spoken(&notice.text)));
        }
    }

    /// What there is to say now.
    pub fn tell(&mut self, app: &App) -> Page {
        self.note(app);
        if !matches!(app.overlay(), Some(Overlay::Form(_))) {
            (self.form, self.field) = (None, None);
        }
        let page = match (&app.screen, app.overlay()) {
            (Screen::Console, Some(Overlay::Form(form))) => self.form(form),
            (Screen::Console, Some(overlay)) => question::tell(overlay, app),
            (Screen::Console, None) => self.console(app),
            (screen, _) => question::before(screen, app),
        };
        if app.opened.is_some() {
            (self.next, self.in_full) = (Next::Nothing, None);
        }
        self.asked = Question::of(app);
        // What happened comes before what is asked.
        let lines: Vec<String> = self.happened.drain(..).chain(page.lines).collect();
        let told = |text: &str| {
            let text = visible(text);
            if app.settings.theme.ascii { ascii(&text).into_owned() } else { text.into_owned() }
        };
        Page {
            lines: lines.iter().map(|line| told(line)).collect(),
            prompt: told(&page.prompt),
            is_question: app.opened.is_some(),
            ..page
        }
    }

    /// Whether the question that was printed last is still open.
    #[must_use]
    pub fn is_asked(&self, app: &App) -> bool {
        self.asked == Question::of(app)
    }

    /// What a typed line means.
    ///
    /// # Errors
    /// A sentence that says why it means nothing; then nothing is done.
    pub fn hear(&mut self, app: &App, line: &str) -> Result<Vec<Message>, String> {
        if !self.is_asked(app) {
            return Err("The question has changed, so your input was ignored.".into());
        }
        match (&app.screen, app.overlay()) {
            (Screen::Console, Some(Overlay::Form(form))) => self.fill_in(form, line),
            (Screen::Console, Some(overlay)) => question::hear(overlay, line.trim()),
            (Screen::Console, None) if app.panes.current().typing().is_some() => Ok(filter(line)),
            (Screen::Console, None) => self.command(app, line.trim()),
            (screen, _) => question::before_hear(screen, line),
        }
    }

    fn form(&mut self, form: &Form) -> Page {
        let is_new = self.form.as_ref() != Some(&form.title);
        if is_new {
            (self.form, self.field) = (Some(form.title.clone()), None);
        }
        form::tell(self.field, form, is_new)
    }

    fn fill_in(&mut self, form: &Form, line: &str) -> Result<Vec<Message>, String> {
        if self.field.is_none() && line.trim() == "." {
            self.form = None;
            return Ok(Vec::new());
        }
        form::hear(&mut self.field, form, line)
    }

    fn console(&mut self, app: &App) -> Page {
        let Some(context) = app.context(app.panes.shown()) else { return Page::default() };
        let pane = app.panes.current();
        let title = pane.title(context);
        let mut lines = Vec::new();
        if self.link.replace(app.link) != Some(app.link) && app.link != Link::Live {
            lines.push(link_words(app.link).to_owned());
        }
        if std::mem::replace(&mut self.told_clock, app.clock_skew.is_some()) != app.clock_skew.is_some() {
            let agree = || "This machine's clock matches the server's again.".to_owned();
            lines.push(app.clock_skew.map_or_else(agree, ClockSkew::sentence));
        }
        lines.extend(title.failure.as_ref().map(ToString::to_string));
        if app.is_stale() {
            lines.push("Some of this may be out of date; reloading.".to_owned());
        }
        if let (Link::Live, Some(seconds)) = (app.link, app.lag_s) {
            lines.push(format!("Many changes are arriving; those of the last {seconds} s are not shown yet."));
        }
        if pane.typing().is_some() {
            lines.push(spoken(&pane.hint().0));
            return Page { lines, prompt: "Filter, or Enter for none: ".into(), ..Page::default() };
        }
        if std::mem::replace(&mut self.unread, app.unread) < app.unread {
            lines.push(format!("{} unread. Type :notifications to read them.", app.unread));
        }
        let said = pane.said(context);
        // A list that was not printed yet is printed first.
        let list = format!("{}, {}", list_name(app), spoken(&title.left));
        if self.list != list {
            self.list.clone_from(&list);
            self.next = Next::Rows;
        }
        // A notice that was just printed is not repeated with every line.
        let prompt = if self.next == Next::Rows { keys(app) } else { "Command, ? help: ".to_owned() };
        match std::mem::replace(&mut self.next, Next::Nothing) {
            Next::Rows => {
                lines.push(format!("{list}: {}.", spoken(&title.right)));
                if !said.counts.is_empty() && !said.rows.is_empty() {
                    lines.push(format!("{}.", said.counts.join("; ")));
                }
                self.rows(&said, &mut lines);
            }
            Next::Detail => {
                if let Some((name, words)) = pane.said_detail(context) {
                    lines.push(format!("{}.", spoken(&name)));
                    lines.extend(words);
                }
            }
            Next::Nothing if lines.is_empty() && self.happened.is_empty() => lines.push("Nothing was done.".into()),
            Next::Nothing => {}
        }
        let marked = if said.marked > 0 { format!("{} marked. ", said.marked) } else { String::new() };
        Page { lines, prompt: format!("{marked}{prompt}"), ..Page::default() }
    }

    /// The rows from the cursor on, each part under its name.
    fn rows(&mut self, said: &Said, lines: &mut Vec<String>) {
        self.rows.clear();
        let mut part = said.cursor.checked_sub(1).and_then(|before| said.rows.get(before)).and_then(|row| row.part);
        for row in said.rows.iter().skip(said.cursor).take(PAGE) {
            if row.part.is_some() && row.part != part {
                part = row.part;
                lines.extend(part.and_then(|part| said.parts.get(part)).map(|part| format!("{}:", capitalized(part))));
            }
            let marked = if row.is_marked { "Marked. " } else { "" };
            let gone = if row.is_gone { " No longer in this list." } else { "" };
            lines.push(format!("{}. {marked}{}{gone}", row.number, row.text));
            self.rows.push(Told { number: row.number, id: row.id.clone(), content: row.content.clone() });
        }
        if said.rows.is_empty() {
            lines.push(said.none.clone());
        }
    }

    fn command(&mut self, app: &App, line: &str) -> Result<Vec<Message>, String> {
        let in_full = self.in_full.take();
        let said = said(app);
        let first_row = || self.rows.first().map(|row| row.id.clone()).into_iter().collect::<Vec<_>>();
        match line {
            "" => return self.next_page(&said),
            "." => {
                let messages = vec![over(None, first_row())];
                self.next = Next::Rows;
                return Ok(messages);
            }
            "-" => {
                let up = (0..PAGE).map(|_| over(Some(Action::Up), Vec::new()));
                let messages = std::iter::once(over(None, first_row())).chain(up).collect();
                self.next = Next::Rows;
                return Ok(messages);
            }
            "?" | ":" => return Ok(vec![over(Some(Action::Help), Vec::new())]),
            // As on the screen: a step back, and out of the console at the end.
            "q" => {
                self.next = Next::Rows;
                return Ok(vec![press('q')]);
            }
            _ => {}
        }
        if let Some(text) = line.strip_prefix('/') {
            self.next = Next::Rows;
            return Ok(std::iter::once(over(Some(Action::Filter), Vec::new())).chain(filter(text)).collect());
        }
        let mut words = line.trim_start_matches(':').split_whitespace();
        let first = words.next().unwrap_or_default();
        let mut numbers: Vec<&str> = words.collect();
        numbers.sort_unstable();
        numbers.dedup();
        if first.parse::<usize>().is_ok() && numbers.is_empty() {
            let (number, row) = self.row(&said, first)?;
            (self.next, self.in_full) = (Next::Detail, Some(number));
            return Ok(vec![over(None, vec![row])]);
        }
        let Some(action) = app.settings.keymap.written(first, app.panes.shown()) else {
            return Err(format!("Unknown command “{first}”. Type ? for help."));
        };
        let rows =
            numbers.into_iter().map(|number| Ok(self.row(&said, number)?.1)).collect::<Result<Vec<_>, String>>()?;
        self.over_rows(app, &said, action, rows, in_full)
    }

    /// An action over the rows that are named; over the marked ones, or the one that
    /// the line before told in full, where none is.
    fn over_rows(
        &mut self,
        app: &App,
        said: &Said,
        action: Action,
        mut rows: Vec<String>,
        in_full: Option<usize>,
    ) -> Result<Vec<Message>, String> {
        if !action.is_about_rows() {
            if rows.len() > 1 || !rows.is_empty() && !app.panes.current().takes_row(action) {
                return Err(format!("{} takes no number here. Nothing was done.", action.name()));
            }
            // Another list, or another part of it, is printed by itself.
            let moves =
                matches!(action, Action::Refresh | Action::Earlier | Action::Later | Action::First | Action::Last);
            self.next = if moves { Next::Rows } else { Next::Nothing };
            return Ok(vec![over(Some(action), rows)]);
        }
        let marked = said.marked;
        if marked > 0 && !rows.is_empty() && action != Action::Mark {
            return Err(format!(
                "Rows are marked: {marked}. Omit the number to act on them, or type back to unmark them."
            ));
        }
        if marked == 0 && rows.is_empty() {
            let Some(number) = in_full else {
                return Err(format!("Type {} and the number of a row.", action.name()));
            };
            rows.push(self.row(said, &number.to_string())?.1);
        }
        Ok(vec![over(Some(action), rows)])
    }

    fn next_page(&mut self, said: &Said) -> Result<Vec<Message>, String> {
        let Some(last) = self.rows.last() else {
            self.next = Next::Rows;
            return Ok(Vec::new());
        };
        let at = said.rows.iter().position(|row| row.id == last.id);
        if at.is_some_and(|at| at + 1 == said.rows.len()) {
            return Err(match &said.failure {
                Some(failure) if said.has_more => format!("The rest of the list could not be loaded. {failure}"),
                _ if said.has_more => "The next rows are still loading.".into(),
                _ => "End of the list. Type . to repeat these rows, - for the previous ones.".into(),
            });
        }
        self.next = Next::Rows;
        // Where the last one has gone, the list goes on from the cursor.
        let from = at.map(|_| last.id.clone()).into_iter().collect();
        Ok(vec![over(None, from), over(Some(Action::Down), Vec::new())])
    }

    /// The row that was printed with a number, as long as it is the same.
    fn row(&mut self, said: &Said, number: &str) -> Result<(usize, String), String> {
        let told = number.parse().ok().and_then(|number: usize| self.rows.iter_mut().find(|row| row.number == number));
        let Some(told) = told else { return Err(format!("There is no number {number} here. Nothing was done.")) };
        match said.rows.iter().find(|row| row.id == told.id && !row.is_gone) {
            None => Err(format!("Number {} has left the list. Nothing was done.", told.number)),
            Some(row) if row.content != told.content => {
                told.content.clone_from(&row.content);
                Err(format!("Number {} has changed: {} Nothing was done.", told.number, row.text))
            }
            Some(row) => Ok((told.number, row.id.clone())),
        }
    }
}

/// The list on the screen in words.
fn said(app: &App) -> Said {
    app.context(app.panes.shown()).map(|context| app.panes.current().said(context)).unwrap_or_default()
}

fn link_words(link: Link) -> &'static str {
    match link {
        Link::Connecting => "Connecting.",
        Link::Live => "Live.",
        Link::Checking => "Checking the connection; rows may be out of date.",
        Link::Polling { .. } => "Changes made elsewhere appear with a delay.",
        Link::Offline => "Offline, reconnecting; rows may be out of date.",
    }
}

/// What can be typed over the list.
fn keys(app: &App) -> String {
    let own = app.offered().into_iter().filter(|action| {
        let about = action.about();
        !about.short.is_empty() && !about.over.is_everywhere()
    });
    let own = own.filter_map(|action| {
        let number = if action.is_about_rows() { " N" } else { "" };
        Some(format!("{}{number} {}, ", app.key_of(action)?, action.about().short))
    });
    format!("Number for details, {}Enter next, ? help: ", own.collect::<Vec<_>>().concat())
}

fn list_name(app: &App) -> String {
    let tab = TABS.iter().find(|(list, _)| *list == app.panes.shown()).map(|(_, name)| (*name).to_owned());
    tab.unwrap_or_else(|| capitalized(app.panes.shown().nouns().1))
}

fn over(action: Option<Action>, rows: Vec<String>) -> Message {
    Message::Asked { action, rows }
}

/// A filter that is being typed becomes this text; none where it is empty.
fn filter(text: &str) -> Vec<Message> {
    let text = text.trim();
    if text.is_empty() { vec![key(KeyCode::Esc)] } else { entered(text) }
}

/// The field under the cursor says this and nothing else.
fn typed(text: &str) -> Vec<Message> {
    let clear = |c| Message::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL));
    // To the end of the line, and everything before it.
    vec![clear('e'), clear('u'), Message::Paste(text.to_owned())]
}

fn entered(text: &str) -> Vec<Message> {
    typed(text).into_iter().chain([key(KeyCode::Enter)]).collect()
}

/// Whether a question is answered with a yes; whatever else is typed is none.
fn is_yes(line: &str) -> bool {
    matches!(line.trim().to_lowercase().as_str(), "y" | "yes")
}

/// One of so many, by its number, from where the cursor is.
fn chosen(line: &str, cursor: usize, count: usize) -> Result<Vec<Message>, String> {
    let number = line.parse::<usize>().ok().filter(|number| (1..=count).contains(number));
    let Some(number) = number else { return Err("There is no such number.".into()) };
    let up = std::iter::repeat_n(key(KeyCode::Up), cursor);
    let down = std::iter::repeat_n(key(KeyCode::Down), number - 1);
    Ok(up.chain(down).chain([key(KeyCode::Enter)]).collect())
}

fn key(code: KeyCode) -> Message {
    Message::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

fn press(c: char) -> Message {
    key(KeyCode::Char(c))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::{DateTime, TimeDelta};

    use super::super::app::Settings;
    use super::super::keymap::Keymap;
    use super::super::overlay::{OpenOverlay, Report};
    use super::super::pane::PaneSettings;
    use super::super::sign_in::{SignIn, Unlock};
    use super::super::widget::theme::Theme;
    use super::super::zone::Zone;
    use super::*;

    fn app() -> App {
        let settings = Settings {
            theme: Theme::default(),
            keymap: Keymap::new(&BTreeMap::new()).expect("keys"),
            lock_after: TimeDelta::zero(),
            database: "here".into(),
            path_warnings: Vec::new(),
            bell: false,
            ends_with_session: false,
            offered_key: None,
            read_only: false,
            email: String::new(),
            panes: PaneSettings::default(),
        };
        App::start(settings, (120, 40), DateTime::UNIX_EPOCH, Zone::Utc).0
    }

    #[test]
    fn a_line_answers_only_what_was_told() {
        let (mut app, mut plain) = (app(), Plain::default());
        app.screen = Screen::SignIn(SignIn::new("ada@north.example", None));
        assert_eq!(plain.tell(&app).prompt, "Password of ada@north.example: ");
        app.screen = Screen::Locked(Unlock::new("Ada North"));
        let why = plain.hear(&app, "hunter2").expect_err("something else is asked");
        assert!(!why.contains("hunter2") && !plain.is_asked(&app), "{why}");
        assert!(plain.tell(&app).is_secret);
        assert_eq!(plain.hear(&app, "hunter2").expect("it is asked").len(), 4);
    }

    #[test]
    fn a_weak_path_is_told_before_anybody_signs_in() {
        let (mut app, mut plain) = (app(), Plain::default());
        app.settings.path_warnings = vec!["The connection to h is not encrypted.".into()];
        app.screen = Screen::SignIn(SignIn::new("", None));
        assert!(plain.tell(&app).lines.contains(&"The connection to h is not encrypted.".to_owned()));
    }

    #[test]
    fn nothing_of_a_text_is_executed_by_the_terminal() {
        let (mut app, mut plain) = (app(), Plain::default());
        app.screen = Screen::Console;
        let lines = vec!["Not \u{1b}[2J: \u{202e}".into()];
        let overlay = Overlay::Report(Report { title: "\u{7}".into(), lines, scroll: 0 });
        app.opened = Some(OpenOverlay { by: app.panes.shown(), overlay });
        let page = plain.tell(&app);
        assert_eq!(page.lines, ["<07>.", "Not <1B>[2J: <202E>"]);
        assert!(page.is_question);
    }
}
