//! Keys, mouse and pastes from the bytes that a client sends.
//!
//! crossterm reads only this process's own terminal, so a client's bytes are decoded here, into
//! crossterm's types. A sequence may arrive in any pieces. A pause, which the caller measures
//! ([`Decoder::is_waiting`]), distinguishes an Esc alone from the beginning of a sequence. Nothing
//! else depends on time: half a sequence from a slow connection never becomes letters that trigger
//! actions.
//!
//! The bytes are untrusted. A sequence is at most 64 bytes long and a paste 64 KiB; the decoder
//! reads a longer one to its end and drops it.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// The longest sequence that is understood.
const LONGEST_SEQUENCE: usize = 64;
/// The longest paste; the rest of a longer one is dropped.
const LONGEST_PASTE: usize = 64 * 1024;
/// What ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";
const ESC: u8 = 0x1b;
const BELL: u8 = 0x07;
const BACKSPACE: u8 = 0x08;
const DELETE: u8 = 0x7f;

/// What the bytes so far have begun.
#[derive(Debug)]
enum State {
    Ground,
    /// After Esc, which may be the key alone.
    Escape,
    /// Within a control sequence: what came after `Esc [`.
    Sequence(Vec<u8>),
    /// A control sequence that is too long, up to its end.
    LongSequence,
    /// After `Esc O`: one byte names the key.
    SingleShift,
    /// After `Esc [ [`, as the Linux console begins F1 to F5.
    LinuxFunction,
    /// An old report of the mouse: three bytes follow `Esc [ M`.
    MouseReport(Vec<u8>),
    /// A character of several bytes, and how many it has.
    Character {
        bytes: Vec<u8>,
        length: usize,
        is_alt: bool,
    },
    /// A terminal's answer, up to its end. None is asked for, so it is dropped.
    Answer {
        introducer: u8,
        length: usize,
        after_escape: bool,
    },
    Paste(Paste),
}

/// A paste in progress.
#[derive(Debug, Default)]
struct Paste {
    text: Vec<u8>,
    /// How much of its end has arrived.
    matched: usize,
}

impl Paste {
    /// Adds a byte; whether it was the last one.
    fn add(&mut self, byte: u8) -> bool {
        if byte == PASTE_END[self.matched] {
            self.matched += 1;
            return self.matched == PASTE_END.len();
        }
        // Esc stands only at the beginning of the end, so no other beginning is missed.
        let matched = std::mem::take(&mut self.matched);
        self.push(&PASTE_END[..matched]);
        if byte == ESC {
            self.matched = 1;
        } else {
            self.push(&[byte]);
        }
        false
    }

    fn push(&mut self, bytes: &[u8]) {
        let room = LONGEST_PASTE.saturating_sub(self.text.len());
        self.text.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

/// Decodes the bytes of one terminal.
#[derive(Debug)]
pub struct Decoder {
    state: State,
    /// What this terminal sends for Backspace, besides DEL.
    erase: u8,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(DELETE)
    }
}

impl Decoder {
    /// A decoder for a terminal whose Backspace sends this byte (`VERASE`).
    #[must_use]
    pub fn new(erase: u8) -> Self {
        Self { state: State::Ground, erase: if erase == BACKSPACE { BACKSPACE } else { DELETE } }
    }

    /// Takes in bytes; what they mean together with those before.
    #[must_use]
    pub fn decode(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        for byte in bytes {
            self.take(*byte, &mut events);
        }
        events
    }

    /// Whether a pause would tell what the last bytes mean.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, State::Escape | State::Answer { length: 0, after_escape: false, .. })
    }

    /// Nothing came for a while: Esc was the key.
    pub fn pause(&mut self) -> Option<Event> {
        if !self.is_waiting() {
            return None;
        }
        match std::mem::replace(&mut self.state, State::Ground) {
            State::Escape => Some(key(KeyCode::Esc, KeyModifiers::NONE)),
            State::Answer { introducer, .. } => Some(character(char::from(introducer), true)),
            _ => None,
        }
    }

