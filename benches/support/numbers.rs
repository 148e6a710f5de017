//! Numbers of what was measured.

use std::time::Duration;

/// Milliseconds that so many percent of the times do not exceed.
pub fn quantile(times: &[Duration], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    milliseconds(times[(times.len() - 1) * percent / 100])
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// A count, to divide by or to print.
pub fn number(count: impl TryInto<u32>) -> f64 {
    let Ok(count) = count.try_into() else { panic!("a count beyond 32 bits") };
    f64::from(count)
}
