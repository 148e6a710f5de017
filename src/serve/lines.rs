//! The console line by line over SSH, for a screen reader.
//!
//! With a terminal the client sends each key as it is typed, so this module assembles and echoes
//! lines. Without one (`ssh -T`) the client sends whole lines and echoes them itself. Then a
//! password could not be hidden, so the console does not ask for one.

use std::io;

use tokio::sync::mpsc;
use unicode_width::UnicodeWidthChar;

use super::client_input::ClientInput;
use super::pipe::{Pipe, Stream};
use crate::domain::text::visible;
use crate::runtime::lines::{LineTerminal, Page, Prompt};
use crate::runtime::{Incoming, TerminalRequest};

/// The longest line that is taken.
const LONGEST_LINE: usize = 4_096;
/// Said where a password would be seen.
const NO_TERMINAL: &str =
    "A password would be visible here. Connect with a key, or with a terminal: ssh -t HOST plain.";

/// The client's lines, as the console uses them.
pub(super) struct ClientLines {
    pipe: Pipe,
    has_terminal: bool,
    asks: mpsc::UnboundedSender<Prompt>,
}

impl ClientLines {
    /// Lines of a client whose bytes come from `inputs`. What is typed is sent to `say`.
    pub(super) fn new(
        pipe: Pipe,
        has_terminal: bool,
        inputs: mpsc::UnboundedReceiver<ClientInput>,
        say: mpsc::Sender<Incoming<String>>,
    ) -> Self {
        let (asks, asked) = mpsc::unbounded_channel();
        let editor = Editor::new(has_terminal);
        tokio::spawn(read(editor, pipe.clone(), asked, inputs, say));
        Self { pipe, has_terminal, asks }
    }

    fn say(&self, text: &str) {
        self.pipe.send(Stream::Output, with_returns(text, self.has_terminal).as_bytes());
    }
}

impl LineTerminal for ClientLines {
    fn write(&mut self, page: &Page) -> io::Result<()> {
        let mut text: String = page.lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        if let Some(prompt) = &page.prompt {
            text.push_str(&prompt.text);
            // Where no one types Enter, the line does not end by itself.
            if !prompt.text.is_empty() && !self.has_terminal {
                text.push('\n');
            }
        }
        self.say(&text);
        Ok(())
    }

    fn ask(&mut self, prompt: &Prompt) -> io::Result<()> {
        if prompt.is_secret && !self.has_terminal {
            self.say(&format!("{NO_TERMINAL}\n"));
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.asks.send(prompt.clone()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn ready(&self) -> impl Future<Output = ()> + Send + 'static {
        self.pipe.idle()
    }

    fn perform(&mut self, request: TerminalRequest) -> io::Result<()> {
        match request {
            TerminalRequest::Copy(text) => self.say(&format!("{}\n", visible(&text))),
            TerminalRequest::Ring { .. } if self.has_terminal => self.pipe.send_if_read(b"\x07"),
            TerminalRequest::Ring { .. } | TerminalRequest::Suspend => {}
        }
        Ok(())
    }
}

/// A terminal that sends single keys needs a return at the end of each line.
fn with_returns(text: &str, has_terminal: bool) -> String {
    if has_terminal { text.replace('\n', "\r\n") } else { text.to_owned() }
}

/// Answers each question with the next line, until either side is gone.
async fn read(
    mut editor: Editor,
    pipe: Pipe,
    mut asked: mpsc::UnboundedReceiver<Prompt>,
    mut inputs: mpsc::UnboundedReceiver<ClientInput>,
    say: mpsc::Sender<Incoming<String>>,
) {
    while let Some(prompt) = asked.recv().await {
        if prompt.is_question {
            // Input from before the prompt was printed does not answer it.
            editor.forget();
            while let Ok(input) = inputs.try_recv() {
                input.taken();
            }
        }
        editor.is_hidden = prompt.is_secret;
        let line = loop {
            if let Some(typed) = editor.next() {
                pipe.send(Stream::Output, &editor.take_echo());
                break typed;
            }
            pipe.send(Stream::Output, &editor.take_echo());
            match inputs.recv().await {
                Some(input) => editor.add(&input.taken()),
                None => break Typed::End,
            }
        };
        let incoming = match line {
            Typed::Line(line) => Incoming::Input(line),
            Typed::End => Incoming::End,
        };
        if say.send(incoming).await.is_err() {
            return;
        }
    }
}

/// What was typed.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    Line(String),
    /// Ctrl-C, Ctrl-D on an empty line, or the end of the input.
    End,
}

/// Whether a byte belongs to a line; others control a terminal.
fn is_text(byte: u8) -> bool {
    byte >= b' ' && byte != 0x7f
}

/// Puts lines together.
#[derive(Debug)]
struct Editor {
    /// Whether keys come one by one, and are shown here.
    shows: bool,
    is_hidden: bool,
    /// Bytes that belong to no line yet.
    waiting: std::collections::VecDeque<u8>,
    line: Vec<u8>,
    echo: Vec<u8>,
    /// Whether the last byte was a return: a line feed behind it says the same.
    after_return: bool,
}

impl Editor {
    fn new(shows: bool) -> Self {
        Self {
            shows,
            is_hidden: false,
            waiting: std::collections::VecDeque::new(),
            line: Vec::new(),
            echo: Vec::new(),
            after_return: false,
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.waiting.extend(bytes);
    }

    /// Drops what was typed.
    fn forget(&mut self) {
        self.waiting.clear();
        self.line.clear();
    }

    fn take_echo(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.echo)
    }

