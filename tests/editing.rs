//! Forms and steps, from the keys to the row: what is saved, what is refused and
//! why, and that nobody overwrites what they have not seen.

use medstint::domain::command::{Command, Step, Switch, Target, What};
use medstint::domain::field::{
    FieldId, PasswordField, PolicyField, ProgramField, RotationField, SchoolField, UserField,
};
use medstint::domain::form::{Changed, Form, Value};
use medstint::domain::lookup::Reference;
use medstint::domain::{Failure, Role};
use medstint::store::sessions::Origin;
use medstint::store::{Address, Bound, command};

use super::support::database::{execute, try_execute, value};
use super::support::{Console, World};

fn target(id: &str) -> Vec<Target> {
    vec![Target { id: id.into(), name: id.into() }]
}

fn changed(field: impl Into<FieldId>, old: &str, new: &str) -> Changed {
    let text = |text: &str| if text.is_empty() { Value::Nothing } else { Value::Text(text.into()) };
    Changed { field: field.into(), old: text(old), new: text(new) }
}

fn edit(form: Form, id: &str, changes: Vec<Changed>) -> Command {
    Command { what: What::Edit(form), targets: target(id), changes }
}

async fn run(bound: &Bound, command: &Command) -> Result<(), Failure> {
    command::run(bound, command).await.map(drop)
}

#[tokio::test]
async fn a_program_is_added_changed_and_made_inactive_on_the_screen() {
    let world = World::new().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending.").await.press(":").type_text("programs").press("enter").shows("Nursing").await;
    console
        .press("n")
        .shows("New program")
        .await
        .type_text("Radiography")
        .press("tab")
        .type_text("JRCERT")
        .press("tab");
    console.type_text("24x").shows("Type a whole number from 1 to 120.").await;
    console.press("ctrl-s").shows("Required.").await;
    console.send_backspace().press("tab").type_text("2028").press("tab").type_text("Dosimeter").press("enter");
    console.type_text("CPR").shows("Ready to save.").await.press("ctrl-s");
    console.shows("Radiography added.").await.shows("2028").await;
    let requirements: String = value(
        &mut world.owner().await,
        "SELECT requirements || ' ' || school_id FROM programs WHERE name = 'Radiography'",
    )
    .await;
    assert_eq!(requirements, r#"["Dosimeter","CPR"] north"#);

    console
        .press("/")
        .type_text("radio")
        .press("enter")
        .hides("Nursing")
        .await
        .press("e")
        .shows("Program: Radio")
        .await;
    console.press("tab tab").type_text("0").shows("Type a whole number").await.press("esc");
    console.shows("Discard changes?").await.press("n").hides("Discard").await;
    console.send_backspace().send_backspace().type_text("5").press("ctrl-s").shows("24 → 25").await;
    console.press("x").shows("Radiography 2028: inactive.").await.press("enter").hides("inactive.").await;
    console.press("x").shows("[ Make inactive ]").await.press("y").hides("[ Make inactive ]").await;
    console.press("esc").shows("Nursing").await.press("f").shows("inactive · by name").await.shows("Radiography").await;
    world.until("SELECT NOT is_active FROM programs WHERE name = 'Radiography'").await;
    console.quit().await;
}

#[tokio::test]
async fn concurrent_edits_are_not_overwritten_and_name_their_author() {
    let world = World::new().await;
    let (mine, theirs) = (world.bound("north-admin").await, world.bound("north-admin-2").await);
    let name = |to: &str| edit(Form::Program, "north-program", vec![changed(ProgramField::Name, "Nursing", to)]);
    run(&theirs, &name("Midwifery")).await.expect("the first");
    let failure = run(&mine, &name("Nursing care")).await.expect_err("the second");
    assert!(failure.to_string().starts_with("Bea North changed this entry"), "{failure}");
    // Another field is nobody's concern.
    let months = edit(Form::Program, "north-program", vec![changed(ProgramField::Duration, "24", "30")]);
    run(&mine, &months).await.expect("another field");
    let row: String =
        value(&mut world.owner().await, "SELECT name || ' ' || duration FROM programs WHERE id = 'north-program'")
            .await;
    assert_eq!(row, "Midwifery 30");
}

#[tokio::test]
async fn a_rehearsal_leaves_nothing_behind() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let mut owner = world.owner().await;
    let count = "SELECT (SELECT count(*) FROM programs) + (SELECT count(*) FROM audit_logs)";
    let before: i64 = value(&mut owner, count).await;
    let new = Command {
        what: What::Create(Form::Program),
        targets: vec![],
        changes: vec![
            changed(ProgramField::Name, "", "X"),
            changed(ProgramField::Description, "", "Y"),
            changed(ProgramField::Duration, "", "12"),
            changed(ProgramField::ClassYear, "", "2030"),
        ],
    };
    let report = command::rehearse(&bound, &new).await.expect("a report");
    assert_eq!(report.done, ["X added."]);
    assert_eq!(value::<i64>(&mut owner, count).await, before);
    let twice = Command {
        changes: vec![changed(ProgramField::Name, "", "Nursing"), changed(ProgramField::ClassYear, "", "2027")],
        ..new
    };
    assert!(command::rehearse(&bound, &twice).await.is_err(), "what cannot be is refused in a rehearsal too");
}

