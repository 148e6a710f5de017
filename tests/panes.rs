//! Every pane, with rows as the store would answer, at three sizes; and the forms,
//! the previews and the dashboard. The model alone, no database.

use crossterm::event::KeyCode;
use medstint::domain::command::{Command, Refused, Report, Target};
use medstint::domain::field::ProgramField;
use medstint::domain::list::{List, Rows};
use medstint::domain::lookup::{Lookup, Offer, Reference};
use medstint::domain::permission::Permission;
use medstint::domain::person::SessionResume;
use medstint::domain::window::{Key, Keyed, Page, Slot, Total};
use medstint::domain::{Failure, Role};
use medstint::tui::action::Action;
use medstint::tui::effect::{Effect, PaneRequest};
use medstint::tui::message::{Answer, Message, PaneAnswer};
use medstint::tui::plain::Plain;
use medstint::tui::widget::theme::Theme;
use serde::de::DeserializeOwned;
use strum::VariantArray;

use super::views::{Driven, SIZES, actor};

fn page<R: DeserializeOwned>(json: &str) -> Page<Slot<R>> {
    let records: Vec<R> = serde_json::from_str(json).expect("rows");
    let rows = records.into_iter().enumerate();
    Page {
        rows: rows.map(|(i, record)| Slot::Record(Keyed { key: Key::new(vec![i.to_string()]), record })).collect(),
        ..Page::default()
    }
}

