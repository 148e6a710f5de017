//! The device at a door: what it does when the database, the disk, its clocks or
//! the process itself fail. An acknowledged punch is in the database exactly once.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use crossterm::event::{KeyCode, KeyEvent};
use medstint::domain::Secret;
use medstint::domain::punch::{Answer, Asked, Kept, Said, Trouble};
use medstint::kiosk::{Clock, Journal};
use medstint::runtime::PendingWork;
use medstint::session::TokenFile;
use medstint::session::kiosk::{Device, Outside};
use medstint::store::Address;
use medstint::tui::kiosk::{Came, Contact, Effect, Message, News};
use sqlx::Connection;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::support::database::{execute, value};
use super::support::door::{Hands, PIN, enrolled, records, students};
use super::support::proxy::Proxy;
use super::support::terminal::Terminal;
use super::support::{PATIENCE, World, blocking, screen};

/// A device on a directory of its own, by way of a proxy.
struct Stood {
    world: World,
    proxy: Proxy,
    state: TempDir,
    clock: Arc<Hands>,
    credential: Secret,
}

/// A device that runs.
struct Running {
    device: Arc<Device>,
    news: mpsc::Receiver<Message>,
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stood {
    async fn new() -> Self {
        let world = World::new().await;
        let credential = enrolled(&world).await;
        let proxy = Proxy::to(&world.database.app_url);
        let state = tempfile::tempdir().expect("a directory");
        TokenFile(Some(state.path().join("kiosk"))).save(&credential).expect("kept");
        Self { world, proxy, state, clock: Hands::in_boot("b1"), credential }
    }

    fn journal(&self) -> std::path::PathBuf {
        self.state.path().join("kiosk-journal.sqlite")
    }

    async fn run_on(&self, journal: &Path) -> Running {
        let outside = Outside {
            address: Address::parse(Some(self.proxy.url())).expect("a URL"),
            credential: TokenFile(Some(self.state.path().join("kiosk"))),
            journal: journal.to_owned(),
            clock: self.clock.clone(),
            version: "0.1.0",
            gpsd: None,
        };
        let (device, _) = Device::open(outside).await;
        let (say, news) = mpsc::channel(64);
        let task = tokio::spawn(Arc::clone(&device).run(say, PendingWork::default().begin()));
        Running { device, news, task }
    }

    async fn run(&self) -> Running {
        self.run_on(&self.journal()).await
    }

    /// What became of the punches of a student: `status` each.
    async fn punches(&self, student: &str) -> String {
        let all: Option<String> = value(
            &mut self.world.owner().await,
            &format!(
                "SELECT string_agg(status, ' ' ORDER BY received_at) FROM kiosk_punches WHERE student_id = '{student}'"
            ),
        )
        .await;
        all.unwrap_or_default()
    }
}

impl Running {
    async fn until(&mut self, what: &str, is_so: impl Fn(&News) -> bool) -> News {
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                match self.news.recv().await {
                    Some(Message::News(news)) if is_so(&news) => return news,
                    Some(_) => {}
                    None => panic!("the device has ended"),
                }
            }
        });
        found.await.unwrap_or_else(|_| panic!("waited in vain until {what}"))
    }

    async fn punch(&self, badge: &str) -> Came {
        self.device.punch(Box::new(Asked::new(badge.into(), Some(Secret::new(PIN))))).await.1
    }
}

fn is_online(news: &News) -> bool {
    news.contact == Contact::Online
}

fn has_sent_all(news: &News) -> bool {
    is_online(news) && news.waiting == 0
}

#[tokio::test]
async fn a_badge_that_waits_is_the_same_in_every_spelling() {
    let stood = Stood::new().await;
    let mut running = stood.run().await;
    running.until("it is online", is_online).await;
    stood.proxy.close();
    assert!(matches!(running.punch("\u{c9}1").await, Came::Kept { again: false, .. }));
    assert!(matches!(running.punch("\u{e9}1").await, Came::Kept { again: true, .. }), "a small letter");
    assert!(matches!(running.punch("e\u{301}1").await, Came::Kept { again: true, .. }), "two characters");
    assert!(matches!(running.punch("E1").await, Came::Kept { again: false, .. }), "another letter");
}

