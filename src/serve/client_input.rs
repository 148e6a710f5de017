//! The queue of a client's input for its session.
//!
//! russh calls back for every packet and reads nothing more until that returns. So bytes are queued
//! without waiting, and a client that sends faster than it is served ends its session. A command may
//! be sent its whole input ahead.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crossterm::event::Event;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};

use super::input::Decoder;

/// Bytes of a client that wait at most for a console.
const MOST_WAITING: usize = 1024 * 1024;
/// The cost of each packet in addition to its bytes.
const PACKET: usize = 64;
/// How long an Esc may be the beginning of a sequence.
const ESCAPE_WITHIN: Duration = Duration::from_millis(50);

/// Bytes, or a new size of the terminal.
#[derive(Debug)]
pub(super) struct ClientInput {
    bytes: Vec<u8>,
    resized: Option<(u16, u16)>,
    /// What it counts while it waits.
    cost: usize,
    waiting: Arc<AtomicUsize>,
}

impl ClientInput {
    /// Its bytes, which wait no more.
    pub(super) fn taken(mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

impl Drop for ClientInput {
    /// It waits no more: it was taken, or the session takes nothing.
    fn drop(&mut self) {
        self.waiting.fetch_sub(self.cost, Ordering::SeqCst);
    }
}

/// The near end of what a client sends.
#[derive(Debug)]
pub(super) struct InputQueue {
    sender: mpsc::UnboundedSender<ClientInput>,
    waiting: Arc<AtomicUsize>,
    most: usize,
}

/// More came than is taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flooded;

impl InputQueue {
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<ClientInput>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self { sender, waiting: Arc::default(), most: MOST_WAITING }, receiver)
    }

    /// Lets so many bytes wait.
    pub(super) fn allow(&mut self, most: usize) {
        self.most = most;
    }

    /// Queues bytes.
    pub(super) fn send(&self, bytes: &[u8]) -> Result<(), Flooded> {
        self.push(bytes.to_vec(), None)
    }

    /// Queues a new size of the terminal.
    pub(super) fn resize(&self, size: (u16, u16)) -> Result<(), Flooded> {
        self.push(Vec::new(), Some(size))
    }

    fn push(&self, bytes: Vec<u8>, resized: Option<(u16, u16)>) -> Result<(), Flooded> {
        let cost = PACKET + bytes.len();
        if self.waiting.fetch_add(cost, Ordering::SeqCst) + cost > self.most {
            self.waiting.fetch_sub(cost, Ordering::SeqCst);
            return Err(Flooded);
        }
        // A session that has ended takes no input.
        let _ = self.sender.send(ClientInput { bytes, resized, cost, waiting: Arc::clone(&self.waiting) });
        Ok(())
    }
}

/// Decodes what a client sends into events, until it is gone. A pause ends an Esc alone. `last` is
/// when a person did something last.
pub(super) async fn decode(
    mut inputs: mpsc::UnboundedReceiver<ClientInput>,
    mut decoder: Decoder,
    events: mpsc::Sender<Event>,
    last: watch::Sender<Instant>,
) {
    loop {
        let input = if decoder.is_waiting() {
            let Ok(input) = timeout(ESCAPE_WITHIN, inputs.recv()).await else {
                if let Some(event) = decoder.pause()
                    && say(event, &events, &last).await.is_err()
                {
                    return;
                }
                continue;
            };
            input
        } else {
            inputs.recv().await
        };
        let Some(input) = input else { return };
        let resized = input.resized.map(|(columns, rows)| Event::Resize(columns, rows));
        for event in decoder.decode(&input.taken()).into_iter().chain(resized) {
            if say(event, &events, &last).await.is_err() {
                return;
            }
        }
    }
}

async fn say(
    event: Event,
    events: &mpsc::Sender<Event>,
    last: &watch::Sender<Instant>,
) -> Result<(), mpsc::error::SendError<Event>> {
    if is_by_person(&event) {
        last.send_replace(Instant::now());
    }
    events.send(event).await
}

/// Whether an event is a key, a click or a paste. A program can send the others without a person.
fn is_by_person(event: &Event) -> bool {
    matches!(event, Event::Key(_) | Event::Mouse(_) | Event::Paste(_))
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;

    fn last() -> watch::Sender<Instant> {
        watch::Sender::new(Instant::now())
    }

    fn key(code: KeyCode) -> Event {
        Event::Key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[tokio::test]
    async fn an_escape_alone_counts_after_a_pause() {
        let (queue, inputs) = InputQueue::new();
        let (say, mut events) = mpsc::channel(8);
        tokio::spawn(decode(inputs, Decoder::default(), say, last()));
        queue.send(b"\x1b").expect("room");
        assert_eq!(events.recv().await, Some(key(KeyCode::Esc)));
        queue.send(b"\x1b[").expect("room");
        queue.send(b"A").expect("room");
        assert_eq!(events.recv().await, Some(key(KeyCode::Up)));
    }

    #[tokio::test]
    async fn sizes_keep_their_place_among_keys() {
        let (queue, inputs) = InputQueue::new();
        let (say, mut events) = mpsc::channel(8);
        queue.send(b"a").expect("room");
        queue.resize((100, 30)).expect("room");
        queue.send(b"b").expect("room");
        drop(queue);
        decode(inputs, Decoder::default(), say, last()).await;
        let expected = [key(KeyCode::Char('a')), Event::Resize(100, 30), key(KeyCode::Char('b'))];
        for event in expected {
            assert_eq!(events.recv().await, Some(event));
        }
    }

    /// Whether input of a client puts the end of an idle session off.
    async fn is_activity(send: impl FnOnce(&InputQueue) -> Result<(), Flooded>) -> bool {
        let (queue, inputs) = InputQueue::new();
        let (say, _events) = mpsc::channel(8);
        let began = Instant::now();
        let (last, is_last) = watch::channel(began);
        send(&queue).expect("room");
        drop(queue);
        decode(inputs, Decoder::default(), say, last).await;
        *is_last.borrow() > began
    }

    #[tokio::test]
    async fn keys_clicks_and_pastes_put_the_end_off() {
        for bytes in ["a", "[A", "[<0;1;1M", "[200~text[201~"] {
            assert!(is_activity(|queue| queue.send(bytes.as_bytes())).await, "{bytes:?}");
        }
    }

    #[tokio::test]
    async fn what_no_person_did_does_not_put_the_end_off() {
        for bytes in ["", "[?1;2c", "]11;rgb:0/0/0", "[I"] {
            assert!(!is_activity(|queue| queue.send(bytes.as_bytes())).await, "{bytes:?}");
        }
        assert!(!is_activity(|queue| queue.resize((100, 30))).await);
    }

    #[test]
    fn a_flood_is_refused() {
        let (queue, mut inputs) = InputQueue::new();
        let half = vec![b'x'; MOST_WAITING / 2 - PACKET];
        assert_eq!((queue.send(&half), queue.send(&half)), (Ok(()), Ok(())));
        assert_eq!(queue.send(b"x"), Err(Flooded));
        inputs.try_recv().expect("the first half").taken();
        assert_eq!(queue.send(b"x"), Ok(()));
    }

    #[test]
    fn a_session_that_takes_nothing_is_not_flooded() {
        let (queue, inputs) = InputQueue::new();
        drop(inputs);
        let half = vec![b'x'; MOST_WAITING / 2];
        for _ in 0..4 {
            assert_eq!(queue.send(&half), Ok(()));
        }
    }
}
