//! A kiosk line by line, for a screen reader: what is told goes to standard output,
//! lines come from standard input.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tokio::signal::unix::SignalKind;
use tokio::sync::mpsc;

use super::super::local::end_on_signal;
use super::super::plain::{Unseen, lines};
use super::{Device, End, Outside, deafen, perform, start, until};
use crate::domain::text::visible;
use crate::tui::kiosk::spoken::{Page, page};
use crate::tui::kiosk::{Effect, Kiosk, Message, Settings, Stage};

/// Lines that are no badge: what F-keys do on a screen.
const COMMANDS: [(&str, KeyCode); 5] = [
    ("/en", KeyCode::F(1)),
    ("/es", KeyCode::F(2)),
    ("/fr", KeyCode::F(3)),
    ("/cancel", KeyCode::Esc),
    ("/leave", KeyCode::F(12)),
];
/// A line that is longer is cut off there; no badge is.
const LONGEST: u64 = 4_096;

enum Heard {
    Line(String),
    End,
}

/// Runs a kiosk on standard input and output until an administrator closes it, the
/// input ends, or it is told to end.
///
/// # Errors
/// When standard output is gone.
pub async fn run(settings: Settings, outside: Outside) -> color_eyre::Result<End> {
    let settings = Settings { reads_lines: true, ..settings };
    let (say, mut heard) = mpsc::channel(1);
    deafen()?;
    for kind in [SignalKind::terminate(), SignalKind::hangup()] {
        end_on_signal(kind, &say, || Heard::End)?;
    }
    let ask = lines(say, || read().map_or(Heard::End, Heard::Line));
    let (device, answers, mut answered, mut kiosk) = start(settings, outside, (80, 24)).await;
    // The first sign of life says how things are.
    while let Some(message) = answered.recv().await {
        let is_news = matches!(message, Message::News(_));
        kiosk.update(message, device.now());
        if is_news {
            break;
        }
    }
    loop {
        let now = page(&kiosk);
        match tell(&now) {
            // Nobody reads any more: as at the end of the input.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(End::Told),
            told => told?,
        }
        if now.prompt.is_none() {
            // An answer was told: the next question follows at once.
            let message = if matches!(kiosk.stage, Stage::Told { .. }) {
                Message::Key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE))
            } else {
                answered.recv().await.unwrap_or(Message::Tick)
            };
            if take(&mut kiosk, &device, message, &answers) {
                return Ok(End::Left);
            }
            continue;
        }
        let _unseen = if now.is_secret { Unseen::begin() } else { None };
        if ask.send(()).is_err() {
            return Ok(End::Told);
        }
        let line = loop {
            tokio::select! {
                heard = heard.recv() => match heard {
                    Some(Heard::Line(line)) => break line,
                    Some(Heard::End) | None => return Ok(End::Told),
                },
                message = answered.recv() => {
                    take(&mut kiosk, &device, message.unwrap_or(Message::Tick), &answers);
                }
                () = tokio::time::sleep(until(kiosk.wakes_at(), device.now())) => {
                    take(&mut kiosk, &device, Message::Tick, &answers);
                }
            }
        };
        // What was asked may be over by now: then the line answers nothing, and that is said.
        if page(&kiosk).prompt != now.prompt {
            kiosk.has_missed |= !line.trim().is_empty();
            continue;
        }
        if type_line(&mut kiosk, &device, &line, &answers) {
            return Ok(End::Left);
        }
    }
}

/// Types a line and Enter; whether that closes the kiosk.
fn type_line(kiosk: &mut Kiosk, device: &Arc<Device>, line: &str, answers: &mpsc::Sender<Message>) -> bool {
    let command = COMMANDS.iter().find(|(word, _)| *word == line.trim()).map(|(_, code)| *code);
    let keys: Vec<KeyCode> = match command {
        Some(code) => vec![code],
        None => line.chars().filter(|c| !c.is_control()).map(KeyCode::Char).chain([KeyCode::Enter]).collect(),
    };
    let mut is_left = false;
    for code in keys {
        is_left |= take(kiosk, device, Message::Key(KeyEvent::new(code, KeyModifiers::NONE)), answers);
    }
    is_left
}

/// Takes in what happened; whether that closes the kiosk.
fn take(kiosk: &mut Kiosk, device: &Arc<Device>, message: Message, answers: &mpsc::Sender<Message>) -> bool {
    for effect in kiosk.update(message, device.now()) {
        if effect == Effect::Quit {
            return true;
        }
        perform(device, effect, answers.clone());
    }
    false
}

fn tell(page: &Page) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in &page.lines {
        writeln!(out, "{}", visible(line))?;
    }
    if let Some(prompt) = &page.prompt {
        write!(out, "{prompt}: ")?;
        // Where nobody types Enter, the line does not end by itself.
        if !io::stdin().is_terminal() {
            writeln!(out)?;
        }
    }
    out.flush()
}

/// A line. On a terminal, an end of the input (Ctrl-D) is an empty one: it leads nowhere.
fn read() -> Option<String> {
    use std::io::Read;
    let mut line = Vec::new();
    let mut input = io::stdin().lock();
    let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line).ok()?;
    if read == 0 && !io::stdin().is_terminal() {
        return None;
    }
    if read > 0 && line.last() != Some(&b'\n') && !io::stdin().is_terminal() {
        // Longer than any badge: it is told that it is none. Cut off in the middle it
        // says nothing, since half of one may be somebody else's.
        let mut rest = Vec::new();
        input.read_until(b'\n', &mut rest).ok()?;
        rest.strip_suffix(b"\n")?;
    }
    Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
}
