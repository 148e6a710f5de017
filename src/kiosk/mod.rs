//! What a kiosk has on its own device: the journal of unsent punches, its clocks, and a GPS
//! receiver if one is attached. It contains no screen and no access to the central database.

mod clock;
mod gpsd;
mod journal;

pub use clock::{Clock, DeviceClock};
pub use gpsd::Receiver;
pub use journal::{Journal, anchored};
