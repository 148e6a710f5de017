//! One bad row does not blank a school: the database refuses what no program can
//! show; what is there all the same is named, hides no other row, and is never told
//! as an empty list.

use medstint::domain::list::{Choice, List, Rows};
use medstint::domain::person::SessionResume;
use medstint::domain::query::Query;
use medstint::domain::time_record::{Order, TimeRecord};
use medstint::domain::window::{Key, Page, Place, Slot, Unreadable};
use medstint::domain::{Failure, Role, zone};
use medstint::store::listing;
use medstint::tui::action::Action;
use medstint::tui::effect::{Effect, PaneRequest};
use medstint::tui::message::{Answer, Message, PaneAnswer};
use medstint::tui::plain::Plain;
use medstint::tui::widget::theme::Theme;

use super::support::database::{execute, try_execute, value};
use super::support::world::PASSWORD;
use super::support::{Console, Database, World, a_time_record, program};
use super::views::{Driven, actor, row};

/// Runs `medstint` as North's administrator: its exit code, output and complaints.
async fn medstint(world: &World, args: &[&str]) -> (Option<i32>, String, String) {
    let url = world.database.app_url.as_str();
    let signed_in = ["--database-url", url, "--email", "admin@north.example"];
    let all: Vec<&str> = args.iter().copied().chain(signed_in).collect();
    program::run(&all, &format!("{PASSWORD}\n")).await
}

/// A pending record whose hours are no number, as from before that was refused, and a
/// good one.
async fn world_with_nan_hours() -> World {
    let world = World::new().await;
    a_time_record().id("bad").insert(&world).await;
    a_time_record().id("good").of_second_student().insert(&world).await;
    execute(
        &mut world.owner().await,
        "ALTER TABLE time_records DROP CONSTRAINT time_records_total_hours_finite;
         UPDATE time_records SET total_hours = 'NaN' WHERE id = 'bad'",
    )
    .await;
    world
}

#[tokio::test]
async fn refuses_zones_that_only_postgresql_reads() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for (table, zone) in
        [("clinical_sites", "America/Chicago-6"), ("schools", "America/Nowhere3"), ("schools", "posix/America/Chicago")]
    {
        let error = try_execute(&mut owner, &format!("UPDATE {table} SET time_zone = '{zone}'")).await;
        let error = error.expect_err(zone).to_string();
        assert!(error.contains(&format!("{table}_time_zone_is_iana")), "{zone}: {error}");
    }
}

#[tokio::test]
async fn every_known_zone_is_known_to_both() {
    let database = Database::migrated().await;
    let mut owner = database.owner().await;
    let known: Vec<String> =
        sqlx::query_scalar("SELECT name FROM medstint.time_zones").fetch_all(&mut owner).await.expect("names");
    assert!(known.len() > 300, "{} zones", known.len());
    let unknown: Vec<&String> = known.iter().filter(|name| name.parse::<chrono_tz::Tz>().is_err()).collect();
    assert!(unknown.is_empty(), "chrono-tz does not know {unknown:?}");
    let strange = "SELECT count(*) FROM medstint.time_zones WHERE name NOT IN (SELECT name FROM pg_timezone_names)";
    assert_eq!(value::<i64>(&mut owner, strange).await, 0);
}

#[tokio::test]
async fn every_column_of_a_zone_refers_to_the_known_ones() {
    let database = Database::migrated().await;
    let mut owner = database.owner().await;
    let free: Vec<String> = sqlx::query_scalar(
        "SELECT a.attrelid::regclass || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN ('public'::regnamespace, 'medstint'::regnamespace)
           AND a.attname ~ 'zone' AND NOT a.attisdropped
           AND NOT EXISTS (SELECT FROM pg_constraint x WHERE x.conrelid = c.oid AND x.contype = 'f'
             AND x.confrelid = 'medstint.time_zones'::regclass AND x.conkey = ARRAY[a.attnum])",
    )
    .fetch_all(&mut owner)
    .await
    .expect("the catalogue");
    assert!(free.is_empty(), "{free:?} take any zone: they have to refer to medstint.time_zones");
}