/// Rows of a list, as the store's statements answer them.
fn rows_of(list: List) -> Rows {
    let criteria = r#"[{"id": "k1", "name": "Preparation", "description": "Before", "weight": 1, "max_score": 4, "performance_levels": "[\"Not yet\", \"With help\", \"With supervision\", \"Independent\"]", "order_index": 1},
        {"id": "k2", "name": "Technique", "description": "During", "weight": 2, "max_score": 4, "performance_levels": null, "order_index": 2}]"#;
    match list {
        List::TimeRecords => Rows::TimeRecords(Page::default()),
        List::Rotations => Rows::Rotations(page(
            r#"[
            {"id": "r1", "student_id": "s1", "student": "Abbott, Given", "program": "Radiography 2027", "specialty": "CT imaging", "site_id": "n", "site": "North General", "zone": "America/Chicago",
             "preceptor_id": "p", "preceptor": "Ortega, Carmen", "supervisor_id": null, "supervisor": null, "start": "2026-11-02T06:00:00Z", "end": "2026-12-05T06:00:00Z", "required_hours": 160,
             "completed_hours": 118, "pending_ms": 58500000, "status": "ACTIVE", "objectives": "[\"Position\", \"Document\"]", "double_booked": [], "busiest": 8, "capacity": 8},
            {"id": "r2", "student_id": "s2", "student": "Fernández, Given", "program": null, "specialty": "Emergency", "site_id": "c", "site": "St Clair", "zone": "America/Chicago",
             "preceptor_id": null, "preceptor": null, "supervisor_id": null, "supervisor": null, "start": "2026-11-09T06:00:00Z", "end": "2026-12-19T06:00:00Z", "required_hours": 160,
             "completed_hours": 40, "pending_ms": 0, "status": "ACTIVE", "objectives": null, "double_booked": ["Surgery at North General, 11-16 to 11-27"], "busiest": 5, "capacity": 4}]"#,
        )),
        List::Competencies => Rows::Competencies(page(&format!(
            r#"[
            {{"id": "a1", "student_id": "s1", "student": "Abbott, Given", "program": "Radiography 2027", "competency_id": "c1", "competency": "CT positioning", "description": "At the bedside", "category": "Imaging",
              "level": "INTERMEDIATE", "kind": "REQUIRED", "stored_status": "IN_PROGRESS", "due": "2026-11-21T06:00:00Z", "zone": "America/Chicago", "completed": null, "progress": 62.5, "assigned_by": "Carmen Ortega",
              "deployment_id": "d1", "deployment": "CT positioning 1.0.0, deployed 2026-09-04", "rotation_id": "r1", "criteria": {criteria},
              "assessments": [{{"id": "x1", "kind": "PRECEPTOR", "status": "APPROVED", "score": 3, "max_score": 4, "assessor": "Hiro Lindqvist", "at": "2026-11-20T15:00:00Z"}},
                              {{"id": "x2", "kind": "SELF", "status": "SUBMITTED", "score": 4, "max_score": 4, "assessor": "Given Abbott", "at": "2026-11-12T15:00:00Z"}}]}},
            {{"id": "a2", "student_id": "s2", "student": "Zhang, Given", "program": null, "competency_id": "c2", "competency": "Hand hygiene", "description": "Washes", "category": "Safety",
              "level": "FUNDAMENTAL", "kind": "OPTIONAL", "stored_status": "ASSIGNED", "due": null, "zone": "America/Chicago", "completed": null, "progress": 0, "assigned_by": null,
              "deployment_id": null, "deployment": null, "rotation_id": null, "criteria": [], "assessments": []}}]"#
        ))),
        List::Audit => Rows::Audit(page(
            r#"[
            {"id": "e1", "sequence": 90412, "transaction": 81224, "code": "TB-0905", "meaning": "Hours were rejected", "seal": 403,
             "earlier": {"at": "2026-11-23T13:00:03.412Z", "action": "time_record.clocked_out", "who": "Given Abbott", "key": ["2026-11-23 13:00:03.412+00", "90007"]}, "later": null,
             "at": "2026-11-23T15:13:41.033Z", "severity": "MEDIUM", "who_id": "u", "who": "Carmen Ortega", "action": "time_record.rejected", "resource_type": "time_records", "resource_id": "t-1203", "is_of_platform": false,
             "address": "10.2.0.14", "device": "medstint/0.1 xterm", "endpoint": "console", "method": "UPDATE", "status_code": 200,
             "changes": "{\"status\": {\"old\": \"PENDING\", \"new\": \"REJECTED\"}, \"decision_reason_code\": {\"new\": \"WRONG_TIMES\"}, \"version\": {\"old\": 3, \"new\": 4}}"},
            {"id": "e2", "sequence": 90398, "transaction": 81219, "code": "AU-0103", "meaning": "Too many wrong passwords in a row: locked for a while", "seal": null, "earlier": null, "later": null, "at": "2026-11-23T15:12:02.118Z", "severity": "HIGH", "who_id": null, "who": null, "action": "auth.locked_out", "resource_type": "users", "resource_id": "-", "is_of_platform": false,
             "address": "10.2.0.77", "device": null, "endpoint": "console", "method": "SIGN_IN", "status_code": 423, "changes": "{broken"}]"#,
        )),
        List::Alerts => Rows::Alerts(page(
            r#"[
            {"id": "al1", "rule_id": "r1", "rule": "Failed sign-ins from one address", "severity": "HIGH", "group_by": "address", "subject": "10.2.0.77", "subject_name": null, "account_id": null, "is_of_platform": false, "actions": ["auth.sign_in_failed"], "counts": "events", "counted": 7, "threshold": 5,
             "within_s": 600, "first": "2026-11-23T15:04:02.118Z", "last": "2026-11-23T15:12:02.118Z", "opened": "2026-11-23T15:12:02.300Z", "acknowledged_by": null, "acknowledged": null},
            {"id": "al2", "rule_id": "r2", "rule": "Decisions at night", "severity": "MEDIUM", "group_by": "person", "subject": "u", "subject_name": "Carmen Ortega", "account_id": null, "is_of_platform": false, "actions": ["time_record.approved"], "counts": "events", "counted": 12, "threshold": 1,
             "within_s": 600, "first": "2026-11-22T04:04:00Z", "last": "2026-11-22T04:09:00Z", "opened": "2026-11-22T04:09:01Z", "acknowledged_by": null, "acknowledged": null}]"#,
        )),
        List::AlertRules => Rows::AlertRules(page(
            r#"[
            {"id": "r1", "code": "decisions-at-night", "name": "Decisions at night", "actions": ["time_record.approved", "time_record.rejected", "time_record.undone"], "group_by": "person", "counts": "events",
             "threshold": 1, "within_s": 600, "from": "22:00:00", "until": "06:00:00", "severity": "MEDIUM", "is_active": true, "is_standard": true, "open_alerts": 2},
            {"id": "r2", "code": "sign-ins-from-address", "name": "Failed sign-ins from one address", "actions": ["auth.sign_in_failed"], "group_by": "address", "counts": "events",
             "threshold": 20, "within_s": 3600, "from": null, "until": null, "severity": "CRITICAL", "is_active": false, "is_standard": false, "open_alerts": 0}]"#,
        )),
        List::Assessments => Rows::Assessments(page(&format!(
            r#"[
            {{"id": "x1", "student_id": "s1", "student": "Abbott, Given", "assessor_id": "p", "assessor": "Hiro Lindqvist", "competency_id": "c1", "competency": "CT positioning", "rotation_id": "r1",
              "rotation": "CT imaging at North General", "kind": "PRECEPTOR", "status": "DRAFT", "score": 3.33, "max_score": 4, "rubric_scores": "{{\"Preparation\": 2, \"Technique\": 4}}",
              "feedback": "Careful and steady", "improvement_areas": "[\"Speed\"]", "approved_by": null, "at": "2026-11-23T13:00:00Z", "criteria": {criteria}}}]"#
        ))),
        List::Templates => Rows::Templates(page(&format!(
            r#"[
            {{"id": "t2", "is_standard": false, "name": "CT positioning", "description": "At the bedside and in the suite", "category": "Imaging", "level": "INTERMEDIATE", "type": "RUBRIC",
              "content": "{{\"objectives\": [\"Prepares\", \"Performs\"]}}", "is_public": false, "version": "1.1.0", "created_by": "Carmen Ortega", "created_at": "2026-11-20T15:00:00Z", "is_active": true,
              "is_published": false, "deployments": 0, "criteria": {criteria},
              "previous": {{"version": "1.0.0", "description": "At the bedside", "category": "Imaging", "level": "INTERMEDIATE", "type": "RUBRIC", "content": "{{\"objectives\": [\"Prepares\"]}}", "criteria": []}}}}]"#
        ))),
        List::Deployments => Rows::Deployments(page(
            r#"[
            {"id": "d1", "template_id": "t1", "template": "CT positioning", "version": "1.0.0", "by": "Carmen Ortega", "kind": "TEMPLATE_IMPORT", "status": "ACTIVE", "effective": "2026-09-04T05:00:00Z", "zone": "America/Chicago",
             "expiry": null, "programs": ["Radiography 2027"], "people": ["Zhang, Given"], "can_roll_back": true, "rolled_back": false, "assignments": 41, "completed": 12, "at": "2026-09-04T14:00:00Z"}]"#,
        )),
        List::Catalogue => Rows::Catalogue(page(&format!(
            r#"[
            {{"id": "c1", "name": "CT positioning", "description": "At the bedside", "category": "Imaging", "level": "INTERMEDIATE", "version": "1.0.0", "program": null, "template_id": "t1",
              "template": "CT positioning 1.0.0", "is_deployed": true, "assigned": 41, "completed": 12, "criteria": {criteria}}}]"#
        ))),
        List::Criteria => Rows::Criteria(page(criteria)),
        List::NotificationTemplates => Rows::NotificationTemplates(page(
            r#"[
            {"id": "n1", "type": "TIME_RECORD_REJECTED", "title": "A time record was rejected", "message": "Your record of {date} was rejected by {actor}: {reason}", "category": "TIME", "priority": "HIGH", "is_active": true, "is_standard": true, "standard": "A time record was rejected – Your record of {date} was rejected by {actor}: {reason}"},
            {"id": "n2", "type": "HOURS_APPROVED", "title": "Hours were approved", "message": "By {actor} on {date}", "category": null, "priority": "LOW", "is_active": false, "is_standard": false, "standard": "Hours were approved – By {actor} on {date}; your records show which."}]"#,
        )),
        List::Missing => Rows::Missing(page(
            r#"[
            {"id": "r1", "student_id": "s1", "student": "Abbott, Given", "rotation": "CT imaging", "site": "North General", "zone": "America/Chicago",
              "starts": "2026-11-02T06:00:00Z", "latest": "2026-11-12T13:00:00Z", "required_hours": 160, "completed_hours": 48, "preceptor": "Ortega, Carmen"},
            {"id": "r2", "student_id": "s2", "student": "Fernández, Given", "rotation": "Emergency", "site": "St Clair", "zone": "America/Chicago",
              "starts": "2026-11-09T06:00:00Z", "latest": null, "required_hours": 160, "completed_hours": 0, "preceptor": null}]"#,
        )),
        List::Corrections => Rows::Corrections(page(
            r#"[
            {"id": "c1", "record_id": "r1", "student_id": "s1", "student": "Abbott, Given", "site": "North General", "zone": "America/Chicago",
              "old_in": "2026-11-19T13:00:00Z", "old_out": "2026-11-19T21:05:00Z", "new_in": "2026-11-19T13:00:00Z", "new_out": "2026-11-19T22:05:00Z",
              "reason": "Stayed for a code blue", "by_id": "s1", "by": "Given Abbott", "at": "2026-11-22T15:14:00Z", "status": "PROPOSED", "decided_by": null, "decided_at": null},
            {"id": "c2", "record_id": "r2", "student_id": "s2", "student": "Fernández, Given", "site": "St Clair", "zone": "America/Chicago",
              "old_in": "2026-11-18T23:00:00Z", "old_out": null, "new_in": "2026-11-18T23:00:00Z", "new_out": "2026-11-19T07:00:00Z",
              "reason": "Forgot the badge", "by_id": "p1", "by": "Samuel Adler", "at": "2026-11-20T15:14:00Z", "status": "PROPOSED", "decided_by": null, "decided_at": null}]"#,
        )),
        List::Delegations => Rows::Delegations(page(
            r#"[
            {"id": "d1", "from_id": "p1", "from": "Ortega, Carmen", "to_id": "p2", "to": "Adler, Samuel", "starts": "2026-11-20T06:00:00Z", "ends": "2026-12-01T06:00:00Z", "reason": "Parental leave", "revoked": null, "zone": "America/Chicago"},
            {"id": "d2", "from_id": "p2", "from": "Adler, Samuel", "to_id": "p1", "to": "Ortega, Carmen", "starts": "2026-12-01T06:00:00Z", "ends": "2026-12-04T06:00:00Z", "reason": null, "revoked": null, "zone": "America/Chicago"}]"#,
        )),
        List::Programs => Rows::Programs(page(
            r#"[
            {"id": "p1", "name": "Radiography", "description": "Associate degree, JRCERT", "duration": 24, "class_year": 2027, "requirements": "[\"Dosimeter badge\", \"CPR\"]", "duty_profile": "RADIOGRAPHY", "is_active": true, "students": 40, "active_rotations": 38}]"#,
        )),
        List::Sites => Rows::Sites(page(
            r#"[
            {"id": "n", "name": "North General", "type": "HOSPITAL", "address": "1 North Road", "capacity": 8, "present": 9, "specialties": "[\"CT\", \"Emergency\"]", "contact_person_name": "Ada", "contact_person_email": "ada@north.example",
             "contact_person_phone": null, "requirements": "{}x", "time_zone": "America/Chicago", "is_active": true, "locations": [
               {"id": "l1", "site_id": "n", "site": "North General", "name": "Main entrance", "latitude": 41.0, "longitude": -90.0, "radius_m": 100, "is_strict": false, "is_active": true},
               {"id": "l2", "site_id": "n", "site": "North General", "name": "Annex", "latitude": 41.003, "longitude": -90.002, "radius_m": 60, "is_strict": true, "is_active": true}]}]"#,
        )),
        List::Locations => Rows::Locations(page(
            r#"[
            {"id": "l1", "site_id": "n", "site": "North General", "name": "Main entrance", "latitude": 41.0, "longitude": -90.0, "radius_m": 100, "is_strict": true, "is_active": true}]"#,
        )),
        List::Kiosks => Rows::Kiosks(page(
            r#"[
            {"id": "k1", "name": "Main entrance", "site_id": "n", "site": "North General", "location_id": "l1", "location": "Main entrance", "enrolled_at": "2026-09-01T15:00:00Z", "revoked_at": null, "code_until": null,
             "last_seen": "2026-11-23T15:13:40Z", "version": "0.1.0", "skew_ms": 240, "waiting": 0, "trouble": null, "quarantined": 0},
            {"id": "k2", "name": "Emergency", "site_id": "c", "site": "St Clair", "location_id": null, "location": null, "enrolled_at": "2026-09-01T15:00:00Z", "revoked_at": null, "code_until": null,
             "last_seen": "2026-11-23T12:13:40Z", "version": "0.1.0", "skew_ms": -3600000, "waiting": 12, "trouble": null, "quarantined": 2},
            {"id": "k3", "name": "Staff door", "site_id": "c", "site": "St Clair", "location_id": null, "location": null, "enrolled_at": "2026-09-01T15:00:00Z", "revoked_at": null, "code_until": null,
             "last_seen": "2026-11-23T15:13:40Z", "version": "0.1.0", "skew_ms": 0, "waiting": 0, "trouble": "FULL", "quarantined": 0},
            {"id": "k4", "name": "Annex", "site_id": "n", "site": "North General", "location_id": null, "location": null, "enrolled_at": null, "revoked_at": null, "code_until": "2026-11-24T15:00:00Z",
             "last_seen": null, "version": null, "skew_ms": null, "waiting": null, "trouble": null, "quarantined": 0}]"#,
        )),
        List::Quarantine => Rows::Quarantine(page(
            r#"[
            {"id": "p1", "kiosk_id": "k1", "kiosk": "Main entrance", "site": "North General", "zone": "America/Chicago", "badge": "RA00001", "student_id": "s1", "student": "Abbott, Given", "at": "2026-11-23T13:00:03.412Z",
             "device_clock": "2026-11-23T13:00:01Z", "clock_is_unverified": false, "received_at": "2026-11-23T15:00:00Z", "problem": "choose", "status": "QUARANTINED", "record_id": null, "settled_by": null, "settled_at": null, "reason": null,
             "rotations": [["r1", "CT imaging at North General"]]},
            {"id": "p2", "kiosk_id": "k1", "kiosk": "Main entrance", "site": "North General", "zone": "America/Chicago", "badge": "99999", "student_id": null, "student": null, "at": "2026-11-23T13:05:00Z",
             "device_clock": "2026-11-23T13:05:00Z", "clock_is_unverified": true, "received_at": "2026-11-23T15:00:00Z", "problem": "unknown_badge", "status": "QUARANTINED", "record_id": null, "settled_by": null, "settled_at": null, "reason": null,
             "rotations": []}]"#,
        )),
        List::Users => Rows::Users(page(
            r#"[
            {"id": "s1", "email": "abbott@riverside.example", "name": "Given Abbott", "sort_name": "Abbott, Given", "given_name": "Given", "family_name": "Abbott", "role": "STUDENT", "program_id": "p1", "program": "Radiography 2027",
             "student_id": "RA00001", "academic_status": "PROBATION", "total_clinical_hours": 412, "onboarding_completed": true, "is_active": true, "providers": ["credential", "google"], "last_seen": "2026-11-23T13:14:00Z"},
            {"id": "p", "email": "lindqvist@riverside.example", "name": "Hiro Lindqvist", "sort_name": "Lindqvist, Hiro", "given_name": "Hiro", "family_name": "Lindqvist", "role": "CLINICAL_PRECEPTOR", "program_id": null, "program": null,
             "student_id": null, "academic_status": null, "total_clinical_hours": 0, "onboarding_completed": true, "is_active": true, "providers": [], "last_seen": null}]"#,
        )),
        List::Accounts => Rows::Accounts(page(
            r#"[
            {"id": "c1", "user_id": "u", "who": "Ortega, Carmen", "email": "coordinator@riverside.example", "provider": "credential", "identity": null, "linked": "2025-08-01T13:00:00Z", "changed": "2026-11-02T13:00:00Z"},
            {"id": "c2", "user_id": "s1", "who": "Abbott, Given", "email": "abbott@riverside.example", "provider": "google", "identity": "108542", "linked": "2026-09-01T13:00:00Z", "changed": "2026-09-01T13:00:00Z"}]"#,
        )),
        List::Keys => Rows::Keys(page(
            r#"[
            {"id": "h1", "user_id": "u", "who": "Ortega, Carmen", "email": "coordinator@riverside.example", "algorithm": "ssh-ed25519", "fingerprint": "SHA256:v0molVktHt/FA8HNoqLgYgRlqURC6U0IWN/i0FSQKvI", "comment": "carmen@office",
             "added": "2026-10-05T13:00:00Z", "added_by": "Ortega, Carmen", "last_used": "2026-11-23T13:00:00Z", "removed": null},
            {"id": "h2", "user_id": "s1", "who": "Abbott, Given", "email": "abbott@riverside.example", "algorithm": "ssh-rsa", "fingerprint": "SHA256:XKBAIGz/6BY1lFd8Pff9YrAyQqBAIuMQhvvhjEQjbTk", "comment": null,
             "added": "2026-09-01T13:00:00Z", "added_by": null, "last_used": null, "removed": null}]"#,
        )),
        List::Sessions => Rows::Sessions(page(
            r#"[
            {"id": "z1", "user_id": "u", "who": "Ortega, Carmen", "email": "coordinator@riverside.example", "client": "console", "address": "10.2.0.14", "device": "medstint/0.1 xterm-256color", "began": "2026-11-23T13:00:00Z",
             "last_seen": "2026-11-23T15:10:00Z", "expires": "2026-11-24T01:00:00Z", "revoked": null, "own": true}]"#,
        )),
        List::Notifications => Rows::Notifications(page(
            r#"[
            {"id": "m1", "type": "SITE_OVER_CAPACITY", "title": "Lakeside Clinic is over its capacity", "message": "18 students for 16 places, first on 2026-11-16.", "is_read": false, "priority": "URGENT", "category": "SITE",
             "action_url": "clinical_sites/lakeside", "at": "2026-11-23T13:00:00Z"},
            {"id": "m2", "type": "COMPETENCIES_OVERDUE", "title": "Competencies are overdue", "message": "12 assignments of 9 students.", "is_read": false, "priority": "LOW", "category": null, "action_url": null, "at": "2026-11-22T13:00:00Z"}]"#,
        )),
        List::Policies => Rows::Policies(page(
            r#"[
            {"id": "riverside", "school": "Riverside Health Sciences", "duty_profile": "RADIOGRAPHY", "thresholds": "{\"day_cap_h\": 10, \"over_capacity\": \"refuse\", \"other\": [1, 2]}", "authorities": []}]"#,
        )),
        List::CalendarBySite => Rows::CalendarBySite(page(
            r#"[
            {"id": "n", "name": "North General", "capacity": 1, "bookings": [
              {"id": "r1", "with": "Abbott, Given", "specialty": "CT imaging", "start": "2026-11-02T06:00:00Z", "end": "2026-12-05T06:00:00Z", "zone": "America/Chicago", "status": "ACTIVE", "completed_hours": 118, "required_hours": 160},
              {"id": "r2", "with": "Zhang, Given", "specialty": "MRI", "start": "2026-11-30T06:00:00Z", "end": "2026-12-19T06:00:00Z", "zone": "America/Chicago", "status": "SCHEDULED", "completed_hours": 0, "required_hours": 160}]},
            {"id": "c", "name": "St Clair", "capacity": 4, "bookings": []}]"#,
        )),
        List::CalendarByStudent => Rows::CalendarByStudent(page(
            r#"[
            {"id": "s1", "name": "Abbott, Given", "capacity": 1, "bookings": [
              {"id": "r1", "with": "North General", "specialty": "CT imaging", "start": "2026-11-02T06:00:00Z", "end": "2026-12-05T06:00:00Z", "zone": "America/Chicago", "status": "ACTIVE", "completed_hours": 118, "required_hours": 160},
              {"id": "r2", "with": "St Clair", "specialty": "MRI", "start": "2026-11-30T06:00:00Z", "end": "2026-12-19T06:00:00Z", "zone": "America/Chicago", "status": "SCHEDULED", "completed_hours": 0, "required_hours": 160}]}]"#,
        )),
        List::Schools => Rows::Schools(page(
            r#"[
            {"id": "riverside", "name": "Riverside Health Sciences", "accreditation": "Higher Learning Commission", "address": "400 River Road, Peoria", "phone": "+1 309 555 0100", "email": null, "website": null, "time_zone": "America/Chicago",
             "admin_id": "u", "admin": "Carmen Ortega", "is_active": true}]"#,
        )),
    }
}

