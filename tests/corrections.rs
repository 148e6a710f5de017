//! Corrections: how long a record may become, and what the forms for proposing and
//! approving show in advance.

use chrono::{DateTime, TimeDelta, Utc};
use medstint::domain::Failure;
use medstint::domain::command::{Command, Report, Step, Target, What};
use medstint::domain::field::{CorrectionField, FieldId};
use medstint::domain::form::{Changed, Form, Value};
use medstint::store::command;

use super::support::database::{execute, try_execute, value};
use super::support::world::shift;
use super::support::{Console, World, a_time_record};

/// A record of eight hours, nine days old.
async fn record(world: &World) -> DateTime<Utc> {
    let clock_in = shift(9);
    a_time_record().id("t").clocked_in(clock_in).insert(world).await;
    clock_in
}

/// A proposal that the record ends so many hours after its beginning.
fn proposal(clock_in: DateTime<Utc>, hours: i64) -> Command {
    let zone = chrono_tz::America::Chicago;
    let field = |field: CorrectionField, old, new| Changed { field: field.into(), old, new };
    let out = |hours| Value::Moment(clock_in + TimeDelta::hours(hours), zone);
    let same = Value::Moment(clock_in, zone);
    Command {
        what: What::Create(Form::Correction),
        targets: vec![Target { id: "t".into(), name: "North, Stu".into() }],
        changes: vec![
            field(CorrectionField::ClockIn, same.clone(), same),
            field(CorrectionField::ClockOut, out(8), out(hours)),
            field(CorrectionField::Reason, Value::Nothing, Value::Text("Stayed".into())),
            field(CorrectionField::Version, Value::Nothing, Value::Text("1".into())),
        ],
    }
}

#[tokio::test]
async fn a_record_is_not_corrected_to_more_hours_than_it_can_hold() {
    let world = World::new().await;
    let clock_in = record(&world).await;
    let bound = world.bound("north-preceptor").await;
    let refused = command::run(&bound, &proposal(clock_in, 100)).await.expect_err("100 h");
    assert!(
        matches!(refused, Failure::Invalid { field: FieldId::Correction(CorrectionField::ClockOut), .. }),
        "{refused}"
    );
    command::run(&bound, &proposal(clock_in, 99)).await.expect("99 h");
}

#[tokio::test]
async fn no_other_way_of_typing_times_makes_a_record_longer_than_it_can_hold() {
    let world = World::new().await;
    let clock_in = record(&world).await;
    // A proposal from before there was a bound.
    let mut owner = world.owner().await;
    execute(&mut owner, "ALTER TABLE time_record_corrections DROP CONSTRAINT time_record_corrections_at_most_99_hours")
        .await;
    let mut preceptor = world.app_as("north-preceptor").await;
    execute(
        &mut preceptor,
        "SELECT medstint.propose_correction('t', version, clock_in, clock_in + interval '200 hours', 'Stayed') FROM time_records WHERE id = 't'",
    )
    .await;
    let approve = "SELECT medstint.decide_correction(id, true) FROM time_record_corrections";
    let error = try_execute(&mut world.app_as("north-admin").await, approve).await.expect_err("200 h");
    assert!(format!("{error:?}").contains("time_records_at_most_99_hours"), "{error:?}");
    let out: DateTime<Utc> = value(&mut owner, "SELECT clock_out FROM time_records WHERE id = 't'").await;
    assert_eq!(out, clock_in + TimeDelta::hours(8));
}

/// What a preceptor is shown of a proposal before it is saved.
async fn rehearsed(world: &World, hours: i64) -> Report {
    let clock_in = record(world).await;
    let bound = world.bound("north-preceptor").await;
    command::rehearse(&bound, &proposal(clock_in, hours)).await.expect("a report")
}

#[tokio::test]
async fn a_proposal_shows_old_and_new_hours_beforehand() {
    let world = World::new().await;
    let report = rehearsed(&world, 40).await;
    assert!(report.effects.len() == 1 && report.effects[0].contains("(8.00 h) → "), "{:?}", report.effects);
    assert!(report.effects[0].ends_with("(40.00 h)"), "{:?}", report.effects);
}

#[tokio::test]
async fn a_proposal_shows_new_flags_beforehand() {
    let world = World::new().await;
    let report = rehearsed(&world, 40).await;
    let flag = "the record gets a blocking flag: 40 h (limit 16 h).".to_owned();
    assert!(report.warnings.contains(&flag), "{:?}", report.warnings);
}

#[tokio::test]
async fn a_proposal_without_new_flags_shows_no_warning() {
    let world = World::new().await;
    let report = rehearsed(&world, 9).await;
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
}

#[tokio::test]
async fn a_rehearsed_proposal_writes_nothing() {
    let world = World::new().await;
    rehearsed(&world, 40).await;
    let as_it_was: bool = value(
        &mut world.owner().await,
        "SELECT version = 1 AND flags::text = '[]' AND NOT EXISTS (SELECT FROM time_record_corrections) FROM time_records WHERE id = 't'",
    )
    .await;
    assert!(as_it_was, "a rehearsal wrote something");
}

#[tokio::test]
async fn approving_a_correction_shows_old_and_new_hours_and_flags() {
    let world = World::new().await;
    let clock_in = record(&world).await;
    command::run(&world.bound("north-preceptor").await, &proposal(clock_in, 40)).await.expect("proposed");
    let id: String = value(&mut world.owner().await, "SELECT id FROM time_record_corrections").await;
    let approve = Command {
        what: What::Step(Step::ApproveCorrection),
        targets: vec![Target { id, name: "North, Stu".into() }],
        changes: Vec::new(),
    };
    let report = command::rehearse(&world.bound("north-admin").await, &approve).await.expect("a report");
    assert!(report.done.len() == 1 && report.done[0].contains("(8.00 h) → "), "{:?}", report.done);
    assert!(report.done[0].ends_with("(40.00 h)."), "{:?}", report.done);
    assert!(
        report.warnings.contains(&"North, Stu: the record gets a blocking flag: 40 h (limit 16 h).".to_owned()),
        "{:?}",
        report.warnings
    );
    let console = Console::of(&world, "north-admin").await;
    console.shows("▌ North, Stu").await;
    console.press(":").type_text("corrections").press("enter").shows("+32.00 h: 8.00 → 40.00").await;
    console.press("a").shows("(8.00 h) → ").await.shows("blocking flag").await;
    console.quit().await;
}