#[tokio::test]
async fn roles_are_given_up_to_ones_own_and_nobody_changes_their_own() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let role = |id: &str, from: &str, to: &str| edit(Form::User, id, vec![changed(UserField::Role, from, to)]);
    run(&bound, &role("north-stranger", "CLINICAL_PRECEPTOR", "SCHOOL_ADMIN")).await.expect("up to one's own");
    let failure = run(&bound, &role("north-preceptor", "CLINICAL_PRECEPTOR", "SUPER_ADMIN")).await.expect_err("above");
    assert!(matches!(failure, Failure::Denied(_) | Failure::Invalid { .. }), "{failure}");
    let failure = run(&bound, &role("north-admin", "SCHOOL_ADMIN", "CLINICAL_PRECEPTOR")).await.expect_err("own");
    assert_eq!(
        failure.to_string(),
        "You can't change your own role or deactivate yourself. Ask another administrator."
    );
    let off =
        |id: &str| Command { what: What::Switch { of: Switch::User, on: false }, targets: target(id), changes: vec![] };
    assert!(run(&bound, &off("north-admin")).await.is_err(), "nobody locks themselves out");
    run(&bound, &off("north-stranger")).await.expect("inactive");
    // Others keep their own name right, and nothing else.
    let student = world.bound("north-student").await;
    run(&student, &edit(Form::Profile, "north-student", vec![changed(UserField::GivenName, "Stu", "Stuart")]))
        .await
        .expect("a name");
    let name: String =
        value(&mut world.owner().await, "SELECT name || '/' || sort_name FROM users WHERE id = 'north-student'").await;
    assert_eq!(name, "Stuart North/North, Stuart");
    for refused in [
        role("north-student", "STUDENT", "SCHOOL_ADMIN"),
        edit(Form::User, "north-student", vec![changed(UserField::Email, "student@north.example", "x@north.example")]),
        edit(Form::Profile, "north-student-2", vec![changed(UserField::GivenName, "Tia", "X")]),
    ] {
        assert!(run(&student, &refused).await.is_err(), "{refused:?}");
    }
}

