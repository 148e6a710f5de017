//! Steps of one key over one or several rows: a row that a rule refuses does not stop the others.

use sqlx::PgConnection;

use super::{Performed, Stop, key, kiosk, record, save};
use crate::domain::command::{Refused, Report, Step, Switch, Target};
use crate::domain::{Failure, UserId, assessment, rotation};
use crate::presentation::clock::decimal_hours;
use crate::store::{Bound, error};

/// Takes a step with each target.
pub(super) async fn step(
    tx: &mut PgConnection,
    bound: &Bound,
    step: Step,
    targets: &[Target],
) -> Result<Performed, Stop> {
    hold(tx, step, targets).await?;
    let (mut parts, mut refused_by) = (vec![Report::default(); targets.len()], Vec::new());
    // Locked in the order of their ids, as everywhere; reported in the order of the marks.
    let mut work: Vec<(&Target, &mut Report)> = targets.iter().zip(&mut parts).collect();
    work.sort_by(|(target, _), (other, _)| target.id.cmp(&other.id));
    for (target, report) in work {
        sqlx::raw_sql("SAVEPOINT one").execute(&mut *tx).await?;
        match one(tx, bound, step, target, report).await {
            Ok(()) => {
                sqlx::raw_sql("RELEASE SAVEPOINT one").execute(&mut *tx).await?;
            }
            Err(Stop::Database(error)) if error::is_transient(&error) => return Err(Stop::Database(error)),
            Err(refusal) => {
                let failure = match refusal {
                    Stop::Database(error) => {
                        refused_by.extend(error::right_refused(&error));
                        error::failure(&error)
                    }
                    Stop::Refused(failure) => failure,
                };
                if failure.is_transient() || failure == Failure::SignedOut {
                    return Err(failure.into());
                }
                sqlx::raw_sql("ROLLBACK TO SAVEPOINT one").execute(&mut *tx).await?;
                report.refused.push(Refused { target: target.clone(), about: None, failure });
            }
        }
    }
    Ok(Performed { report: whole(parts), refused_by })
}

/// What the steps tell together.
fn whole(parts: Vec<Report>) -> Report {
    let mut report = Report::default();
    for part in parts {
        report.done.extend(part.done);
        report.refused.extend(part.refused);
        report.warnings.extend(part.warnings);
        report.secret = report.secret.or(part.secret);
    }
    report
}

/// Locks what a step over several rows writes before its first row is written. The
/// triggers of a row take the flags turn of the school, and its holder must not wait for
/// a row ("Lock order" in ARCHITECTURE.md).
async fn hold(tx: &mut PgConnection, step: Step, targets: &[Target]) -> Result<(), sqlx::Error> {
    let kind = match step {
        Step::ActivateRotation | Step::CompleteRotation | Step::CancelRotation => "rotations",
        Step::ApproveCorrection => "time_record_corrections",
        Step::SubmitAssessment | Step::ReviewAssessment | Step::ReturnAssessment | Step::ApproveAssessment => {
            "assessments"
        }
        Step::RollBackDeployment => "competency_deployments",
        Step::RemoveCriterion => "rubric_criteria",
        // Each writes its own row and waits for nothing else: their order is enough.
        _ => return Ok(()),
    };
    super::hold_targets(tx, kind, targets).await
}

