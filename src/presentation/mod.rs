//! Labels and sentences that people read, on the console, the kiosk and the command line, each in
//! one place. It depends on the domain only.
//!
//! The words of a type are methods of the type, in a file per subject.
//!
//! - `status` has labels of states, roles and kinds; `fields` has labels of fields; `lists` has the
//!   names of lists and of their rows.
//! - `clock` has instants, ages and hours.
//! - `rules` has a sentence for each constraint of the database; `sentences` has those that several
//!   modules say.
//! - `connection` has what is wrong with a connection parameter.
//! - `filter` has the help of the filter language and what is wrong with a term.
//! - `forms` has the fields that offer the values of an enumeration.

mod alert;
mod audit;
pub mod clock;
mod clock_skew;
mod command;
mod competency;
mod connection;
pub mod correction;
mod failure;
mod fields;
mod filter;
mod flag;
mod forms;
mod kiosk;
mod lists;
mod public_key;
mod quarantine;
pub mod rules;
pub mod sentences;
mod status;
mod template;
pub mod text;
mod time_record;