#[tokio::test]
async fn an_invited_person_signs_in_with_the_password_shown_once() {
    let world = World::new().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending.").await.press(":").type_text("users").press("enter").shows("Pat").await;
    console.press("n").shows("Invite a person").await.type_text("Ina").press("tab").type_text("Vited").press("tab");
    console.type_text("Ina@North.Example").press("tab right right").shows("preceptor").await;
    console.shows("Ready to save.").await.press("ctrl-s").shows("Shown once").await;
    let text = console.text();
    let shown = text
        .lines()
        .flat_map(str::split_whitespace)
        .find(|word| word.len() == 23 && word.matches('-').count() == 3)
        .expect("a password");
    let password = medstint::domain::Secret::new(shown);
    // Whatever was being typed does not close it.
    console.press("enter q y").shows(password.expose()).await.press("esc").hides(password.expose()).await;
    console.shows("Vited, Ina").await;
    let signed_in = world
        .database
        .store()
        .sign_in("ina@north.example", &password, &medstint::store::sessions::Origin::default())
        .await
        .expect("an answer");
    let medstint::store::sessions::SignIn::ChoosePassword { token } = signed_in else { panic!("{signed_in:?}") };
    let store = world.database.store();
    let chosen = store.choose_password(&token, &medstint::domain::Secret::new("a password of her own")).await;
    assert_eq!(chosen, Ok(()));
    let actor = store.whoami(&token).await.expect("a session");
    assert_eq!((actor.role, actor.name.as_str()), (Role::ClinicalPreceptor, "Ina Vited"));
    let events: i64 =
        value(&mut world.owner().await, "SELECT count(*) FROM audit_logs WHERE action = 'auth.password_reset'").await;
    assert_eq!(events, 1);
    console.quit().await;
}

#[tokio::test]
async fn a_password_is_changed_with_the_present_one_and_other_sessions_end() {
    let world = World::new().await;
    let (mine, elsewhere) = (world.bound("north-preceptor").await, world.bound("north-preceptor").await);
    let change = |old: &str, new: &str, again: &str| {
        let secret = |field: PasswordField, text: &str| Changed {
            field: field.into(),
            old: Value::Nothing,
            new: Value::Secret(medstint::domain::Secret::new(text)),
        };
        Command {
            what: What::Edit(Form::Password),
            targets: vec![],
            changes: vec![
                secret(PasswordField::Old, old),
                secret(PasswordField::New, new),
                secret(PasswordField::Again, again),
            ],
        }
    };
    let good = "a rather long new one";
    let failure = run(&mine, &change("wrong", good, good)).await.expect_err("a wrong one");
    assert_eq!(failure.to_string(), "Current password: this is not your current password.");
    let old = super::support::world::PASSWORD;
    assert!(run(&mine, &change(old, good, "another one, typed wrong")).await.is_err());
    assert!(run(&mine, &change(old, "short", "short")).await.is_err());
    run(&mine, &change(old, good, good)).await.expect("changed");
    medstint::store::sessions::check(&mine).await.expect("one's own session goes on");
    assert_eq!(medstint::store::sessions::check(&elsewhere).await, Err(Failure::SignedOut));
}

#[tokio::test]
async fn a_session_is_ended_by_its_owner_or_an_administrator_and_by_nobody_else() {
    let world = World::new().await;
    let victim = world.bound("north-preceptor").await;
    let id: String = value(&mut world.owner().await, "SELECT id FROM sessions WHERE user_id = 'north-preceptor'").await;
    let revoke = Command { what: What::Step(Step::RevokeSession), targets: target(&id), changes: vec![] };
    for stranger in ["north-supervisor", "north-student", "south-admin"] {
        let report = command::run(&world.bound(stranger).await, &revoke).await.expect("a report");
        assert_eq!((report.done.len(), report.refused.len()), (0, 1), "{stranger}");
    }
    medstint::store::sessions::check(&victim).await.expect("still open");
    let console = Console::of(&world, "north-admin").await;
    console
        .shows("Nothing is pending.")
        .await
        .press(":")
        .type_text("sessions")
        .press("enter")
        .shows("North, Pat")
        .await;
    // The count may come before the rows.
    console.press("/").type_text("pat").press("enter").shows("1 session").await.hides("North, Ada").await;
    console.press("end").until("the cursor on it", |_| console.line_at_cursor().contains("North, Pat")).await;
    console.press("x").shows("North, Pat (console): ended.").await.press("y").shows("Nothing matches").await;
    assert_eq!(medstint::store::sessions::check(&victim).await, Err(Failure::SignedOut));
    console.quit().await;
}