/// Answers whatever pages and totals are asked for.
fn answer(driven: &mut Driven) {
    answer_with(driven, &rows_of);
}

fn answer_with(driven: &mut Driven, rows_of: &dyn Fn(List) -> Rows) {
    let effects = std::mem::take(&mut driven.effects);
    for effect in effects {
        let Effect::Ask { from, request } = effect else { continue };
        match request {
            PaneRequest::Page { ticket, .. } if from != List::TimeRecords => {
                driven.send(to(from, PaneAnswer::Page { ticket, rows: Ok(rows_of(from)) }));
            }
            PaneRequest::Total { ticket, .. } if from != List::TimeRecords => {
                let total = Ok(Total { rows: 2, ..Total::default() });
                driven.send(to(from, PaneAnswer::Total { ticket, total }));
            }
            _ => {}
        }
    }
}

/// The answer to what a list's pane, or its overlay, asked for.
fn to(list: List, answer: PaneAnswer) -> Message {
    Message::Answer(answer.to(list))
}

/// What was asked for last, if a pane or its overlay did.
fn last_request(driven: &mut Driven) -> Option<PaneRequest> {
    match driven.effects.pop() {
        Some(Effect::Ask { request, .. }) => Some(request),
        _ => None,
    }
}

/// That a command is run from a list.
fn run(from: List, command: &Command) -> Effect {
    Effect::Ask { from, request: PaneRequest::Run(command.clone()) }
}

