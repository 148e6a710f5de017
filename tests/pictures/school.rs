//! The school in the pictures. Its people, sites and events are invented.

use chrono::TimeDelta;
use medstint::domain::TimeRecordId;
use medstint::domain::audit_event::{self, AuditEvent, Minute, Neighbour, Pulse};
use medstint::domain::competency::{self, Assignment};
use medstint::domain::list::{List, Rows};
use medstint::domain::punch::Recorded;
use medstint::domain::rotation::{self, Rotation};
use medstint::domain::time_record::{
    Day, Detail, Event, Flag, Location, Punch, Severity, Spot, Status, TimeRecord, Verdict, Week,
};
use medstint::domain::window::{Key, Keyed, Page, Part, Slot, Total};
use rust_decimal::Decimal;
use strum::VariantArray;

use crate::support::screen::{at, now};

const ZONE: chrono_tz::Tz = chrono_tz::America::Chicago;
const HOUR_MS: i64 = 3_600_000;

/// The rows of a list that a picture shows.
pub fn rows(list: List) -> Rows {
    match list {
        List::TimeRecords => Rows::TimeRecords(page(records())),
        List::Rotations => Rows::Rotations(page(rotations())),
        List::Competencies => Rows::Competencies(page(assignments())),
        List::Audit => Rows::Audit(page(events())),
        other => panic!("{other:?} is in no picture"),
    }
}

fn page<R>(records: Vec<R>) -> Page<Slot<R>> {
    let rows = records.into_iter().enumerate();
    let rows = rows.map(|(i, record)| Slot::Record(Keyed { key: Key::new(vec![i.to_string()]), record })).collect();
    Page { rows, ..Page::default() }
}

pub fn total(list: List) -> Total {
    let of = |severity: Option<Severity>| {
        let records = records().into_iter().filter(|record| severity.is_none_or(|one| record.severity() == one));
        records.fold(Part::default(), |part, record| Part {
            rows: part.rows + 1,
            elapsed_ms: part.elapsed_ms + record.elapsed_ms.unwrap_or(0),
        })
    };
    let count = |rows: usize| Total { rows: i64::try_from(rows).unwrap_or(i64::MAX), ..Total::default() };
    match list {
        List::TimeRecords => {
            let Part { rows, elapsed_ms } = of(None);
            let sections = Severity::VARIANTS.iter().map(|severity| of(Some(*severity))).collect();
            Total { rows, elapsed_ms, sections, ..Total::default() }
        }
        List::Rotations => count(rotations().len()),
        List::Competencies => count(assignments().len()),
        // Most of the trail is further down.
        List::Audit => count(8_139),
        other => panic!("{other:?} is in no picture"),
    }
}