#[tokio::test]
async fn a_site_gets_a_location_and_shows_it_on_a_map() {
    let world = World::new().await;
    let token = world.token("north-admin").await;
    let console = Console::open(&world.database, Some(token.expose()), (120, 40));
    console
        .shows("Nothing is pending.")
        .await
        .press(":")
        .type_text("sites")
        .press("enter")
        .shows("North General")
        .await;
    console.press("o 1").shows("of North General").await.shows("Main entrance").await;
    console.press("n").shows("New location of North General").await.type_text("Annex").press("tab").type_text("91");
    console.shows("Type a number from -90 to 90.").await.send_backspace();
    console.send_backspace().type_text("41.003").press("tab").type_text("-90.002").press("tab tab space");
    console.shows("Ready to save.").await.press("ctrl-s").shows("Annex added.").await;
    console.press("esc").shows("North General").await.shows("Main entrance").await.shows("Annex").await;
    console.shows("m across").await.shows("strict").await;
    let kept: String = value(
        &mut world.owner().await,
        "SELECT clinical_site_id || ' ' || radius_m || ' ' || is_strict || ' ' || school_id FROM clinical_site_locations WHERE name = 'Annex'",
    )
    .await;
    assert_eq!(kept, "north-site 100 true north");
    console.quit().await;
}

#[tokio::test]
async fn a_policy_keeps_what_it_does_not_know_and_an_empty_threshold_is_the_default() {
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        r#"UPDATE school_policies SET thresholds = '{"day_cap_h": 10, "of_another_program": [1]}' WHERE school_id = 'north'"#,
    )
    .await;
    let console = Console::of(&world, "north-admin").await;
    console
        .shows("Nothing is pending.")
        .await
        .press(":")
        .type_text("polic")
        .press("enter")
        .shows("Policy of North")
        .await;
    console.press("J J J J J J J J J J J J").shows("left unchanged").await;
    let bound = world.bound("north-admin").await;
    let change = |field: PolicyField, old: &str, new: &str| edit(Form::Policy, "north", vec![changed(field, old, new)]);
    run(&bound, &change(PolicyField::WeekCapH, "", "40.5")).await.expect("set");
    run(&bound, &change(PolicyField::DayCapH, "10", "")).await.expect("emptied");
    let failure =
        run(&bound, &change(PolicyField::WeekCapH, "60", "50")).await.expect_err("another value stands there");
    assert!(matches!(failure, Failure::Stale(_)), "{failure}");
    let kept: String = value(
        &mut world.owner().await,
        "SELECT thresholds::jsonb::text FROM school_policies WHERE school_id = 'north'",
    )
    .await;
    assert_eq!(kept, r#"{"week_cap_h": 40.5, "of_another_program": [1]}"#);
    console.quit().await;
}

#[tokio::test]
async fn json_from_elsewhere_that_is_no_plain_list_is_shown_as_what_it_is_and_left_alone() {
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        r#"UPDATE programs SET requirements = '[{"name": "CPR", "hours": 4}]' WHERE id = 'north-program'"#,
    )
    .await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending.").await.press(":").type_text("programs").press("enter").shows("Requires").await;
    console.shows("hours  name").await.shows("4      CPR").await;
    console.press("e").shows("not a plain list; it is left unchanged").await.type_text(" II").press("ctrl-s");
    console.shows("Nursing → Nursing II").await;
    let kept: String =
        value(&mut world.owner().await, "SELECT requirements FROM programs WHERE id = 'north-program'").await;
    assert_eq!(kept, r#"[{"name": "CPR", "hours": 4}]"#);
    console.quit().await;
}