fn shown(size: (u16, u16), theme: Theme, list: List) -> Driven {
    let mut driven = Driven::with_queue((120, 40), theme, 9);
    driven.send(Message::Resized(size.0, size.1));
    answer(&mut driven);
    if driven.app.is_dashboard() {
        driven.key('z');
    }
    open(&mut driven, list);
    driven
}

/// To a list by its name, as a person types it.
fn open(driven: &mut Driven, list: List) {
    open_with(driven, list, &rows_of);
}

fn open_with(driven: &mut Driven, list: List, rows_of: &dyn Fn(List) -> Rows) {
    driven.key(':');
    for c in Action::showing(list).name().chars() {
        driven.key(c);
    }
    driven.press(KeyCode::Enter);
    answer_with(driven, rows_of);
    assert_eq!(driven.app.panes.shown(), list);
}

#[test]
fn every_pane_at_three_sizes() {
    for list in List::VARIANTS.iter().copied().filter(|list| *list != List::TimeRecords) {
        for (width, height) in SIZES {
            let driven = shown((width, height), Theme::default(), list);
            let name: &str = list.into();
            insta::assert_snapshot!(format!("pane_{name}_{width}x{height}"), driven.text());
        }
    }
}

#[test]
fn the_key_of_the_help_is_in_every_footer() {
    for list in List::VARIANTS.iter().copied() {
        for size in SIZES {
            let text = shown(size, Theme::default(), list).text();
            let footer = text.lines().last().unwrap_or_default();
            assert!(footer.contains("? help"), "{list:?}: {footer}");
        }
    }
}

