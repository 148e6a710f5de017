//! A small world: two schools, North and South, with the same people in each.

use chrono::{DateTime, TimeDelta, Utc};
use medstint::domain::time_record::Seen;
use medstint::domain::{Actor, Failure, Secret};
use medstint::store::Bound;
use sqlx::{Connection, PgConnection};

use std::sync::atomic::{AtomicI64, Ordering};

use super::database::{Database, execute, value};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// Lowers the cost of hashing passwords, wherever it is stated, from 12 to 4: hundreds
/// of sign-ins would otherwise take a minute. What compares the costs themselves uses
/// [`World::at_full_cost`].
const CHEAP_HASHES: &str = r"DO $$
DECLARE made text;
BEGIN
  FOR made IN
    SELECT replace(replace(pg_get_functiondef(oid), '$2a$12$', '$2a$04$'), '(''bf'', 12)', '(''bf'', 4)')
    FROM pg_proc WHERE pronamespace = 'medstint'::regnamespace AND prosrc ~ '[$]2a[$]12[$]|[(]''bf'', 12[)]'
  LOOP EXECUTE made; END LOOP;
END $$;
ALTER TABLE accounts DROP CONSTRAINT accounts_password_is_bcrypt,
  ADD CONSTRAINT accounts_password_is_bcrypt CHECK (password ~ '^[$]2a[$](04|12)[$][./A-Za-z0-9]{53}$')";

/// A database with two schools in it.
#[derive(Debug)]
pub struct World {
    pub database: Database,
    /// Shifts that were given to records without one of their own.
    shifts: AtomicI64,
}

impl World {
    /// North and South, each with an admin, a preceptor, a supervisor, two
    /// students with an active rotation, a site with one location, and a
    /// competency; and one super admin.
    pub async fn new() -> Self {
        Self { database: Database::like(world_template().await).await, shifts: AtomicI64::new(0) }
    }

    /// The same, where hashing a password costs what it costs elsewhere.
    pub async fn at_full_cost() -> Self {
        Self::in_database(Database::migrated().await).await
    }

    /// The same in a database that a test made by itself.
    pub async fn in_database(database: Database) -> Self {
        let world = Self { database, shifts: AtomicI64::new(0) };
        let mut owner = world.owner().await;
        for school in ["north", "south"] {
            execute(&mut owner, &school_sql(school)).await;
        }
        execute(
            &mut owner,
            &format!(
                "INSERT INTO users (id, email, name, role) VALUES ('super', 'super@example.org', 'Sue Per', 'SUPER_ADMIN');
                 INSERT INTO accounts (user_id, provider_id, password)
                   SELECT id, 'credential', known.hash
                   FROM users, (SELECT medstint.password_hash('{PASSWORD}') AS hash OFFSET 0) known"
            ),
        )
        .await;
        // A school's first policy is an alert, which these worlds begin without.
        execute(
            &mut owner,
            "SELECT medstint.seal_events('north'), medstint.seal_events('south'), medstint.seal_events('');
             DELETE FROM notifications WHERE type = 'AUDIT_ALERT'; DELETE FROM alerts",
        )
        .await;
        // Nobody may be connected to what databases are made like.
        owner.close().await.expect("an orderly end");
        world
    }

    /// What somebody with the owner's rights could do: no trigger of the trail stands in
    /// the way.
    pub async fn tamper(&self, sql: impl AsRef<str>) {
        let mut owner = self.owner().await;
        for table in ["audit_logs", "audit_seals"] {
            execute(&mut owner, &format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await;
        }
        execute(&mut owner, sql.as_ref()).await;
        for table in ["audit_logs", "audit_seals"] {
            execute(&mut owner, &format!("ALTER TABLE {table} ENABLE TRIGGER USER")).await;
        }
    }

    /// Rows from before names had to be plain may hold anything; from here on these do.
    pub async fn accept_any_text(&self) {
        execute(
            &mut self.owner().await,
            r"DO $$
              DECLARE rule record;
              BEGIN
                FOR rule IN SELECT x.conrelid::regclass AS held, x.conname AS name FROM pg_constraint x
                  WHERE x.contype = 'c' AND x.conname LIKE '%\_is\_plain' LOOP
                  EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule.held, rule.name);
                END LOOP;
                FOR rule IN SELECT t.tgrelid::regclass AS held FROM pg_trigger t WHERE t.tgname = 'a_tidy_text' LOOP
                  EXECUTE format('ALTER TABLE %s DISABLE TRIGGER a_tidy_text', rule.held);
                END LOOP;
              END $$",
        )
        .await;
    }