#[tokio::test]
async fn a_school_is_added_by_a_super_admin_only() {
    let world = World::new().await;
    let new = Command {
        what: What::Create(Form::School),
        targets: vec![],
        changes: vec![changed(SchoolField::Name, "", "East School"), changed(SchoolField::Accreditation, "", "ACC")],
    };
    let (admin, platform) = (world.bound("north-admin").await, world.bound("super").await);
    assert!(run(&admin, &new).await.is_err());
    run(&platform, &new).await.expect("added");
    let off =
        Command { what: What::Switch { of: Switch::School, on: false }, targets: target("north"), changes: vec![] };
    assert!(run(&admin, &off).await.is_err());
    run(&admin, &edit(Form::School, "north", vec![changed(SchoolField::Phone, "", "+1 555")]))
        .await
        .expect("one's own address");
    assert!(run(&admin, &edit(Form::School, "south", vec![changed(SchoolField::Phone, "", "+1 555")])).await.is_err());
}

#[tokio::test]
async fn a_reference_of_another_school_is_refused() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let reference = |field: RotationField, id: &str| Changed {
        field: field.into(),
        old: Value::Nothing,
        new: Value::Reference(Reference { id: id.into(), name: id.into() }),
    };
    let command = Command {
        what: What::Create(Form::Rotation),
        targets: vec![],
        changes: vec![
            reference(RotationField::StudentId, "south-student"),
            reference(RotationField::ClinicalSiteId, "north-site"),
            changed(RotationField::Specialty, "", "X"),
            changed(RotationField::StartDate, "", "2030-01-01"),
            changed(RotationField::EndDate, "", "2030-02-01"),
            changed(RotationField::RequiredHours, "", "10"),
        ],
    };
    assert!(run(&bound, &command).await.is_err());
}

#[tokio::test]
async fn on_an_empty_database_a_super_admin_adds_a_school_and_invites_its_administrator() {
    let database = super::support::Database::migrated().await;
    let mut owner = database.owner().await;
    let root = medstint::store::users::NewUser {
        email: "root@example.org".into(),
        name: "Ruth Root".into(),
        role: Role::SuperAdmin,
        school: None,
    };
    let password = super::support::world::PASSWORD;
    let address = Address::parse(Some(&database.owner_url)).expect("a good URL");
    let mut operator = address.connect_from(Origin::default()).await.expect("a connection");
    medstint::store::users::add(&mut operator, &root, &medstint::domain::Secret::new(password))
        .await
        .expect("a super admin");
    let console = Console::signed_out(&database);
    console.shows("Password").await.type_text("root@example.org").press("enter").type_text(password).press("enter");
    console.shows("n adds a school").await.press("n").shows("There are no schools here.").await.press("n");
    console.shows("New school").await.type_text("Example College").press("tab").type_text("HLC").press("tab");
    console.type_text("Lower/Peoria").shows("use an IANA zone").await.press("ctrl-u").type_text("america/chicago");
    console.shows("Ready to save.").await.press("ctrl-s");
    console.shows("Example College added.").await.press(":").type_text("school").press("enter");
    console.shows("In which school do you work?").await.shows("▌ Example College").await.press("enter");
    console.shows("Example College · Ruth Root").await.press(":").type_text("users").press("enter");
    console.shows("There are no people here.").await.press("n").shows("Invite a person").await;
    console.type_text("Ada").press("tab").type_text("Example").press("tab").type_text("ada@example.edu");
    console.press("tab left").shows("school admin").await.press("ctrl-s").shows("Shown once").await;
    let ada: String =
        value(&mut owner, "SELECT u.role || ' ' || s.name FROM users u JOIN schools s ON s.id = u.school_id").await;
    assert_eq!(ada, "SCHOOL_ADMIN Example College");
    console.quit().await;
}

