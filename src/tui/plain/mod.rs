//! The same console line by line, for a screen reader: what the model holds is
//! told in numbered sentences, and a line that is typed becomes the messages that
//! keys would have been. Nothing is decided here; questions, safety rules and the
//! model are those of the screen.

mod form;
mod question;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::Action;
use super::app::{App, Notice, Screen};
use super::message::Message;
use super::overlay::Overlay;
use super::pane::{Said, TABS};
use crate::domain::text::{capitalized, spoken, visible};

/// Rows that are told at once.
const PAGE: usize = 10;

/// What is told before the next line is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub lines: Vec<String>,
    /// What the line is to say.
    pub prompt: String,
    /// Whether nobody is to see what is typed.
    pub is_secret: bool,
}

/// What has been told: a number that is typed means what it meant then.
#[derive(Debug, Default)]
pub struct Plain {
    rows: Vec<Told>,
    /// Of which list, in which words.
    list: String,
    next: Next,
    /// The number that was told in full last: what comes next may be about it.
    in_full: Option<String>,
    /// Whether the marks were put on for one question.
    marked_to_ask: bool,
    notice: Option<Notice>,
    /// The question that was told last, by its title.
    question: Option<String>,
    /// The field of a form that is being asked for.
    field: Option<usize>,
}

/// A row as it was told.
#[derive(Debug)]
struct Told {
    number: usize,
    id: String,
    text: String,
}

/// What of the list is told next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Rows,
    Detail,
    /// Only what happened.
    Nothing,
}

impl Plain {
    /// What there is to say now.
    pub fn tell(&mut self, app: &App) -> Page {
        let mut page = match (&app.screen, &app.overlay) {
            (Screen::Console, Some(overlay)) => self.overlay(overlay, app),
            (Screen::Console, None) => {
                (self.question, self.field) = (None, None);
                self.console(app)
            }
            (screen, _) => question::before(screen, app),
        };
        if app.notice != self.notice {
            self.notice.clone_from(&app.notice);
            page.lines.extend(app.notice.iter().map(|notice| spoken(&notice.text)));
        }
        if app.settings.theme.ascii {
            let ascii = |text: &str| crate::domain::text::ascii(text).into_owned();
            page.lines = page.lines.iter().map(|line| ascii(line)).collect();
            page.prompt = ascii(&page.prompt);
        }
        page
    }

    /// What a typed line means.
    ///
    /// # Errors
    /// A sentence that says what was not understood; then nothing is done.
    pub fn hear(&mut self, app: &App, line: &str) -> Result<Vec<Message>, String> {
        match (&app.screen, &app.overlay) {
            (Screen::Console, Some(Overlay::Form(form))) => form::hear(&mut self.field, form, line),
            (Screen::Console, Some(overlay)) => Ok(self.answer(app, overlay, line.trim())),
            (Screen::Console, None) if app.panes.current().typing().is_some() => Ok(filter(line)),
            (Screen::Console, None) => self.command(app, line.trim()),
            (screen, _) => Ok(question::before_hear(screen, line)),
        }
    }

    fn overlay(&mut self, overlay: &Overlay, app: &App) -> Page {
        self.next = Next::Nothing;
        let title = question::title(overlay);
        let is_new = self.question.as_ref() != Some(&title);
        self.question = Some(title);
        match overlay {
            Overlay::Form(form) => {
                if is_new {
                    self.field = None;
                }
                form::tell(self.field, form, is_new)
            }
            overlay => question::tell(overlay, app),
        }
    }

    fn console(&mut self, app: &App) -> Page {
        let Some(context) = app.context() else { return Page::default() };
        let pane = app.panes.current();
        let title = pane.title(context);
        let mut lines = Vec::new();
        if let Some(failure) = &title.failure {
            lines.push(failure.to_string());
        }
        if pane.typing().is_some() {
            lines.push(spoken(&pane.hint().0));
            return Page { lines, prompt: "Filter, or Enter for none: ".into(), is_secret: false };
        }
        let said = pane.said(context);
        // Another list than the one that was told is told first.
        let list = format!("{}, {}", list_name(app), spoken(&title.left));
        if self.list != list {
            self.list.clone_from(&list);
            self.next = Next::Rows;
        }
        match self.next {
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
            Next::Nothing => {}
        }
        // What one has just been told is not told again with every line.
        let prompt = if self.next == Next::Rows { keys(app) } else { "Then, ? help: ".to_owned() };
        self.next = Next::Nothing;
        Page { lines, prompt, is_secret: false }
    }