    fn take(&mut self, byte: u8, events: &mut Vec<Event>) {
        match std::mem::replace(&mut self.state, State::Ground) {
            State::Ground => self.ground(byte, false, events),
            State::Escape => self.after_escape(byte, events),
            State::Sequence(bytes) => self.in_sequence(bytes, byte, events),
            State::LongSequence => match byte {
                ESC => self.state = State::Escape,
                0x40..=0x7e => {}
                _ => self.state = State::LongSequence,
            },
            State::SingleShift => match byte {
                ESC => self.state = State::Escape,
                _ => events.extend(single_shift(byte)),
            },
            State::LinuxFunction => match byte {
                ESC => self.state = State::Escape,
                b'A'..=b'E' => events.push(key(KeyCode::F(byte - b'A' + 1), KeyModifiers::NONE)),
                _ => {}
            },
            State::MouseReport(mut bytes) => {
                bytes.push(byte);
                match bytes.as_slice() {
                    [button, column, row] => events.extend(old_mouse(*button, *column, *row)),
                    _ => self.state = State::MouseReport(bytes),
                }
            }
            State::Character { bytes, length, is_alt } => self.in_character(bytes, length, is_alt, byte, events),
            State::Answer { introducer, length, after_escape } => {
                self.in_answer((introducer, length, after_escape), byte, events);
            }
            State::Paste(mut paste) => {
                if paste.add(byte) {
                    events.push(Event::Paste(String::from_utf8_lossy(&paste.text).into_owned()));
                } else {
                    self.state = State::Paste(paste);
                }
            }
        }
    }

    /// A byte that begins something.
    fn ground(&mut self, byte: u8, is_alt: bool, events: &mut Vec<Event>) {
        let alt = if is_alt { KeyModifiers::ALT } else { KeyModifiers::NONE };
        let control = |c: u8| key(KeyCode::Char(char::from(c)), KeyModifiers::CONTROL | alt);
        let event = match byte {
            ESC => {
                self.state = State::Escape;
                return;
            }
            b'\r' => key(KeyCode::Enter, alt),
            b'\t' => key(KeyCode::Tab, alt),
            DELETE => key(KeyCode::Backspace, alt),
            _ if byte == self.erase => key(KeyCode::Backspace, alt),
            0 => control(b' '),
            0x01..=0x1a => control(byte - 1 + b'a'),
            0x1c..=0x1f => control(byte - 0x1c + b'4'),
            b' '..=b'~' => character(char::from(byte), is_alt),
            _ => {
                if let Some(length) = length_of_character(byte) {
                    self.state = State::Character { bytes: vec![byte], length, is_alt };
                }
                return;
            }
        };
        events.push(event);
    }

    fn after_escape(&mut self, byte: u8, events: &mut Vec<Event>) {
        match byte {
            // The first was the key; the second may begin something.
            ESC => {
                events.push(key(KeyCode::Esc, KeyModifiers::NONE));
                self.state = State::Escape;
            }
            b'[' => self.state = State::Sequence(Vec::new()),
            b'O' => self.state = State::SingleShift,
            b']' | b'P' | b'X' | b'^' | b'_' => {
                self.state = State::Answer { introducer: byte, length: 0, after_escape: false };
            }
            _ => self.ground(byte, true, events),
        }
    }

    fn in_sequence(&mut self, mut bytes: Vec<u8>, byte: u8, events: &mut Vec<Event>) {
        match byte {
            b'[' if bytes.is_empty() => self.state = State::LinuxFunction,
            b'M' if bytes.is_empty() => self.state = State::MouseReport(Vec::new()),
            0x40..=0x7e if bytes == b"200" && byte == b'~' => self.state = State::Paste(Paste::default()),
            0x40..=0x7e => events.extend(sequence(&bytes, byte)),
            0x20..=0x3f if bytes.len() < LONGEST_SEQUENCE => {
                bytes.push(byte);
                self.state = State::Sequence(bytes);
            }
            0x20..=0x3f => self.state = State::LongSequence,
            // It was broken off: what comes now stands for itself.
            _ => self.ground(byte, false, events),
        }
    }

