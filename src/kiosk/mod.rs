//! What a kiosk has on its own device: a journal of punches that wait to be sent,
//! its clocks, and a receiver where one is attached. No screen, and no database of
//! anybody else's.

mod clock;
mod gpsd;
mod journal;

pub use clock::{Clock, DeviceClock};
pub use gpsd::Receiver;
pub use journal::{Journal, anchored};
