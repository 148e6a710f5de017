//! Ten people at once, at random. Afterwards everything still holds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use medstint::domain::command::{Command, Step, Target, What};
use medstint::domain::field::QuestionField;
use medstint::domain::form::{Changed, Form, Value};
use medstint::domain::time_record::{Decide, Outcome, RejectionReason, Seen};
use medstint::domain::{Failure, Secret};
use medstint::store::audit::{Trail, verify};
use medstint::store::sessions::{self, Origin};
use medstint::store::{Bound, Store, command, time_records};
use sqlx::{AssertSqlSafe, PgConnection};

use super::super::races::deadlocks;
use super::super::support::database::{execute, try_execute, value};
use super::super::support::world::{PASSWORD, now};
use super::super::support::{World, a_time_record};

const STUDENTS: [&str; 4] = ["north-student", "north-student-2", "north-student-3", "north-student-4"];
const STAFF: [(&str, &str); 6] = [
    ("north-admin", "admin@north.example"),
    ("north-admin-2", "second@north.example"),
    ("north-admin", "admin@north.example"),
    ("north-admin-2", "second@north.example"),
    ("north-preceptor", "preceptor@north.example"),
    ("north-supervisor", "supervisor@north.example"),
];

/// The hours that rotations had when they were completed.
type Completed = Arc<Mutex<HashMap<String, i32>>>;

/// Numbers that look random (xorshift), the same for the same person in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    fn student(&mut self) -> &'static str {
        STUDENTS[usize::try_from(self.below(4)).expect("one of four")]
    }
}

#[tokio::test]
async fn ten_people_at_once_leave_everything_right() {
    let world = Arc::new(crowded().await);
    let until = Instant::now() + super::length(4);
    let completed = Completed::default();
    let mut people = Vec::new();
    for (n, staff) in (1..).zip(STAFF) {
        let (world, completed) = (Arc::clone(&world), Arc::clone(&completed));
        people.push(tokio::spawn(async move { decides(&world, staff, Dice(n), until, &completed).await }));
    }
    for (n, student) in (11..).zip(STUDENTS.into_iter().take(2)) {
        let world = Arc::clone(&world);
        people.push(tokio::spawn(async move { corrects(&world, student, Dice(n), until).await }));
    }
    for n in 21..23 {
        let world = Arc::clone(&world);
        people.push(tokio::spawn(async move { punches(&world, Dice(n), until).await }));
    }
    for person in people {
        person.await.expect("nobody was refused what the rules allow");
    }
    holds(&world, &completed).await;
}

/// Four students with many records, some of them in rotations that may be completed.
async fn crowded() -> World {
    let world = World::new().await;
    for _ in 0..10 {
        a_time_record().insert(&world).await;
        a_time_record().of_second_student().insert(&world).await;
    }
    execute(
        &mut world.owner().await,
        r#"UPDATE school_policies SET thresholds = '{"double_booking": "allow"}' WHERE school_id = 'north';
           INSERT INTO programs (id, school_id, name, description, duration, class_year) VALUES ('second', 'north', 'B', 'D', 24, 2027);
           INSERT INTO users (id, email, name, role, school_id, program_id)
             SELECT 'north-student-' || n, 's' || n || '@north.example', 'S' || n, 'STUDENT', 'north', 'north-program' FROM generate_series(3, 4) n;
           INSERT INTO rotations (student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date, end_date, required_hours, status)
             SELECT id, 'north-site', 'north-preceptor', 'north-supervisor', 'Storm', now() - interval '60 days', now() + interval '30 days', 20, 'ACTIVE'
             FROM users, generate_series(1, 3) WHERE school_id = 'north' AND role = 'STUDENT'"#,
    )
    .await;
    world
}

/// The web application and the telephones: students come and go, the office edits.
async fn punches(world: &World, mut dice: Dice, until: Instant) {
    let mut web = world.database.web().await;
    while Instant::now() < until {
        let student = dice.student();
        let pending = |which: &str| {
            format!(
                "(SELECT id FROM time_records WHERE student_id = '{student}' AND status = 'PENDING' AND {which} ORDER BY random() LIMIT 1)"
            )
        };
        let sql = match dice.below(12) {
            0..=4 => format!(
                "INSERT INTO time_records (student_id, rotation_id, clock_in, clock_in_source, clock_in_ip_address, clock_in_user_agent)
                 SELECT student_id, id, now() - interval '1 minute' * {}, 'MOBILE', '10.0.0.1', 'phone' FROM rotations
                 WHERE student_id = '{student}' AND status = 'ACTIVE' ORDER BY random() LIMIT 1",
                dice.below(900)
            ),
            5..=7 => format!(
                "SET medstint.actor = '{student}'; UPDATE time_records SET clock_out = now(), clock_out_source = 'MOBILE' WHERE id = {};
                 RESET medstint.actor",
                pending("clock_out IS NULL")
            ),
            8 => format!(
                "UPDATE time_records SET clock_out = clock_out + interval '1 minute' WHERE id = {}",
                pending("clock_out IS NOT NULL")
            ),
            9 => format!(
                "INSERT INTO rotations (student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date, end_date, required_hours, status)
                 VALUES ('{student}', 'north-site', 'north-preceptor', 'north-supervisor', 'Storm', now() - interval '9 days', now() + interval '9 days', 20, 'ACTIVE')"
            ),
            10 => format!(
                "UPDATE rotations SET student_id = '{student}' WHERE id = (SELECT r.id FROM rotations r WHERE r.school_id = 'north'
                 AND r.status = 'ACTIVE' AND NOT EXISTS (SELECT FROM time_records t WHERE t.rotation_id = r.id) LIMIT 1)"
            ),
            _ => format!(
                "UPDATE users SET student_id = 'n-{}', program_id = CASE program_id WHEN 'second' THEN 'north-program' ELSE 'second' END
                 WHERE id = '{student}'",
                dice.below(1_000_000)
            ),
        };
        refused_at_most(&try_execute(&mut web, &sql).await);
    }
}