    fn in_character(&mut self, mut bytes: Vec<u8>, length: usize, is_alt: bool, byte: u8, events: &mut Vec<Event>) {
        if !(0x80..=0xbf).contains(&byte) {
            return self.ground(byte, false, events);
        }
        bytes.push(byte);
        if bytes.len() < length {
            self.state = State::Character { bytes, length, is_alt };
            return;
        }
        let decoded = std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next());
        events.extend(decoded.filter(|c| !c.is_control()).map(|c| character(c, is_alt)));
    }

    fn in_answer(&mut self, (introducer, length, after_escape): (u8, usize, bool), byte: u8, events: &mut Vec<Event>) {
        let has_ended = if after_escape { byte == b'\\' } else { byte == BELL };
        if has_ended || length >= LONGEST_PASTE {
            return;
        }
        if after_escape {
            return self.after_escape(byte, events);
        }
        self.state = State::Answer { introducer, length: length + 1, after_escape: byte == ESC };
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

/// A typed character; capital letters come with Shift, as crossterm has it.
fn character(c: char, is_alt: bool) -> Event {
    let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    let alt = if is_alt { KeyModifiers::ALT } else { KeyModifiers::NONE };
    key(KeyCode::Char(c), shift | alt)
}

/// How many bytes a character has that begins with this one.
fn length_of_character(first: u8) -> Option<usize> {
    match first {
        0xc2..=0xdf => Some(2),
        0xe0..=0xef => Some(3),
        0xf0..=0xf4 => Some(4),
        _ => None,
    }
}

/// The key of `Esc O` and a byte.
fn single_shift(byte: u8) -> Option<Event> {
    let code = match byte {
        b'P'..=b'S' => KeyCode::F(byte - b'P' + 1),
        // Enter of a keypad.
        b'M' => KeyCode::Enter,
        _ => moving(byte)?,
    };
    Some(key(code, KeyModifiers::NONE))
}

/// The keys that move.
fn moving(byte: u8) -> Option<KeyCode> {
    Some(match byte {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        _ => return None,
    })
}

/// A control sequence: what stands between `Esc [` and its last byte, and that byte.
fn sequence(bytes: &[u8], last: u8) -> Option<Event> {
    if let Some(report) = bytes.strip_prefix(b"<") {
        return mouse(report, last);
    }
    let numbers = numbers(bytes)?;
    let modifiers = modifiers(numbers.get(1).copied().unwrap_or(1));
    let code = match last {
        b'P' | b'Q' | b'S' => KeyCode::F(last - b'P' + 1),
        b'Z' => return Some(key(KeyCode::BackTab, KeyModifiers::SHIFT)),
        b'I' if bytes.is_empty() => return Some(Event::FocusGained),
        b'O' if bytes.is_empty() => return Some(Event::FocusLost),
        b'M' => return old_numbered_mouse(&numbers),
        b'~' => numbered(*numbers.first()?)?,
        _ => moving(last)?,
    };
    Some(key(code, modifiers))
}

/// Numbers between semicolons; nothing where something else stands. An empty one is 1.
fn numbers(bytes: &[u8]) -> Option<Vec<u16>> {
    if bytes.is_empty() {
        return Some(Vec::new());
    }
    let text = std::str::from_utf8(bytes).ok()?;
    text.split(';').map(|number| if number.is_empty() { Some(1) } else { number.parse().ok() }).collect()
}

/// Modifiers as xterm counts them: one more than the sum of their bits.
fn modifiers(number: u16) -> KeyModifiers {
    let bits = number.saturating_sub(1);
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)] {
        if bits & bit != 0 {
            modifiers |= modifier;
        }
    }
    modifiers
}

/// The key of a number before `~`.
fn numbered(number: u16) -> Option<KeyCode> {
    let function = |from: u16, first: u8| u8::try_from(number - from).ok().map(|after| KeyCode::F(first + after));
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => function(11, 1),
        17..=21 => function(17, 6),
        23..=26 => function(23, 11),
        28..=29 => function(28, 15),
        31..=34 => function(31, 17),
        _ => None,
    }
}