#[tokio::test]
async fn what_is_punched_without_a_connection_is_saved_and_sent_when_it_is_back() {
    let stood = Stood::new().await;
    let mut running = stood.run().await;
    running.until("it is online", is_online).await;
    stood.proxy.close();
    assert!(matches!(running.punch("S1").await, Came::Kept { again: false, .. }));
    assert!(matches!(running.punch("S1").await, Came::Kept { again: true, .. }), "within a minute");
    assert!(matches!(running.punch("s1").await, Came::Kept { again: true, .. }), "whatever its case");
    running.until("it is offline", |news| matches!(news.contact, Contact::Offline { .. }) && news.waiting == 1).await;
    drop(running);
    // Nothing of a PIN is on the disk.
    for entry in std::fs::read_dir(stood.state.path()).expect("the directory") {
        let bytes = std::fs::read(entry.expect("a file").path()).expect("a file");
        assert!(
            !bytes.windows(PIN.len()).any(|bytes| bytes == PIN.as_bytes())
                || bytes == stood.credential.expose().as_bytes()
        );
    }
    let mut running = stood.run().await;
    stood.proxy.open();
    running.device.clone().punch(Box::new(Asked::new("S2".into(), None))).await;
    running.until("all is sent", has_sent_all).await;
    assert_eq!(
        (stood.punches("north-student").await.as_str(), stood.punches("north-student-2").await.as_str()),
        ("RECORDED", "RECORDED")
    );
    assert_eq!(records(&stood.world, "north-student").await, "0– KIOSK OFFLINE");
    assert!(matches!(running.punch("S1").await, Came::Answer(Answer::In(done)) if done.repeated));
}

/// Types what a screen hears into a device, and what the device answers into the screen.
async fn perform(screen: &mut screen::Stood, running: &Running) {
    for effect in std::mem::take(&mut screen.effects) {
        let Effect::Punch(asked) = effect else { panic!("{effect:?}") };
        let (asked, came) = running.device.punch(asked).await;
        screen.hear(Message::Punched(asked, came));
    }
}

#[tokio::test]
async fn a_pin_behind_a_badge_that_nothing_ended_reaches_no_journal() {
    const SECRET: &str = "27182819";
    let stood = Stood::new().await;
    stood.proxy.close();
    let mut running = stood.run().await;
    running.until("it is offline", |news| matches!(news.contact, Contact::Offline { .. })).await;
    let enter = [KeyEvent::from(KeyCode::Enter)];
    for lengths in [&[7][..], &[7, 15]] {
        for speed in [1, 10, 50, 120] {
            let mut screen = screen::Stood::before((80, 24), false);
            screen.hear(Message::News(screen::news(Contact::Offline { since: screen.now }))).knows(&[], lengths);
            screen.read("NU00014", speed, &[]).wait_ms(600).read(SECRET, 150, &enter);
            perform(&mut screen, &running).await;
            screen.read(SECRET, 150, &enter);
            perform(&mut screen, &running).await;
            screen.wait(30);
        }
    }
    let mut screen = screen::Stood::before((80, 24), false);
    screen.hear(Message::News(screen::news(Contact::Offline { since: screen.now }))).knows(&[], &[7]);
    screen.read("NU00015", 50, &enter).read(SECRET, 150, &enter);
    perform(&mut screen, &running).await;
    let journal = std::fs::read(stood.journal()).expect("the journal");
    let holds = |text: &str| journal.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(holds("NU00015") && !holds("NU00014"), "only what has ended is kept");
    assert!(!holds(SECRET));
}

