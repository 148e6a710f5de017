//! A client's TCP connection: it counts what was sent, and can be cut at any time.
//!
//! russh writes and reads it. After it has sent a disconnect it waits for the client to close, and
//! a client may never do that, so a connection is ended here: from then on every read and write
//! fails.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;

/// What is known of a connection while it lasts.
#[derive(Debug)]
pub(super) struct Meter {
    /// Bytes that the system took to send.
    sent: watch::Sender<u64>,
    is_cut: watch::Sender<bool>,
}

impl Meter {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { sent: watch::Sender::new(0), is_cut: watch::Sender::new(false) })
    }

    pub(super) fn sent(&self) -> u64 {
        *self.sent.borrow()
    }

    /// Waits until so many bytes were sent in all.
    pub(super) async fn wait_for(&self, sent: u64) {
        // The sender is ours: it does not go away.
        let _ = self.sent.subscribe().wait_for(|now| *now >= sent).await;
    }

    /// Ends the connection.
    pub(super) fn cut(&self) {
        self.is_cut.send_replace(true);
    }

    #[cfg(test)]
    pub(super) fn is_cut(&self) -> bool {
        *self.is_cut.borrow()
    }

    /// Waits until the connection was ended here.
    async fn ended(self: Arc<Self>) {
        let _ = self.is_cut.subscribe().wait_for(|is_cut| *is_cut).await;
    }
}

/// A stream with its meter.
pub(super) struct Metered<S> {
    stream: S,
    meter: Arc<Meter>,
    cut: Pin<Box<dyn Future<Output = ()> + Send>>,
    is_cut: bool,
}

impl<S> Metered<S> {
    pub(super) fn new(stream: S, meter: Arc<Meter>) -> Self {
        let cut = Box::pin(Arc::clone(&meter).ended());
        Self { stream, meter, cut, is_cut: false }
    }

    /// Whether the connection was ended; otherwise the task is woken when it is.
    fn poll_cut(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if !self.is_cut {
            self.is_cut = self.cut.as_mut().poll(context).is_ready();
        }
        if self.is_cut { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_cut(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_cut(context)?;
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = &written {
            let count = u64::try_from(*count).unwrap_or(u64::MAX);
            self.meter.sent.send_modify(|sent| *sent = sent.saturating_add(count));
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_cut(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn counts_what_was_sent() {
        let meter = Meter::new();
        let (near, _far) = tokio::io::duplex(64);
        Metered::new(near, Arc::clone(&meter)).write_all(b"hello").await.expect("room");
        meter.wait_for(5).await;
        assert_eq!(meter.sent(), 5);
    }

    #[tokio::test]
    async fn a_read_that_waits_ends_when_the_connection_is_cut() {
        let meter = Meter::new();
        let (near, _far) = tokio::io::duplex(64);
        let mut stream = Metered::new(near, Arc::clone(&meter));
        let reading = tokio::spawn(async move { stream.read_u8().await });
        tokio::task::yield_now().await;
        meter.cut();
        let error = reading.await.expect("a task").expect_err("the end");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
    }
}
