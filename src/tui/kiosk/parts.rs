//! The content of the middle of the screen, before it is drawn.

use chrono::{DateTime, Utc};

use super::super::widget::field::Field;
use super::super::widget::theme::Tone;
use super::big::Size;
use super::messages::filled;
use super::{Contact, Kiosk, Note, Stage, Told};
use crate::domain::punch::{Asked, Recorded};
use crate::domain::text::visible;
use crate::presentation::clock::decimal_hours;

/// One thing below the other, in the middle.
pub(super) enum Part<'a> {
    /// As large as there is room for, up to a size.
    Big {
        text: String,
        tone: Tone,
        most: Size,
    },
    Words {
        text: String,
        tone: Tone,
    },
    Typed(&'a Field),
    /// A badge or a number, of which nothing is shown that may be a PIN.
    Number(&'a Field),
}

fn big<'a>(text: impl Into<String>, tone: Tone, most: Size) -> Part<'a> {
    Part::Big { text: text.into(), tone, most }
}

fn words<'a>(text: impl Into<String>, tone: Tone) -> Part<'a> {
    Part::Words { text: text.into(), tone }
}

/// What stands in the middle of each stage but that of a choice.
pub(super) fn body(kiosk: &Kiosk) -> Vec<Part<'_>> {
    let mut parts = stage(kiosk);
    parts.extend(kiosk.missed().map(|missed| words(missed, Tone::Warning)));
    parts
}

/// The name of the student who is asked, so that no one answers for another student.
fn asked_of<'a>(asked: &Asked) -> Vec<Part<'a>> {
    asked.name.iter().map(|name| words(visible(name), Tone::Heading)).collect()
}

fn stage(kiosk: &Kiosk) -> Vec<Part<'_>> {
    let w = kiosk.messages();
    match &kiosk.stage {
        Stage::Start { badge } => {
            let mut parts = vec![big(kiosk.clock(kiosk.now), Tone::Heading, Size::Double)];
            // Letters of whole cells leave no room for a date on the smallest screen.
            if !kiosk.settings.theme.ascii || kiosk.size.1 > 14 {
                parts.push(words(format!("{}, {}", w.day(kiosk.now, kiosk.zone()), kiosk.zone()), Tone::Plain));
            }
            if let Some(trouble) = kiosk.trouble {
                parts.push(words(format!("{} {}", w.trouble(trouble), w.ask_coordinator), Tone::Bad));
            } else if let Contact::Offline { .. } = kiosk.contact {
                parts.push(words(w.saved_here, Tone::Warning));
            }
            parts.extend([words(w.scan, Tone::Plain), Part::Number(badge)]);
            parts
        }
        Stage::Enrol { code, note } => {
            let mut parts = vec![big("medstint", Tone::Heading, Size::Full), words(w.enrol, Tone::Plain)];
            parts.extend(note.map(|note| words(noted(kiosk, note), Tone::Bad)));
            parts.push(Part::Typed(code));
            parts
        }
        Stage::Pin { pin, .. } => {
            vec![big(w.pin, Tone::Heading, Size::Full), Part::Typed(pin), words(w.pin_hint, Tone::Quiet)]
        }
        Stage::Busy => vec![words(w.busy, Tone::Heading)],
        Stage::NewPin { asked, first, pin, note } => {
            let mut parts = asked_of(asked);
            parts.push(words(if first.is_some() { w.new_pin_again } else { w.new_pin }, Tone::Heading));
            parts.extend(note.map(|note| words(noted(kiosk, note), Tone::Warning)));
            parts.push(Part::Typed(pin));
            parts
        }
        Stage::Choose { .. } => Vec::new(),
        Stage::Meal { asked, minutes } => {
            let mut parts = asked_of(asked);
            parts.extend([words(w.meal, Tone::Heading), Part::Typed(minutes), words(w.meal_hint, Tone::Quiet)]);
            parts
        }
        Stage::StaleWhen { asked, since, time, is_wrong } => {
            let mut parts = asked_of(asked);
            parts.extend([words(open_since(kiosk, *since), Tone::Warning), words(w.stale_when, Tone::Heading)]);
            if *is_wrong {
                parts.push(words(w.stale_wrong, Tone::Bad));
            }
            parts.push(Part::Typed(time));
            parts
        }
        Stage::AmbiguousLeaveTime { asked, which, number, .. } => {
            let mut parts = asked_of(asked);
            parts.push(words(w.stale_which, Tone::Heading));
            parts.extend(both(kiosk, *which).map(|line| words(line, Tone::Plain)));
            parts.push(Part::Typed(number));
            parts
        }
        Stage::StaleWhy { asked, since, reason } => {
            let mut parts = asked_of(asked);
            parts.extend([words(open_since(kiosk, *since), Tone::Warning), words(w.stale_why, Tone::Heading)]);
            parts.extend((1..).zip(w.reasons).map(|(n, reason)| words(format!("{n}  {reason}"), Tone::Plain)));
            parts.push(Part::Typed(reason));
            parts
        }
        Stage::Told { what, .. } => told(kiosk, what),
        Stage::LeaveWho { badge } => vec![words(w.leave, Tone::Heading), Part::Number(badge)],
        Stage::LeavePin { pin, .. } => vec![words(w.pin, Tone::Heading), Part::Typed(pin)],
    }
}

