//! The console line by line over SSH, for a screen reader.
//!
//! With a terminal the client sends each key as it is typed, so this module assembles and echoes
//! lines. Without one (`ssh -T`) the client sends whole lines and echoes them itself. Then a
//! password could not be hidden, so the console does not ask for one.

use std::io;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use unicode_width::UnicodeWidthChar;

use super::client_input::ClientInput;
use super::pipe::{Pipe, Stream};
use super::session::gone;
use crate::domain::text::visible;
use crate::runtime::lines::{LineTerminal, Page, Prompt};
use crate::runtime::{Incoming, TerminalRequest};

/// The longest line that is taken.
const LONGEST_LINE: usize = 4_096;
/// Said where a password would be seen.
const NO_TERMINAL: &str =
    "A password would be visible here. Connect with a key, or with a terminal: ssh -t HOST plain.";

/// What a client types.
pub(super) struct TypedInput {
    pub(super) input: mpsc::UnboundedReceiver<ClientInput>,
    /// Set when the client is gone.
    pub(super) is_gone: watch::Receiver<bool>,
    /// When something was typed last.
    pub(super) last: watch::Sender<Instant>,
}

/// The client's lines, as the console uses them.
pub(super) struct ClientLines {
    pipe: Pipe,
    has_terminal: bool,
    asks: mpsc::UnboundedSender<Prompt>,
}