#[test]
fn in_ascii_every_pane_draws_nothing_else() {
    for list in List::VARIANTS.iter().copied() {
        for size in SIZES {
            let driven = shown(size, Theme { ascii: true, ..Theme::default() }, list);
            assert!(driven.text().is_ascii(), "{list:?}:\n{}", driven.text());
        }
    }
}

#[test]
fn the_dashboard_has_all_four_and_z_gives_one_the_screen() {
    let mut driven = Driven::with_queue((120, 40), Theme::default(), 9);
    driven.send(Message::Resized(200, 50));
    answer(&mut driven);
    insta::assert_snapshot!("dashboard_200x50", driven.text());
    driven.key('2');
    answer(&mut driven);
    assert!(driven.text().contains("▌ Rotations"), "{}", driven.text());
    driven.key('z');
    assert!(!driven.text().contains("▌ Rotations") && driven.text().contains("BOOKED TWICE"), "{}", driven.text());
    // Smaller than that there is one pane at a time, and nothing is lost.
    driven.key('0').send(Message::Resized(159, 45));
    assert!(!driven.text().contains("▌ Rotations"), "{}", driven.text());
}

/// A correction of a record that began and ended in the hour that the clocks repeated, and
/// a punch in it.
fn in_the_repeated_hour(list: List) -> Rows {
    match list {
        List::Corrections => Rows::Corrections(page(
            r#"[
            {"id": "c1", "record_id": "r1", "student_id": "s1", "student": "Abbott, Given", "site": "North General", "zone": "America/Chicago",
              "old_in": "2026-11-01T06:10:00Z", "old_out": "2026-11-01T06:50:00Z", "new_in": "2026-11-01T06:10:00Z", "new_out": "2026-11-01T07:50:00Z",
              "reason": "Stayed for a code blue", "by_id": "s1", "by": "Given Abbott", "at": "2026-11-22T15:14:00Z", "status": "PROPOSED", "decided_by": null, "decided_at": null}]"#,
        )),
        List::Quarantine => Rows::Quarantine(page(
            r#"[
            {"id": "p1", "kiosk_id": "k1", "kiosk": "Main entrance", "site": "North General", "zone": "America/Chicago", "badge": "RA00001", "student_id": "s1", "student": "Abbott, Given", "at": "2026-11-01T07:30:00Z",
             "device_clock": "2026-11-01T07:30:00Z", "clock_is_unverified": false, "received_at": "2026-11-23T15:00:00Z", "problem": "choose", "status": "QUARANTINED", "record_id": null, "settled_by": null, "settled_at": null, "reason": null,
             "rotations": [["r1", "CT imaging at North General"]]}]"#,
        )),
        list => rows_of(list),
    }
}

