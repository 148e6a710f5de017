//! Saves forms: writes the columns that the form names, and no others.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value as Json};
use sqlx::{PgConnection, QueryBuilder};

use super::super::columns::{column, table};
use super::record::parse_zone;
use super::{Stop, authority, done, told, zone_change};
use crate::domain::command::{Command, Report};
use crate::domain::failure::{PriorChange, Stale};
use crate::domain::field::{
    CriterionField, DelegationField, FieldId, NotificationTemplateField, PasswordField, PolicyField, RotationField,
    UserField,
};
use crate::domain::form::{Changed, Changes, Edge, Form, Value};
use crate::domain::local_time::{day_end, day_start};
use crate::domain::text::capitalized;
use crate::domain::{Failure, Secret};
use crate::presentation::clock::thousands;
use crate::presentation::sentences::{PASSWORDS_DIFFER, already_booked};
use crate::store::attempt::Mode;
use crate::store::{Bound, reading, sessions};

/// A new row.
pub(super) async fn create(tx: &mut PgConnection, form: Form, command: &Command) -> Result<Report, Stop> {
    let id = insert(tx, form, &command.changes).await?;
    let mut report = done(format!("{} added.", name_of(form, &command.changes)));
    report.warnings = warnings(tx, form, &id).await?;
    Ok(report)
}

/// Writes a row and answers with its key.
pub(super) async fn insert(tx: &mut PgConnection, form: Form, changes: &[Changed]) -> Result<String, Stop> {
    let given = || changes.iter().filter(|change| change.new != Value::Nothing);
    let zone = zone(tx, form, changes, None).await?;
    let columns: Vec<&str> = given().filter_map(|change| column(&change.field)).collect();
    let table = table(form.record());
    let mut sql = QueryBuilder::new(format!("INSERT INTO {table} ({}) SELECT ", columns.join(", ")));
    sql.push(columns.iter().map(|column| format!("x.{column}")).collect::<Vec<_>>().join(", "));
    sql.push(format_args!(" FROM jsonb_populate_record(NULL::{table}, "));
    sql.push_bind(object(given().map(|change| (change, &change.new)), zone));
    sql.push(") x RETURNING id");
    Ok(sql.build_query_scalar().fetch_one(&mut *tx).await?)
}

/// Other values, in one row or in several, where they are still what was shown.
pub(super) async fn edit(tx: &mut PgConnection, bound: &Bound, form: Form, command: &Command) -> Result<Report, Stop> {
    let mut report = Report::default();
    super::lock_rows(tx, table(form.record()), &command.targets).await?;
    for target in &command.targets {
        // Of many rows, which have many values, none is compared.
        // One's own name is nobody else's.
        let seen = command.targets.len() == 1 && form != Form::Profile;
        update(tx, bound, form, &target.id, &command.changes, seen).await?;
        report.done.push(format!("{}: {}.", target.name, said(&command.changes)));
        report.warnings.extend(warnings(tx, form, &target.id).await?);
        report.warnings.extend(zone_change::effects(tx, form, target, &command.changes).await?);
    }
    Ok(report)
}

/// One row; `seen` is whether the old values have to be there still.
pub(super) async fn update(
    tx: &mut PgConnection,
    bound: &Bound,
    form: Form,
    id: &str,
    changes: &[Changed],
    seen: bool,
) -> Result<(), Stop> {
    if changes.is_empty() {
        return Ok(());
    }
    let zone = zone(tx, form, changes, Some(id)).await?;
    let changes = &keep_instants(tx, form, changes, (id, zone)).await?;
    let columns: Vec<(&str, &Changed)> =
        changes.iter().filter_map(|change| Some((column(&change.field)?, change))).collect();
    if columns.is_empty() {
        return Ok(());
    }
    let table = table(form.record());
    let new = object(changes.iter().map(|change| (change, &change.new)), zone);
    let old = object(changes.iter().map(|change| (change, &change.old)), zone);
    let set: Vec<String> = columns.iter().map(|(column, _)| format!("{column} = x.{column}")).collect();
    let mut sql = QueryBuilder::new(format!("UPDATE {table} t SET {}", set.join(", ")));
    sql.push(format_args!(" FROM jsonb_populate_record(NULL::{table}, ")).push_bind(new);
    sql.push(format_args!(") x, jsonb_populate_record(NULL::{table}, ")).push_bind(old);
    sql.push(") o WHERE t.id = ").push_bind(id.to_owned());
    for (column, change) in columns.into_iter().filter(|_| seen) {
        sql.push(" AND ");
        same(&mut sql, column, change);
    }
    if sql.build().execute(&mut *tx).await?.rows_affected() == 1 {
        return Ok(());
    }
    Err(why_not(tx, bound, table, id).await?.into())
}