async fn one(
    tx: &mut PgConnection,
    bound: &Bound,
    step: Step,
    target: &Target,
    report: &mut Report,
) -> Result<(), Stop> {
    let (id, school, name) = (target.id.as_str(), bound.school(), &target.name);
    let set_rotation = async |tx: &mut PgConnection, status: rotation::Status| {
        sqlx::query!(
            "UPDATE rotations SET status = $3::text::rotation_status WHERE id = $1 AND school_id = $2",
            id,
            school,
            status as rotation::Status
        )
        .execute(tx)
        .await
        .map(|done| done.rows_affected() == 1)
    };
    let set_assessment = async |tx: &mut PgConnection, status: assessment::Status| {
        // The signed-in person approves; the trigger enforces that too.
        let by = (status == assessment::Status::Approved).then(|| bound.user());
        sqlx::query!(
            "UPDATE assessments SET status = $3::text::assessment_status, approved_by = $4 WHERE id = $1 AND school_id = $2",
            id,
            school,
            status as assessment::Status,
            by as Option<&UserId>
        )
        .execute(tx)
        .await
        .map(|done| done.rows_affected() == 1)
    };
    let (found, what) = match step {
        Step::ActivateRotation => (set_rotation(tx, rotation::Status::Active).await?, "active"),
        Step::CompleteRotation => (set_rotation(tx, rotation::Status::Completed).await?, "completed"),
        Step::CancelRotation => (set_rotation(tx, rotation::Status::Cancelled).await?, "canceled"),
        Step::SubmitAssessment => (set_assessment(tx, assessment::Status::Submitted).await?, "submitted"),
        Step::ReviewAssessment => (set_assessment(tx, assessment::Status::Reviewed).await?, "reviewed"),
        Step::ApproveAssessment => (set_assessment(tx, assessment::Status::Approved).await?, "approved"),
        Step::ReturnAssessment => (give_back(tx, id, school).await?, "returned"),
        Step::ArchiveDeployment => (archive(tx, id).await?, "archived"),
        Step::RemoveKey => (key::remove(tx, id).await?, "removed; its sessions have ended"),
        Step::RevokeSession => (revoke(tx, id).await?, "ended"),
        Step::MarkRead => (mark_read(tx, id).await?, "read"),
        Step::RemoveCriterion => (remove_criterion(tx, id).await?, "removed"),
        Step::ApproveCorrection => return record::approve_correction(tx, target, report).await,
        Step::RejectCorrection => {
            (record::decide_correction(tx, id, false).await?, "correction rejected; the record is unchanged")
        }
        Step::WithdrawCorrection => (withdraw_correction(tx, id).await?, "withdrawn"),
        Step::RemindOfRotation | Step::RemindOfClockOut => return remind(tx, step, target, report).await,
        Step::AcknowledgeAlert => (acknowledge(tx, id).await?, "acknowledged"),
        Step::EndDelegation => (end_delegation(tx, id, school).await?, "ended"),
        Step::EnrolKiosk => return kiosk::enrol(tx, target, report).await,
        Step::MakePinCode => return kiosk::make_pin_code(tx, target, report).await,
        Step::RevokeKiosk => {
            if !kiosk::revoke(tx, id).await? {
                let why = "No device is enrolled as this kiosk, so there is nothing to revoke.";
                return Err(Failure::Denied(why.into()).into());
            }
            (true, "revoked; unsent punches stay in its journal")
        }
        Step::RollBackDeployment => return super::competency::roll_back(tx, target, report).await,
        Step::ResetPassword => {
            report.warnings.extend(key::kept(tx, target).await?);
            report.secret = Some(save::reset_password(tx, bound, id).await?);
            report.done.push(format!("New password for {name}. It is shown once; pass it on."));
            return Ok(());
        }
    };
    if !found {
        return Err(Failure::NotFound("It").into());
    }
    if matches!(step, Step::CompleteRotation | Step::CancelRotation) {
        report.warnings.extend(waiting(tx, target).await?);
    }
    report.done.push(format!("{name}: {what}."));
    Ok(())
}

async fn acknowledge(tx: &mut PgConnection, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT medstint.acknowledge_alert($1) AS "found!""#, id).fetch_one(tx).await
}

/// Warns of pending records in a rotation that ends.
async fn waiting(tx: &mut PgConnection, target: &Target) -> Result<Option<String>, sqlx::Error> {
    let pending = sqlx::query!(
        r#"SELECT count(*) AS "records!", coalesce(sum(elapsed_ms), 0)::bigint AS "elapsed_ms!" FROM time_records
           WHERE rotation_id = $1 AND status = 'PENDING'"#,
        target.id
    )
    .fetch_one(tx)
    .await?;
    let hours = decimal_hours(pending.elapsed_ms);
    let records = match pending.records {
        1 => "1 record".to_owned(),
        several => format!("{several} records"),
    };
    let said = format!("{}: still pending: {records} ({hours} h). You can decide on them later.", target.name);
    Ok((pending.records > 0).then_some(said))
}

async fn withdraw_correction(tx: &mut PgConnection, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query!("SELECT medstint.withdraw_correction($1)", id).fetch_one(tx).await?;
    Ok(true)
}

