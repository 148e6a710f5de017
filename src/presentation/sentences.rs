//! Sentences that several modules use.

use std::fmt::Display;

use crate::domain::time_record::Decide;
use crate::presentation::clock::{decimal_hours, thousands};

pub const NO_CLOCK_OUT: &str = "The record has no clock-out yet, so there are no hours to approve.";
pub const UNDO_TOO_LATE: &str =
    "Preceptors can undo a decision for 15 minutes, supervisors for 24 hours. Ask a school admin.";
pub const NO_OPEN_QUESTION: &str = "There is no open question about this record.";
pub const NOT_ROLLED_BACK: &str = "This deployment can't be rolled back: it wasn't created in this console.";
pub const BLOCKING_ONE_AT_A_TIME: &str = "Approve records with a blocking flag one at a time.";
pub const REASON_STORED: &str = "A super admin must give a reason. It is stored with the decision.";
pub const WRONG_PASSWORD: &str = "The email address or password is incorrect.";
/// After the field's label, so it begins in lower case.
pub const PASSWORDS_DIFFER: &str = "the two new passwords differ. Type the new password twice.";
/// After the field's label, so it begins in lower case.
pub const PINS_DIFFER: &str = "the two PINs differ. Type the PIN twice.";
pub const LIST_LOADING: &str = "The list is still loading. Press the key again.";
pub const ONE_ROW: &str = "This works on one row at a time. Remove the marks first (Esc).";
pub const DECISION_UNDER_WAY: &str = "A decision is still being saved. Wait for it, then press the key again.";
pub const ANSWER_LOST: &str = "the connection was lost before the database answered";
pub const UNKNOWN_ANSWER: &str =
    "The database sent an answer that this version of medstint doesn't know. Upgrade medstint.";
pub const NAMES_FAILED: &str = "The names could not be loaded. Trying again …";
pub const NAMES_LOADING: &str = "Loading names …";
pub const NOT_A_LIST: &str = "not a plain list; it is left unchanged";
pub const UNREADABLE: &str = "cannot be read; left unchanged";

/// Shown to a person whose session is locked.
#[must_use]
pub fn session_locked(name: &str) -> String {
    format!("Locked. {name} is signed in.")
}

/// Why a key about a row did nothing; the noun is that of the list.
#[must_use]
pub fn no_row(noun: &str) -> String {
    format!("There is no {noun} under the cursor.")
}

/// A decision that failed.
#[must_use]
pub fn not_done(what: &Decide, failure: &dyn Display) -> String {
    format!("Not {}. {failure}", what.done())
}

/// A decision whose answer was lost.
#[must_use]
pub fn may_have_been(what: &Decide) -> String {
    format!("May have been {}; check the list.", what.done())
}

/// How many approvals can't be undone.
#[must_use]
pub fn in_completed_rotations(count: usize) -> String {
    format!("In completed rotations (approval is final): {}.", thousands(count as u64))
}

/// What a decision is about: `12 records of 3 students, 96.00 hours`
#[must_use]
pub fn records_of_students(records: usize, students: usize, elapsed_ms: i64) -> String {
    let counted =
        |count: usize, noun: &str| format!("{} {noun}{}", thousands(count as u64), if count == 1 { "" } else { "s" });
    format!("{} of {}, {} hours", counted(records, "record"), counted(students, "student"), decimal_hours(elapsed_ms))
}

/// A constraint without a sentence of its own; `rule` is its name or the error's code.
#[must_use]
pub fn unknown_rule(rule: &str) -> String {
    format!("A rule of the database doesn't allow this ({rule}). Nothing was changed.")
}

/// The rotations that a new one overlaps.
#[must_use]
pub fn already_booked(rotations: &str) -> String {
    format!("the student is already booked: {rotations}")
}
