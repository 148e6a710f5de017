//! The console drawn on a client's terminal.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::queue;
use crossterm::terminal::{EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen};
use ratatui::Terminal;
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::client_terminal::SharedSize;
use super::metrics::Metrics;
use super::pipe::{FrameWriter, Pipe};
use crate::runtime::{Output, PendingWork, TerminalRequest};
use crate::session::local::alarm;
use crate::session::quiet::QuietBackend;
use crate::tui::App;
use crate::tui::message::Message;
use crate::tui::view::view;

/// Clicks and the wheel, in SGR form. Movements are not asked for: nothing here follows them.
const ENABLE_MOUSE: &str = "\x1b[?1000h\x1b[?1006h";
const DISABLE_MOUSE: &str = "\x1b[?1006l\x1b[?1000l";
/// Keeps the title of the window, and sets ours.
const SET_TITLE: &str = "\x1b[22;2t\x1b]2;medstint\x07";
const RESTORE_TITLE: &str = "\x1b[23;2t";

/// What takes a terminal over.
pub(super) fn entering(mouse: bool) -> io::Result<Vec<u8>> {
    let mut bytes = SET_TITLE.as_bytes().to_vec();
    queue!(bytes, EnterAlternateScreen, EnableBracketedPaste)?;
    if mouse {
        bytes.extend_from_slice(ENABLE_MOUSE.as_bytes());
    }
    Ok(bytes)
}

/// What gives it back.
pub(super) fn leaving() -> io::Result<Vec<u8>> {
    let mut bytes = DISABLE_MOUSE.as_bytes().to_vec();
    queue!(bytes, DisableBracketedPaste, EnableLineWrap, LeaveAlternateScreen, crossterm::cursor::Show)?;
    bytes.extend_from_slice(RESTORE_TITLE.as_bytes());
    Ok(bytes)
}

/// A console's screen at the other end of a connection.
pub(super) struct ClientScreen {
    terminal: Terminal<ClientBackend>,
    pipe: Pipe,
    metrics: Arc<Metrics>,
    /// When the first input came that was not shown yet.
    input_at: Option<Instant>,
}

impl ClientScreen {
    pub(super) fn new(pipe: Pipe, size: Arc<SharedSize>, metrics: Arc<Metrics>) -> io::Result<Self> {
        let backend = ClientBackend { inner: QuietBackend::new(FrameWriter::new(pipe.clone())), size };
        Ok(Self { terminal: Terminal::new(backend)?, pipe, metrics, input_at: None })
    }
}

impl Output<App> for ClientScreen {
    type Input = Message;

    fn interpret(&mut self, _: &App, input: Message) -> io::Result<Vec<Message>> {
        self.input_at.get_or_insert_with(Instant::now);
        Ok(vec![input])
    }

    /// A frame is drawn when the one before has left.
    fn ready(&mut self, _: &PendingWork) -> impl Future<Output = ()> + Send {
        self.pipe.idle()
    }

    fn show(&mut self, app: &App) -> io::Result<Vec<Message>> {
        self.terminal.draw(|frame| view(app, frame))?;
        self.metrics.frame_drawn(self.input_at.take().map(|at| at.elapsed()));
        Ok(Vec::new())
    }

    fn redraw(&mut self) -> io::Result<()> {
        self.terminal.clear()
    }

    fn perform(&mut self, request: TerminalRequest) -> io::Result<()> {
        match request {
            // There is no shell here to go to.
            TerminalRequest::Suspend => {}
            TerminalRequest::Copy(text) => {
                let mut bytes = Vec::new();
                queue!(bytes, CopyToClipboard::to_clipboard_from(text))?;
                self.pipe.send_if_read(&bytes);
            }
            TerminalRequest::Ring { title, message } => self.pipe.send_if_read(alarm(&title, &message).as_bytes()),
        }
        Ok(())
    }
}

/// A backend that is as large as the client said. It never asks a terminal: this process has none.
struct ClientBackend {
    inner: QuietBackend<FrameWriter>,
    size: Arc<SharedSize>,
}

impl Backend for ClientBackend {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.inner.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        let (width, height) = self.size.get();
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: Backend::size(self)?, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_given_back_as_it_was_taken() {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        let (entered, left) = (text(entering(true).expect("bytes")), text(leaving().expect("bytes")));
        for mode in ["?1049", "?2004", "?1000", "?1006"] {
            assert!(entered.contains(&format!("{mode}h")), "{mode} is set");
            assert!(left.contains(&format!("{mode}l")), "{mode} is reset");
        }
    }

    #[test]
    fn the_kitty_protocol_is_never_asked_for() {
        let entered = String::from_utf8(entering(true).expect("bytes")).expect("text");
        assert!(!entered.contains('>') && !entered.contains('u'), "{entered:?}");
    }
}