    /// The next line, if all of it was typed.
    fn next(&mut self) -> Option<Typed> {
        while let Some(byte) = self.waiting.pop_front() {
            let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\r' | b'\n' => return Some(self.end_line()),
                0x03 if self.shows => return Some(Typed::End),
                0x04 if self.shows && self.line.is_empty() => return Some(Typed::End),
                0x7f | 0x08 if self.shows => self.erase(),
                0x15 if self.shows => {
                    while !self.line.is_empty() {
                        self.erase();
                    }
                }
                _ if is_text(byte) && self.line.len() < LONGEST_LINE => {
                    self.line.push(byte);
                    if self.shows && !self.is_hidden {
                        self.echo.push(byte);
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn end_line(&mut self) -> Typed {
        if self.shows {
            self.echo.extend_from_slice(b"\r\n");
        }
        let line = std::mem::take(&mut self.line);
        Typed::Line(String::from_utf8_lossy(&line).into_owned())
    }

    /// Takes the last character back.
    fn erase(&mut self) {
        let text = String::from_utf8_lossy(&self.line).into_owned();
        let Some(last) = text.chars().next_back() else { return };
        // A byte that is no text stands for itself.
        let length = if last == char::REPLACEMENT_CHARACTER { 1 } else { last.len_utf8() };
        self.line.truncate(self.line.len().saturating_sub(length));
        if !self.is_hidden {
            for _ in 0..last.width().unwrap_or(1) {
                self.echo.extend_from_slice(b"\x08 \x08");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(editor: &mut Editor, text: &str) -> Vec<Typed> {
        editor.add(text.as_bytes());
        std::iter::from_fn(|| editor.next()).collect()
    }

    fn line(text: &str) -> Typed {
        Typed::Line(text.into())
    }

    #[test]
    fn a_terminal_sees_what_it_types() {
        let mut editor = Editor::new(true);
        assert_eq!(typed(&mut editor, "list\r"), [line("list")]);
        assert_eq!(editor.take_echo(), b"list\r\n");
    }

    #[test]
    fn a_password_is_not_shown() {
        let mut editor = Editor::new(true);
        editor.is_hidden = true;
        assert_eq!(typed(&mut editor, "hunter3\x7f2\r"), [line("hunter2")]);
        assert_eq!(editor.take_echo(), b"\r\n");
    }

    #[test]
    fn backspace_takes_a_whole_character_back() {
        let mut editor = Editor::new(true);
        assert_eq!(typed(&mut editor, "a日\x7fb\r"), [line("ab")]);
        assert_eq!(editor.take_echo(), "a日\u{8} \u{8}\u{8} \u{8}b\r\n".as_bytes());
    }

    #[test]
    fn control_u_takes_the_line_back() {
        assert_eq!(typed(&mut Editor::new(true), "approve\x15no\r"), [line("no")]);
    }

    #[test]
    fn control_c_ends() {
        assert_eq!(typed(&mut Editor::new(true), "appro\x03"), [Typed::End]);
        assert_eq!(typed(&mut Editor::new(true), "\x04"), [Typed::End]);
    }

    #[test]
    fn lines_of_a_pipe_are_taken_as_they_come() {
        let mut editor = Editor::new(false);
        assert_eq!(typed(&mut editor, "one\r\ntwo\n\nthr"), [line("one"), line("two"), line("")]);
        assert!(editor.take_echo().is_empty());
        assert_eq!(typed(&mut editor, "ee\n"), [line("three")]);
    }

    #[test]
    fn a_line_has_a_longest_length() {
        let long = "x".repeat(LONGEST_LINE + 10);
        assert_eq!(typed(&mut Editor::new(false), &format!("{long}\n")), [line(&long[..LONGEST_LINE])]);
    }

    #[test]
    fn control_characters_reach_no_line() {
        assert_eq!(typed(&mut Editor::new(true), "\x1ba\x07b\r"), [line("ab")]);
    }
}