    fn next_shift(&self) -> DateTime<Utc> {
        let n = self.shifts.fetch_add(1, Ordering::Relaxed);
        shift(if n < 6 { 6 - n } else { n + 1 })
    }

    /// Waits until a question of the owner's is answered with yes.
    pub async fn until(&self, question: &str) {
        self.database.until(question).await;
    }

    /// How many rows there are: of a table, or of it and a condition.
    pub async fn count(&self, rows: &str) -> i64 {
        value(&mut self.owner().await, &format!("SELECT count(*) FROM {rows}")).await
    }

    /// Whether a session has ended.
    pub async fn has_ended(&self, token: &Secret) -> bool {
        self.database.store().whoami(token).await == Err(Failure::SignedOut)
    }

    pub async fn owner(&self) -> PgConnection {
        self.database.owner().await
    }

    /// A session of somebody's, without the cost of a password.
    pub async fn token(&self, user: &str) -> Secret {
        let mut owner = self.owner().await;
        let token: String = value(&mut owner, "SELECT medstint.random_token()").await;
        execute(
            &mut owner,
            &format!(
                "INSERT INTO sessions (user_id, token, expires_at, ip_address, user_agent, active_school_id)
                 VALUES ('{user}', encode(sha256('{token}'), 'hex'), now() + interval '1 hour', '192.0.2.7', 'test',
                         CASE '{user}' WHEN 'super' THEN 'north' END)"
            ),
        )
        .await;
        Secret::new(token)
    }

    /// The store as somebody sees it.
    pub async fn bound(&self, user: &str) -> Bound {
        let (bound, _) = self.signed_in(user).await;
        bound
    }

    pub async fn signed_in(&self, user: &str) -> (Bound, Actor) {
        let token = self.token(user).await;
        let store = self.database.store();
        let actor = store.whoami(&token).await.expect("a good session");
        (store.bind(&token, &actor).expect("a good token"), actor)
    }

    /// A connection of the console's role that has entered somebody's session
    /// for as long as it lasts.
    pub async fn app_as(&self, user: &str) -> PgConnection {
        let token = self.token(user).await;
        let mut app = self.database.app().await;
        execute(&mut app, &format!("SELECT set_config('medstint.session', '{}', false)", token.expose())).await;
        app
    }
}

/// A database with the world in it, made once for the run.
async fn world_template() -> &'static str {
    static MADE: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    MADE.get_or_init(|| async {
        let database = Database::migrated().await;
        let mut owner = database.owner().await;
        execute(&mut owner, CHEAP_HASHES).await;
        owner.close().await.expect("an orderly end");
        World::in_database(database).await.database.name
    })
    .await
}