#[test]
fn corrections_show_a_repeated_hour_whole_in_80_columns() {
    let mut driven = shown((80, 24), Theme::default(), List::Rotations);
    open_with(&mut driven, List::Corrections, &in_the_repeated_hour);
    assert!(driven.text().contains(" 11-01 01:10¹–01:50¹ 11-01 01:10¹–01:50² "), "{}", driven.text());
}

#[test]
fn the_quarantine_shows_a_repeated_hour_whole_in_80_columns() {
    let mut driven = shown((80, 24), Theme::default(), List::Rotations);
    open_with(&mut driven, List::Quarantine, &in_the_repeated_hour);
    assert!(driven.text().contains(" 11-01 01:30 CST "), "{}", driven.text());
}

#[test]
fn from_a_list_without_a_tab_q_leads_back_to_the_tab_and_only_from_there_out() {
    let mut driven = shown((80, 24), Theme::default(), List::Rotations);
    open(&mut driven, List::Sites);
    open(&mut driven, List::Programs);
    driven.key('q');
    assert_eq!((driven.app.panes.shown(), driven.effects.contains(&Effect::Quit)), (List::Rotations, false));
    driven.key('v').press(KeyCode::Esc);
    assert_eq!(driven.app.panes.shown(), List::Rotations);
    driven.key('q');
    assert_eq!(driven.effects, [Effect::Quit]);
}

#[test]
fn a_form_says_what_is_wrong_beside_the_field_and_never_loses_what_was_typed() {
    for size in SIZES {
        let mut driven = shown(size, Theme::default(), List::Rotations);
        driven.key('n');
        for c in "zha".chars() {
            driven.key(c);
        }
        let offer = Offer {
            reference: Reference { id: "s2".into(), name: "Zhang, Given".into() },
            note: "Nursing 2027".into(),
        };
        let line = driven.effects.iter().find_map(|effect| match effect {
            Effect::Ask { request: PaneRequest::Lookup { line, .. }, .. } => Some(*line),
            _ => None,
        });
        // One question at a time: the answers to the first letters lead to the last.
        for text in ["", "z", "zha"] {
            let (line, offers) = (line.unwrap_or(0), Ok(vec![offer.clone()]));
            let answer = PaneAnswer::Offers { line, lookup: Lookup::Students, text: text.into(), offers };
            driven.send(to(List::Rotations, answer));
        }
        driven.press(KeyCode::Enter).press(KeyCode::Tab).press(KeyCode::Tab).press(KeyCode::Tab);
        for c in "2026-13-01".chars() {
            driven.key(c);
        }
        let (width, height) = size;
        insta::assert_snapshot!(format!("form_rotation_{width}x{height}"), driven.text());
        // Leaving asks; only y leaves.
        driven.press(KeyCode::Esc).press(KeyCode::Esc);
        assert!(driven.text().contains("2026-13-01"), "{}", driven.text());
        driven.press(KeyCode::Esc).key('y');
        assert!(!driven.text().contains("2026-13-01"), "{}", driven.text());
    }
}

