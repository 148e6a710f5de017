//! Distinguishes typing from pasted text if the terminal does not mark a paste (`tmux
//! paste-buffer`, a badge reader that is a keyboard): a packet of keys is inspected before its
//! first key acts.
//!
//! Such terminals send a paste as keys, in pieces of a kilobyte, 0.1 ms apart. Five different
//! characters within 5 ms of each other are text: one `Message::KeyBurst`, which goes into the open
//! field or is dropped. Repeated keys, arrows and the three keys that a slow link may deliver
//! together stay keys.

use std::io;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, timeout_at};

/// Keys at most this far apart belong to one packet, which is how long a character
/// waits. A paste in one write is read at once, and its next kilobyte 0.1 ms later
/// (measured with `tmux paste-buffer`); one that is written byte by byte comes at up to
/// 5 ms. A key that repeats does so every 30 ms, and nobody types two keys within 10.
/// A screen that draws 60 times a second shows a key 16 ms later anyhow.
const APART: Duration = Duration::from_millis(5);
/// No packet is gathered for longer, so that a key held down acts while it repeats.
const LONGEST: Duration = Duration::from_millis(30);
/// So many different characters in one packet are text. In the 300 ms that a slow link
/// may collect, a fast typist (100 words a minute) types three.
const DIFFERENT: usize = 5;
/// Keys that follow text this soon are the rest of it, however few they are.
const CONTINUES: Duration = Duration::from_millis(50);

/// Input from a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TerminalInput {
    Event(Event),
    /// Keys that came faster than a person types.
    Burst(Vec<KeyEvent>),
}

/// A terminal's events, packet by packet.
#[derive(Debug)]
pub(super) struct Packets<S> {
    events: S,
    burst_ended: Option<Instant>,
    is_over: bool,
}

impl<S: Stream<Item = io::Result<Event>> + Unpin> Packets<S> {
    pub(super) fn new(events: S) -> Self {
        Self { events, burst_ended: None, is_over: false }
    }

    /// The next packet; nothing once the terminal has gone.
    pub(super) async fn next(&mut self) -> Option<Vec<TerminalInput>> {
        let first = self.read().await?;
        let began = Instant::now();
        let packet = self.gather(first, began).await;
        let goes_on =
            self.burst_ended.is_some_and(|ended| began - ended < CONTINUES) && packet.first().is_some_and(is_key);
        if !goes_on && !is_text(&packet) {
            return Some(packet.into_iter().map(TerminalInput::Event).collect());
        }
        self.burst_ended = Some(Instant::now());
        // Ctrl-C is never taken for text.
        let (text, after): (Vec<Event>, Vec<Event>) =
            packet.into_iter().partition(|event| is_key(event) && !is_interrupt(event));
        let keys = text.iter().filter_map(pressed).collect();
        Some([TerminalInput::Burst(keys)].into_iter().chain(after.into_iter().map(TerminalInput::Event)).collect())
    }

    /// An event, and what came with it: keys as long as they follow closely.
    async fn gather(&mut self, first: Event, began: Instant) -> Vec<Event> {
        let until = began + LONGEST;
        let mut has_text = character(&first).is_some();
        let mut goes_on = is_key(&first);
        let mut packet = vec![first];
        while goes_on && Instant::now() < until {
            // An arrow or Enter alone waits for nothing.
            let wait = if has_text { APART } else { Duration::ZERO };
            let Ok(event) = timeout_at(until.min(Instant::now() + wait), self.read()).await else { break };
            let Some(event) = event else { break };
            has_text |= character(&event).is_some();
            goes_on = is_key(&event);
            packet.push(event);
        }
        packet
    }

    /// An error is a terminal that has gone, too.
    async fn read(&mut self) -> Option<Event> {
        if self.is_over {
            return None;
        }
        let event = self.events.next().await.and_then(Result::ok);
        self.is_over = event.is_none();
        event
    }
}

fn is_key(event: &Event) -> bool {
    matches!(event, Event::Key(_))
}

fn pressed(event: &Event) -> Option<KeyEvent> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(*key),
        _ => None,
    }
}

fn is_interrupt(event: &Event) -> bool {
    pressed(event).is_some_and(|key| key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL))
}

