//! One record in full: the place and the device of its punches, the hours that it counts towards,
//! and every decision on it.

use serde::de::DeserializeOwned;

use super::super::listing::unreadable;
use super::super::{Bound, error, reading_detail};
use super::second_person;
use crate::domain::correction::State;
use crate::domain::list::List;
use crate::domain::time_record::{Detail, Flag, Location, Proposal, Punch, Question, Status, TimeRecord};
use crate::domain::{Failure, TimeRecordId, zone};

/// Everything about one record.
///
/// # Errors
/// [`Failure::NotFound`] when it is gone or not to be seen.
#[expect(clippy::too_many_lines, reason = "one statement, hence one snapshot")]
pub async fn detail(bound: &Bound, id: &TimeRecordId) -> Result<Detail, Failure> {
    // One statement, hence one snapshot: a record that is pending and a decision
    // that made it approved must not be shown together.
    let row = reading_detail(bound, "time_record_detail", async |tx| {
        sqlx::query!(
            r#"SELECT t.version, t.status::text AS "status!", t.student_id, u.sort_name AS student, s.name AS site, s.time_zone,
                 t.clock_in, t.clock_out, t.elapsed_ms, medstint.flags_by_now(t.flags, t.status, t.clock_in, t.clock_out, l.open_too_long_h, l.aged_d, r.completed_hours)::text AS "flags!",
                 t.clock_in_accuracy_m, t.clock_out_accuracy_m, t.notes, t.meal_break_min,
                 t.activities::text AS activities, t.clock_in_source::text AS "in_source!", t.clock_in_ip_address, t.clock_in_user_agent,
                 t.clock_out_source::text AS out_source, t.clock_out_ip_address, t.clock_out_user_agent,
                 i.verdict AS "in_verdict!", i.location AS in_location, i.distance_m AS in_distance_m, i.radius_m AS in_radius_m,
                 o.verdict AS out_verdict, o.location AS out_location, o.distance_m AS out_distance_m, o.radius_m AS out_radius_m,
                 p.name || ' ' || p.class_year AS program, r.id AS rotation_id, r.specialty AS rotation, r.required_hours, r.completed_hours, r.status = 'COMPLETED' AS "hours_are_locked!",
                 coalesce(k.sort_name, k2.sort_name) AS preceptor,
                 (SELECT f.rule FROM medstint.second_person_refusals(ARRAY[t.id]) f LIMIT 1) AS second_person,
                 (SELECT coalesce(sum(x.elapsed_ms), 0)::bigint FROM time_records x
                  WHERE x.rotation_id = t.rotation_id AND x.school_id = t.school_id AND x.status = 'PENDING') AS "pending_ms!",
                 coalesce(medstint.week_of(t.id), '{"days": [], "is_averaged": false}')::text AS "week!",
                 (SELECT coalesce(jsonb_agg(x ORDER BY x.is_punch, x.name), '[]')::text FROM (
                    SELECT l.name, false AS is_punch, l.latitude::float8, l.longitude::float8, l.radius_m::float8
                    FROM clinical_site_locations l WHERE l.clinical_site_id = t.clinical_site_id AND l.is_active
                    UNION ALL
                    SELECT v.* FROM (VALUES ('in', true, t.clock_in_latitude::float8, t.clock_in_longitude::float8, coalesce(least(t.clock_in_accuracy_m, 1000), 0)::float8),
                      ('out', true, t.clock_out_latitude::float8, t.clock_out_longitude::float8, coalesce(least(t.clock_out_accuracy_m, 1000), 0)::float8))
                      v (name, is_punch, latitude, longitude, radius_m) WHERE v.latitude IS NOT NULL) x) AS "spots!",
                 (SELECT coalesce(json_agg(q ORDER BY q."when" DESC), '[]')::text FROM (
                    SELECT q.question, a.name AS who, q.asked_at AS "when", q.answer
                    FROM time_record_questions q LEFT JOIN users a ON a.id = q.asked_by WHERE q.time_record_id = t.id
                    ORDER BY q.asked_at DESC LIMIT 20) q) AS "questions!",
                 (SELECT coalesce(json_agg(c ORDER BY c."when" DESC), '[]')::text FROM (
                    SELECT c.old_clock_in AS old_in, c.old_clock_out AS old_out, c.clock_in AS new_in, c.clock_out AS new_out, c.reason,
                      p.name AS who, c.proposed_at AS "when", c.status, d.name AS decided_by
                    FROM time_record_corrections c LEFT JOIN users p ON p.id = c.proposed_by LEFT JOIN users d ON d.id = c.decided_by
                    WHERE c.time_record_id = t.id ORDER BY c.proposed_at DESC LIMIT 20) c) AS "corrections!",
                 (SELECT coalesce(json_agg(e ORDER BY e."when" DESC), '[]')::text FROM (
                    SELECT split_part(e.action, '.', 2) AS what, a.name AS who, e.created_at AS "when",
                      CASE WHEN e.action = 'time_record.updated' THEN (SELECT string_agg(k, ', ') FROM jsonb_object_keys(e.changes::jsonb - 'version') k) END AS columns
                    FROM audit_logs e LEFT JOIN users a ON a.id = e.user_id
                    WHERE e.resource_id = t.id AND e.resource_type = 'time_records' AND e.school_id = t.school_id
                      AND e.action IN ('time_record.created', 'time_record.clocked_out', 'time_record.updated')
                    ORDER BY e.created_at DESC LIMIT 20) e) AS "events!",
                 (SELECT coalesce(json_agg(d ORDER BY d.version_before DESC), '[]')::text FROM (
                    SELECT d.version_before, d.verdict, d.kind, d.reason_code, d.reason, a.name AS who, d.decided_at AS "when"
                    FROM time_record_decisions d LEFT JOIN users a ON a.id = d.decided_by
                    WHERE d.time_record_id = t.id AND d.school_id = t.school_id
                    ORDER BY d.version_before DESC LIMIT 50) d) AS "decisions!"
               FROM time_records t
               CROSS JOIN medstint.clock_limits() l
               JOIN users u ON u.id = t.student_id
               JOIN clinical_sites s ON s.id = t.clinical_site_id
               JOIN rotations r ON r.id = t.rotation_id
               LEFT JOIN programs p ON p.id = u.program_id
               LEFT JOIN users k ON k.id = r.preceptor_id
               LEFT JOIN users k2 ON k2.id = r.supervisor_id
               LEFT JOIN LATERAL medstint.location_verdict(t.clinical_site_id, t.clock_in_latitude, t.clock_in_longitude,
                                                           t.clock_in_accuracy_m) i ON true
               LEFT JOIN LATERAL medstint.location_verdict(t.clinical_site_id, t.clock_out_latitude, t.clock_out_longitude,
                                                           t.clock_out_accuracy_m) o ON t.clock_out IS NOT NULL
               WHERE t.id = $1 AND t.school_id = $2"#,
            id as &TimeRecordId,
            bound.school(),
        )
        .fetch_optional(tx)
        .await
    })
    .await?;

    let row = row.ok_or(Failure::NotFound("The record"))?;
    let measured_in = (row.in_distance_m, row.clock_in_accuracy_m, row.in_location, row.in_radius_m);
    let measured_out = (row.out_distance_m, row.clock_out_accuracy_m, row.out_location, row.out_radius_m);
    let mut left_out = Vec::new();
    let questions: Vec<Question> = part("questions", &row.questions, &mut left_out);
    let corrections: Vec<Proposal> = part("corrections", &row.corrections, &mut left_out);
    let record = TimeRecord {
        id: id.clone(),
        version: row.version,
        status: error::parsed("status", &row.status)?,
        student_id: row.student_id.into(),
        student: row.student,
        site: row.site,
        zone: zone::parse_or_unknown(&row.time_zone),
        clock_in: row.clock_in,
        clock_out: row.clock_out,
        elapsed_ms: row.elapsed_ms,
        is_asked: questions.iter().any(|question| question.answer.is_none()),
        is_corrected: corrections.iter().any(|proposal| proposal.status.is(State::Proposed)),
        hours_are_locked: row.hours_are_locked,
        flags: flags(id, &row.flags)?,
    };
    let activities: Option<Vec<String>> =
        row.activities.as_deref().map_or(Some(Vec::new()), |text| serde_json::from_str(text).ok());
    // What counts beside this record: its own hours are not "the others'".
    let own_pending = if record.status == Status::Pending { record.elapsed_ms.unwrap_or(0) } else { 0 };
    Ok(Detail {
        program: row.program,
        rotation_id: row.rotation_id.into(),
        rotation: row.rotation,
        required_hours: row.required_hours,
        completed_hours: row.completed_hours,
        pending_ms: row.pending_ms - own_pending,
        preceptor: row.preceptor,
        notes: row.notes,
        someone_elses: row
            .second_person
            .filter(|_| record.status == Status::Pending)
            .map(|name| second_person::rule(&name).1),
        meal_break_min: row.meal_break_min,
        activities_unreadable: activities.is_none(),
        activities: activities.unwrap_or_default(),
        clock_in_location: location(&row.in_verdict, measured_in)?,
        clock_out_location: row.out_verdict.map(|verdict| location(&verdict, measured_out)).transpose()?,
        clock_in_from: Punch {
            source: row.in_source.into(),
            address: row.clock_in_ip_address,
            device: row.clock_in_user_agent,
        },
        clock_out_from: row.out_source.map(|source| Punch {
            source: source.into(),
            address: row.clock_out_ip_address,
            device: row.clock_out_user_agent,
        }),
        week: part("week", &row.week, &mut left_out),
        spots: part("map", &row.spots, &mut left_out),
        events: part("history", &row.events, &mut left_out),
        questions,
        corrections,
        decisions: part("decisions", &row.decisions, &mut left_out),
        left_out,
        record,
    })
}

/// What `medstint.location_verdict` measured: distance, accuracy, name, radius.
type Measured = (Option<f64>, Option<f32>, Option<String>, Option<i32>);

fn location(verdict: &str, (distance_m, accuracy_m, nearest, radius_m): Measured) -> Result<Location, Failure> {
    Ok(Location { verdict: error::parsed("location verdict", verdict)?, distance_m, accuracy_m, nearest, radius_m })
}

/// A part of a record; what cannot be read of it is left out, and named.
fn part<T: DeserializeOwned + Default>(name: &'static str, json: &str, left_out: &mut Vec<&'static str>) -> T {
    serde_json::from_str(json).unwrap_or_else(|error| {
        tracing::error!(part = name, %error, "a part of a record that cannot be read");
        left_out.push(name);
        T::default()
    })
}

/// A record whose flags cannot be read is not shown as one without any.
fn flags(id: &TimeRecordId, json: &str) -> Result<Vec<Flag>, Failure> {
    serde_json::from_str(json).map_err(|error| {
        tracing::error!(%error, "flags of a record that cannot be read");
        Failure::Fault(unreadable::sentence(List::TimeRecords, id.as_str(), json))
    })
}