/// A student proposes other times, takes them back, and answers.
async fn corrects(world: &World, student: &str, mut dice: Dice, until: Instant) {
    let mut app = world.app_as(student).await;
    while Instant::now() < until {
        let sql = match dice.below(10) {
            0..=4 => format!(
                "SELECT medstint.propose_correction(id, version, clock_in, clock_out - interval '1 minute', 'Because') FROM time_records
                 WHERE student_id = '{student}' AND status = 'PENDING' AND clock_out > clock_in + interval '1 hour' ORDER BY random() LIMIT 1"
            ),
            5..=6 => format!(
                "SELECT medstint.withdraw_correction(id) FROM time_record_corrections WHERE status = 'PROPOSED' AND proposed_by = '{student}' LIMIT 1"
            ),
            _ => format!(
                "SELECT medstint.answer(q.time_record_id, 'Because') FROM time_record_questions q JOIN time_records t ON t.id = q.time_record_id
                 WHERE q.answered_at IS NULL AND t.student_id = '{student}' LIMIT 1"
            ),
        };
        refused_at_most(&try_execute(&mut app, &sql).await);
    }
}

/// A person who decides at a console.
async fn decides(world: &World, (user, email): (&str, &str), mut dice: Dice, until: Instant, completed: &Completed) {
    let (store, mut owner) = (world.database.store(), world.owner().await);
    let mut bound = session(world, &store, user).await;
    while Instant::now() < until {
        let some = dice.below(4) + 1;
        match dice.below(20) {
            0..=5 => {
                let seen =
                    records(&mut owner, "status = 'PENDING' AND clock_out > clock_in AND triage > 0", some).await;
                decide(&bound, &seen, &Decide::Approve { reason: None }).await;
            }
            6..=7 => {
                let seen = records(&mut owner, "status = 'PENDING'", some).await;
                decide(&bound, &seen, &Decide::Reject { code: RejectionReason::Duplicate, text: None }).await;
            }
            8..=11 => {
                let seen = records(&mut owner, "status <> 'PENDING'", some).await;
                decide(&bound, &seen, &Decide::Undo { reason: None }).await;
            }
            12..=13 => {
                let open = ids(&mut owner, "time_record_corrections WHERE status = 'PROPOSED'", some).await;
                let verdict = if dice.below(3) == 0 { Step::RejectCorrection } else { Step::ApproveCorrection };
                run(&bound, &mut dice, command_for(What::Step(verdict), &open)).await;
            }
            14 => {
                let waiting =
                    ids(&mut owner, "time_records WHERE status = 'PENDING' AND school_id = 'north'", some).await;
                let mut ask = command_for(What::Create(Form::Question), &waiting);
                let text = Value::Text("Why?".into());
                ask.changes = vec![Changed { field: QuestionField::Question.into(), old: Value::Nothing, new: text }];
                run(&bound, &mut dice, ask).await;
            }
            15..=16 => {
                let active = ids(&mut owner, "rotations WHERE status = 'ACTIVE' AND specialty = 'Storm'", some).await;
                run(&bound, &mut dice, command_for(What::Step(Step::CompleteRotation), &active)).await;
                remember(&mut owner, &active, completed).await;
            }
            17 => {
                fair(store.sign_in(email, &Secret::new(PASSWORD), &Origin::default()).await);
            }
            _ => {
                fair(sessions::sign_out(&bound).await);
                bound = session(world, &store, user).await;
            }
        }
    }
}

async fn session(world: &World, store: &Store, user: &str) -> Bound {
    let token = world.token(user).await;
    let actor = store.whoami(&token).await.expect("a good session");
    store.bind(&token, &actor).expect("a good token")
}