#[tokio::test]
async fn the_connection_may_end_at_any_step_of_a_punch_and_it_counts_once() {
    let stood = Stood::new().await;
    students(&stood.world, 120).await;
    let mut running = stood.run().await;
    running.until("it is online", is_online).await;
    let mut kept = 0;
    let mut n = 0;
    loop {
        n += 1;
        let badge = format!("B{n}");
        stood.proxy.cut_after(n - 1);
        let came = running.punch(&badge).await;
        let is_cut = stood.proxy.is_cut();
        // What was told before is about nothing here.
        while running.news.try_recv().is_ok() {}
        stood.proxy.open();
        match came {
            Came::Kept { again: false, .. } => kept += 1,
            Came::Answer(Answer::In(_)) => {}
            other => panic!("{badge}: {other:?}"),
        }
        if matches!(came, Came::Kept { .. }) {
            running.until("all is sent", has_sent_all).await;
        }
        assert_eq!(stood.punches(&format!("b{n}")).await, "RECORDED", "cut after {n} pieces: {came:?}");
        assert_eq!(records(&stood.world, &format!("b{n}")).await.matches("KIOSK").count(), 1);
        if !is_cut {
            break;
        }
    }
    assert!(kept > 3 && n > 6, "{kept} of {n} were kept");
}

#[tokio::test]
async fn the_connection_may_end_at_any_step_of_a_sync_and_everything_counts_once() {
    let stood = Stood::new().await;
    students(&stood.world, 80).await;
    let mut all = 0;
    for pieces in 0..36 {
        stood.proxy.close();
        let running = stood.run().await;
        for _ in 0..2 {
            all += 1;
            let badge = format!("B{all}");
            assert!(matches!(running.device.punch(Box::new(Asked::new(badge, None))).await.1, Came::Kept { .. }));
        }
        drop(running);
        stood.proxy.open();
        stood.proxy.cut_after(pieces);
        let mut running = stood.run().await;
        running.until("it has tried", |_| true).await;
        stood.proxy.open();
    }
    let mut running = stood.run().await;
    running.until("all is sent", has_sent_all).await;
    let counted: (i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE status = 'RECORDED'), count(DISTINCT student_id) FROM kiosk_punches WHERE student_id LIKE 'b%'",
    )
    .fetch_one(&mut stood.world.owner().await)
    .await
    .expect("the punches");
    assert_eq!(counted, (all, all));
    assert_eq!(
        value::<i64>(&mut stood.world.owner().await, "SELECT count(*) FROM time_records WHERE student_id LIKE 'b%'")
            .await,
        all
    );
}

#[tokio::test]
async fn clocks_that_are_set_by_hours_and_a_restart_change_no_time_of_a_punch() {
    let stood = Stood::new().await;
    students(&stood.world, 4).await;
    let mut running = stood.run().await;
    running.until("it is online", is_online).await;
    stood.proxy.close();
    let keep = async |running: &Running, badge: &str| {
        let came = running.device.punch(Box::new(Asked::new(badge.into(), None))).await.1;
        let Came::Kept { at, .. } = came else { panic!("{came:?}") };
        let off = (at - super::support::world::now()).abs();
        assert!(off < TimeDelta::seconds(5), "{badge}: the screen shows the server's time, not one that is {off} off");
    };
    stood.clock.set(TimeDelta::hours(5));
    keep(&running, "B1").await;
    stood.clock.set(TimeDelta::hours(-5));
    keep(&running, "B2").await;
    drop(running);
    stood.clock.reboot("b2");
    let running = stood.run().await;
    // In this boot the server was never heard of: its own clock is all there is.
    let came = running.device.punch(Box::new(Asked::new("B3".into(), None))).await.1;
    assert!(matches!(came, Came::Kept { .. }));
    drop(running);
    stood.clock.reboot("b3");
    stood.clock.set(TimeDelta::zero());
    stood.proxy.open();
    stood.run().await.until("all is sent", has_sent_all).await;
    for (student, expected) in
        [("b1", "0– KIOSK OFFLINE"), ("b2", "0– KIOSK OFFLINE"), ("b3", "300– KIOSK OFFLINE UNVERIFIED")]
    {
        assert_eq!(records(&stood.world, student).await, expected, "{student}");
    }
}