fn school_sql(s: &str) -> String {
    let (lat, name) = if s == "north" { ("41.0", "North") } else { ("35.0", "South") };
    format!(
        r"INSERT INTO schools (id, name, accreditation, time_zone) VALUES ('{s}', '{name} School', 'ACC', 'America/Chicago');
        INSERT INTO programs (id, school_id, name, description, duration, class_year) VALUES ('{s}-program', '{s}', 'Nursing', 'A program', 24, 2027);
        INSERT INTO users (id, email, name, given_name, family_name, role, school_id, program_id) VALUES
          ('{s}-admin', 'admin@{s}.example', 'Ada {name}', 'Ada', '{name}', 'SCHOOL_ADMIN', '{s}', NULL),
          ('{s}-admin-2', 'second@{s}.example', 'Bea {name}', 'Bea', '{name}', 'SCHOOL_ADMIN', '{s}', NULL),
          ('{s}-preceptor', 'preceptor@{s}.example', 'Pat {name}', 'Pat', '{name}', 'CLINICAL_PRECEPTOR', '{s}', NULL),
          ('{s}-stranger', 'stranger@{s}.example', 'Stan {name}', 'Stan', '{name}', 'CLINICAL_PRECEPTOR', '{s}', NULL),
          ('{s}-supervisor', 'supervisor@{s}.example', 'Sam {name}', 'Sam', '{name}', 'CLINICAL_SUPERVISOR', '{s}', NULL),
          ('{s}-student', 'student@{s}.example', 'Stu {name}', 'Stu', '{name}', 'STUDENT', '{s}', '{s}-program'),
          ('{s}-student-2', 'student2@{s}.example', 'Tia {name}', 'Tia', '{name}', 'STUDENT', '{s}', '{s}-program');
        INSERT INTO clinical_sites (id, school_id, name, type, capacity, time_zone) VALUES ('{s}-site', '{s}', '{name} General', 'HOSPITAL', 10, 'America/Chicago');
        INSERT INTO clinical_site_locations (id, clinical_site_id, name, latitude, longitude) VALUES ('{s}-location', '{s}-site', 'Main entrance', {lat}, -90.0);
        INSERT INTO delegations (from_user_id, to_user_id, starts_at, ends_at) VALUES ('{s}-supervisor', '{s}-stranger', now() - interval '2 days', now() - interval '1 day');
        INSERT INTO kiosks (id, clinical_site_id, name) VALUES ('{s}-kiosk', '{s}-site', 'Door');
        INSERT INTO rotations (id, student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date, end_date, required_hours, status)
          SELECT u.id || '-rotation', u.id, '{s}-site', '{s}-preceptor', '{s}-supervisor', 'Emergency', now() - interval '60 days', now() + interval '30 days', 160, 'ACTIVE'
          FROM users u WHERE u.school_id = '{s}' AND u.role = 'STUDENT';
        INSERT INTO competency_templates (id, school_id, name, description, category, level, created_by) VALUES ('{s}-template', '{s}', 'Hand hygiene', 'Washes', 'Safety', 'FUNDAMENTAL', '{s}-admin');
        INSERT INTO competency_deployments (id, template_id, deployed_by, deployment_type) VALUES ('{s}-deployment', '{s}-template', '{s}-admin', 'TEMPLATE_IMPORT');
        INSERT INTO competencies (id, school_id, template_id, name, description, category, level) VALUES ('{s}-competency', '{s}', '{s}-template', 'Hand hygiene', 'Washes', 'Safety', 'FUNDAMENTAL');
        INSERT INTO rubric_criteria (competency_id, criterion_name, description, max_score) VALUES ('{s}-competency', 'Technique', 'How', 4);
        INSERT INTO competency_assignments (id, user_id, competency_id, deployment_id, assigned_by, due_date) VALUES ('{s}-assignment', '{s}-student', '{s}-competency', '{s}-deployment', '{s}-admin', now() + interval '5 days');
        INSERT INTO assessments (id, student_id, assessor_id, competency_id, type) VALUES ('{s}-assessment', '{s}-student', '{s}-preceptor', '{s}-competency', 'PRECEPTOR');
        INSERT INTO notification_templates (school_id, type, title, message) VALUES ('{s}', 'X', 'T', 'M');
        INSERT INTO notifications (user_id, type, title, message) SELECT id, 'X', 'T', 'M' FROM users WHERE school_id = '{s}';
        INSERT INTO school_policies (school_id) VALUES ('{s}');"
    )
}

/// A time record to be: closed, pending, clean, of North's first student, each on
/// a day of its own: six days ago, five, and so on; older ones from the seventh on.
pub fn a_time_record() -> Builder {
    Builder {
        id: None,
        school: "north",
        student: "student",
        clock_in: None,
        worked: Some(TimeDelta::hours(8)),
        position: Some((41.0001, -90.0, 10.0)),
        status: "PENDING",
    }
}