/// A student is reminded once a day.
async fn remind(tx: &mut PgConnection, step: Step, target: &Target, report: &mut Report) -> Result<(), Stop> {
    let told = if step == Step::RemindOfRotation {
        sqlx::query_scalar!(r#"SELECT medstint.remind_of_rotation($1) AS "told!""#, target.id).fetch_one(tx).await?
    } else {
        sqlx::query_scalar!(r#"SELECT medstint.remind_of_clock_out($1) AS "told!""#, target.id).fetch_one(tx).await?
    };
    if !told {
        return Err(Failure::Denied(
            "This student was already reminded today, or the school turned these notifications off.".into(),
        )
        .into());
    }
    report.done.push(format!("{}: reminded.", target.name));
    Ok(())
}

/// Ends the delegation now; its decisions remain.
async fn end_delegation(tx: &mut PgConnection, id: &str, school: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("UPDATE delegations SET revoked_at = now() WHERE id = $1 AND school_id = $2", id, school)
        .execute(tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Returns an assessment by one step: from reviewed to submitted, from submitted to draft.
async fn give_back(tx: &mut PgConnection, id: &str, school: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE assessments SET status = CASE status WHEN 'REVIEWED' THEN 'SUBMITTED' ELSE 'DRAFT' END::assessment_status
         WHERE id = $1 AND school_id = $2",
        id,
        school
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn archive(tx: &mut PgConnection, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT medstint.archive_deployment($1) AS "done!""#, id).fetch_one(tx).await
}

async fn revoke(tx: &mut PgConnection, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT medstint.revoke_session($1) AS "done!""#, id).fetch_one(tx).await
}

async fn mark_read(tx: &mut PgConnection, id: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("UPDATE notifications SET is_read = true WHERE id = $1", id).execute(tx).await?;
    Ok(done.rows_affected() == 1)
}

async fn remove_criterion(tx: &mut PgConnection, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT medstint.remove_criterion($1) AS "done!""#, id).fetch_one(tx).await
}

/// Makes rows inactive, or active again.
pub(super) async fn switch(
    tx: &mut PgConnection,
    bound: &Bound,
    of: Switch,
    on: bool,
    targets: &[Target],
) -> Result<Report, Stop> {
    let ids: Vec<String> = targets.iter().map(|target| target.id.clone()).collect();
    let school = bound.school();
    super::lock_rows(tx, table(of), targets).await?;
    let done = match of {
        Switch::Program => {
            sqlx::query!("UPDATE programs SET is_active = $3 WHERE id = ANY ($1) AND school_id = $2", &ids, school, on)
        }
        Switch::Site => sqlx::query!(
            "UPDATE clinical_sites SET is_active = $3 WHERE id = ANY ($1) AND school_id = $2",
            &ids,
            school,
            on
        ),
        Switch::Location => sqlx::query!(
            "UPDATE clinical_site_locations SET is_active = $3 WHERE id = ANY ($1) AND school_id = $2",
            &ids,
            school,
            on
        ),
        Switch::User => {
            sqlx::query!("UPDATE users SET is_active = $3 WHERE id = ANY ($1) AND school_id = $2", &ids, school, on)
        }
        Switch::School => sqlx::query!("UPDATE schools SET is_active = $2 WHERE id = ANY ($1)", &ids, on),
        Switch::NotificationTemplate => sqlx::query!(
            "UPDATE notification_templates SET is_active = $3 WHERE id = ANY ($1) AND school_id = $2",
            &ids,
            school,
            on
        ),
        Switch::AlertRule => {
            sqlx::query!(
                "UPDATE alert_rules SET is_active = $3 WHERE id = ANY ($1) AND school_id = $2",
                &ids,
                school,
                on
            )
        }
        Switch::Template => sqlx::query!(
            "UPDATE competency_templates SET is_active = $3 WHERE id = ANY ($1) AND school_id = $2",
            &ids,
            school,
            on
        ),
    };
    let changed = done.execute(tx).await?.rows_affected();
    if changed != targets.len() as u64 {
        return Err(Failure::NotFound("Some of them").into());
    }
    let word = if on { "active again" } else { "inactive" };
    Ok(Report { done: targets.iter().map(|target| format!("{}: {word}.", target.name)).collect(), ..Report::default() })
}

/// The table of a switch.
fn table(of: Switch) -> &'static str {
    match of {
        Switch::Program => "programs",
        Switch::Site => "clinical_sites",
        Switch::Location => "clinical_site_locations",
        Switch::User => "users",
        Switch::School => "schools",
        Switch::NotificationTemplate => "notification_templates",
        Switch::AlertRule => "alert_rules",
        Switch::Template => "competency_templates",
    }
}