#[tokio::test]
async fn an_attempt_opens_only_the_session_that_made_it_and_dies_with_the_password() {
    let world = World::new().await;
    let password = super::support::world::PASSWORD;
    // The attacker knows their own password and holds the victim's token.
    let mut theirs = world.database.app().await;
    let attempt: String =
        value(&mut theirs, &format!("SELECT medstint.begin_sign_in('student@north.example', '{password}')")).await;
    let mut stolen = world.app_as("north-admin").await;
    for call in [
        format!("medstint.change_password('{attempt}', 'a password of the thief')"),
        format!("medstint.finish_unlock(current_setting('medstint.session'), '{attempt}')"),
    ] {
        assert!(try_execute(&mut stolen, &format!("SELECT {call}")).await.is_err(), "{call}");
    }
    // A password that was changed is worth nothing, also where it was tried before.
    let attempt: String =
        value(&mut theirs, &format!("SELECT medstint.begin_sign_in('preceptor@north.example', '{password}')")).await;
    execute(&mut world.owner().await, "SELECT medstint.set_password('north-preceptor', 'another long password')").await;
    let late = format!("SELECT status FROM medstint.finish_sign_in('{attempt}')");
    assert_eq!(value::<String>(&mut theirs, &late).await, "refused");
    // A wrong guess is an event that the guesser cannot roll back.
    let mut own = world.app_as("north-supervisor").await;
    execute(&mut own, "SELECT medstint.begin_unlock(current_setting('medstint.session'), 'a guess')").await;
    let mut admin = world.app_as("north-admin").await;
    execute(&mut admin, "SELECT medstint.watch_audit(current_setting('medstint.session'))").await;
    let events = "SELECT count(*) FROM audit_logs WHERE action = 'auth.unlock_failed' AND user_id = 'north-supervisor'";
    assert_eq!(value::<i64>(&mut world.owner().await, events).await, 1);
}

#[tokio::test]
async fn a_program_gives_no_access_to_its_school() {
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        "INSERT INTO users (id, email, name, role, onboarding_completed) VALUES ('nowhere', 'no@where.example', 'No Where', 'SCHOOL_ADMIN', false)",
    )
    .await;
    let mut app = world.app_as("nowhere").await;
    let entered = try_execute(&mut app, "UPDATE users SET program_id = 'south-program' WHERE id = 'nowhere'").await;
    let school: Option<String> =
        value(&mut world.owner().await, "SELECT school_id FROM users WHERE id = 'nowhere'").await;
    assert!(entered.is_err() && school.is_none(), "{entered:?} {school:?}");
}

#[tokio::test]
async fn a_refusal_tells_nothing_about_rows_that_are_not_ones_own() {
    let world = World::new().await;
    let mut app = world.app_as("north-student").await;
    let mut refusals = Vec::new();
    for (student, site, from) in [
        ("north-student-2", "north-site", "now()"),
        ("north-student-2", "north-site", "'2040-01-01'"),
        ("south-student", "south-site", "now()"),
        ("north-admin", "north-site", "now()"),
    ] {
        let error = try_execute(
            &mut app,
            &format!(
                "INSERT INTO rotations (student_id, clinical_site_id, specialty, start_date, end_date, required_hours)
                 VALUES ('{student}', '{site}', 'X', {from}, {from}::timestamptz + interval '1 millisecond', 1)"
            ),
        )
        .await
        .expect_err("a student schedules nothing");
        let sqlx::Error::Database(db) = error else { panic!("{error}") };
        refusals.push(db.code().map(|code| code.to_string()));
    }
    assert!(refusals.iter().all(|code| code.as_deref() == Some("42501")), "{refusals:?}");
    let there: Option<i64> =
        value(&mut app, "SELECT medstint.busiest('south-site', now(), now() + interval '1 day')").await;
    assert_eq!(there, None, "another school's sites are not counted");
    let mut nobody = world.database.app().await;
    let lock = try_execute(&mut nobody, "BEGIN; LOCK TABLE rubric_criteria IN ACCESS EXCLUSIVE MODE").await;
    assert!(lock.is_err(), "whoever holds the URL could stop everybody");
}