    /// The rows from the cursor on, each part under its name.
    fn rows(&mut self, said: &Said, lines: &mut Vec<String>) {
        self.rows.clear();
        self.in_full = None;
        let mut part = said.cursor.checked_sub(1).and_then(|before| said.rows.get(before)).and_then(|row| row.part);
        for row in said.rows.iter().skip(said.cursor).take(PAGE) {
            if row.part != part {
                part = row.part;
                lines.extend(part.and_then(|part| said.parts.get(part)).map(|part| format!("{}:", capitalized(part))));
            }
            let marked = if row.is_marked { "Marked. " } else { "" };
            let gone = if row.is_gone { " No longer in this list." } else { "" };
            lines.push(format!("{}. {marked}{}{gone}", row.number, row.text));
            self.rows.push(Told { number: row.number, id: row.id.clone(), text: row.text.clone() });
        }
        if said.rows.is_empty() {
            lines.push(said.none.clone());
        }
    }

    /// The answer to a question. Marks that were put on for it go when it is cancelled.
    fn answer(&mut self, app: &App, overlay: &Overlay, line: &str) -> Vec<Message> {
        let mut messages = question::hear(overlay, line);
        let is_cancelled = messages == [key(KeyCode::Esc)] && !matches!(overlay, Overlay::Report(_));
        if is_cancelled && std::mem::take(&mut self.marked_to_ask) {
            messages.extend(said(app).rows.iter().filter(|row| row.is_marked).map(|row| over(Action::Mark, &row.id)));
        }
        messages
    }

    fn command(&mut self, app: &App, line: &str) -> Result<Vec<Message>, String> {
        self.marked_to_ask = false;
        match line {
            "" => return self.next_page(app),
            "." => {
                self.next = Next::Rows;
                return Ok(point_at(self.rows.first().map(|row| row.id.clone())));
            }
            "-" => {
                self.next = Next::Rows;
                let up = (0..PAGE).map(|_| asked(Action::Up));
                return Ok(point_at(self.rows.first().map(|row| row.id.clone())).into_iter().chain(up).collect());
            }
            "?" | ":" => return Ok(vec![asked(Action::Help)]),
            // As on the screen: a step back, and out of the console at the end.
            "q" => {
                self.next = Next::Rows;
                return Ok(vec![press('q')]);
            }
            _ => {}
        }
        if let Some(text) = line.strip_prefix('/') {
            self.next = Next::Rows;
            return Ok(std::iter::once(asked(Action::Filter)).chain(filter(text)).collect());
        }
        let mut words = line.trim_start_matches(':').split_whitespace();
        let first = words.next().unwrap_or_default();
        if first.parse::<usize>().is_ok() && words.clone().next().is_none() {
            let row = self.row(app, first)?;
            self.next = Next::Detail;
            self.in_full = Some(first.to_owned());
            return Ok(point_at(Some(row)));
        }
        let Some(action) = app.settings.keymap.written(first, app.panes.shown) else {
            return Err(format!("“{}” is not understood. ? tells what there is.", visible(first)));
        };
        let rows = words.map(|number| self.row(app, number)).collect::<Result<Vec<_>, _>>()?;
        if action.is_about_rows() {
            return self.over_rows(app, action, rows);
        }
        // Another list, or another part of it, is told by itself.
        let moves = matches!(action, Action::Refresh | Action::Earlier | Action::Later | Action::First | Action::Last);
        self.next = if moves { Next::Rows } else { Next::Nothing };
        Ok(vec![asked(action)])
    }

