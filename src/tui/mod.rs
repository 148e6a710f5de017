//! The console itself, pure: [`App`] is the model, [`App::update`] the only thing that changes it,
//! [`view`](view::view) the only thing that draws it. Work to do outside leaves as
//! [`Effect`](effect::Effect)s.
//!
//! No await, no clock, no pool, no environment in here: time comes with each message.
//!
//! - `action` is the list of all actions; `keymap` assigns keys to them; `layout` computes
//!   positions.
//! - `pane` has one pane for each list. `overlay` has forms, previews and questions. `widget` has
//!   pieces that know no resource.
//! - `plain` is the same model line by line. `kiosk` is the kiosk's screen, with its own model,
//!   update and view.
//! - `recorder` keeps the last messages without personal data, for the crash report.

pub mod action;
mod app;
mod bars;
pub mod effect;
pub mod keymap;
pub mod kiosk;
mod layout;
pub mod message;
pub mod overlay;
pub mod pane;
pub mod plain;
pub mod recorder;
mod sign_in;
mod update;
pub mod view;
pub mod widget;
pub mod zone;

pub use app::{App, Clocks, Notice, Screen, Settings};