#[tokio::test]
async fn a_record_at_a_site_with_an_unknown_zone_is_shown_in_utc_with_a_warning() {
    let world = World::new().await;
    a_time_record().id("there").insert(&world).await;
    execute(
        &mut world.owner().await,
        "ALTER TABLE clinical_sites DROP CONSTRAINT clinical_sites_time_zone_is_iana;
         UPDATE clinical_sites SET time_zone = 'America/Chicago-6'",
    )
    .await;
    let bound = world.bound("north-admin").await;
    let rows = listing::page(&bound, List::TimeRecords, &Query::default(), &Place::Start, 10).await.expect("a page");
    let page: Page<Slot<TimeRecord>> = rows.try_into().expect("time records");
    assert_eq!(page.rows[0].record().map(|record| record.zone), Some(zone::UNKNOWN));
    let console = Console::of(&world, "north-admin").await;
    console.shows("1 record").await.shows("Unknown time zone, so times are shown in UTC").await;
    console.quit().await;
}

/// A column, its type as it is declared and as it is at bottom, and its own rules.
type Column = (String, String, String, String, Vec<String>);

/// Columns of the kinds of values that are asked for, of every table of ours.
async fn columns(owner: &mut sqlx::PgConnection, kinds: &[&str]) -> Vec<Column> {
    let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    sqlx::query_as(
        "SELECT c.oid::regclass::text, a.attname::text, format_type(a.atttypid, a.atttypmod), coalesce(b.typname, t.typname)::text,
           ARRAY(SELECT pg_get_expr(x.conbin, x.conrelid) FROM pg_constraint x
             WHERE x.conrelid = c.oid AND x.contype = 'c' AND x.conkey = ARRAY[a.attnum])
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN ('public'::regnamespace, 'medstint'::regnamespace)
           AND c.relname <> '_sqlx_migrations' AND coalesce(b.typname, t.typname) = ANY ($1)
         ORDER BY 1, 2",
    )
    .bind(kinds)
    .fetch_all(owner)
    .await
    .expect("the catalogue")
}

/// Whether a column takes a value: its type does, and none of its rules refuses it.
async fn takes(owner: &mut sqlx::PgConnection, column: &Column, value: &str) -> bool {
    let (_, name, declared, _, rules) = column;
    let rules: Vec<String> = rules.iter().map(|rule| format!("coalesce({rule}, true)")).collect();
    let rules = if rules.is_empty() { "true".to_owned() } else { rules.join(" AND ") };
    let asked = format!("SELECT {rules} FROM (SELECT '{value}'::{declared} AS {name}) x");
    sqlx::query_scalar::<_, bool>(sqlx::AssertSqlSafe(asked)).fetch_one(owner).await.unwrap_or(false)
}

