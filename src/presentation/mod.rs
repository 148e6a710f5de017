//! Labels and sentences that people read, each in one place. It depends on the domain only.
//!
//! The words of a type are methods of the type. Sentences that several modules say are in
//! `sentences`, those of the database's constraints in `rules`.

mod alert;
mod audit;
pub mod clock;
mod clock_skew;
mod command;
mod competency;
pub mod correction;
mod failure;
mod fields;
mod flag;
mod forms;
mod kiosk;
mod quarantine;
pub mod rules;
pub mod sentences;
mod status;
mod template;
pub mod text;
mod time_record;
