//! CSV and JSON are for programs: instants with an offset, numbers without separators.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta};
use medstint::domain::Secret;
use serde_json::{Map, Value};

use super::support::database::execute;
use super::support::program::run_as;
use super::support::world::shift;
use super::support::{World, a_time_record};

/// A list as CSV: its columns, and each row by column.
async fn csv(token: &Secret, args: &[&str]) -> (Vec<String>, Vec<Vec<String>>) {
    let (_, out, err) = run_as(token, &[args, &["--format", "csv"]].concat()).await;
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let columns = reader.headers().unwrap_or_else(|error| panic!("{error}: {err}")).iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
    (columns, rows)
}

/// The same as JSON.
async fn ndjson(token: &Secret, args: &[&str]) -> Vec<Map<String, Value>> {
    let (_, out, err) = run_as(token, &[args, &["--format", "ndjson"]].concat()).await;
    out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}{err}"))).collect()
}

/// One record of 8.08 hours, of a student whose name a spreadsheet would calculate.
async fn world() -> (World, Secret) {
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        "UPDATE users SET family_name = '=1+1', name = 'Stu =1+1' WHERE id = 'north-student'",
    )
    .await;
    let worked = TimeDelta::milliseconds(8 * 3_600_000 + 5 * 60_000);
    a_time_record().id("one").clocked_in(shift(3)).worked(worked).insert(&world).await;
    let token = world.token("north-admin").await;
    (world, token)
}

#[tokio::test]
async fn csv_has_the_fields_of_json_under_the_same_names() {
    let (world, token) = world().await;
    let (app, owner) = (world.database.app_url.as_str(), world.database.owner_url.as_str());
    let export = ["audit", "export", "--recipient", "R", "--purpose", "P", "--database-url", app];
    let commands: [&[&str]; 5] = [
        &["list", "time-records", "--database-url", app],
        &["decide", "approve", "--filter", "-student:nobody", "--dry-run", "--database-url", app],
        &["audit", "stats", "--database-url", app],
        &export,
        &["user", "list", "--database-url", owner],
    ];
    for args in commands {
        let (columns, rows) = csv(&token, args).await;
        let objects = ndjson(&token, args).await;
        let object = objects.first().unwrap_or_else(|| panic!("{args:?} has no row"));
        let (named, keys): (BTreeSet<&String>, BTreeSet<&String>) = (columns.iter().collect(), object.keys().collect());
        assert_eq!(named, keys, "{args:?}");
        assert!(!rows.is_empty(), "{args:?}");
        let is_plain = |name: &String| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        assert!(columns.iter().all(is_plain), "{columns:?}");
    }
}

#[tokio::test]
async fn a_list_can_be_calculated_with() {
    let (world, token) = world().await;
    let list = ["list", "time-records", "--database-url", &world.database.app_url];
    let (columns, rows) = csv(&token, &list).await;
    let field = |name: &str| {
        let column = columns.iter().position(|column| column == name).unwrap_or_else(|| panic!("no column {name}"));
        rows[0][column].as_str()
    };
    assert_eq!((field("id"), field("hours"), field("elapsed_ms")), ("one", "8.08", "29100000"));
    assert_eq!(field("student"), "'=1+1, Stu", "text is no formula");
    let at = DateTime::parse_from_rfc3339(field("clock_in")).expect("RFC 3339");
    assert_eq!((at.to_utc(), at.offset().local_minus_utc()), (shift(3), 0));
    let there = at.with_timezone(&chrono_tz::America::Chicago);
    assert_eq!(field("date"), there.format("%Y-%m-%d").to_string());
    let objects = ndjson(&token, &list).await;
    assert_eq!(objects[0]["hours"], serde_json::json!(8.08));
    assert_eq!(objects[0]["clock_in"], field("clock_in"));
}

#[tokio::test]
async fn truth_is_true_or_false_in_csv() {
    let (world, token) = world().await;
    let (columns, rows) = csv(&token, &["user", "list", "--database-url", &world.database.owner_url]).await;
    let active = columns.iter().position(|column| column == "active").expect("a column");
    assert!(rows.iter().all(|row| row[active] == "true"), "{rows:?}");
}