async fn decide(bound: &Bound, seen: &[Seen], what: &Decide) {
    for Outcome { result, .. } in fair(time_records::decide(bound, seen, what).await).unwrap_or_default() {
        fair(result);
    }
}

/// Runs a command, or only rehearses it.
async fn run(bound: &Bound, dice: &mut Dice, command: Command) {
    if command.targets.is_empty() {
        return;
    }
    if dice.below(5) == 0 {
        fair(command::rehearse(bound, &command).await);
    } else {
        fair(command::run(bound, &command).await);
    }
}

fn command_for(what: What, ids: &[String]) -> Command {
    let targets = ids.iter().map(|id| Target { id: id.clone(), name: id.clone() }).collect();
    Command { what, targets, changes: Vec::new() }
}

async fn records(owner: &mut PgConnection, which: &str, most: u64) -> Vec<Seen> {
    let sql = format!(
        "SELECT id, version FROM time_records WHERE school_id = 'north' AND {which} ORDER BY random() LIMIT {most}"
    );
    let rows: Vec<(String, i32)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(owner).await.expect("records");
    rows.into_iter().map(|(id, version)| Seen { id: id.as_str().into(), version }).collect()
}

async fn ids(owner: &mut PgConnection, of: &str, most: u64) -> Vec<String> {
    let sql = format!("SELECT id FROM {of} ORDER BY random() LIMIT {most}");
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(owner).await.expect("ids")
}

/// The hours of those that are completed by now; they may grow, and never shrink.
async fn remember(owner: &mut PgConnection, rotations: &[String], completed: &Completed) {
    let rows: Vec<(String, i32)> =
        sqlx::query_as("SELECT id, completed_hours FROM rotations WHERE id = ANY ($1) AND status = 'COMPLETED'")
            .bind(rotations)
            .fetch_all(owner)
            .await
            .expect("hours");
    let mut completed = completed.lock().expect("nobody panicked");
    for (id, hours) in rows {
        completed.entry(id).or_insert(hours);
    }
}

/// A rule may refuse; the database is there, and the session is good.
fn fair<T>(answer: Result<T, Failure>) -> Option<T> {
    match answer {
        Ok(answer) => Some(answer),
        Err(failure @ (Failure::Unavailable(_) | Failure::SignedOut)) => panic!("{failure}"),
        Err(_) => None,
    }
}

fn refused_at_most(answer: &Result<(), sqlx::Error>) {
    if let Err(error) = answer {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default();
        assert!(code.starts_with("MS") || code.starts_with("23"), "{error}");
    }
}

/// What must hold after any actions.
async fn holds(world: &World, completed: &Completed) {
    let mut owner = world.owner().await;
    for (what, broken) in [
        (
            "hours of rotations are those of their approved records",
            "rotations r WHERE r.completed_hours <> (SELECT floor(coalesce(sum(t.elapsed_ms), 0) / 3600000) FROM time_records t
             WHERE t.rotation_id = r.id AND t.status = 'APPROVED')",
        ),
        (
            "hours of students are those of their approved records",
            "users u WHERE u.total_clinical_hours <> (SELECT floor(coalesce(sum(t.elapsed_ms), 0) / 3600000) FROM time_records t
             WHERE t.student_id = u.id AND t.status = 'APPROVED')",
        ),
        (
            "records are in rotations of their student",
            "time_records t JOIN rotations r ON r.id = t.rotation_id WHERE r.student_id <> t.student_id",
        ),
        (
            "the last decision on a record is the one in force",
            "time_records t JOIN LATERAL (SELECT d.verdict::text FROM time_record_decisions d WHERE d.time_record_id = t.id
               ORDER BY d.version_before DESC LIMIT 1) d ON true
             WHERE t.status::text <> CASE d.verdict WHEN 'UNDONE' THEN 'PENDING' ELSE d.verdict END",
        ),
        (
            "no correction is open on a decided record",
            "time_record_corrections c JOIN time_records t ON t.id = c.time_record_id WHERE c.status = 'PROPOSED' AND t.status <> 'PENDING'",
        ),
    ] {
        assert_eq!(value::<i64>(&mut owner, &format!("SELECT count(*) FROM {broken}")).await, 0, "{what}");
    }
    let completed: Vec<(String, i32)> = completed.lock().expect("nobody panicked").drain().collect();
    for (rotation, hours) in completed {
        let sql = format!("SELECT completed_hours FROM rotations WHERE id = '{rotation}'");
        assert!(value::<i32>(&mut owner, &sql).await >= hours, "hours were taken out of {rotation}");
    }
    drop(owner);
    let bound = world.bound("north-admin").await;
    let mut trail = Trail::Session(&bound);
    trail.seal().await.expect("sealed");
    assert_eq!(verify(&mut trail, None, now(), |_| {}).await.expect("a verdict").findings, []);
    drop(bound);
    assert_eq!(deadlocks(world).await, 0, "there were deadlocks");
}