/// A field in which a student's name is looked up, after these answers.
fn looked_up(answers: Vec<(&str, Result<Vec<Offer>, Failure>)>) -> Driven {
    let mut driven = shown((80, 24), Theme::default(), List::Rotations);
    driven.key('n').key('z').key('h');
    for (text, offers) in answers {
        looked_up_again(&mut driven, text, offers);
    }
    driven
}

fn looked_up_again(driven: &mut Driven, text: &str, offers: Result<Vec<Offer>, Failure>) {
    let answer = PaneAnswer::Offers { line: 0, lookup: Lookup::Students, text: text.into(), offers };
    driven.send(to(List::Rotations, answer));
}

fn away() -> Failure {
    Failure::Unavailable("it is away".into())
}

#[test]
fn names_that_could_not_be_read_are_not_said_to_match_nothing() {
    let driven = looked_up(vec![("z", Ok(Vec::new())), ("zh", Err(away()))]);
    assert!(driven.text().contains("The names could not be loaded. Trying again"), "{}", driven.text());
}

#[test]
fn names_that_could_not_be_read_are_said_so_while_they_are_read_again() {
    let mut driven = looked_up(vec![("z", Ok(Vec::new())), ("zh", Err(away()))]);
    driven.send(Message::Retry).key('a');
    assert!(driven.text().contains("The names could not be loaded."), "{}", driven.text());
}

#[test]
fn names_that_could_be_read_again_are_said_to_match_nothing() {
    let mut driven = looked_up(vec![("z", Ok(Vec::new())), ("zh", Err(away()))]);
    driven.send(Message::Retry);
    looked_up_again(&mut driven, "zh", Ok(Vec::new()));
    assert!(driven.text().contains("No matches."), "{}", driven.text());
}

#[test]
fn names_that_could_not_be_read_are_no_mistake_of_the_person() {
    let mut driven = looked_up(vec![("z", Ok(Vec::new())), ("zh", Err(away()))]);
    driven.press(KeyCode::Tab);
    assert!(driven.text().contains("Wait until the names are loaded"), "{}", driven.text());
}

#[test]
fn a_screen_reader_is_told_that_names_could_not_be_read() {
    let mut driven = shown((80, 24), Theme::default(), List::Rotations);
    driven.key('n');
    let mut plain = Plain::default();
    plain.tell(&driven.app);
    for message in plain.hear(&driven.app, "1 zh").expect("a field") {
        driven.send(message);
    }
    looked_up_again(&mut driven, "", Ok(Vec::new()));
    looked_up_again(&mut driven, "zh", Err(away()));
    let told = plain.tell(&driven.app).lines.join("\n");
    assert!(told.contains("The names could not be loaded. Trying again"), "{told}");
}

#[test]
fn a_refused_save_keeps_the_form_and_names_the_field() {
    let mut driven = shown((80, 24), Theme::default(), List::Programs);
    driven.key('e').key('X').send(Message::Key(ctrl_s()));
    let Some(PaneRequest::Run(command)) = last_request(&mut driven) else { panic!("{:?}", driven.effects) };
    // While it is saved no key changes it.
    driven.key('Y');
    let refused = Failure::Invalid {
        field: ProgramField::Name.into(),
        why: "the school already has a program with this name and class year.".into(),
    };
    driven.send(to(List::Programs, PaneAnswer::Ran { command: command.clone(), report: Err(refused) }));
    assert!(driven.text().contains("RadiographyX") && driven.text().contains("already has a program"));
    driven.send(Message::Key(ctrl_s()));
    let report = Report { done: vec!["Done.".into()], ..Report::default() };
    driven.send(to(List::Programs, PaneAnswer::Ran { command, report: Ok(report) }));
    assert!(driven.app.overlay().is_none() && driven.text().contains("Done."), "{}", driven.text());
}

#[test]
fn a_preview_does_nothing_before_it_is_answered_and_nothing_by_enter() {
    for size in SIZES {
        let mut driven = shown(size, Theme::default(), List::Rotations);
        driven.key('x');
        let asked = last_request(&mut driven);
        let Some(PaneRequest::Rehearse(command)) = asked else { panic!("{asked:?} {size:?}") };
        driven.key('y');
        assert!(driven.effects.is_empty(), "a question that is not answered yet");
        let report = Report {
            done: vec!["Abbott, Given, CT imaging: canceled.".into()],
            refused: vec![Refused {
                target: Target { id: "z".into(), name: "Zhang, Given".into() },
                about: None,
                failure: Failure::Denied("It is over.".into()),
            }],
            warnings: vec!["16 h are pending.".into()],
            ..Report::default()
        };
        // What another command would do is not this one's answer.
        let mut other = command.clone();
        other.targets.clear();
        driven.send(to(List::Rotations, PaneAnswer::Rehearsed { command: other, report: Ok(report.clone()) }));
        driven.key('y');
        assert!(driven.effects.is_empty(), "an answer to another question");
        driven.send(to(List::Rotations, PaneAnswer::Rehearsed { command: command.clone(), report: Ok(report) }));
        let (width, height) = size;
        insta::assert_snapshot!(format!("preview_{width}x{height}"), driven.text());
        driven.press(KeyCode::Enter);
        assert!(driven.effects.is_empty() && driven.app.overlay().is_none());
        driven.key('x');
        let report = Ok(Report { done: vec!["x".into()], ..Report::default() });
        driven.send(to(List::Rotations, PaneAnswer::Rehearsed { command: command.clone(), report }));
        driven.key('y');
        assert_eq!(driven.effects, [run(List::Rotations, &command)]);
    }
}