/// The character that a key types.
fn character(event: &Event) -> Option<char> {
    let key = pressed(event)?;
    match key.code {
        KeyCode::Char(c) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => Some(c),
        _ => None,
    }
}

/// Whether it has more different characters than a person types at once.
fn is_text(packet: &[Event]) -> bool {
    let mut different = Vec::with_capacity(DIFFERENT);
    for c in packet.iter().filter_map(character) {
        if !different.contains(&c) {
            different.push(c);
        }
        if different.len() == DIFFERENT {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    fn key(code: KeyCode) -> Event {
        Event::Key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    fn keys(text: &str) -> Vec<Event> {
        text.chars().map(|c| key(if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) })).collect()
    }

    #[tokio::test]
    async fn an_interrupt_behind_text_still_interrupts() {
        let interrupt = Event::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL));
        let mut events = keys("approve all");
        events.push(interrupt.clone());
        let heard = heard(events, Duration::ZERO).await;
        assert_eq!(heard.last(), Some(&TerminalInput::Event(interrupt)));
    }

    /// What is heard of events that come this far apart.
    async fn heard(events: Vec<Event>, apart: Duration) -> Vec<TerminalInput> {
        let events = stream::iter(events).then(move |event| async move {
            tokio::time::sleep(apart).await;
            Ok::<_, io::Error>(event)
        });
        let mut packets = Packets::new(Box::pin(events));
        let mut heard = Vec::new();
        while let Some(packet) = packets.next().await {
            heard.extend(packet);
        }
        heard
    }

    async fn at_once(events: Vec<Event>) -> Vec<TerminalInput> {
        let mut packets = Packets::new(stream::iter(events.into_iter().map(Ok::<_, io::Error>)));
        let mut heard = Vec::new();
        while let Some(packet) = packets.next().await {
            heard.extend(packet);
        }
        heard
    }

    fn typed(events: &[Event]) -> Vec<TerminalInput> {
        events.iter().cloned().map(TerminalInput::Event).collect()
    }

    #[tokio::test]
    async fn a_text_in_one_packet_is_a_burst_from_its_first_key_on() {
        for text in ["Please approve all", "\nPlease\napprove", "S1234567"] {
            let all = keys(text).iter().filter_map(pressed).collect();
            assert_eq!(at_once(keys(text)).await, [TerminalInput::Burst(all)], "{text:?}");
        }
    }

    #[tokio::test]
    async fn a_few_keys_in_one_packet_are_typed() {
        for text in ["a", "jja", "4jky", "a\ny"] {
            assert_eq!(at_once(keys(text)).await, typed(&keys(text)), "{text:?}");
        }
    }

    #[tokio::test]
    async fn a_key_that_repeats_is_typed_however_fast() {
        let repeated = keys(&"j".repeat(200));
        assert_eq!(at_once(repeated.clone()).await, typed(&repeated));
    }

    #[tokio::test]
    async fn arrows_are_typed() {
        let arrows: Vec<Event> =
            [KeyCode::Down, KeyCode::Up, KeyCode::PageDown, KeyCode::Home, KeyCode::End, KeyCode::Left].map(key).into();
        assert_eq!(at_once(arrows.clone()).await, typed(&arrows));
    }

    #[tokio::test]
    async fn a_badge_from_a_reader_is_a_burst() {
        // A character every millisecond or two.
        let heard = heard(keys("S1749-ok"), Duration::from_millis(1)).await;
        assert!(heard.iter().all(|heard| matches!(heard, TerminalInput::Burst(_))), "{heard:?}");
    }

    #[tokio::test]
    async fn a_word_at_the_pace_of_a_person_is_typed() {
        let word = keys("approve");
        assert_eq!(heard(word.clone(), Duration::from_millis(20)).await, typed(&word));
    }

    #[tokio::test]
    async fn the_rest_of_a_burst_is_text_however_short_it_is() {
        // The resize ends the first packet.
        let events = [keys("Please"), vec![Event::Resize(80, 24)], keys("ay")].concat();
        let heard = at_once(events).await;
        assert!(matches!(&heard[2], TerminalInput::Burst(keys) if keys.len() == 2), "{heard:?}");
    }
}