/// A report of the mouse in SGR form: `button;column;row`, and `m` where a button was let go.
fn mouse(bytes: &[u8], last: u8) -> Option<Event> {
    let [button, column, row] = <[u16; 3]>::try_from(numbers(bytes)?).ok()?;
    let kind = match (kind_of(button)?, last) {
        (kind, b'M') => kind,
        (MouseEventKind::Down(button), b'm') => MouseEventKind::Up(button),
        _ => return None,
    };
    Some(at(kind, button, column.saturating_sub(1), row.saturating_sub(1)))
}

/// The oldest form: three bytes, each 32 more than what it stands for.
fn old_mouse(button: u8, column: u8, row: u8) -> Option<Event> {
    let button = u16::from(button.checked_sub(32)?);
    Some(at(kind_of(button)?, button, u16::from(column.saturating_sub(33)), u16::from(row.saturating_sub(33))))
}

/// The form of rxvt: three numbers, the first 32 more than what it stands for.
fn old_numbered_mouse(numbers: &[u16]) -> Option<Event> {
    let [button, column, row] = <[u16; 3]>::try_from(numbers).ok()?;
    let button = button.checked_sub(32)?;
    Some(at(kind_of(button)?, button, column.saturating_sub(1), row.saturating_sub(1)))
}

fn at(kind: MouseEventKind, button: u16, column: u16, row: u16) -> Event {
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [(4, KeyModifiers::SHIFT), (8, KeyModifiers::ALT), (16, KeyModifiers::CONTROL)] {
        if button & bit != 0 {
            modifiers |= modifier;
        }
    }
    Event::Mouse(MouseEvent { kind, column, row, modifiers })
}