#[test]
fn a_command_that_is_answered_in_another_pane_is_about_the_list_that_it_was_run_from() {
    let mut driven = shown((120, 40), Theme::default(), List::Rotations);
    driven.key('x');
    let Some(PaneRequest::Rehearse(command)) = last_request(&mut driven) else { panic!("a preview") };
    let report = Report { done: vec!["Cancelled.".into()], ..Report::default() };
    let rehearsed = PaneAnswer::Rehearsed { command: command.clone(), report: Ok(report.clone()) };
    driven.send(to(List::Rotations, rehearsed));
    driven.key('y');
    assert_eq!(driven.effects, [run(List::Rotations, &command)]);
    open(&mut driven, List::Programs);
    driven.send(to(List::Rotations, PaneAnswer::Ran { command, report: Ok(report) }));
    driven.key('2');
    let ticket = driven.effects.iter().find_map(|effect| match effect {
        Effect::Ask { from: List::Rotations, request: PaneRequest::Page { ticket, .. } } => Some(*ticket),
        _ => None,
    });
    let Rows::Rotations(mut page) = rows_of(List::Rotations) else { panic!("rotations") };
    page.rows.remove(0);
    let ticket = ticket.expect("the rotations are read again");
    driven.send(to(List::Rotations, PaneAnswer::Page { ticket, rows: Ok(Rows::Rotations(page)) }));
    let text = driven.text();
    assert!(text.contains("Fernández") && !text.contains("no longer in this list"), "{text}");
}

#[test]
fn a_preview_hears_only_what_the_pane_that_opened_it_is_answered() {
    let mut driven = shown((80, 24), Theme::default(), List::Rotations);
    driven.key('x');
    let Some(PaneRequest::Rehearse(command)) = last_request(&mut driven) else { panic!("a preview") };
    let report = Report { done: vec!["Cancelled.".into()], ..Report::default() };
    driven.send(to(List::Programs, PaneAnswer::Rehearsed { command, report: Ok(report) }));
    driven.key('y');
    assert!(driven.effects.is_empty(), "{:?}", driven.effects);
}

#[test]
fn what_a_role_may_not_is_not_offered_in_any_pane() {
    for role in Role::VARIANTS {
        let mut driven = Driven::new((120, 40), Theme::default());
        driven.send(Message::Answer(Answer::Resumed(Ok(SessionResume::Welcome(actor(*role))))));
        for list in List::VARIANTS {
            driven.app.panes.show(*list);
            for action in driven.app.offered() {
                let permission = action.permission(*list);
                // Super admins acknowledge the platform's alerts, which the same list shows.
                let is_for_the_platform = action == Action::Acknowledge && *list == List::Alerts;
                let is_allowed = permission.is_none_or(|p| role.may(p))
                    || (is_for_the_platform && role.may(Permission::AcknowledgePlatformAlerts));
                assert!(is_allowed, "{role:?} is offered {} over {list:?}", action.name());
            }
        }
    }
}

fn ctrl_s() -> crossterm::event::KeyEvent {
    crossterm::event::KeyEvent::new(KeyCode::Char('s'), crossterm::event::KeyModifiers::CONTROL)
}

/// Two students of one name, both marked.
fn namesakes() -> Driven {
    let rows = |list| match list {
        List::Users => {
            let person = |id: &str| {
                format!(
                    r#"{{"id": "{id}", "email": "{id}@riverside.example", "name": "Jo Park", "sort_name": "Park, Jo", "given_name": "Jo", "family_name": "Park", "role": "STUDENT", "program_id": null, "program": null, "student_id": null, "academic_status": null, "total_clinical_hours": 0, "onboarding_completed": true, "is_active": true, "providers": [], "last_seen": null}}"#
                )
            };
            Rows::Users(page(&format!("[{}, {}]", person("first"), person("second"))))
        }
        other => rows_of(other),
    };
    let mut driven = shown((120, 40), Theme::default(), List::Programs);
    open_with(&mut driven, List::Users, &rows);
    driven.key(' ').key(' ');
    driven.effects.clear();
    driven
}

#[test]
fn two_people_of_one_name_are_told_apart_in_a_preview() {
    let mut driven = namesakes();
    driven.key('x');
    let Some(PaneRequest::Rehearse(command)) = last_request(&mut driven) else { panic!("{}", driven.text()) };
    let names: Vec<&str> = command.targets.iter().map(|target| target.name.as_str()).collect();
    assert_eq!(names, ["Park, Jo (first@riverside.example)", "Park, Jo (second@riverside.example)"]);
}

#[test]
fn of_two_people_of_one_name_only_the_refused_one_stays_marked() {
    let mut driven = namesakes();
    driven.key('x');
    let Some(PaneRequest::Rehearse(command)) = last_request(&mut driven) else { panic!("{}", driven.text()) };
    let refused = Refused {
        target: command.targets[1].clone(),
        about: None,
        failure: Failure::Denied("You can't edit this person.".into()),
    };
    let report = Report { done: vec!["Park, Jo: inactive.".into()], refused: vec![refused], ..Report::default() };
    driven.send(to(List::Users, PaneAnswer::Rehearsed { command: command.clone(), report: Ok(report.clone()) }));
    driven.key('y');
    driven.send(to(List::Users, PaneAnswer::Ran { command, report: Ok(report) }));
    driven.press(KeyCode::Esc);
    assert!(driven.text().contains("1 marked"), "{}", driven.text());
}