/// The pending records, flagged first.
fn records() -> Vec<TimeRecord> {
    const OUTSIDE: &str = r#"{"code": "GEO_OUTSIDE", "evidence": {"punch": "out", "distance_m": 312, "radius_m": 100,
        "accuracy_m": 20, "location": "North entrance"}}, {"code": "EDITED"}"#;
    let record = |(student, site, clock_in, minutes, flags): (&str, &str, &str, i64, &str)| {
        let clock_in = at(clock_in);
        let elapsed = Some(TimeDelta::minutes(minutes)).filter(|elapsed| *elapsed > TimeDelta::zero());
        TimeRecord {
            id: student.into(),
            version: 1,
            status: Status::Pending,
            student_id: student.into(),
            student: student.into(),
            site: site.into(),
            zone: ZONE,
            clock_in,
            clock_out: elapsed.map(|elapsed| clock_in + elapsed),
            elapsed_ms: elapsed.map(|elapsed| elapsed.num_milliseconds()),
            is_asked: false,
            is_corrected: false,
            hours_are_locked: false,
            flags: serde_json::from_str::<Vec<Flag>>(&format!("[{flags}]")).expect("flags"),
        }
    };
    [
        (
            "Petrov, Anya",
            "County Hospital",
            "2026-11-20T12:55:20.118Z",
            1_045,
            r#"{"code": "TOO_LONG", "evidence": {"hours": 17.42, "most": 16}}"#,
        ),
        (
            "O'Brien, Siobhán",
            "Lakeside Clinic",
            "2026-11-21T04:02:11.907Z",
            0,
            r#"{"code": "OPEN_TOO_LONG", "evidence": {"hours": 59, "most": 16}}"#,
        ),
        ("Abbott, Noor", "North General", "2026-11-19T13:00:03.412Z", 485, OUTSIDE),
        (
            "Chowdhury, Camille",
            "St Clair",
            "2026-11-19T17:45:40.020Z",
            758,
            r#"{"code": "DAY_CAP", "evidence": {"hours": 12.63, "most": 10, "rule": "day"}}"#,
        ),
        (
            "Quispe, Mateo",
            "Desert Spring",
            "2026-11-20T11:31:09.555Z",
            495,
            r#"{"code": "SHORT_REST", "evidence": {"hours": 6.5, "least": 8}}"#,
        ),
        (
            "Haddad, Samir",
            "North General",
            "2026-11-20T13:01:55.271Z",
            480,
            r#"{"code": "SAME_DEVICE", "evidence": {"students": 1, "seconds": 9}}"#,
        ),
        (
            "Tran, Minh Anh",
            "Lakeside Clinic",
            "2026-11-20T05:12:30.804Z",
            470,
            r#"{"code": "OFF_HOURS", "evidence": {"time": "23:12"}}"#,
        ),
        ("Okafor, Chidi", "County Hospital", "2026-11-21T14:00:12.340Z", 485, r#"{"code": "OFFLINE"}"#),
        ("Zhang, Wei", "St Clair", "2026-11-20T13:58:47.016Z", 484, ""),
        ("Fernández, Lucía", "North General", "2026-11-20T14:02:31.699Z", 481, ""),
        ("Eriksen, Tobias", "Lakeside Clinic", "2026-11-20T23:55:02.125Z", 490, ""),
        ("Kowalski, Maja", "Desert Spring", "2026-11-21T13:00:40.902Z", 488, ""),
        ("Delacroix, Inès", "County Hospital", "2026-11-21T14:05:19.483Z", 482, ""),
        ("Nakamura, Ren", "North General", "2026-11-21T15:00:08.750Z", 479, ""),
    ]
    .map(record)
    .into()
}

/// A record in full: what is known of Noor Abbott's.
pub fn detail(id: &TimeRecordId) -> Detail {
    let record = records().into_iter().find(|record| record.id == *id).expect("a record of the school");
    let location = |verdict, distance_m, accuracy_m| Location {
        verdict,
        distance_m: Some(distance_m),
        accuracy_m: Some(accuracy_m),
        nearest: Some("North entrance".into()),
        radius_m: Some(100),
    };
    let spot = |name: &str, is_punch, [latitude, longitude]: [f64; 2], radius_m| Spot {
        name: name.into(),
        is_punch,
        latitude,
        longitude,
        radius_m,
    };
    let day = |(day, minutes): (&str, i64)| Day {
        day: day.parse().expect("a day"),
        elapsed_ms: TimeDelta::minutes(minutes).num_milliseconds(),
        is_open: false,
    };
    let days = [("2026-11-16", 480), ("2026-11-17", 0), ("2026-11-18", 510), ("2026-11-19", 485), ("2026-11-20", 478)];
    Detail {
        program: Some("Radiography 2027".into()),
        rotation_id: "ct".into(),
        rotation: "CT imaging".into(),
        required_hours: 160,
        completed_hours: 118,
        pending_ms: 16 * HOUR_MS,
        preceptor: Some("Lindqvist, Hiro".into()),
        notes: Some("Parked in the east garage, so I clocked out from there".into()),
        someone_elses: None,
        meal_break_min: Some(30),
        activities: vec!["Patient care".into(), "Charting".into()],
        activities_unreadable: false,
        clock_in_location: location(Verdict::Inside, 18.0, 10.0),
        clock_out_location: record.clock_out.map(|_| location(Verdict::Outside, 312.0, 20.0)),
        clock_in_from: Punch {
            source: "KIOSK".into(),
            address: Some("192.0.2.4".into()),
            device: Some("Main entrance".into()),
        },
        clock_out_from: None,
        week: Week { days: days.map(day).into(), day_cap_h: Some(10.0), week_cap_h: Some(40.0), is_averaged: false },
        spots: vec![
            spot("North entrance", false, [41.0, -90.0], 100.0),
            spot("in", true, [41.0001, -90.0], 10.0),
            spot("out", true, [41.0015, -89.9968], 20.0),
        ],
        questions: Vec::new(),
        corrections: Vec::new(),
        events: vec![Event {
            what: "clocked_out".into(),
            who: Some("Noor Abbott".into()),
            when: record.clock_out.unwrap_or(record.clock_in),
            columns: None,
        }],
        decisions: Vec::new(),
        left_out: Vec::new(),
        record,
    }
}