/// Days that nobody edited and that are sent because the site is another: where its zone
/// is the same, so are the instants.
async fn keep_instants(
    tx: &mut PgConnection,
    form: Form,
    changes: &[Changed],
    (id, new_zone): (&str, Tz),
) -> Result<Vec<Changed>, Stop> {
    let is_unedited = |change: &Changed| match (&change.old, &change.new) {
        (Value::Kept(_, shown, edge), Value::Day(day, of)) => shown == day && edge == of,
        _ => false,
    };
    if !changes.iter().any(is_unedited) || zone(tx, form, &[], Some(id)).await? != new_zone {
        return Ok(changes.to_vec());
    }
    let kept = |change: &Changed| {
        let new = if is_unedited(change) { &change.old } else { &change.new };
        Changed { new: new.clone(), ..change.clone() }
    };
    Ok(changes.iter().map(kept).collect())
}

/// That a column still holds what was shown. JSON is compared as what it says.
fn same(sql: &mut QueryBuilder<sqlx::Postgres>, column: &str, change: &Changed) {
    if matches!((&change.old, &change.new), (Value::Texts(_), _) | (_, Value::Texts(_))) {
        sql.push(format_args!("coalesce(t.{column}::text, '[]')::jsonb = coalesce(o.{column}::text, '[]')::jsonb"));
    } else {
        sql.push(format_args!("t.{column} IS NOT DISTINCT FROM o.{column}"));
    }
}

