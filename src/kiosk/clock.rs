//! The device's clocks: one that anybody can set, and one that nobody can.

use std::io;

use chrono::{DateTime, Utc};
use nix::time::{ClockId, clock_gettime};

use crate::domain::punch::Reading;

/// Counts while the device sleeps, where there is such a clock.
#[cfg(target_os = "linux")]
const MONOTONIC: ClockId = ClockId::CLOCK_BOOTTIME;
/// On macOS this one does.
#[cfg(not(target_os = "linux"))]
const MONOTONIC: ClockId = ClockId::CLOCK_MONOTONIC;

/// The clocks of this boot.
#[derive(Clone, Debug)]
pub struct DeviceClock {
    boot: String,
}

impl DeviceClock {
    /// Finds out which boot this is. Where the system does not say, each process is a
    /// boot of its own: less can be told then, and nothing wrong.
    #[must_use]
    pub fn find() -> Self {
        let said = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
        let boot = said.map(|text| text.trim().to_owned()).unwrap_or_else(|_| uuid::Uuid::new_v4().to_string());
        Self { boot }
    }

    /// The moment that the wall clock calls `wall`.
    ///
    /// # Errors
    /// When the system has no such clock.
    pub fn at(&self, wall: DateTime<Utc>) -> io::Result<Reading> {
        let since = clock_gettime(MONOTONIC)?;
        let monotonic_ms = since.tv_sec() * 1_000 + since.tv_nsec() / 1_000_000;
        Ok(Reading { wall, boot: self.boot.clone(), monotonic_ms })
    }
}
