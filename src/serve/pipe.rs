//! A client's output: a queue that a console writes to without waiting, and one task that sends
//! it.
//!
//! A console draws only while the queue is empty and the operating system has accepted everything
//! before. So a client that reads slowly, or not at all, costs one frame of memory and delays no
//! one else; when it reads again it gets the newest frame. A drawn frame is never dropped, because
//! the next one contains only the differences from it.
//!
//! Only the task awaits russh: a send that is dropped half-way would lose a part of the channel's
//! window for good.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use russh::ChannelWriteHalf;
use russh::server::Msg;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::stream::Meter;

/// Beyond this, bells and copied texts are dropped: the client does not read.
const MOST_WAITING: usize = 256 * 1024;
/// Beyond this, bytes other than frames end the connection. A session that waits until its output
/// was sent stays far below.
const MOST_TEXT: usize = 4 * 1024 * 1024;
/// The number of the channel's stream for errors (RFC 4254, 5.2).
const ERRORS: u32 = 1;

/// Which stream of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Output,
    Errors,
}

#[derive(Debug, Default)]
struct Queue {
    /// In the order in which it was written.
    waiting: Vec<(Stream, Vec<u8>)>,
    /// How many of these bytes belong to no frame.
    text: usize,
    /// How the program of the channel ended.
    exit: Option<u32>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    /// Rung when something was added.
    added: Notify,
    /// Whether something waits or is being sent.
    is_busy: watch::Sender<bool>,
    /// Whether the channel was closed from here.
    has_ended: AtomicBool,
    meter: Arc<Meter>,
}

/// The near end of a channel's output.
#[derive(Clone, Debug)]
pub(super) struct Pipe(Arc<Shared>);

impl Pipe {
    /// The output of a channel, on the connection with this meter.
    pub(super) fn new(meter: Arc<Meter>) -> Self {
        Self(Arc::new(Shared {
            queue: Mutex::default(),
            added: Notify::new(),
            is_busy: watch::Sender::new(false),
            has_ended: AtomicBool::new(false),
            meter,
        }))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds bytes, which are sent behind those before. A client that does not read them ends its
    /// connection.
    pub(super) fn send(&self, stream: Stream, bytes: &[u8]) {
        let mut queue = self.queue();
        if queue.text + bytes.len() > MOST_TEXT {
            drop(queue);
            tracing::warn!("a client did not read its output; its connection was cut");
            self.0.meter.cut();
            return;
        }
        queue.text += bytes.len();
        self.add(queue, stream, bytes);
    }

    fn add(&self, mut queue: MutexGuard<'_, Queue>, stream: Stream, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        match queue.waiting.last_mut() {
            Some((last, waiting)) if *last == stream => waiting.extend_from_slice(bytes),
            _ => queue.waiting.push((stream, bytes.to_vec())),
        }
        self.0.is_busy.send_replace(true);
        drop(queue);
        self.0.added.notify_one();
    }

    /// Adds bytes that may be dropped if the client does not read.
    pub(super) fn send_if_read(&self, bytes: &[u8]) {
        let waiting: usize = self.queue().waiting.iter().map(|(_, bytes)| bytes.len()).sum();
        if waiting + bytes.len() <= MOST_WAITING {
            self.send(Stream::Output, bytes);
        }
    }

    /// Ends the channel behind what waits, with an exit status.
    pub(super) fn exit(&self, status: u32) {
        let mut queue = self.queue();
        queue.exit = Some(status);
        self.0.is_busy.send_replace(true);
        drop(queue);
        self.0.added.notify_one();
    }

    /// Waits until everything was sent. It may be dropped while it waits.
    pub(super) fn idle(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut is_busy = self.0.is_busy.subscribe();
        async move {
            // A pipe that is gone has sent everything that it will.
            let _ = is_busy.wait_for(|is_busy| !is_busy).await;
        }
    }

    /// Waits until everything was sent, for a while.
    pub(super) async fn drain(&self, within: Duration) {
        let _ = timeout(within, self.idle()).await;
    }

    /// Whether the channel was closed from here. russh does not say when the client confirms that.
    pub(super) fn has_ended(&self) -> bool {
        self.0.has_ended.load(Ordering::SeqCst)
    }

    /// What waits; nothing once all of it was sent.
    fn next(&self) -> Queue {
        let mut queue = self.queue();
        let next = std::mem::take(&mut *queue);
        if next.waiting.is_empty() && next.exit.is_none() {
            self.0.is_busy.send_replace(false);
        }
        next
    }

    /// The bytes that wait, as if they were sent.
    #[cfg(test)]
    pub(super) fn take_sent(&self) -> Vec<u8> {
        self.next().waiting.into_iter().flat_map(|(_, bytes)| bytes).collect()
    }

