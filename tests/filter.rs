//! The filter language, on the screen, on the command line and in the database.

use chrono::TimeDelta;
use medstint::domain::filter::{self, Saved};
use medstint::domain::list::{List, Rows};
use medstint::domain::query::Query;
use medstint::domain::window::{Place, Slot};
use medstint::store::{Bound, listing};

use super::support::database::value;
use super::support::world::{PASSWORD, now, shift};
use super::support::{Console, World, a_time_record, program};

/// One record of each kind that a field can tell apart.
async fn world() -> World {
    let world = World::new().await;
    a_time_record().id("plain").clocked_in(shift(2)).insert(&world).await;
    a_time_record().id("old").clocked_in(shift(20)).insert(&world).await;
    a_time_record().id("short").clocked_in(shift(3)).worked(TimeDelta::minutes(10)).insert(&world).await;
    a_time_record()
        .id("warned")
        .clocked_in(shift(4))
        .worked(TimeDelta::hours(13))
        .of_second_student()
        .insert(&world)
        .await;
    a_time_record().id("hard").clocked_in(shift(5)).worked(TimeDelta::hours(17)).insert(&world).await;
    a_time_record()
        .id("forgotten")
        .clocked_in(now() - TimeDelta::hours(20))
        .open()
        .of_second_student()
        .insert(&world)
        .await;
    a_time_record().id("at-work").clocked_in(now() - TimeDelta::hours(1)).open().insert(&world).await;
    a_time_record().id("done").clocked_in(shift(6)).approved().insert(&world).await;
    world
}

async fn ids(bound: &Bound, text: &str) -> String {
    let meaning = filter::understand(List::TimeRecords, text, &Saved::new());
    let meaning = meaning.unwrap_or_else(|wrong| panic!("{text}: {wrong}"));
    let query = Query { view: meaning.view.unwrap_or(0), filter: meaning.filter, ..Query::default() };
    let rows = listing::page(bound, List::TimeRecords, &query, &Place::Start, 50).await;
    let Ok(Rows::TimeRecords(page)) = rows else { panic!("{text}: {rows:?}") };
    let total = listing::total(bound, List::TimeRecords, &query).await.expect("a total");
    assert_eq!(usize::try_from(total.rows), Ok(page.rows.len()), "{text}");
    let mut ids: Vec<String> = page.rows.iter().filter_map(Slot::record).map(|row| row.id.to_string()).collect();
    ids.sort();
    ids.join(" ")
}

