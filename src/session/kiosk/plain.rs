//! A kiosk line by line, for a screen reader, on standard input and output.

use std::io::{self, BufRead, IsTerminal, Read};
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tokio::sync::mpsc;

use super::{Outside, hear_signals, open};
use crate::domain::text::visible;
use crate::runtime::lines::{Lines, Page, Prompt, Speech, StandardLines, Understood};
use crate::runtime::{self, Ended, incoming};
use crate::tui::kiosk::{Kiosk, Message, Settings, Stage, spoken};

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
/// Longer than the device waits for anything, its first sign of life included.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);
/// A screen for the model, which nobody sees.
const SIZE: (u16, u16) = (80, 24);

/// Runs a kiosk on standard input and output until an administrator closes it, the
/// input ends, or it is told to end.
///
/// # Errors
/// When standard output is gone.
pub async fn run(settings: Settings, outside: Outside) -> color_eyre::Result<Ended> {
    let (say, said) = mpsc::channel(1);
    hear_signals(&say)?;
    let (program, clock) = open(Settings { reads_lines: true, ..settings }, outside, SIZE).await;
    let mut lines = Lines::new(KioskSpeech::default(), StandardLines::new(say, read), ANSWER_WITHIN);
    Ok(runtime::run(program, incoming(said), &mut lines, clock).await?)
}

/// What has been asked.
#[derive(Debug, Default)]
struct KioskSpeech {
    prompt: Option<String>,
}

impl Speech<Kiosk> for KioskSpeech {
    fn tell(&mut self, kiosk: &Kiosk) -> Page {
        let page = spoken::page(kiosk);
        self.prompt.clone_from(&page.prompt);
        let prompt = |text: String| Prompt { text: format!("{text}: "), is_secret: page.is_secret, is_question: false };
        Page {
            lines: page.lines.iter().map(|line| visible(line).into_owned()).collect(),
            prompt: page.prompt.map(prompt),
        }
    }

    /// An answer was printed: the next question follows at once.
    fn goes_on(&self, kiosk: &Kiosk) -> Vec<Message> {
        if matches!(kiosk.stage, Stage::Told { .. }) { vec![press(KeyCode::Enter)] } else { Vec::new() }
    }

    /// A line and Enter. What was asked may be over by now: then the line answers nothing,
    /// and that is said.
    fn hear(&mut self, kiosk: &Kiosk, line: &str) -> Understood<Message> {
        if spoken::page(kiosk).prompt != self.prompt {
            let missed = (!line.trim().is_empty()).then_some(Message::Missed);
            return Understood::Messages(missed.into_iter().collect());
        }
        let command = COMMANDS.iter().find(|(word, _)| *word == line.trim()).map(|(_, code)| *code);
        Understood::Messages(if let Some(code) = command {
            vec![press(code)]
        } else {
            let typed = line.chars().filter(|c| !c.is_control()).map(KeyCode::Char);
            typed.chain([KeyCode::Enter]).map(press).collect()
        })
    }
}

fn press(code: KeyCode) -> Message {
    Message::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

/// A line. On a terminal, an end of the input (Ctrl-D) is an empty one: it leads nowhere.
fn read() -> Option<String> {
    let mut line = Vec::new();
    let mut input = io::stdin().lock();
    let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line).ok()?;
    if read == 0 && !io::stdin().is_terminal() {
        return None;
    }
    if read > 0 && line.last() != Some(&b'\n') && !io::stdin().is_terminal() {
        // Longer than any badge: it is told that it is none. Cut off in the middle it
        // says nothing, since half of one may be someone else's.
        let mut rest = Vec::new();
        input.read_until(b'\n', &mut rest).ok()?;
        rest.strip_suffix(b"\n")?;
    }
    Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
}