/// The columns that take one of the values.
async fn that_take(kinds: &[&str], values: &[&str]) -> Vec<String> {
    let database = Database::migrated().await;
    let mut owner = database.owner().await;
    let columns = columns(&mut owner, kinds).await;
    assert!(!columns.is_empty(), "there are columns of {kinds:?}");
    let mut found = Vec::new();
    for column in &columns {
        for value in values {
            if takes(&mut owner, column, value).await {
                found.push(format!("{}.{} = {value}", column.0, column.1));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_number_is_finite() {
    let found = that_take(&["numeric", "float4", "float8"], &["NaN", "Infinity", "-Infinity"]).await;
    assert!(found.is_empty(), "{found:#?} are possible: add a CHECK");
}

#[tokio::test]
async fn every_instant_lies_in_a_year_that_every_program_can_show() {
    let kinds = ["timestamptz", "timestamp", "date"];
    let values = ["infinity", "-infinity", "1949-12-31 23:59", "2200-01-01 12:00", "20000-01-01", "0044-03-15 BC"];
    let found = that_take(&kinds, &values).await;
    assert!(found.is_empty(), "{found:#?} are possible: add a CHECK");
}

#[tokio::test]
async fn every_instant_may_lie_in_the_first_and_the_last_kept_year() {
    let database = Database::migrated().await;
    let mut owner = database.owner().await;
    for column in columns(&mut owner, &["timestamptz"]).await {
        for value in ["1950-01-01Z", "2199-12-31 23:59:59Z"] {
            assert!(takes(&mut owner, &column, value).await, "{}.{} refuses {value}", column.0, column.1);
        }
    }
}

#[tokio::test]
async fn a_time_of_day_is_before_midnight() {
    let found = that_take(&["time"], &["24:00"]).await;
    assert!(found.is_empty(), "{found:#?} are possible: add a CHECK");
}

#[tokio::test]
async fn stored_json_is_valid_jsonb() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for json in [r#"{"x": "\u0000"}"#, r#"{"x": 1e999999}"#] {
        let update = format!("UPDATE school_policies SET thresholds = '{json}'");
        assert!(try_execute(&mut owner, &update).await.is_err(), "{json} is taken");
    }
}

#[tokio::test]
async fn a_kiosk_whose_clock_is_beyond_all_years_keeps_its_punch() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "INSERT INTO kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, punched_at, device_clock, is_offline, clock_is_unverified, status, problem)
         VALUES ('a-punch-of-a-kiosk-1', 'north', 'north-kiosk', 'north-site', 'b', '20000-01-01', '20000-01-01', true, true, 'QUARANTINED', 'unknown_badge')",
    )
    .await;
    let kept: String = value(&mut owner, "SELECT device_clock::date::text FROM kiosk_punches").await;
    assert_eq!(kept, "2199-12-31");
}

#[tokio::test]
async fn a_row_that_cannot_be_shown_is_named_and_hides_no_other() {
    let world = world_with_nan_hours().await;
    let bound = world.bound("north-admin").await;
    let rows = listing::page(&bound, List::TimeRecords, &Query::default(), &Place::Start, 10).await.expect("a page");
    let page: Page<Slot<TimeRecord>> = rows.try_into().expect("time records");
    let readable: Vec<&str> = page.rows.iter().filter_map(Slot::record).map(|record| record.id.as_str()).collect();
    assert_eq!(readable, ["good"]);
    let told: Vec<&str> = page.rows.iter().filter_map(Slot::unreadable).map(|row| row.sentence.as_str()).collect();
    assert_eq!(told, ["Record bad cannot be shown: stated is NaN. Have the database administrator correct it."]);
}

#[tokio::test]
async fn a_bad_value_makes_only_its_own_row_unreadable() {
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        "ALTER TABLE rubric_criteria DROP CONSTRAINT rubric_criteria_weight_finite;
         UPDATE rubric_criteria SET weight = 'NaN' WHERE competency_id = 'north-competency';
         INSERT INTO competencies (id, school_id, name, description, category, level)
           VALUES ('other', 'north', 'Other', 'D', 'K', 'EXPERT')",
    )
    .await;
    let bound = world.bound("north-admin").await;
    let rows = listing::page(&bound, List::Catalogue, &Query::default(), &Place::Start, 10).await.expect("a page");
    let Rows::Catalogue(page) = rows else { panic!("{rows:?}") };
    let readable: Vec<&str> = page.rows.iter().filter_map(Slot::record).map(|row| row.id.as_str()).collect();
    let unreadable: Vec<&str> = page.rows.iter().filter_map(Slot::unreadable).map(|row| row.id.as_str()).collect();
    assert_eq!((readable, unreadable), (vec!["other"], vec!["north-competency"]));
}

#[tokio::test]
async fn a_row_that_the_database_cannot_tell_hides_no_other() {
    let world = World::new().await;
    a_time_record().id("bad").insert(&world).await;
    a_time_record().id("good").of_second_student().insert(&world).await;
    // What was JSON for the former rule, and is none for jsonb.
    execute(
        &mut world.owner().await,
        r#"ALTER TABLE time_records DISABLE TRIGGER USER;
           ALTER DOMAIN medstint.json_array DROP CONSTRAINT is_json_array;
           UPDATE time_records SET flags = '["\u0000"]' WHERE id = 'bad';
           ALTER TABLE time_records ENABLE TRIGGER USER"#,
    )
    .await;
    let bound = world.bound("north-admin").await;
    let rows = listing::page(&bound, List::TimeRecords, &Query::default(), &Place::Start, 10).await.expect("a page");
    let page: Page<Slot<TimeRecord>> = rows.try_into().expect("time records");
    let readable: Vec<&str> = page.rows.iter().filter_map(Slot::record).map(|record| record.id.as_str()).collect();
    let unreadable: Vec<&str> = page.rows.iter().filter_map(Slot::unreadable).map(|row| row.id.as_str()).collect();
    assert_eq!((readable, unreadable), (vec!["good"], vec!["bad"]));
}