#[tokio::test]
async fn each_field_finds_what_it_says_and_turned_round_the_rest() {
    let world = world().await;
    let bound = world.bound("north-admin").await;
    let day = medstint::presentation::clock::local(shift(4), chrono_tz::America::Chicago);
    let year = shift(4).with_timezone(&chrono_tz::America::Chicago).format("%Y-").to_string();
    for (text, expected) in [
        ("", "forgotten hard old plain short warned"),
        ("status:open", "at-work"),
        ("status:approved", "done"),
        ("flagged", "forgotten hard warned"),
        ("clean", "old plain short"),
        ("-clean", "forgotten hard warned"),
        ("severity:hard", "forgotten hard"),
        ("severity:warn", "warned"),
        ("severity:note", "old short"),
        ("severity:clean", "plain"),
        ("flag:TOO_LONG", "hard"),
        ("flag:open_too_long", "forgotten"),
        ("flag:AGED", "old"),
        ("flag:TOO_SHORT", "short"),
        ("-flag:DAY_CAP clean", "old plain short"),
        ("age>7d", "old"),
        ("age<1d", "forgotten"),
        ("hours>=13", "hard warned"),
        ("hours<0.2", "short"),
        ("-hours<0.2", "forgotten hard old plain warned"),
        (&format!("date:{year}{}", day.day), "warned"),
        (&format!("date>{year}{} clean", day.day), "plain short"),
        ("student:tia", "forgotten warned"),
        (r#"student:"north, s" clean"#, "old plain short"),
        ("site:general -student:stu", "forgotten warned"),
        ("rotation:emerg program:nurs warned", ""),
        ("rotation:emerg program:nurs tia", "forgotten warned"),
        ("program:radio", ""),
        ("student:%", ""),
        (r#""o'; DROP TABLE users""#, ""),
    ] {
        assert_eq!(ids(&bound, text).await, expected, "{text}");
    }
}

#[tokio::test]
async fn a_filter_is_completed_corrected_and_kept_on_the_screen() {
    let world = world().await;
    let console = Console::of(&world, "north-admin").await;
    console.has_queue_of(6).await.press("/").shows("Tab: @morning flagged clean asked").await;
    console
        .type_text("@evening")
        .shows("Use one of @morning, @severe.")
        .await
        .press("ctrl-u")
        .type_text("@morning hours>15");
    console.shows("“flagged age>1d hours>15”").await.shows("1 record · 17.00 h").await.press("ctrl-u");
    console.type_text("se").press("tab").shows("Filter: severity:").await.shows("Tab: severity:hard").await;
    console.type_text("w").press("tab").shows("Filter: severity:warn").await.shows("1 record · 13.00 h").await;
    console.type_text("age>3x").shows("“age>3x”: write a duration").await.press("enter");
    console.shows("“age>3x”").await.press("ctrl-h").type_text("d").press("enter").shows("“severity:warn age>3d”").await;
    console.press("/ ctrl-u").type_text("status:approved").shows("approved · flagged first").await.press("enter");
    console.shows("Status   approved").await.press("u").shows("Undo the decision on").await.press("esc");
    console.quit().await;
}

#[tokio::test]
async fn scripts_filter_decide_and_hear_of_every_record() {
    let world = world().await;
    let url = world.database.app_url.as_str();
    let password = format!("{PASSWORD}\n");
    let medstint = async |args: &[&str]| {
        let all: Vec<&str> =
            args.iter().copied().chain(["--database-url", url, "--email", "admin@north.example"]).collect();
        program::run(&all, &password).await
    };
    let (code, out, err) =
        medstint(&["list", "time-records", "--filter", "flagged status:pending", "--format", "csv"]).await;
    assert_eq!((code, out.lines().count()), (Some(0), 4), "{out}{err}");
    let (code, _, err) = medstint(&["list", "time-records", "--filter", "clean age>3x"]).await;
    assert!(
        code == Some(1) && err.contains("  because: clean age>3x\n  because:       ^^^^^^ write a duration"),
        "{err}"
    );

    let config = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(config.path(), "[filters]\nlong = \"hours>15\"\n").expect("written");
    let path = config.path().to_str().expect("a path");
    let (code, out, err) =
        medstint(&["list", "time-records", "--filter", "@long", "--format", "csv", "--config", path]).await;
    assert_eq!((code, out.lines().count()), (Some(0), 2), "{out}{err}");
    std::fs::write(config.path(), "[filters]\nlong = \"hours>long\"\n").expect("written");
    let (code, _, err) = medstint(&["list", "time-records", "--config", path]).await;
    assert!(
        code == Some(1) && err.contains("`filters.long` has “hours>long”: write hours such as 12 or 7.5."),
        "{err}"
    );

    let status = "SELECT string_agg(id || ' ' || status, ', ' ORDER BY id) FROM time_records WHERE id IN ('plain', 'warned', 'hard')";
    let mut owner = world.owner().await;
    let (code, out, err) = medstint(&["decide", "approve", "--filter", "-flag:OPEN_TOO_LONG", "--dry-run"]).await;
    assert!(code == Some(4) && out.contains("4 would be approved, 1 not."), "{out}{err}");
    assert_eq!(value::<String>(&mut owner, status).await, "hard PENDING, plain PENDING, warned PENDING");

    let (code, out, _) = medstint(&["decide", "approve-clean", "--filter", "hours>1", "--format", "ndjson"]).await;
    assert_eq!(code, Some(4));
    let told: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let outcome = |id: &str| told.iter().find(|told| told["id"] == id).map(|told| told["outcome"].clone());
    assert_eq!((outcome("plain"), outcome("warned")), (Some("approved".into()), Some("refused".into())), "{out}");
    assert_eq!(value::<String>(&mut owner, status).await, "hard PENDING, plain APPROVED, warned PENDING");

    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "warned\n{\"id\": \"short\", \"version\": 9}\nnobody\n").expect("written");
    let path = file.path().to_str().expect("a path");
    let (code, out, err) =
        medstint(&["decide", "reject", "--code", "wrong-times", "--ids", path, "--format", "json"]).await;
    assert_eq!(code, Some(4), "{out}{err}");
    assert!(out.contains("is pending now") && out.contains("no longer exists"), "{out}");
    let (code, _, err) = medstint(&["decide", "approve", "--filter", "flag:TOO_LONG"]).await;
    assert!(code == Some(1) && err.contains("needs a reason"), "{err}");
    let (code, out, err) =
        medstint(&["decide", "approve", "--filter", "flag:TOO_LONG", "--reason", "The ward confirms it"]).await;
    assert!(code == Some(0) && out.contains("1 approved, 0 not."), "{out}{err}");
}

#[tokio::test]
async fn decide_refuses_an_empty_filter() {
    let world = World::new().await;
    let record = a_time_record().insert(&world).await;
    let token = world.token("north-admin").await;
    let url = world.database.app_url.as_str();
    let output = program::run_to(
        program::Reader::Listens,
        Some(&token),
        &["decide", "approve", "--filter", " ", "--database-url", url],
    )
    .await;
    let status = format!("SELECT status::text FROM time_records WHERE id = '{}'", record.id.as_str());
    let status: String = value(&mut world.owner().await, &status).await;
    assert_eq!((output.status.code(), status.as_str()), (Some(1), "PENDING"));
}
