//! What a kiosk has on its own device: a journal of punches that wait to be sent,
//! and its clocks. No screen, no database of anybody else's.

mod clock;
mod journal;

pub use clock::DeviceClock;
pub use journal::{Journal, anchored};