#[tokio::test]
async fn the_console_shows_the_other_rows_and_names_the_one_that_it_cannot() {
    let world = world_with_nan_hours().await;
    let console = Console::of(&world, "north-admin").await;
    console
        .shows("1 unreadable")
        .await
        .shows("Record bad cannot be shown: stated is NaN")
        .await
        .shows("North, Tia")
        .await;
    console.quit().await;
}

#[tokio::test]
async fn a_script_gets_the_other_rows_and_is_told_of_the_one_that_is_missing() {
    let world = world_with_nan_hours().await;
    let (code, out, err) = medstint(&world, &["list", "time-records", "--format", "csv"]).await;
    assert!(out.contains("good") && err.contains("Record bad cannot be shown"), "{out}{err}");
    assert_eq!(code, Some(4), "not all of it could be shown");
}

#[tokio::test]
async fn a_script_decides_on_nothing_that_cannot_be_shown() {
    let world = world_with_nan_hours().await;
    let (code, out, err) = medstint(&world, &["decide", "approve", "--filter", "-student:nobody"]).await;
    assert!(out.contains("1 approved, 1 not.") && err.contains("Record bad cannot be shown"), "{out}{err}");
    assert_eq!(code, Some(4));
}

/// A console whose queue is answered so.
fn answered(rows: Result<Rows, Failure>) -> Driven {
    let mut driven = Driven::new((120, 40), Theme::default());
    driven.send(Message::Answer(Answer::Resumed(Ok(SessionResume::Welcome(actor(Role::SchoolAdmin))))));
    let ticket = driven.effects.iter().find_map(|effect| match effect {
        Effect::Ask { from: List::TimeRecords, request: PaneRequest::Page { ticket, .. } } => Some(*ticket),
        _ => None,
    });
    let ticket = ticket.expect("the queue is read");
    driven.send(Message::Answer(PaneAnswer::Page { ticket, rows }.to(List::TimeRecords)));
    driven
}

fn with_an_unreadable_row() -> Driven {
    let unreadable = Unreadable {
        key: Key::new(vec!["0".into()]),
        id: "bad".into(),
        sentence: "Record bad cannot be shown: stated is NaN.".into(),
    };
    let rows = vec![Slot::Unreadable(unreadable), row(1)];
    answered(Ok(Rows::TimeRecords(Page { rows, ..Page::default() })))
}

#[test]
fn nothing_is_done_with_a_row_that_cannot_be_shown() {
    for action in [Action::Approve, Action::Reject, Action::Ask, Action::Correct, Action::Mark, Action::Links] {
        let mut driven = with_an_unreadable_row();
        driven.send(Message::Asked { action: Some(action), rows: vec!["bad".into()] });
        let acts = |effect: &Effect| match effect {
            Effect::Ask { request, .. } => {
                matches!(request, PaneRequest::Decide { .. } | PaneRequest::Run(_) | PaneRequest::Rehearse(_))
            }
            _ => false,
        };
        assert!(!driven.effects.iter().any(acts), "{}: {:?}", action.name(), driven.effects);
        assert!(driven.app.overlay().is_none(), "{} asks something", action.name());
        let notice = driven.app.notice.as_ref().map(|notice| notice.text.as_str());
        assert_eq!(notice, Some("Record bad cannot be shown: stated is NaN."), "{}", action.name());
    }
}

#[test]
fn a_row_that_cannot_be_shown_is_not_marked_among_others() {
    let mut driven = with_an_unreadable_row();
    let other = row(1).record().map(|record| record.id.to_string()).expect("a readable row");
    driven.send(Message::Asked { action: Some(Action::Mark), rows: vec!["bad".into(), other] });
    let told = driven.app.notice.as_ref().map(|notice| notice.text.clone()).unwrap_or_default();
    assert!(told.contains("Nothing was done"), "{told}");
}

#[test]
fn line_by_line_a_row_that_cannot_be_shown_is_told_in_its_place() {
    let driven = with_an_unreadable_row();
    let page = Plain::default().tell(&driven.app);
    assert!(page.lines.iter().any(|line| line == "1. Record bad cannot be shown: stated is NaN."), "{:?}", page.lines);
}

