//! A list's window against a simple model: the whole list, sorted. Whatever comes
//! in, leaves or moves, and however late the answers are, stepping skips no record
//! and shows none twice, the cursor stays on its record, and new rows are counted.
//!
//! `MEDSTINT_TRIAL_CASES` sets how many random sequences are tried.

mod driver;
mod whole;

use medstint::tui::widget::window::Step;
use proptest::prelude::*;

use driver::{Driver, Event, event};

/// Sequences of the usual tests: about a second.
const CASES: u32 = 32;
/// Places of the order; several rows may share one.
const PLACES: i32 = 400;
/// The most rows on the screen.
const HEIGHT: usize = 44;

fn cases() -> u32 {
    std::env::var("MEDSTINT_TRIAL_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES)
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn window_equals_a_run_of_the_list_after_random_changes(
        places in prop::collection::vec(0..PLACES, 0..250),
        height in 1..=HEIGHT,
        follow: bool,
        events in prop::collection::vec(event(), 1..120),
    ) {
        let mut driver = Driver::new(&places, height, follow);
        for event in events {
            driver.happen(event);
        }
        driver.settle();
        prop_assert_eq!(driver.walk(Step::First, Step::Down(1)), driver.whole.rows.clone());
        let mut met = driver.walk(Step::Last, Step::Up(1));
        met.reverse();
        prop_assert_eq!(met, driver.whole.rows.clone());
    }

    #[test]
    fn stepping_down_a_changing_list_meets_every_remaining_record(
        places in prop::collection::vec(0..PLACES, 1..250),
        height in 1..=HEIGHT,
        events in prop::collection::vec(event(), 80..250),
    ) {
        let mut driver = Driver::new(&places, height, false);
        driver.settle();
        let first = driver.whole.rows.clone();
        let mut met: Vec<String> = driver.current().map(|row| row.id).into_iter().collect();
        for event in events {
            // Only steps down; a record that moves is at two places.
            if matches!(event, Event::Step(Step::Up(_) | Step::First | Step::Last)
                | Event::PageUp | Event::PageDown | Event::Move(..) | Event::MoveCurrent(_)
                | Event::Pause | Event::Restart) {
                continue;
            }
            driver.happen(event);
            met.extend(driver.current().map(|row| row.id));
        }
        driver.settle();
        met.extend(driver.current().map(|row| row.id));
        for _ in 0..=driver.whole.rows.len() {
            driver.step(Step::Down(1));
            driver.settle();
            met.extend(driver.current().map(|row| row.id));
        }
        for row in first.iter().filter(|row| driver.whole.has(&row.id)) {
            prop_assert!(met.contains(&row.id), "{row:?} was skipped");
        }
    }
}
