//! Trials: tests that run for as long as one likes. `make trials` gives them minutes;
//! among the other tests they take a few seconds. README.md beside this lists them.

use std::time::Duration;

mod crowd;
mod storm;

/// How long a trial runs: `MEDSTINT_TRIAL_SECONDS`, or so many seconds.
fn length(usual: u64) -> Duration {
    let asked = std::env::var("MEDSTINT_TRIAL_SECONDS").ok();
    Duration::from_secs(asked.map_or(usual, |text| text.parse().expect("a number of seconds")))
}