    /// An action over the rows that are named; over the marked ones, or the one that
    /// was told in full, where none is.
    fn over_rows(&mut self, app: &App, action: Action, mut rows: Vec<String>) -> Result<Vec<Message>, String> {
        let said = said(app);
        let has_marks = said.rows.iter().any(|row| row.is_marked);
        if let Some(number) = self.in_full.take().filter(|_| rows.is_empty() && !has_marks) {
            rows.push(self.row(app, &number)?);
        }
        match rows.as_slice() {
            [] if has_marks && action != Action::Mark => Ok(vec![asked(action)]),
            [] => Err(format!("Say over which row: {} and its number.", action.name())),
            _ if has_marks && action != Action::Mark => {
                Err("Rows are marked: without a number it is about all of them. back takes the marks off.".into())
            }
            [row] => Ok(vec![over(action, row)]),
            many if action == Action::Mark => Ok(many.iter().map(|row| over(action, row)).collect()),
            many => {
                self.marked_to_ask = true;
                Ok(many.iter().map(|row| over(Action::Mark, row)).chain([asked(action)]).collect())
            }
        }
    }

    fn next_page(&mut self, app: &App) -> Result<Vec<Message>, String> {
        self.next = Next::Rows;
        let said = said(app);
        let Some(last) = self.rows.last() else { return Ok(Vec::new()) };
        if said.rows.last().is_some_and(|row| row.id == last.id) {
            self.next = Next::Nothing;
            return Err("That is the end of the list. . tells these again, - those before.".into());
        }
        Ok(point_at(Some(last.id.clone())).into_iter().chain([asked(Action::Down)]).collect())
    }

    /// The row that a number meant when it was told, as long as it is the same.
    fn row(&mut self, app: &App, number: &str) -> Result<String, String> {
        let told = number.parse().ok().and_then(|number: usize| self.rows.iter_mut().find(|row| row.number == number));
        let Some(told) = told else { return Err(format!("There is no number {} here.", visible(number))) };
        let said = said(app);
        match said.rows.into_iter().find(|row| row.id == told.id) {
            None => Err(format!("Number {} has left the list. . tells what there is now.", told.number)),
            Some(row) if row.is_gone => Err(format!("Number {} has left the list.", told.number)),
            Some(row) if row.text != told.text => {
                told.text.clone_from(&row.text);
                Err(format!("Number {} has changed: {} Nothing was done.", told.number, row.text))
            }
            Some(row) => Ok(row.id),
        }
    }
}

/// What can be typed over the list.
fn keys(app: &App) -> String {
    let own = app.offered().into_iter().filter(|action| {
        let about = action.about();
        !about.short.is_empty() && !about.over.is_empty()
    });
    let own = own.filter_map(|action| {
        let number = if action.is_about_rows() { " N" } else { "" };
        Some(format!("{}{number} {}, ", app.key_of(action)?, action.about().short))
    });
    format!("Number for details, {}Enter next, ? help: ", own.collect::<Vec<_>>().concat())
}

fn list_name(app: &App) -> String {
    let tab = TABS.iter().find(|(list, _)| *list == app.panes.shown).map(|(_, name)| (*name).to_owned());
    tab.unwrap_or_else(|| capitalized(app.panes.shown.nouns().1))
}

/// The list on the screen in words.
fn said(app: &App) -> Said {
    app.context().map(|context| app.panes.current().said(context)).unwrap_or_default()
}

fn over(action: Action, row: &str) -> Message {
    Message::Asked { action: Some(action), row: Some(row.to_owned()) }
}

fn asked(action: Action) -> Message {
    Message::Asked { action: Some(action), row: None }
}

fn point_at(row: Option<String>) -> Vec<Message> {
    row.map(|row| Message::Asked { action: None, row: Some(row) }).into_iter().collect()
}

/// A filter that is being typed becomes this text; none where it is empty.
fn filter(text: &str) -> Vec<Message> {
    let text = text.trim();
    if text.is_empty() {
        vec![key(KeyCode::Esc)]
    } else {
        typed(text).into_iter().chain([key(KeyCode::Enter)]).collect()
    }
}

/// The field under the cursor says this and nothing else.
fn typed(text: &str) -> Vec<Message> {
    let clear = |c| Message::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL));
    // To the end of the line, and everything before it.
    vec![clear('e'), clear('u'), Message::Paste(text.to_owned())]
}

fn key(code: KeyCode) -> Message {
    Message::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

fn press(c: char) -> Message {
    key(KeyCode::Char(c))
}