/// Who changed the row first, or that it no longer exists.
pub(super) async fn why_not(
    tx: &mut PgConnection,
    bound: &Bound,
    table: &str,
    id: &str,
) -> Result<Failure, sqlx::Error> {
    let mut there = QueryBuilder::new(format!("SELECT EXISTS (SELECT FROM {table} WHERE id = "));
    there.push_bind(id.to_owned()).push(")");
    if !there.build_query_scalar::<bool>().fetch_one(&mut *tx).await? {
        return Ok(Failure::NotFound("It"));
    }
    let last = sqlx::query!(
        r#"SELECT u.name AS "who?", a.created_at, now() AS "now!" FROM audit_logs a LEFT JOIN users u ON u.id = a.user_id
           WHERE a.resource_id = $1 AND a.resource_type = $2 AND a.school_id = $3 ORDER BY a.created_at DESC, a.id DESC LIMIT 1"#,
        id,
        table,
        bound.school(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    let now = sqlx::query_scalar!(r#"SELECT now() AS "now!""#).fetch_one(&mut *tx).await?;
    Ok(Failure::Stale(Stale {
        who: last.as_ref().and_then(|last| last.who.clone()),
        change: PriorChange::Edited,
        when: last.as_ref().map(|last| last.created_at),
        now,
    }))
}

/// A new person, and their first password.
pub(super) async fn invite(
    tx: &mut PgConnection,
    bound: &Bound,
    command: &Command,
    mode: Mode,
) -> Result<Report, Stop> {
    let id = insert(tx, Form::User, &command.changes).await?;
    let name = name_of(Form::User, &command.changes);
    if mode == Mode::Rehearse {
        return Ok(done(format!("{name} invited.")));
    }
    let password = reset_password(tx, bound, &id).await?;
    Ok(told(format!("Password for {name}. It is shown once; pass it on."), password))
}

/// A password that the database made.
pub(super) async fn reset_password(tx: &mut PgConnection, _: &Bound, id: &str) -> Result<Secret, sqlx::Error> {
    let fresh = sqlx::query_scalar!(r#"SELECT medstint.reset_password($1) AS "password!""#, id).fetch_one(tx).await?;
    Ok(Secret::new(fresh))
}

/// One's own password. The present one is counted as an attempt, and committed,
/// before anything is said of it; see `medstint.begin_unlock`.
pub(super) async fn password(bound: &Bound, command: &Command) -> Result<Report, Failure> {
    let typed = command.fields();
    let (old, new, again) =
        (typed.secret(PasswordField::Old), typed.secret(PasswordField::New), typed.secret(PasswordField::Again));
    if new != again {
        return Err(Failure::Invalid { field: PasswordField::Again.into(), why: PASSWORDS_DIFFER.into() });
    }
    match sessions::change_password(bound, &old, &new).await? {
        sessions::Unlock::Open => Ok(done("Your password was changed. Your other sessions have ended.")),
        sessions::Unlock::Refused => {
            Err(Failure::Invalid { field: PasswordField::Old.into(), why: "this is not your current password.".into() })
        }
    }
}

/// The school's policy. Certificate authorities are in a table of their own: to remove one waits for
/// nothing that holds the policy's row.
pub(super) async fn policy(
    tx: &mut PgConnection,
    bound: &Bound,
    command: &Command,
    mode: Mode,
) -> Result<Report, Stop> {
    let authorities = FieldId::from(PolicyField::CertificateAuthorities);
    let (authorities, limits): (Vec<Changed>, Vec<Changed>) =
        command.changes.iter().cloned().partition(|change| change.field == authorities);
    let mut report = Report::default();
    if let Some(change) = authorities.first() {
        report = authority::set(tx, change).await?;
    }
    if authorities.is_empty() || !limits.is_empty() {
        let of_limits = set_limits(tx, bound, &limits, mode).await?;
        report.done.extend(of_limits.done);
        report.warnings.extend(of_limits.warnings);
    }
    Ok(report)
}

/// The duty profile and the thresholds: one row, made when it is first needed. Thresholds that
/// were emptied fall back to their defaults; keys of others stay.
async fn set_limits(tx: &mut PgConnection, bound: &Bound, changes: &[Changed], mode: Mode) -> Result<Report, Stop> {
    let (mut set, mut removed, mut old) = (Map::new(), Vec::new(), Map::new());
    let fields = Changes::<PolicyField>::of(changes);
    let profile = FieldId::from(PolicyField::DutyProfile);
    for change in changes.iter().filter(|change| change.field != profile) {
        let key = change.field.name().to_owned();
        let json = |text: &str| text.parse().map_or_else(|_| Json::from(text), Json::Number);
        match change.new.text() {
            Some(text) => drop(set.insert(key.clone(), json(text))),
            None => removed.push(key.clone()),
        }
        old.insert(key, change.old.text().map_or(Json::Null, json));
    }
    let profile = fields.text(PolicyField::DutyProfile);
    if mode == Mode::Rehearse {
        // Saving looks at every pending record again; trying looks only.
        let mut report = done(format!("Policy: {}.", said(changes)));
        report.warnings = vec![replay(tx, bound, profile, Json::Object(set), &removed).await?];
        return Ok(report);
    }
    let done_rows = sqlx::query!(
        r#"INSERT INTO school_policies AS p (school_id, duty_profile, thresholds)
           VALUES ($1, coalesce($2, 'CUSTOM'), ($3::jsonb)::text)
           ON CONFLICT (school_id) DO UPDATE SET duty_profile = coalesce($2, p.duty_profile),
             thresholds = ((p.thresholds::jsonb || $3::jsonb) - $4::text[])::text
           WHERE ($6::text IS NULL OR p.duty_profile = $6) AND (SELECT coalesce(bool_and(coalesce(p.thresholds::jsonb -> key, 'null') = value), true) FROM jsonb_each($5::jsonb))"#,
        bound.school(),
        profile,
        Json::Object(set),
        &removed,
        Json::Object(old),
        fields.find(PolicyField::DutyProfile).and_then(|change| change.old.text()),
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if done_rows == 0 {
        return Err(why_not_policy(tx).await?.into());
    }
    Ok(done(format!("Policy: {}.", said(changes))))
}

/// What the policy would have flagged, had it been in force for 90 days.
async fn replay(
    tx: &mut PgConnection,
    bound: &Bound,
    profile: Option<&str>,
    set: Json,
    removed: &[String],
) -> Result<String, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT r.records AS "records!", r.flagged AS "flagged!", r.approved AS "approved!", r.cleared AS "cleared!", r.codes, r.is_part AS "is_part!"
           FROM (SELECT) one LEFT JOIN school_policies p ON p.school_id = $1
           CROSS JOIN LATERAL medstint.replay(jsonb_build_object('duty_profile', coalesce($2, p.duty_profile, 'CUSTOM'),
             'thresholds', (coalesce(p.thresholds::jsonb, '{}') || $3::jsonb) - $4::text[])) r"#,
        bound.school(),
        profile,
        set,
        removed,
    )
    .fetch_one(tx)
    .await?;
    let count = |number: i64| thousands(number.unsigned_abs());
    let tried = if row.is_part { "the last 90 days' newest" } else { "the last 90 days'" };
    let codes = row.codes.map_or_else(String::new, |codes| format!(" ({codes})"));
    Ok(format!(
        "It would flag {} more of {tried} {} records{codes}, {} of them approved; and {} no longer.",
        count(row.flagged),
        count(row.records),
        count(row.approved),
        count(row.cleared),
    ))
}

pub(super) async fn why_not_policy(tx: &mut PgConnection) -> Result<Failure, sqlx::Error> {
    let now = sqlx::query_scalar!(r#"SELECT now() AS "now!""#).fetch_one(&mut *tx).await?;
    Ok(Failure::Stale(Stale { who: None, change: PriorChange::Edited, when: None, now }))
}

/// By which rotation a student is booked already, where that is why a rotation was
/// refused: the rule itself names nothing.
pub(super) async fn booked_already(bound: &Bound, command: &Command) -> Option<Failure> {
    let id = command.targets.first().map(|target| target.id.clone());
    let others = reading(bound, "booked_already", async |tx| {
        let zone = zone(tx, Form::Rotation, &command.changes, id.as_deref()).await.unwrap_or(Tz::UTC);
        let row = object(command.changes.iter().map(|change| (change, &change.new)), zone);
        sqlx::query_scalar!(
            r#"SELECT o.specialty || ' at ' || s.name || ', ' || to_char(medstint.day_of(o.start_date, s.time_zone), 'YYYY-MM-DD') || ' to '
                 || to_char(medstint.last_day(o.end_date, s.time_zone), 'YYYY-MM-DD') AS "other!"
               FROM jsonb_populate_record(NULL::rotations, $1) x
               LEFT JOIN rotations r ON r.id = $2
               JOIN rotations o ON o.student_id = coalesce(x.student_id, r.student_id) AND o.id IS DISTINCT FROM $2
                 AND o.status IN ('SCHEDULED', 'ACTIVE')
                 AND o.end_date > coalesce(x.start_date, r.start_date) AND o.start_date < coalesce(x.end_date, r.end_date)
               JOIN clinical_sites s ON s.id = o.clinical_site_id
               ORDER BY o.start_date, o.id LIMIT 3"#,
            row,
            id
        )
        .fetch_all(tx)
        .await
    })
    .await
    .ok()
    .filter(|others| !others.is_empty())?;
    let why = format!("{}. The school's policy doesn't allow that (:policies).", already_booked(&others.join("; ")));
    Some(Failure::Invalid { field: RotationField::StartDate.into(), why })
}

/// What is allowed and still worth knowing, of a row that was just written.
async fn warnings(tx: &mut PgConnection, form: Form, id: &str) -> Result<Vec<String>, sqlx::Error> {
    if form != Form::Rotation {
        return Ok(Vec::new());
    }
    let row = sqlx::query!(
        r#"SELECT s.name, s.capacity, medstint.busiest(r.clinical_site_id, r.start_date, r.end_date) AS "busiest!",
             r.end_date < now() AS "over!",
             (SELECT coalesce(array_agg(o.specialty ORDER BY o.start_date, o.id), '{}') FROM rotations o
              WHERE o.student_id = r.student_id AND o.id <> r.id AND o.status IN ('SCHEDULED', 'ACTIVE')
                AND o.end_date > r.start_date AND o.start_date < r.end_date) AS "others!"
           FROM rotations r JOIN clinical_sites s ON s.id = r.clinical_site_id
           WHERE r.id = $1 AND r.status IN ('SCHEDULED', 'ACTIVE')"#,
        id
    )
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let mut warnings = Vec::new();
    if row.busiest > i64::from(row.capacity) {
        warnings.push(format!(
            "{} has {} places; {} students would be there at once.",
            row.name, row.capacity, row.busiest
        ));
    }
    if !row.others.is_empty() {
        warnings.push(format!("{}.", capitalized(&already_booked(&row.others.join(", ")))));
    }
    if row.over {
        warnings.push("It ends in the past.".into());
    }
    Ok(warnings)
}

/// The zone in which a form's days are: that of the site it names, or of the site
/// of the row; for what has no site, the school's.
pub(super) async fn zone(tx: &mut PgConnection, form: Form, changes: &[Changed], id: Option<&str>) -> Result<Tz, Stop> {
    let name = if form == Form::Rotation {
        let site = Changes::of(changes).text(RotationField::ClinicalSiteId);
        sqlx::query_scalar!(
            "SELECT time_zone FROM clinical_sites WHERE id = coalesce($1, (SELECT clinical_site_id FROM rotations WHERE id = $2))",
            site,
            id
        )
        .fetch_optional(tx)
        .await?
    } else if changes.iter().any(|change| matches!(change.new, Value::Day(..))) {
        sqlx::query_scalar!("SELECT time_zone FROM schools WHERE id = (SELECT medstint.current_school_id())")
            .fetch_optional(tx)
            .await?
    } else {
        return Ok(Tz::UTC);
    };
    match name {
        Some(name) => Ok(parse_zone(&name)?),
        None => {
            Err(Failure::Invalid { field: RotationField::ClinicalSiteId.into(), why: "it no longer exists.".into() }
                .into())
        }
    }
}

/// Values as the JSON that a row is made from: each is read as its column's type.
fn object<'a>(values: impl Iterator<Item = (&'a Changed, &'a Value)>, zone: Tz) -> Json {
    let columns = values.filter_map(|(change, value)| Some((column(&change.field)?.to_owned(), json(value, zone))));
    Json::Object(columns.collect())
}

fn json(value: &Value, zone: Tz) -> Json {
    match value {
        Value::Nothing | Value::Secret(_) => Json::Null,
        Value::Text(text) => Json::from(text.as_str()),
        Value::Flag(flag) => Json::from(*flag),
        // Columns of JSON are text: a text that holds JSON.
        Value::Texts(texts) => Json::from(serde_json::json!(texts).to_string()),
        Value::Reference(reference) => Json::from(reference.id.as_str()),
        Value::References(all) => all.iter().map(|one| one.id.as_str()).collect(),
        Value::Day(day, edge) => Json::from(instant(*day, *edge, zone).to_rfc3339()),
        Value::Kept(at, ..) | Value::Moment(at, _) => Json::from(at.to_rfc3339()),
    }
}

/// The instant at which a day begins or ends.
pub(super) fn instant(day: NaiveDate, edge: Edge, zone: Tz) -> DateTime<Utc> {
    match edge {
        Edge::Start => day_start(day, zone),
        Edge::End => day_end(day, zone),
    }
}

/// What changed, in words.
fn said(changes: &[Changed]) -> String {
    changes
        .iter()
        .map(|change| format!("{} {} → {}", change.field.label(), change.old.label(), change.new.label()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What a person would call the row.
fn name_of(form: Form, changes: &[Changed]) -> String {
    let of = |field: FieldId| changes.iter().find(|change| change.field == field).map(|change| change.new.label());
    let name = |field: FieldId| of(field).unwrap_or_else(|| Value::Nothing.label());
    match form {
        Form::User | Form::Profile => {
            format!("{} {}", name(UserField::GivenName.into()), name(UserField::FamilyName.into()))
        }
        Form::Rotation => {
            format!("{} for {}", name(RotationField::Specialty.into()), name(RotationField::StudentId.into()))
        }
        Form::Criterion => name(CriterionField::CriterionName.into()),
        Form::NotificationTemplate => name(NotificationTemplateField::Title.into()),
        Form::Delegation => name(DelegationField::ToUserId.into()),
        form => FieldId::named(form.record(), "name").map_or_else(|| Value::Nothing.label(), name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_becomes_a_column() {
        assert_eq!(json(&Value::Secret(Secret::new("hunter2")), Tz::UTC), Json::Null);
    }
}
