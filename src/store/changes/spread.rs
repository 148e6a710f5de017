//! Random times: sessions that lost their connections together don't come back in step.

use std::time::Duration;

use uuid::Uuid;

/// Over how much time sessions that lost their connections together read everything again.
pub const SPREAD: Duration = Duration::from_secs(3);

/// A random part of a time.
pub(super) fn up_to(time: Duration) -> Duration {
    let (_, part, ..) = Uuid::new_v4().as_fields();
    time * u32::from(part) / u32::from(u16::MAX)
}

/// Between a half and the whole of a time, at random.
pub(crate) fn jittered(time: Duration) -> Duration {
    time / 2 + up_to(time / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_time_are_spread() {
        let parts: Vec<Duration> = (0..100).map(|_| up_to(SPREAD)).collect();
        assert!(parts.iter().all(|part| *part <= SPREAD));
        assert!(parts.iter().any(|part| *part < SPREAD / 2) && parts.iter().any(|part| *part > SPREAD / 2));
    }

    #[test]
    fn attempts_are_not_in_step() {
        let times: Vec<Duration> = (0..100).map(|_| jittered(SPREAD)).collect();
        assert!(times.iter().all(|time| (SPREAD / 2..=SPREAD).contains(time)));
        assert!(times.iter().any(|time| *time != times[0]));
    }
}