#[tokio::test]
async fn a_journal_that_is_damaged_refuses_what_it_could_not_keep_and_sends_what_is_whole() {
    let stood = Stood::new().await;
    stood.proxy.close();
    let running = stood.run().await;
    for badge in ["S1", "S1 too", "N-1", "S2"] {
        assert!(matches!(running.device.punch(Box::new(Asked::new(badge.into(), None))).await.1, Came::Kept { .. }));
    }
    drop(running);
    let mut file =
        sqlx::SqliteConnection::connect(&format!("sqlite://{}", stood.journal().display())).await.expect("the journal");
    // Another badge; what is no text at all; nothing.
    for sql in [
        "UPDATE punches SET body = replace(body, '\"S1\"', '\"S9\"')",
        "UPDATE punches SET body = CAST(X'FF' AS TEXT) || body WHERE body LIKE '%S1 too%'",
        "UPDATE punches SET body = '', hash = X'' WHERE body LIKE '%N-1%'",
    ] {
        sqlx::query(sql).execute(&mut file).await.expect("damaged");
    }
    file.close().await.expect("closed");
    stood.proxy.open();
    let mut running = stood.run().await;
    running.until("it tells", |news| news.trouble == Some(Trouble::Corrupt) && news.waiting == 3).await;
    assert_eq!(
        (stood.punches("north-student").await.as_str(), stood.punches("north-student-2").await.as_str()),
        ("", "RECORDED")
    );
    let trouble: Option<String> = value(&mut stood.world.owner().await, "SELECT trouble FROM kiosk_states").await;
    assert_eq!(trouble.as_deref(), Some("CORRUPT"));
    stood.proxy.close();
    assert_eq!(running.device.punch(Box::new(Asked::new("S1".into(), None))).await.1, Came::NotKept(Trouble::Corrupt));
    drop(running);
    // A file that is no journal at all stays as it is, and punches go on while there is
    // a connection.
    let path = stood.state.path().join("garbage");
    std::fs::File::create(&path).and_then(|mut file| file.write_all(&[b'x'; 8192])).expect("a file");
    stood.proxy.open();
    let mut running = stood.run_on(&path).await;
    running.until("it tells", |news| is_online(news) && news.trouble == Some(Trouble::Corrupt)).await;
    assert!(matches!(running.punch("S1").await, Came::Answer(Answer::In(_))));
    stood.proxy.close();
    assert_eq!(running.device.punch(Box::new(Asked::new("S2".into(), None))).await.1, Came::NotKept(Trouble::Corrupt));
    assert_eq!(std::fs::read(&path).expect("the file"), [b'x'; 8192]);
}

#[tokio::test]
async fn readable_punches_between_broken_pages_are_sent_in_order() {
    const KEPT: i64 = 120;
    let stood = Stood::new().await;
    students(&stood.world, 40).await;
    let mut journal = Journal::at(stood.journal());
    let mut middles = Vec::new();
    for n in 0..KEPT {
        let mut at = stood.clock.read();
        at.monotonic_ms -= (KEPT - n) * 60_000;
        let kept = Kept {
            key: format!("a-key-of-a-punch-{n:08}"),
            kiosk: None,
            // Each comes, goes, and comes.
            badge: format!("B{}", n % 40 + 1),
            at,
            anchor: None,
            position: None,
            said: Said { reason: Some("x".repeat(200)), ..Said::default() },
        };
        journal.keep(&kept).await.expect("kept");
        if n == KEPT / 4 || n == KEPT * 3 / 4 {
            middles.push(kept.key);
        }
    }
    drop(journal);
    let mut bytes = std::fs::read(stood.journal()).expect("the file");
    for key in middles {
        // Where the row is; what an index says of it is shorter.
        let row = format!("{key}{{");
        let at = bytes.windows(row.len()).position(|window| window == row.as_bytes()).expect("a row") / 4096 * 4096;
        bytes[at..at + 4096].fill(0xff);
    }
    std::fs::write(stood.journal(), bytes).expect("broken");

    let mut running = stood.run().await;
    running.until("it tells", |news| is_online(news) && news.trouble == Some(Trouble::Corrupt)).await;
    // A page holds ten of them. One of which the other half is lost is an in.
    let all =
        "SELECT count(*) BETWEEN 95 AND 118 AND coalesce(bool_and(status = 'RECORDED'), false) FROM kiosk_punches";
    stood.world.until(all).await;
    stood.proxy.close();
    let came = running.device.punch(Box::new(Asked::new("S1".into(), None))).await.1;
    assert_eq!(came, Came::NotKept(Trouble::Corrupt), "nothing is kept in a file that is not whole");
}

