//! What many open consoles cost those who write: `cargo bench --bench campus`. It prints ratios
//! of one run and judges nothing.
//!
//! - changes a second of 4 writers with 0, 1, 20 and 90 consoles, and what one change takes of
//!   `PostgreSQL`'s processors
//! - latency of one writer at 20 changes a second, with 0 and 18 consoles
//! - commit of a change to its paint, at one change a second, against a listener that reads one page
//! - connections that the consoles hold
//!
//! `MEDSTINT_CAMPUS_BASE=PATH` names an older build, with optimisation, to compare with. Then
//! everything is measured in turns. Each program has a demonstration of its own, with the settings
//! that the demonstration gives its server. 90 consoles are "refused" where that server has no
//! connection left for one of them. Processor times are read from /proc, so only on Linux.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench prints, and stops where it cannot measure")]

mod campus;
mod figures;
mod paint;
#[path = "../support/mod.rs"]
mod support;
mod table;

use std::path::{Path, PathBuf};
use std::time::Duration;

use campus::Campus;
use support::{PROGRAM, directory, is_trial};

/// What is measured, and for how long.
pub struct Plan {
    rounds: usize,
    /// Counts of open consoles, in the order in which they are opened.
    consoles: &'static [usize],
    /// With which of them writers write as fast as they can.
    flooded: &'static [usize],
    /// With which of them one writer writes at a fixed rate.
    paced: &'static [usize],
    flood: Duration,
    paced_changes: usize,
    paints: usize,
    /// How long the number of connections must not change before it is taken.
    settled: Duration,
}

const BENCH: Plan = Plan {
    rounds: 3,
    consoles: &[0, 1, 18, 20, 90],
    flooded: &[0, 1, 20, 90],
    paced: &[0, 18],
    flood: Duration::from_secs(5),
    paced_changes: 100,
    paints: 20,
    settled: Duration::from_secs(7),
};

const TRIAL: Plan = Plan {
    rounds: 1,
    consoles: &[0, 1, 2],
    flooded: &[0, 2],
    paced: &[0, 2],
    flood: Duration::from_millis(200),
    paced_changes: 3,
    paints: 3,
    settled: Duration::ZERO,
};

fn main() {
    let plan = if is_trial() { TRIAL } else { BENCH };
    let dir = directory();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let start = |name, program: &Path| runtime.block_on(Campus::start(name, program, &dir.path().join(name)));
    let mut base = base_program().map(|program| start("base", program.as_path()));
    let mut new = start("new", Path::new(PROGRAM));
    for round in 1..=plan.rounds {
        for campus in base.iter_mut().chain([&mut new]) {
            println!("round {round} of {}, {}", plan.rounds, campus.name);
            runtime.block_on(campus.visit(&plan));
        }
    }
    table::print(&plan, base.as_ref().map(|base| &base.figures), &new.figures);
}

/// The build that the new one is compared with.
fn base_program() -> Option<PathBuf> {
    let path = std::env::var_os("MEDSTINT_CAMPUS_BASE").filter(|path| !path.is_empty())?;
    Some(std::fs::canonicalize(path).expect("the program of MEDSTINT_CAMPUS_BASE"))
}
