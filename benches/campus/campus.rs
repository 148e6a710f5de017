//! One program: its demonstration, its consoles, and those who write.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::PgConnection;

use crate::Plan;
use crate::figures::{Figure, Figures};
use crate::paint;
use crate::support::numbers::{number, quantile};
use crate::support::postgres::{Postgres, connections, most_connections, settled_connections};
use crate::support::writers::{Change, Writers};
use crate::support::{Console, Demo, connect, execute, size};

/// How many consoles are opened side by side.
const AT_ONCE: usize = 10;
/// How long a console may take until it is live.
const PATIENCE: Duration = Duration::from_mins(1);
const CHANGES_A_SECOND: u32 = 20;

pub struct Campus {
    pub name: &'static str,
    pub figures: Figures,
    consoles: Vec<Console>,
    owner: PgConnection,
    writers: Writers,
    server: Postgres,
    program: PathBuf,
    dir: PathBuf,
    demo: Demo,
}

impl Campus {
    /// Builds a demonstration with the program itself.
    pub async fn start(name: &'static str, program: &Path, dir: &Path) -> Self {
        let demo = Demo::of(program, dir);
        let owner = connect(&demo.owner_url).await;
        let writers = Writers::connect(&demo.url_of("medstint_web")).await;
        Self {
            name,
            figures: Figures::default(),
            consoles: Vec::new(),
            owner,
            writers,
            server: Postgres::of(&dir.join("demo")),
            program: program.to_owned(),
            dir: dir.to_owned(),
            demo,
        }
    }

    /// Measures everything once, with ever more consoles.
    pub async fn visit(&mut self, plan: &Plan) {
        let refusals = self.server.refusals();
        execute(&mut self.owner, "VACUUM ANALYZE").await;
        for change in Change::ALL {
            self.writers.flood(change, size(Duration::from_secs(1), Duration::ZERO)).await;
        }
        self.seal().await;
        for &count in plan.consoles {
            if !self.open(count) {
                self.figures.refuse(count);
                break;
            }
            self.measure(plan, count).await;
        }
        self.close().await;
        self.figures.add(Figure::Refusals, number(self.server.refusals() - refusals));
    }

    async fn measure(&mut self, plan: &Plan, count: usize) {
        let held = settled_connections(&mut self.owner, plan.settled).await;
        self.figures.add(Figure::Held(count), number(held));
        if count == 0 {
            let times = paint::heard(&mut self.owner, &self.demo.owner_url, self.writers.first(), plan.paints).await;
            self.figures.add(Figure::Heard, quantile(&times, 50));
        }
        if let [console] = self.consoles.as_slice() {
            let times = paint::painted(console, self.writers.first(), plan.paints).await;
            self.figures.add(Figure::Painted, quantile(&times, 50));
        }
        for console in &self.consoles {
            console.stops_drawing();
        }
        for change in Change::ALL {
            if plan.flooded.contains(&count) {
                self.flood(change, count, plan.flood).await;
            }
            if plan.paced.contains(&count) {
                let times = self.writers.pace(change, CHANGES_A_SECOND, plan.paced_changes).await;
                for percent in [50, 95] {
                    self.figures.add(Figure::Latency(change, count, percent), quantile(&times, percent));
                }
            }
            self.seal().await;
        }
    }

    async fn flood(&mut self, change: Change, count: usize, time: Duration) {
        let (processor, bytes) = (self.server.processor(), self.bytes());
        let ((rate, changes), most) =
            tokio::join!(self.writers.flood(change, time), most_connections(&mut self.owner, time));
        let changes = f64::from(changes);
        if let (Some(before), Some(after)) = (processor, self.server.processor()) {
            self.figures.add(Figure::Processor(change, count), (after - before) / changes);
        }
        let written = number(self.bytes() - bytes);
        self.figures.add(Figure::Output(change, count), written / changes);
        self.figures.add(Figure::Rate(change, count), rate);
        self.figures.add(Figure::MostHeld(count), number(most));
    }

    /// Seals what was written, so that no console finds the events of all rounds.
    async fn seal(&mut self) {
        execute(&mut self.owner, "SELECT medstint.seal_events('riverside')").await;
    }

    /// Bytes that all consoles have written.
    fn bytes(&self) -> usize {
        self.consoles.iter().map(Console::bytes).sum()
    }

    /// Opens consoles until there are so many. Whether the server had connections for all.
    fn open(&mut self, count: usize) -> bool {
        while self.consoles.len() < count {
            let known = self.consoles.len();
            let refusals = self.server.refusals();
            for n in known..count.min(known + AT_ONCE) {
                let state = self.dir.join(format!("console-{n}"));
                self.consoles.push(Console::of(&self.program, &[], &self.demo.app_url, &state));
            }
            for console in &mut self.consoles[known..] {
                sign_in(console, &self.demo);
                if self.server.refusals() > refusals {
                    return false;
                }
            }
            for console in &self.consoles[known..] {
                let becomes_live = console.shows_within(PATIENCE, is_live);
                if self.server.refusals() > refusals {
                    return false;
                }
                assert!(becomes_live, "a console does not become live\n{}", console.text());
            }
        }
        true
    }

    async fn close(&mut self) {
        for console in &self.consoles {
            console.hang_up();
        }
        self.consoles.clear();
        let deadline = Instant::now() + PATIENCE;
        while connections(&mut self.owner).await > 0 {
            assert!(Instant::now() < deadline, "connections of closed consoles stay open");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Signs in where no session was kept, one console after the other: simultaneous attempts of one
/// person count as guesses until they have succeeded.
fn sign_in(console: &mut Console, demo: &Demo) {
    let asks = |text: &str| text.contains("Password");
    console.shows_within(PATIENCE, |text| is_live(text) || asks(text));
    if asks(&console.text()) {
        console.send(&format!("{}\r{}\r", demo.email, demo.password));
        console.shows_within(PATIENCE, is_live);
    }
}

fn is_live(text: &str) -> bool {
    text.contains("live")
}