#[tokio::test]
async fn punches_saved_as_one_kiosk_are_not_sent_as_another() {
    let stood = Stood::new().await;
    let mut running = stood.run().await;
    running.until("it is online", is_online).await;
    stood.proxy.close();
    assert!(matches!(running.device.punch(Box::new(Asked::new("S1".into(), None))).await.1, Came::Kept { .. }));
    drop(running);
    let enrol = |kiosk: &str| {
        format!(
            "UPDATE kiosks SET credential_hash = NULL; UPDATE kiosks SET credential_hash = encode(sha256(convert_to('{}', 'UTF8')), 'hex') WHERE id = '{kiosk}'",
            stood.credential.expose()
        )
    };
    execute(&mut stood.world.owner().await, &enrol("south-kiosk")).await;
    stood.proxy.open();
    let mut running = stood.run().await;
    running.until("it is another one's", |news| is_online(news) && news.waiting == 0).await;
    let stranded =
        "SELECT EXISTS (SELECT FROM kiosk_states WHERE kiosk_id = 'south-kiosk' AND stranded = 1 AND waiting = 0)";
    stood.world.until(stranded).await;
    assert!(matches!(running.punch("S1").await, Came::Answer(Answer::Refused)), "nobody's badge there");
    assert_eq!(value::<i64>(&mut stood.world.owner().await, "SELECT count(*) FROM kiosk_punches").await, 0);
    drop(running);
    execute(&mut stood.world.owner().await, &enrol("north-kiosk")).await;
    stood.run().await.until("all is sent", has_sent_all).await;
    assert_eq!(stood.punches("north-student").await, "RECORDED");
}

#[tokio::test]
async fn a_punch_of_another_kiosk_takes_no_pin_away_from_its_badge() {
    let stood = Stood::new().await;
    let mut journal = Journal::at(stood.journal());
    let kept = Kept {
        key: "a-key-of-a-punch-00000001".into(),
        kiosk: Some("south-kiosk".into()),
        badge: "S1".into(),
        at: stood.clock.read(),
        anchor: None,
        position: None,
        said: Said::default(),
    };
    journal.keep(&kept).await.expect("kept");
    drop(journal);
    let mut running = stood.run().await;
    running.until("it is online", |news| is_online(news) && news.waiting == 0).await;
    let wrong = Box::new(Asked::new("S1".into(), Some(Secret::new("0000"))));
    assert_eq!(running.device.punch(wrong).await.1, Came::Answer(Answer::Refused));
    assert!(matches!(running.punch("S1").await, Came::Answer(Answer::In(_))));
    stood.proxy.close();
    assert!(matches!(running.punch("S1").await, Came::Kept { again: false, .. }), "it is not the same punch");
}

#[tokio::test]
async fn punches_saved_as_the_schools_other_kiosk_go_to_quarantine() {
    let stood = Stood::new().await;
    let insert = "INSERT INTO kiosks (id, clinical_site_id, name) VALUES ('old-kiosk', 'north-site', 'Old door')";
    execute(&mut stood.world.owner().await, insert).await;
    let mut journal = Journal::at(stood.journal());
    let kept = Kept {
        key: "a-key-of-a-punch-00000001".into(),
        kiosk: Some("old-kiosk".into()),
        badge: "S1".into(),
        at: stood.clock.read(),
        anchor: None,
        position: None,
        said: Said::default(),
    };
    journal.keep(&kept).await.expect("kept");
    drop(journal);
    let _running = stood.run().await;
    let settled = "SELECT count(*) = 1 FROM kiosk_punches WHERE kiosk_id = 'old-kiosk' AND problem = 'another_kiosk'";
    stood.world.until(settled).await;
    stood.world.until("SELECT EXISTS (SELECT FROM kiosk_states WHERE kiosk_id = 'north-kiosk' AND stranded = 0)").await;
}

