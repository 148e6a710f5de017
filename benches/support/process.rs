//! What /proc tells of processes, so only on Linux.

use std::ops::Range;
use std::process::Command;

use super::numbers::number;

/// Fields of `/proc/PID/stat`, after the name.
pub const PARENT: usize = 1;
pub const TIMES: Range<usize> = 11..13;
pub const TIMES_OF_ENDED_CHILDREN: Range<usize> = 13..15;

/// What /proc tells of a process.
pub struct Stat(Vec<u64>);

impl Stat {
    pub fn of(process: u32) -> Option<Self> {
        let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name may contain spaces and parentheses.
        let (_, fields) = text.rsplit_once(')')?;
        Some(Self(fields.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect()))
    }

    pub fn field(&self, index: usize) -> u64 {
        self.0.get(index).copied().unwrap_or(0)
    }

    pub fn sum(&self, fields: Range<usize>) -> u64 {
        fields.map(|index| self.field(index)).sum()
    }
}

/// Milliseconds that a process has had of the processors.
pub fn processor(process: u32) -> Option<f64> {
    Some(number(Stat::of(process)?.sum(TIMES)) * tick()?)
}

/// Milliseconds of a tick in /proc.
pub fn tick() -> Option<f64> {
    let output = Command::new("getconf").arg("CLK_TCK").output().ok()?;
    let a_second: u32 = String::from_utf8_lossy(&output.stdout).trim().parse().ok()?;
    Some(1000.0 / f64::from(a_second))
}
