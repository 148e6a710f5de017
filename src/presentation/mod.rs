//! What people read: labels and sentences, each in one place. It knows the domain and no other
//! module; whoever talks to a person uses it.
//!
//! Words of a type stand here as methods of the type, so that whoever has the value has its words.

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
mod status;
mod template;
pub mod text;
mod time_record;