/// A disk of so many kilobytes.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn of(kilobytes: u32) -> Option<Self> {
        let dir = tempfile::tempdir().expect("a directory");
        let size = format!("size={kilobytes}k");
        let done =
            std::process::Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(dir.path()).output();
        done.is_ok_and(|done| done.status.success()).then_some(Self(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

#[tokio::test]
async fn a_disk_that_is_full_refuses_what_it_could_not_keep_and_loses_nothing_that_it_kept() {
    // Only root may make such a disk; whoever else runs this sees the other tests.
    let Some(disk) = SmallDisk::of(256) else {
        assert!(
            !nix::unistd::geteuid().is_root()
                || std::path::Path::new("/.dockerenv").exists()
                || !cfg!(target_os = "linux")
        );
        return;
    };
    let mut journal = Journal::at(disk.0.path().join("journal"));
    let at = Hands::in_boot("b").read();
    let one = |n: usize| Kept {
        key: format!("a-key-of-a-punch-{n:08}"),
        kiosk: None,
        badge: format!("{n}{}", "x".repeat(190)),
        at: at.clone(),
        anchor: None,
        position: None,
        said: Said::default(),
    };
    let mut kept = 0;
    let trouble = loop {
        match journal.keep(&one(kept)).await {
            Ok(()) => kept += 1,
            Err(trouble) => break trouble,
        }
        assert!(kept < 10_000, "the disk never fills");
    };
    assert_eq!(trouble, Trouble::Full);
    assert_eq!(journal.state(None).await.trouble, Some(Trouble::Full));
    assert!(kept > 10);
    drop(journal);
    // Found again as it was kept, each once; and there is room again once it was sent.
    let mut journal = Journal::at(disk.0.path().join("journal"));
    let found = journal.oldest(20_000, &["k".to_owned()]).await.expect("the punches");
    assert_eq!(found.len(), kept);
    assert_eq!(found.last(), Some(&one(kept - 1)));
}

/// How many trials of a process that is killed.
fn trials() -> usize {
    std::env::var("MEDSTINT_CRASH_TRIALS").ok().and_then(|text| text.parse().ok()).unwrap_or(24)
}

#[tokio::test]
async fn a_process_that_is_killed_at_any_moment_loses_no_acknowledged_punch_and_makes_none_twice() {
    let stood = Stood::new().await;
    let trials = trials();
    students(&stood.world, trials).await;
    let mut acknowledged = Vec::new();
    let mut span = Duration::from_millis(120);
    for n in 1..=trials {
        let is_away = n % 3 == 0;
        if is_away {
            stood.proxy.close();
        } else {
            stood.proxy.open();
        }
        let url = stood.proxy.url().to_owned();
        let dir = stood.state.path().to_owned();
        // Spread over the whole of a punch, and a little beyond.
        let wait = span * u32::try_from(n * 37 % 101).expect("a number") / 100;
        let answer = blocking(move || {
            let mut terminal = Terminal::run(&["kiosk", "--database-url", &url], &dir, &[], (80, 24));
            terminal.waits_for(if is_away { "no connection" } else { "online" });
            terminal.send(&format!("B{n}\r"));
            terminal.waits_for("First time?");
            terminal.send(&format!("{PIN}\r"));
            std::thread::sleep(wait);
            terminal.kill();
            let text = terminal.text();
            let is_told = text.contains("You are clocked in.") || text.contains("Saved, will be sent.");
            is_told.then_some(n)
        })
        .await;
        // Half of them before they are told, half of them after, however fast this machine is.
        span = if answer.is_none() { span * 5 / 4 } else { span * 4 / 5 };
        span = span.clamp(Duration::from_millis(60), Duration::from_secs(2));
        acknowledged.extend(answer);
    }
    stood.proxy.open();
    stood.run().await.until("all is sent", has_sent_all).await;
    let mut lost = Vec::new();
    for n in 1..=trials {
        let punches = stood.punches(&format!("b{n}")).await;
        let records = records(&stood.world, &format!("b{n}")).await.matches("KIOSK").count();
        let is_well = match punches.as_str() {
            "RECORDED" => records == 1,
            "" => records == 0 && !acknowledged.contains(&n),
            _ => false,
        };
        if !is_well {
            lost.push((n, punches, records));
        }
    }
    assert!(lost.is_empty(), "{lost:?}");
    let share = acknowledged.len() * 100 / trials;
    eprintln!("{trials} processes killed, {} had acknowledged, none lost", acknowledged.len());
    assert!((20..=80).contains(&share), "{share} % were acknowledged: nothing was interrupted");
}
