//! A screen: it draws the whole model and sends the differences to the terminal.

use std::io;

use ratatui::backend::Backend;
use ratatui::{Frame, Terminal};

use super::{Model, Output, PendingWork, TerminalRequest};

/// The terminal under a screen. Each fails when the terminal is gone.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
pub trait Host {
    /// To the shell and back; afterwards the whole screen is redrawn.
    fn suspend(&mut self) -> io::Result<()>;
    /// The terminal is ours again after another process stopped and continued us.
    fn resume(&mut self) -> io::Result<()>;
    fn copy(&mut self, text: &str) -> io::Result<()>;
    /// Rings once, and tells the desktop where the terminal can.
    fn ring(&mut self, title: &str, message: &str) -> io::Result<()>;
}

/// A screen that a model is drawn on.
pub struct Screen<M, B: Backend, H> {
    terminal: Terminal<B>,
    host: H,
    view: fn(&M, &mut Frame<'_>),
}

impl<M, B: Backend<Error = io::Error>, H: Host> Screen<M, B, H> {
    #[must_use]
    pub fn new(terminal: Terminal<B>, host: H, view: fn(&M, &mut Frame<'_>)) -> Self {
        Self { terminal, host, view }
    }

    /// Its columns and rows.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }
}

impl<M: Model, B: Backend<Error = io::Error>, H: Host> Output<M> for Screen<M, B, H> {
    type Input = M::Message;

    fn interpret(&mut self, _: &M, input: M::Message) -> io::Result<Vec<M::Message>> {
        Ok(vec![input])
    }

    fn ready(&mut self, _: &PendingWork) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }

    fn show(&mut self, model: &M) -> io::Result<Vec<M::Message>> {
        let view = self.view;
        self.terminal.draw(|frame| view(model, frame))?;
        Ok(Vec::new())
    }

    fn redraw(&mut self) -> io::Result<()> {
        self.host.resume()?;
        self.terminal.clear()
    }

    fn perform(&mut self, request: TerminalRequest) -> io::Result<()> {
        match request {
            TerminalRequest::Suspend => {
                self.host.suspend()?;
                self.terminal.clear()
            }
            TerminalRequest::Copy(text) => self.host.copy(&text),
            TerminalRequest::Ring { title, message } => self.host.ring(&title, &message),
        }
    }
}