    /// Sends what is added, until the channel ends. The task is aborted when the connection dies:
    /// russh does not wake what waits for the window.
    pub(super) async fn pump(self, channel: ChannelWriteHalf<Msg>) {
        let meter = Arc::clone(&self.0.meter);
        loop {
            let next = self.next();
            if next.waiting.is_empty() && next.exit.is_none() {
                self.0.added.notified().await;
                continue;
            }
            for (stream, bytes) in next.waiting {
                let reached = meter.sent().saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                let sent = match stream {
                    Stream::Output => channel.data_bytes(bytes).await,
                    Stream::Errors => channel.extended_data_bytes(ERRORS, bytes).await,
                };
                if sent.is_err() {
                    return;
                }
                // It was queued in russh; encrypted it is longer.
                meter.wait_for(reached).await;
            }
            if let Some(status) = next.exit {
                let _ = channel.exit_status(status).await;
                let _ = channel.eof().await;
                // Set first: a client may open its next channel as soon as this one is closed.
                self.0.has_ended.store(true, Ordering::SeqCst);
                let _ = channel.close().await;
                self.0.is_busy.send_replace(false);
                return;
            }
        }
    }
}

/// Writes frames: what was written is sent when it is flushed.
#[derive(Debug)]
pub(super) struct FrameWriter {
    pipe: Pipe,
    frame: Vec<u8>,
}

impl FrameWriter {
    pub(super) fn new(pipe: Pipe) -> Self {
        Self { pipe, frame: Vec::new() }
    }
}

impl Write for FrameWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let frame = std::mem::take(&mut self.frame);
        self.pipe.add(self.pipe.queue(), Stream::Output, &frame);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn pipe() -> Pipe {
        Pipe::new(Meter::new())
    }

    #[test]
    fn a_frame_is_sent_as_a_whole() {
        let pipe = pipe();
        let mut writer = FrameWriter::new(pipe.clone());
        writer.write_all(b"one ").expect("room");
        assert!(pipe.next().waiting.is_empty());
        writer.write_all(b"frame").expect("room");
        writer.flush().expect("sent");
        assert_eq!(pipe.next().waiting, [(Stream::Output, b"one frame".to_vec())]);
    }

    #[test]
    fn a_pipe_is_busy_until_everything_was_sent() {
        let pipe = pipe();
        assert_eq!(pipe.idle().now_or_never(), Some(()));
        pipe.send(Stream::Output, b"frame");
        assert!(!pipe.next().waiting.is_empty());
        assert_eq!(pipe.idle().now_or_never(), None);
        assert!(pipe.next().waiting.is_empty());
        assert_eq!(pipe.idle().now_or_never(), Some(()));
    }

    #[test]
    fn streams_keep_their_order() {
        let pipe = pipe();
        for (stream, text) in [(Stream::Output, "a"), (Stream::Output, "b"), (Stream::Errors, "c")] {
            pipe.send(stream, text.as_bytes());
        }
        let sent = pipe.next().waiting;
        assert_eq!(sent, [(Stream::Output, b"ab".to_vec()), (Stream::Errors, b"c".to_vec())]);
    }

    #[test]
    fn unread_bytes_do_not_pile_up() {
        let pipe = pipe();
        for _ in 0..1000 {
            pipe.send_if_read(&[b'x'; 1024]);
        }
        let waiting: usize = pipe.next().waiting.iter().map(|(_, bytes)| bytes.len()).sum();
        assert_eq!(waiting, MOST_WAITING);
    }

    #[test]
    fn text_that_a_client_does_not_read_ends_its_connection() {
        let pipe = pipe();
        pipe.send(Stream::Output, &vec![b'x'; MOST_TEXT]);
        assert!(!pipe.0.meter.is_cut());
        pipe.send(Stream::Errors, b"x");
        assert!(pipe.0.meter.is_cut());
    }

    #[test]
    fn a_large_frame_ends_no_connection() {
        let pipe = pipe();
        let mut writer = FrameWriter::new(pipe.clone());
        writer.write_all(&vec![b'x'; MOST_TEXT + 1]).expect("room");
        writer.flush().expect("sent");
        pipe.send(Stream::Output, b"text");
        assert!(!pipe.0.meter.is_cut());
    }

    #[test]
    fn text_that_was_taken_makes_room() {
        let pipe = pipe();
        for _ in 0..3 {
            pipe.send(Stream::Output, &vec![b'x'; MOST_TEXT]);
            assert_eq!(pipe.next().waiting.len(), 1);
        }
        assert!(!pipe.0.meter.is_cut());
    }
}