/// The active rotations, by their ends.
fn rotations() -> Vec<Rotation> {
    let rotation =
        |student: &str, specialty: &str, site: &str, [start, end]: [&str; 2], completed_hours, pending_h| Rotation {
            id: student.into(),
            student_id: student.into(),
            student: student.into(),
            program: None,
            specialty: specialty.into(),
            site_id: site.into(),
            site: site.into(),
            zone: ZONE,
            preceptor_id: None,
            preceptor: None,
            supervisor_id: None,
            supervisor: None,
            start: at(start),
            end: at(end),
            required_hours: 160,
            completed_hours,
            pending_ms: pending_h * HOUR_MS,
            status: rotation::Status::Active,
            objectives: None,
            double_booked: Vec::new(),
            busiest: 1,
            capacity: 18,
        };
    let early = ["2026-10-26T05:00:00Z", "2026-11-28T06:00:00Z"];
    let middle = ["2026-11-02T06:00:00Z", "2026-12-05T06:00:00Z"];
    let late = ["2026-11-09T06:00:00Z", "2026-12-19T06:00:00Z"];
    vec![
        rotation("Fernández, Lucía", "Emergency", "North General", early, 149, 8),
        rotation("Abbott, Noor", "CT imaging", "North General", middle, 118, 16),
        rotation("Zhang, Wei", "Surgery", "St Clair", middle, 60, 8),
        Rotation { busiest: 22, ..rotation("Quispe, Mateo", "Pediatrics", "Desert Spring", late, 52, 8) },
        Rotation {
            double_booked: vec!["Surgery at St Clair, 11-16 to 11-27".into()],
            ..rotation("Okafor, Chidi", "MRI", "County Hospital", late, 64, 8)
        },
        rotation("Tran, Minh Anh", "Mammography", "Lakeside Clinic", late, 71, 8),
    ]
}

/// The assignments that are not completed, by their due dates.
fn assignments() -> Vec<Assignment> {
    let assignment = |(student, competency, kind, due, progress): (&str, &str, &str, Option<&str>, i64)| Assignment {
        id: student.into(),
        student_id: student.into(),
        student: student.into(),
        program: None,
        competency_id: competency.into(),
        competency: competency.into(),
        description: String::new(),
        category: "Imaging".into(),
        level: "INTERMEDIATE".into(),
        kind: kind.into(),
        stored_status: if progress > 0 { competency::Status::InProgress } else { competency::Status::Assigned },
        due: due.map(at),
        zone: ZONE,
        completed: None,
        progress: Decimal::from(progress),
        assigned_by: None,
        deployment_id: None,
        deployment: None,
        rotation_id: None,
        criteria: Vec::new(),
        assessments: Vec::new(),
    };
    [
        ("Petrov, Anya", "Hand hygiene", "REQUIRED", Some("2026-11-20T06:00:00Z"), 0),
        ("Abbott, Noor", "CT positioning", "REQUIRED", Some("2026-11-21T06:00:00Z"), 62),
        ("Kowalski, Maja", "Patient identification", "REQUIRED", Some("2026-11-28T06:00:00Z"), 75),
        ("Tran, Minh Anh", "Contrast administration", "REQUIRED", Some("2026-12-05T06:00:00Z"), 40),
        ("Haddad, Samir", "Mobile radiography", "OPTIONAL", Some("2026-12-12T06:00:00Z"), 0),
        ("Zhang, Wei", "Dose documentation", "SUPPLEMENTARY", None, 20),
    ]
    .map(assignment)
    .into()
}