/// The start of a shift so many days ago: a morning at the sites of the tests.
pub fn shift(days_ago: i64) -> DateTime<Utc> {
    let morning = chrono::NaiveTime::from_hms_opt(15, 0, 0).expect("a time of day");
    (now().date_naive() - TimeDelta::days(days_ago)).and_time(morning).and_utc()
}

/// What time it is for the world of a test.
#[expect(clippy::disallowed_methods, reason = "a test's records are relative to the server's present")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

#[derive(Clone, Debug)]
pub struct Builder {
    id: Option<String>,
    school: &'static str,
    student: &'static str,
    clock_in: Option<DateTime<Utc>>,
    worked: Option<TimeDelta>,
    position: Option<(f64, f64, f64)>,
    status: &'static str,
}

impl Builder {
    pub fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }
    pub fn of_school(mut self, school: &'static str) -> Self {
        self.school = school;
        self
    }
    pub fn of_second_student(mut self) -> Self {
        self.student = "student-2";
        self
    }
    pub fn clocked_in(mut self, at: DateTime<Utc>) -> Self {
        self.clock_in = Some(at);
        self
    }
    pub fn worked(mut self, how_long: TimeDelta) -> Self {
        self.worked = Some(how_long);
        self
    }
    pub fn open(mut self) -> Self {
        self.worked = None;
        self
    }
    /// Approved by the school's admin.
    pub fn approved(mut self) -> Self {
        self.status = "APPROVED";
        self
    }
    pub fn rejected(mut self) -> Self {
        self.status = "REJECTED";
        self
    }

    /// Writes the record as an import would, recorded when it happened; the version
    /// that it has.
    pub async fn insert(self, world: &World) -> Seen {
        let mut owner = world.owner().await;
        self.insert_with(world, &mut owner).await
    }

    pub async fn insert_with(self, world: &World, web: &mut PgConnection) -> Seen {
        let clock_in = self.clock_in.unwrap_or_else(|| world.next_shift());
        let (school, student) = (self.school, self.student);
        let id = self.id.unwrap_or_else(|| format!("record-{}", next_number()));
        let text = |value: Option<f64>| value.map_or_else(|| "NULL".to_owned(), |value| format!("{value:.8}"));
        let (lat, lon, acc) = match self.position {
            Some((lat, lon, acc)) => (Some(lat), Some(lon), Some(acc)),
            None => (None, None, None),
        };
        let out = self.worked.map(|worked| clock_in + worked);
        let quoted = |at: DateTime<Utc>| format!("'{}'", at.to_rfc3339());
        let clock_out = out.map_or_else(|| "NULL".to_owned(), quoted);
        execute(
            web,
            &format!(
                "INSERT INTO time_records (id, student_id, rotation_id, clock_in, clock_out, clock_in_latitude, clock_in_longitude,
                   clock_in_accuracy_m, clock_out_latitude, clock_out_longitude, clock_out_accuracy_m, clock_in_source, clock_out_source, created_at)
                 VALUES ('{id}', '{school}-{student}', '{school}-{student}-rotation', {}, {clock_out}, {lat}, {lon}, {acc}, {lat}, {lon}, {acc}, 'MOBILE', 'MOBILE', {})",
                quoted(clock_in), quoted(out.unwrap_or(clock_in)),
                lat = text(lat), lon = text(lon), acc = text(acc),
            ),
        )
        .await;
        let mut version = 1;
        if self.status != "PENDING" {
            let code = if self.status == "REJECTED" { "'WRONG_TIMES'" } else { "NULL" };
            execute(web, &format!("UPDATE time_records SET status = '{}', approved_by = '{school}-admin', decision_reason_code = {code}, decision_reason = 'As agreed' WHERE id = '{id}'", self.status)).await;
            version = 2;
        }
        Seen { id: id.as_str().into(), version }
    }
}

/// A number that no other call in this process returns.
fn next_number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
