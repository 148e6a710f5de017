//! A kiosk at North's site, and students with badges and PINs before it.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use medstint::domain::punch::{Answer, Asked, Begun, Reading};
use medstint::domain::{Failure, Secret};
use medstint::kiosk::Clock;
use medstint::store::kiosk::AtDoor;

use super::World;
use super::database::{execute, value};

/// Everybody's.
pub const PIN: &str = "2718";

/// What the device's clocks show, as a test says.
#[derive(Debug)]
pub struct Hands(Mutex<(TimeDelta, String, i64)>);

impl Hands {
    /// In a boot, at the true time.
    pub fn in_boot(boot: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new((TimeDelta::zero(), boot.to_owned(), 0))))
    }

    /// Somebody sets the wall clock.
    pub fn set(&self, by: TimeDelta) {
        self.0.lock().expect("the clock").0 = by;
    }

    /// It is started again: another boot, whose clock begins at nothing.
    pub fn reboot(&self, boot: &str) {
        let mut hands = self.0.lock().expect("the clock");
        (hands.1, hands.2) = (boot.to_owned(), super::world::now().timestamp_millis());
    }
}

impl Clock for Hands {
    fn read(&self) -> Reading {
        let hands = self.0.lock().expect("the clock");
        let now = super::world::now();
        Reading { wall: now + hands.0, boot: hands.1.clone(), monotonic_ms: now.timestamp_millis() - hands.2 }
    }
}

/// North's kiosk's credential; its students have badges `S1` and `S2`, and a PIN.
pub async fn enrolled(world: &World) -> Secret {
    execute(
        &mut world.owner().await,
        &format!(
            "UPDATE users SET badge = 'S1', student_id = 'N-1' WHERE id = 'north-student'; UPDATE users SET badge = 'S2' WHERE id = 'north-student-2';
             UPDATE users SET badge = 'A1' WHERE id = 'north-admin'; UPDATE kiosks SET location_id = 'north-location' WHERE id = 'north-kiosk';
             SELECT medstint.set_pin_of(id, '{PIN}') FROM users WHERE id IN ('north-student', 'north-student-2', 'north-admin', 'north-preceptor')"
        ),
    )
    .await;
    let code: String =
        value(&mut world.app_as("north-admin").await, "SELECT medstint.make_enrolment_code('north-kiosk')").await;
    let credential = world.database.store().enrol(&Secret::new(code)).await.expect("an answer").expect("a credential");
    // It has hung there for a while.
    execute(&mut world.owner().await, "UPDATE kiosks SET enrolled_at = now() - interval '60 days'").await;
    credential
}

/// So many students more, `B1`, `B2`, … by badge, each in a rotation at the site.
pub async fn students(world: &World, count: usize) {
    execute(
        &mut world.owner().await,
        &format!(
            "INSERT INTO users (id, email, name, given_name, family_name, role, school_id, program_id, badge)
               SELECT 'b' || n, 'b' || n || '@north.example', 'Bo B' || n, 'Bo', 'B' || n, 'STUDENT', 'north', 'north-program', 'B' || n FROM generate_series(1, {count}) n;
             INSERT INTO rotations (student_id, clinical_site_id, specialty, start_date, end_date, required_hours, status)
               SELECT 'b' || n, 'north-site', 'Emergency', now() - interval '60 days', now() + interval '30 days', 160, 'ACTIVE' FROM generate_series(1, {count}) n;
             INSERT INTO medstint.pins (user_id, pin_hash) SELECT 'b' || n, h FROM generate_series(1, {count}) n, (SELECT medstint.pin_hash('{PIN}') AS h) x"
        ),
    )
    .await;
}

/// A punch at a door with a PIN, asked for once.
pub async fn punch(door: &AtDoor, badge: &str, pin: &str) -> Result<Answer, Failure> {
    let asked = Asked::new(badge.to_owned(), Some(Secret::new(pin)));
    go_on(door, &asked, &begun(door, &asked).await).await
}

/// The attempt of a punch, counted.
pub async fn begun(door: &AtDoor, asked: &Asked) -> Begun {
    let pin = asked.pin.clone().expect("a PIN");
    let attempt = door.begin_pin(&asked.badge, &pin).await.expect("counted");
    let at = Hands::in_boot("x").read();
    let key = format!("{:032x}", at.wall.timestamp_nanos_opt().expect("a time"));
    Begun { key, at, position: None, attempt: Some(attempt) }
}

pub async fn go_on(door: &AtDoor, asked: &Asked, begun: &Begun) -> Result<Answer, Failure> {
    door.punch(begun.attempt.as_ref().expect("an attempt"), asked, begun).await
}

/// The records of a student as they are, oldest first: `in–out status flags` in minutes
/// before now.
pub async fn records(world: &World, student: &str) -> String {
    let records: Option<String> = value(
        &mut world.owner().await,
        &format!(
            "SELECT string_agg(concat_ws(' ', round(extract(epoch FROM now() - clock_in) / 60) || '–' || coalesce(round(extract(epoch FROM now() - clock_out) / 60)::text, ''),
               clock_in_source, clock_out_source, CASE WHEN is_offline THEN 'OFFLINE' END, CASE WHEN clock_is_unverified THEN 'UNVERIFIED' END, CASE WHEN edited_at IS NOT NULL THEN 'EDITED' END), ', ' ORDER BY clock_in)
             FROM time_records WHERE student_id = '{student}'"
        ),
    )
    .await;
    records.unwrap_or_default()
}

/// An instant so many minutes ago.
pub fn ago(minutes: i64) -> DateTime<Utc> {
    super::world::now() - TimeDelta::minutes(minutes)
}
