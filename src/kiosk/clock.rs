//! The device's clocks: the wall clock, which anyone can set, and the monotonic clock, which
//! nobody can. A stored punch carries the wall clock, the monotonic clock (which runs on while the
//! device sleeps), the boot, and the last anchor of the server's clock.

use std::fmt::Debug;
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

/// What a device knows of the time; a test has another one.
pub trait Clock: Debug + Send + Sync {
    fn read(&self) -> Reading;
}

/// The clocks of this boot of this device.
#[derive(Clone, Debug)]
pub struct DeviceClock {
    boot: String,
    /// At the start, for a system whose clock has gone.
    started_ms: i64,
    wall: fn() -> DateTime<Utc>,
}

impl DeviceClock {
    /// Finds out which boot this is. Where the system does not say, each process is a
    /// boot of its own: less can be told then, and nothing wrong.
    ///
    /// # Errors
    /// When the system has no clock that counts on by itself.
    pub fn find(wall: fn() -> DateTime<Utc>) -> io::Result<Self> {
        let said = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
        let boot = said.map_or_else(|_| uuid::Uuid::new_v4().to_string(), |text| text.trim().to_owned());
        Ok(Self { boot, started_ms: monotonic_ms()?, wall })
    }
}

impl Clock for DeviceClock {
    fn read(&self) -> Reading {
        let monotonic_ms = monotonic_ms().unwrap_or(self.started_ms);
        Reading { wall: (self.wall)(), boot: self.boot.clone(), monotonic_ms }
    }
}

fn monotonic_ms() -> io::Result<i64> {
    let since = clock_gettime(MONOTONIC)?;
    Ok(since.tv_sec() * 1_000 + since.tv_nsec() / 1_000_000)
}