fn told<'a>(kiosk: &Kiosk, what: &Told) -> Vec<Part<'a>> {
    let w = kiosk.messages();
    match what {
        Told::In(done) => recorded(kiosk, w.word_in, w.clocked_in, done),
        Told::Out(done) => recorded(kiosk, w.word_out, w.clocked_out, done),
        Told::Kept { at, again } => {
            let said = if *again { w.saved_again } else { w.saved };
            let mut parts = large(kiosk, w.word_saved, &kiosk.clock(*at), Tone::Warning);
            parts.push(words(said, Tone::Heading));
            parts
        }
        other => {
            let sentences = sentences(kiosk, other).into_iter().map(|(text, tone)| words(text, tone));
            let is_punch = !matches!(other, Told::LeaveRefused | Told::LeaveOffline | Told::ScanAgain);
            // A student who is already leaving sees it too.
            is_punch.then(|| big(w.word_no, Tone::Bad, Size::Double)).into_iter().chain(sentences).collect()
        }
    }
}

/// A message without large letters.
pub(super) fn sentences(kiosk: &Kiosk, what: &Told) -> Vec<(String, Tone)> {
    let w = kiosk.messages();
    let bad = |text: &str| (text.to_owned(), Tone::Bad);
    let plain = |text: &str| (text.to_owned(), Tone::Plain);
    match what {
        Told::In(_) | Told::Out(_) | Told::Kept { .. } => Vec::new(),
        Told::NotKept(trouble) => vec![bad(w.cannot_keep), bad(w.trouble(*trouble)), plain(w.ask_coordinator)],
        Told::Refused => vec![bad(w.refused), plain(w.refused_hint)],
        Told::Locked { until } => vec![bad(&filled(w.locked, &[&kiosk.clock(*until)]))],
        Told::NoRotation { elsewhere: None } => vec![bad(w.no_rotation), plain(w.ask_coordinator)],
        Told::NoRotation { elsewhere: Some(site) } => {
            vec![bad(&filled(w.no_rotation_elsewhere, &[&visible(site)])), plain(w.ask_coordinator)]
        }
        Told::NotAStudent => vec![bad(w.not_a_student), plain(w.ask_coordinator)],
        Told::Outside => vec![bad(w.outside), plain(w.ask_coordinator)],
        Told::NoBadge => vec![bad(w.too_long)],
        Told::ScanAgain => vec![bad(w.nothing_recorded), plain(w.scan_again)],
        Told::Uncertain => vec![bad(w.uncertain), plain(w.uncertain_hint)],
        Told::NotReady => vec![bad(w.not_ready), plain(w.ask_coordinator)],
        Told::Revoked => vec![bad(w.revoked), plain(w.ask_coordinator)],
        Told::LeaveRefused => vec![bad(w.leave_refused)],
        Told::LeaveOffline => vec![bad(w.leave_offline)],
    }
}

fn recorded<'a>(kiosk: &Kiosk, word: &str, said: &str, done: &Recorded) -> Vec<Part<'a>> {
    let w = kiosk.messages();
    let mut parts = large(kiosk, word, &kiosk.clock(done.at), Tone::Good);
    parts.push(big(visible(&done.name), Tone::Heading, Size::Full));
    let hours = filled(w.today, &[&decimal_hours(done.today_ms)]);
    parts.push(big(hours, Tone::Plain, Size::Quarters));
    let required = done.required_h.to_string();
    parts.push(big(filled(w.rotation, &[&decimal_hours(done.rotation_ms), &required]), Tone::Plain, Size::Quarters));
    // The site is in the first line already.
    if kiosk.size.1 > 14 {
        parts.push(words(format!("{} · {}", visible(&done.site), visible(&done.rotation)), Tone::Plain));
    }
    let (said, tone) = if done.repeated { (w.repeated, Tone::Warning) } else { (said, Tone::Good) };
    parts.push(words(said, tone));
    parts
}

/// A word and a time: beside each other where there is room for it in large letters.
fn large<'a>(kiosk: &Kiosk, word: &str, time: &str, tone: Tone) -> Vec<Part<'a>> {
    let both = format!("{word} {time}");
    let fits = |text: &str| Size::Halves.of(text).is_some_and(|(width, _)| width <= kiosk.size.0);
    if fits(&both) || !fits(word) {
        return vec![big(both, tone, Size::Double)];
    }
    vec![big(word, tone, Size::Double), big(time, Tone::Heading, Size::Double)]
}

pub(super) fn open_since(kiosk: &Kiosk, since: DateTime<Utc>) -> String {
    let w = kiosk.messages();
    filled(w.stale, &[&format!("{}, {}", w.day(since, kiosk.zone()), kiosk.clock(since))])
}

/// Two instants that the site's clocks show alike, each with its number.
pub(super) fn both(kiosk: &Kiosk, which: [DateTime<Utc>; 2]) -> [String; 2] {
    let w = kiosk.messages();
    let [first, second] = which.map(|at| kiosk.clock_with_zone(at));
    [format!("1  {first}, {}", w.stale_first), format!("2  {second}, {}", w.stale_second)]
}

pub(super) fn noted(kiosk: &Kiosk, note: Note) -> &'static str {
    let w = kiosk.messages();
    match note {
        Note::BadCode => w.enrol_wrong,
        Note::CodeMayBeUsed => w.enrol_unknown,
        Note::Unreachable => w.unreachable,
        Note::Revoked => w.revoked,
        Note::PinDiffers => w.new_pin_differs,
        Note::PinWrong => w.new_pin_wrong,
    }
}