#[test]
fn line_by_line_a_list_that_could_not_be_read_is_not_empty() {
    let driven = answered(Err(Failure::Unavailable("nothing is listening there".into())));
    let told = Plain::default().tell(&driven.app).lines.join("\n");
    assert!(told.contains("nothing is listening there") && told.contains("The records could not be loaded."), "{told}");
    assert!(!told.contains("Everything is decided"), "{told}");
}

#[test]
fn line_by_line_a_list_that_is_still_being_read_is_not_empty() {
    let mut driven = Driven::new((120, 40), Theme::default());
    driven.send(Message::Answer(Answer::Resumed(Ok(SessionResume::Welcome(actor(Role::SchoolAdmin))))));
    let told = Plain::default().tell(&driven.app).lines.join("\n");
    assert!(told.contains("Loading records"), "{told}");
    assert!(!told.contains("Everything is decided"), "{told}");
}

#[test]
fn on_the_screen_a_list_that_could_not_be_read_is_not_empty() {
    let driven = answered(Err(Failure::Unavailable("nothing is listening there".into())));
    let text = driven.text();
    assert!(text.contains("nothing is listening there") && !text.contains("Everything is decided"), "{text}");
}

#[tokio::test]
async fn a_filter_with_a_day_beyond_all_years_is_pointed_at() {
    let world = World::new().await;
    let (code, _, err) = medstint(&world, &["list", "time-records", "--filter", "clean date:-99999-1-1"]).await;
    assert!(err.contains("      ^^^^^^^^^^^^^^^ use a year from 1950 to 2199."), "{err}");
    assert!(code == Some(1) && !err.contains("cannot be reached"), "{err}");
}

#[tokio::test]
async fn a_value_that_the_database_refuses_is_not_told_as_a_database_out_of_reach() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let place = Place::After(Key::new(vec!["20000000-01-01".into(), "x".into()]));
    let query = Query { order: Order::OldestFirst.index(), ..Query::default() };
    let failure = listing::page(&bound, List::TimeRecords, &query, &place, 10).await.expect_err("no such instant");
    assert!(matches!(failure, Failure::Fault(_)), "{failure}");
}

#[tokio::test]
async fn a_view_or_order_that_a_list_does_not_have_is_no_other_one() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let unknown = [Query { view: 4, ..Query::default() }, Query { order: 9, ..Query::default() }];
    for query in unknown {
        let page = listing::page(&bound, List::TimeRecords, &query, &Place::Start, 10).await;
        assert!(matches!(page, Err(Failure::Fault(_))), "{page:?}");
    }
    let total = listing::total(&bound, List::TimeRecords, &Query { view: 4, ..Query::default() }).await;
    assert!(matches!(total, Err(Failure::Fault(_))), "{total:?}");
}

#[tokio::test]
async fn a_file_of_ids_that_is_not_utf_8_is_told_as_that() {
    let world = World::new().await;
    let file = tempfile::NamedTempFile::new().expect("a file");
    let path = file.path().to_str().expect("a path").to_owned();
    for bytes in [&b"caf\xe9\n"[..], &b"r\0e\0c\0"[..]] {
        std::fs::write(file.path(), bytes).expect("written");
        let (code, _, err) = medstint(&world, &["decide", "approve-clean", "--ids", &path]).await;
        assert!(err.contains("it is not UTF-8 text. Save it as UTF-8."), "{err}");
        assert!(code == Some(1) && !err.contains("cannot be reached"), "{err}");
    }
}

#[tokio::test]
async fn a_configuration_that_is_a_directory_is_told_as_that() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().to_str().expect("a path");
    let (code, _, err) = program::run(&["config", "--config", path], "").await;
    assert!(code == Some(1) && err.contains("it is a directory. Name a file."), "{err}");
}

#[test]
fn an_event_that_cannot_be_shown_has_a_number_all_the_same() {
    let key = Key::new(vec!["infinity".into(), "42".into()]);
    let event = Slot::Unreadable(Unreadable { key, id: "e".into(), sentence: String::new() });
    assert_eq!(medstint::store::audit::events::sequence(&event), 42);
}