fn kind_of(button: u16) -> Option<MouseEventKind> {
    let number = (button & 0b11) | ((button & 0b1100_0000) >> 4);
    let is_dragged = button & 0b10_0000 != 0;
    let which = match number {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    Some(match (number, is_dragged) {
        (0..=2, false) => MouseEventKind::Down(which),
        (0..=2, true) => MouseEventKind::Drag(which),
        (3, false) => MouseEventKind::Up(MouseButton::Left),
        (3..=5, true) => MouseEventKind::Moved,
        (4, false) => MouseEventKind::ScrollUp,
        (5, false) => MouseEventKind::ScrollDown,
        (6, false) => MouseEventKind::ScrollLeft,
        (7, false) => MouseEventKind::ScrollRight,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(bytes: &[u8]) -> Vec<Event> {
        Decoder::default().decode(bytes)
    }

    /// The same bytes, one by one.
    fn piecewise(bytes: &[u8]) -> Vec<Event> {
        let mut decoder = Decoder::default();
        bytes.iter().flat_map(|byte| decoder.decode(&[*byte])).collect()
    }

    fn plain(code: KeyCode) -> Event {
        key(code, KeyModifiers::NONE)
    }

    #[test]
    fn decodes_letters_with_shift_for_capitals() {
        let capital = key(KeyCode::Char('A'), KeyModifiers::SHIFT);
        assert_eq!(decoded(b"aA"), [plain(KeyCode::Char('a')), capital]);
    }

    #[test]
    fn decodes_characters_of_several_bytes() {
        let expected = ['é', '日', '😀'].map(|c| plain(KeyCode::Char(c)));
        assert_eq!(piecewise("é日😀".as_bytes()), expected);
    }

    #[test]
    fn drops_bytes_that_are_no_character() {
        assert_eq!(decoded(b"\xff\xc3a\xe2\x82b"), [plain(KeyCode::Char('a')), plain(KeyCode::Char('b'))]);
    }

    #[test]
    fn decodes_control_keys() {
        let control = |c| key(KeyCode::Char(c), KeyModifiers::CONTROL);
        assert_eq!(decoded(b"\x03\x1a\0"), [control('c'), control('z'), control(' ')]);
        assert_eq!(decoded(b"\r\t\x7f"), [plain(KeyCode::Enter), plain(KeyCode::Tab), plain(KeyCode::Backspace)]);
    }

    #[test]
    fn takes_backspace_from_the_modes_of_the_terminal() {
        assert_eq!(Decoder::new(8).decode(b"\x08"), [plain(KeyCode::Backspace)]);
        assert_eq!(Decoder::new(DELETE).decode(b"\x08"), [key(KeyCode::Char('h'), KeyModifiers::CONTROL)]);
    }

    #[test]
    fn joins_sequences_that_arrive_in_pieces() {
        for (bytes, code) in [
            (b"\x1b[A".as_slice(), KeyCode::Up),
            (b"\x1bOB", KeyCode::Down),
            (b"\x1b[5~", KeyCode::PageUp),
            (b"\x1b[[A", KeyCode::F(1)),
            (b"\x1b[15~", KeyCode::F(5)),
            (b"\x1bOP", KeyCode::F(1)),
        ] {
            assert_eq!(piecewise(bytes), [plain(code)], "{bytes:?}");
        }
    }

    #[test]
    fn decodes_modifiers() {
        assert_eq!(decoded(b"\x1b[1;5C"), [key(KeyCode::Right, KeyModifiers::CONTROL)]);
        assert_eq!(decoded(b"\x1b[3;2~"), [key(KeyCode::Delete, KeyModifiers::SHIFT)]);
        assert_eq!(decoded(b"\x1b[Z"), [key(KeyCode::BackTab, KeyModifiers::SHIFT)]);
        assert_eq!(decoded(b"\x1ba"), [key(KeyCode::Char('a'), KeyModifiers::ALT)]);
    }

    #[test]
    fn a_lone_escape_waits_for_a_pause() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.decode(b"\x1b"), []);
        assert!(decoder.is_waiting());
        assert_eq!(decoder.pause(), Some(plain(KeyCode::Esc)));
        assert!(!decoder.is_waiting());
    }

    #[test]
    fn half_a_sequence_never_becomes_letters() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.decode(b"\x1b["), []);
        assert!(!decoder.is_waiting());
        assert_eq!(decoder.pause(), None);
        assert_eq!(decoder.decode(b"A"), [plain(KeyCode::Up)]);
    }

    #[test]
    fn of_two_escapes_the_first_is_the_key() {
        assert_eq!(decoded(b"\x1b\x1b[A"), [plain(KeyCode::Esc), plain(KeyCode::Up)]);
    }

    #[test]
    fn a_key_after_a_broken_sequence_counts() {
        assert_eq!(decoded(b"\x1b[1\r"), [plain(KeyCode::Enter)]);
    }

    #[test]
    fn answers_of_the_terminal_are_dropped() {
        assert_eq!(decoded(b"\x1b]11;rgb:0000/0000/0000\x07\x1bP1$r0m\x1b\\\x1b[?1;2cq"), [plain(KeyCode::Char('q'))]);
    }

    #[test]
    fn a_bracket_with_alt_is_a_key_after_a_pause() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.decode(b"\x1b]"), []);
        assert_eq!(decoder.pause(), Some(key(KeyCode::Char(']'), KeyModifiers::ALT)));
    }

    #[test]
    fn a_paste_is_one_event_however_it_is_split() {
        let bytes = b"\x1b[200~approve \x1b[20 all\r\x1b[201~x";
        let expected = [Event::Paste("approve \u{1b}[20 all\r".into()), plain(KeyCode::Char('x'))];
        assert_eq!(decoded(bytes), expected);
        assert_eq!(piecewise(bytes), expected);
    }

    #[test]
    fn a_paste_may_hold_invalid_bytes() {
        assert_eq!(decoded(b"\x1b[200~a\xffb\x1b[201~"), [Event::Paste("a\u{fffd}b".into())]);
    }

    #[test]
    fn a_paste_is_cut_at_its_limit() {
        let mut bytes = b"\x1b[200~".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', LONGEST_PASTE + 1000));
        bytes.extend_from_slice(PASTE_END);
        let events = decoded(&bytes);
        assert!(matches!(&events[..], [Event::Paste(text)] if text.len() == LONGEST_PASTE), "{}", events.len());
    }

    #[test]
    fn a_sequence_beyond_its_limit_is_read_to_its_end() {
        let mut bytes = b"\x1b[".to_vec();
        bytes.extend(std::iter::repeat_n(b'1', 1000));
        bytes.extend_from_slice(b"Aq");
        assert_eq!(decoded(&bytes), [plain(KeyCode::Char('q'))]);
    }

    #[test]
    fn decodes_the_mouse() {
        let event = |kind, column, row| Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
        let down = MouseEventKind::Down(MouseButton::Left);
        assert_eq!(piecewise(b"\x1b[<0;20;10M"), [event(down, 19, 9)]);
        assert_eq!(decoded(b"\x1b[<0;20;10m"), [event(MouseEventKind::Up(MouseButton::Left), 19, 9)]);
        assert_eq!(decoded(b"\x1b[<65;1;1M"), [event(MouseEventKind::ScrollDown, 0, 0)]);
        assert_eq!(decoded(b"\x1b[M \x21\x21"), [event(down, 0, 0)]);
        assert_eq!(decoded(b"\x1b[32;30;40M"), [event(down, 29, 39)]);
    }

    #[test]
    fn a_mouse_outside_of_every_screen_does_no_harm() {
        for bytes in [b"\x1b[<0;0;0M".as_slice(), b"\x1b[<0;0;5M", b"\x1b[<0;65535;65535M", b"\x1b[<0;99999;1M"] {
            let _ = decoded(bytes);
        }
    }

    /// Sequences in which a pause tells nothing.
    const SEQUENCES: [&[u8]; 12] = [
        b"\x1b[A",
        b"\x1b[1;5C",
        b"\x1b[15~",
        b"\x1b[[A",
        b"\x1bOP",
        b"\x1b[Z",
        b"\x1b[I",
        b"\x1b[<0;20;10M",
        b"\x1b[M !!",
        b"\x1b[32;30;40M",
        b"\x1b[200~a\x1b[20\r\xff\x1b[201~",
        b"\x1b[?1;2c",
    ];

    /// What a client may send: whole sequences, broken ones, characters, answers, anything.
    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let sequence = proptest::sample::select(SEQUENCES.to_vec());
        let broken = (sequence.clone(), any::<proptest::sample::Index>())
            .prop_map(|(sequence, at)| sequence[..at.index(sequence.len())].to_vec());
        let answer = "(\x1b[\\]P_][a-z0-9;]{0,9}(\x07|\x1b\\\\)?)|\x1b|\\PC{1,3}".prop_map(String::into_bytes);
        let piece = prop_oneof![
            sequence.prop_map(<[u8]>::to_vec),
            broken,
            answer,
            proptest::collection::vec(any::<u8>(), 0..6)
        ];
        proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn what_clients_send_means_the_same_however_it_is_split(
            bytes in pieces(),
            cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..8),
        ) {
            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            ends.sort_unstable();
            ends.push(bytes.len());
            let (mut decoder, mut events, mut from) = (Decoder::default(), Vec::new(), 0);
            for end in ends {
                events.extend(decoder.decode(&bytes[from..end]));
                from = end;
            }
            prop_assert_eq!(events, decoded(&bytes));
        }

        #[test]
        fn a_pause_within_a_sequence_changes_nothing(
            sequence in proptest::sample::select(SEQUENCES.to_vec()),
            at in any::<proptest::sample::Index>(),
        ) {
            // Behind its first byte a sequence is the key Esc so far.
            let (first, rest) = sequence.split_at(2 + at.index(sequence.len() - 2));
            let mut decoder = Decoder::default();
            let mut events = decoder.decode(first);
            prop_assert_eq!(decoder.pause(), None);
            events.extend(decoder.decode(rest));
            prop_assert_eq!(events, decoded(sequence));
        }

        #[test]
        fn any_bytes_mean_the_same_in_any_pieces(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(decoded(&bytes), piecewise(&bytes));
        }

        #[test]
        fn sequences_of_any_form_do_no_harm(text in "(\x1b[\\[\\]OP]|[<?;0-9]{0,9}|[MmA-Z~u]|\x1b|\x07){0,60}") {
            let mut decoder = Decoder::default();
            let _ = decoder.decode(text.as_bytes());
            let _ = decoder.pause();
            // A few keys later, letters are letters again.
            let events = decoder.decode(b"\x1b\\\x1b[201~\x1b\\\x1b\\qqqqq");
            prop_assert_eq!(events.last(), Some(&plain(KeyCode::Char('q'))));
        }
    }
}