impl ClientLines {
    /// Lines of a client. What is typed is sent to `say`.
    pub(super) fn new(pipe: Pipe, has_terminal: bool, typed: TypedInput, say: mpsc::Sender<Incoming<String>>) -> Self {
        let (asks, asked) = mpsc::unbounded_channel();
        let editor = Editor::new(has_terminal);
        tokio::spawn(read(editor, pipe.clone(), asked, typed, say));
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
    TypedInput { mut input, is_gone, last }: TypedInput,
    say: mpsc::Sender<Incoming<String>>,
) {
    while let Some(prompt) = asked.recv().await {
        if prompt.is_question {
            // Input from before the prompt was printed does not answer it.
            editor.forget();
            while let Ok(unused) = input.try_recv() {
                unused.taken();
            }
        }
        editor.is_hidden = prompt.is_secret;
        editor.prompt = prompt.text;
        let line = loop {
            let typed = editor.next();
            pipe.send(Stream::Output, &editor.take_echo());
            if let Some(typed) = typed {
                break typed;
            }
            // A client that does not read its echo is not read either. When its connection dies, the
            // pipe stays busy.
            tokio::select! {
                biased;
                () = pipe.idle() => {}
                () = gone(is_gone.clone()) => break Typed::End,
            }
            let Some(more) = input.recv().await else { break Typed::End };
            let bytes = more.taken();
            // Window changes and empty packets have no bytes.
            if !bytes.is_empty() {
                last.send_replace(Instant::now());
            }
            editor.add(&bytes);
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
    /// What stands before the line.
    prompt: String,
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
            prompt: String::new(),
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
                0x15 if self.shows => self.erase_line(),
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
        let Some((length, width)) = last_character(&self.line) else { return };
        self.line.truncate(self.line.len() - length);
        if !self.is_hidden {
            for _ in 0..width {
                self.echo.extend_from_slice(b"\x08 \x08");
            }
        }
    }

    /// Takes the whole line back, and prints the prompt again.
    fn erase_line(&mut self) {
        if self.line.is_empty() {
            return;
        }
        self.line.clear();
        if !self.is_hidden {
            // The echo that waits shows only this line.
            self.echo.clear();
            self.echo.extend_from_slice(b"\r\x1b[K");
            self.echo.extend_from_slice(self.prompt.as_bytes());
        }
    }
}

/// The number of bytes and of columns of a line's last character. A byte that is no text counts as
/// one.
fn last_character(line: &[u8]) -> Option<(usize, usize)> {
    const LONGEST_CHARACTER: usize = 4;
    let whole = (1..=line.len().min(LONGEST_CHARACTER)).find_map(|length| {
        let text = std::str::from_utf8(&line[line.len() - length..]).ok()?;
        let width = text.chars().next().and_then(UnicodeWidthChar::width).unwrap_or(1);
        Some((length, width))
    });
    whole.or((!line.is_empty()).then_some((1, 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::client_input::InputQueue;
    use crate::serve::stream::Meter;

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
    fn control_u_prints_the_prompt_again() {
        let mut editor = Editor::new(true);
        editor.prompt = "Hours: ".into();
        assert!(typed(&mut editor, "approve").is_empty());
        assert_eq!(editor.take_echo(), b"approve");
        assert!(typed(&mut editor, "x\x15no").is_empty());
        assert_eq!(editor.take_echo(), b"\r\x1b[KHours: no");
    }

    #[test]
    fn control_u_shows_nothing_of_a_password() {
        let mut editor = Editor::new(true);
        editor.is_hidden = true;
        assert_eq!(typed(&mut editor, "hunter\x15hunter2\r"), [line("hunter2")]);
        assert_eq!(editor.take_echo(), b"\r\n");
    }

    #[test]
    fn the_last_character_is_found_without_the_line_before() {
        assert_eq!(last_character(b""), None);
        for (text, last) in [("ab", (1, 1)), ("aé", (2, 1)), ("a日", (3, 2)), ("a🩺", (4, 2))] {
            assert_eq!(last_character(text.as_bytes()), Some(last), "{text}");
        }
        assert_eq!(last_character(b"a\xe6\x97"), Some((1, 1)));
    }

    /// The lines of a terminal whose output no one sends, with one prompt.
    fn reading(pipe: &Pipe, input: mpsc::UnboundedReceiver<ClientInput>) -> Reading {
        let ((asks, asked), (say, said)) = (mpsc::unbounded_channel(), mpsc::channel(1));
        let ((gone, is_gone), last) = (watch::channel(false), watch::Sender::new(Instant::now()));
        asks.send(Prompt::default()).expect("a reader");
        tokio::spawn(read(
            Editor::new(true),
            pipe.clone(),
            asked,
            TypedInput { input, is_gone, last: last.clone() },
            say,
        ));
        Reading { gone, said, last, _asks: asks }
    }

    struct Reading {
        gone: watch::Sender<bool>,
        said: mpsc::Receiver<Incoming<String>>,
        last: watch::Sender<Instant>,
        _asks: mpsc::UnboundedSender<Prompt>,
    }

    async fn settle() {
        for _ in 0..16 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn no_input_is_taken_before_its_echo_was_sent() {
        let ((queue, inputs), pipe) = (InputQueue::new(), Pipe::new(Meter::new()));
        let _reading = reading(&pipe, inputs);
        queue.send(b"a").expect("room");
        queue.send(b"b").expect("room");
        settle().await;
        assert_eq!(pipe.take_sent(), b"a");
        assert_eq!(pipe.take_sent(), b"");
        settle().await;
        assert_eq!(pipe.take_sent(), b"b");
    }

    #[tokio::test]
    async fn only_what_is_typed_puts_the_end_off() {
        let ((queue, inputs), pipe) = (InputQueue::new(), Pipe::new(Meter::new()));
        let reading = reading(&pipe, inputs);
        let began = *reading.last.borrow();
        queue.send(b"").expect("room");
        queue.resize((100, 30)).expect("room");
        settle().await;
        assert_eq!(*reading.last.borrow(), began);
        queue.send(b"a").expect("room");
        settle().await;
        assert!(*reading.last.borrow() > began);
    }

    #[tokio::test]
    async fn a_client_that_is_gone_ends_its_lines() {
        let ((queue, inputs), pipe) = (InputQueue::new(), Pipe::new(Meter::new()));
        let mut reading = reading(&pipe, inputs);
        queue.send(b"a").expect("room");
        settle().await;
        reading.gone.send_replace(true);
        assert!(matches!(reading.said.recv().await, Some(Incoming::End)));
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