/// The audit events, newest first.
fn events() -> Vec<AuditEvent> {
    use audit_event::Severity::{High, Low, Medium};
    let carmen = Some("Carmen Ortega");
    let event = |(at, severity, who, action, resource, address): Row<'_>| {
        let (resource_type, resource_id) = resource.split_once('/').expect("a table and an id");
        AuditEvent {
            id: at.into(),
            sequence: 90_412,
            transaction: Some(81_224),
            at: self::at(at),
            severity,
            who_id: who.map(str::to_owned),
            who: who.map(str::to_owned),
            action: action.into(),
            code: None,
            meaning: None,
            resource_type: resource_type.into(),
            resource_id: resource_id.into(),
            is_of_platform: false,
            address: Some(address.into()),
            device: Some("medstint/0.1.0 console 1f3a xterm-256color".into()),
            endpoint: Some("console".into()),
            method: Some("UPDATE".into()),
            status_code: Some(200),
            changes: None,
            seal: Some(403),
            earlier: None,
            later: None,
        }
    };
    let mut events: Vec<AuditEvent> = [
        ("2026-11-23T15:13:41.033Z", Medium, carmen, "time_record.rejected", "time_records/t-1203", "10.2.0.14"),
        ("2026-11-23T15:13:20.480Z", Low, carmen, "time_record.approved", "time_records/t-1198", "10.2.0.14"),
        ("2026-11-23T15:13:02.917Z", Low, carmen, "time_record.approved", "time_records/t-1197", "10.2.0.14"),
        (
            "2026-11-23T15:12:44.305Z",
            Low,
            Some("Ren Nakamura"),
            "time_record.created",
            "time_records/t-1240",
            "10.4.1.9",
        ),
        ("2026-11-23T15:12:02.118Z", High, None, "auth.locked_out", "users/-", "203.0.113.77"),
        ("2026-11-23T15:11:58.640Z", Medium, None, "auth.sign_in_failed", "users/-", "203.0.113.77"),
        ("2026-11-23T15:11:51.226Z", Medium, None, "auth.sign_in_failed", "users/-", "203.0.113.77"),
        (
            "2026-11-23T15:10:30.771Z",
            Low,
            Some("Hiro Lindqvist"),
            "assessment.created",
            "assessments/a-88",
            "10.2.0.31",
        ),
        (
            "2026-11-23T15:09:12.059Z",
            Low,
            Some("Wei Zhang"),
            "time_record.clocked_out",
            "time_records/t-1226",
            "10.4.1.9",
        ),
        ("2026-11-23T15:07:45.312Z", Low, Some("Hiro Lindqvist"), "auth.signed_in", "sessions/s-17", "10.2.0.31"),
    ]
    .map(event)
    .into();
    // The event under the cursor.
    events[0].code = Some("TB-0905".into());
    events[0].meaning = Some("Hours were rejected".into());
    events[0].changes = Some(
        r#"{"status": {"old": "PENDING", "new": "REJECTED"}, "decision_reason_code": {"new": "WRONG_TIMES"},
            "version": {"old": 3, "new": 4}}"#
            .into(),
    );
    events[0].earlier = Some(Neighbour {
        at: at("2026-11-23T13:00:03.412Z"),
        action: "time_record.clocked_out".into(),
        who: Some("Maja Kowalski".into()),
        key: Vec::new(),
    });
    events
}

/// An event: when, how severe, who, which action, on what, from where.
type Row<'a> = (&'a str, audit_event::Severity, Option<&'a str>, &'a str, &'a str, &'a str);

/// The events of the last minutes: those of the list, and older ones.
pub fn pulse() -> Pulse {
    use audit_event::Severity::{Critical, High, Low, Medium};
    const LISTED_MINUTES: i64 = 8;
    const OLDER: [i64; 22] = [2, 3, 1, 2, 4, 3, 2, 1, 3, 2, 4, 5, 3, 2, 2, 1, 3, 4, 2, 3, 1, 2];
    let listed = events();
    let minute = |before: i64| {
        let at = now() - TimeDelta::minutes(before);
        let until = at + TimeDelta::minutes(1);
        let count = |severity: audit_event::Severity| {
            let events = listed.iter().filter(|event| event.severity == severity && event.at >= at && event.at < until);
            i64::try_from(events.count()).expect("a few")
        };
        Minute { at, counts: [Low, Medium, High, Critical].map(count) }
    };
    let older = |(before, low): (i64, i64)| Minute {
        at: now() - TimeDelta::minutes(before),
        counts: [low, i64::from(before % 7 == 3) * 2, 0, 0],
    };
    let minutes = (0..LISTED_MINUTES).map(minute).chain((LISTED_MINUTES..).zip(OLDER).map(older)).collect();
    Pulse { minutes, open_alerts: 2 }
}

/// A clock-in at the kiosk, as the database answers it.
pub fn clock_in() -> Recorded {
    Recorded {
        at: now(),
        name: "Noor A.".into(),
        site: "North General".into(),
        rotation: "CT imaging".into(),
        today_ms: 0,
        rotation_ms: 118 * HOUR_MS,
        required_h: 160,
        repeated: false,
    }
}
