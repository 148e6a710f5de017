//! Kiosks, their codes, PINs, and punches in quarantine.

use sqlx::PgConnection;

use super::record::{flags_of, moment, only, parse_zone};
use super::{Stop, done};
use crate::domain::command::{Command, Report, Target};
use crate::domain::field::{PinField, PunchField};
use crate::domain::{Failure, Secret};
use crate::presentation::sentences::PINS_DIFFER;
use crate::store::attempt::Mode;
use crate::store::transaction::stash_secret;

/// A one-time code that makes a device this kiosk.
pub(super) async fn enrol(tx: &mut PgConnection, target: &Target, report: &mut Report) -> Result<(), Stop> {
    let code =
        sqlx::query_scalar!(r#"SELECT medstint.make_enrolment_code($1) AS "code!""#, target.id).fetch_one(tx).await?;
    report.done.push(format!(
        "{}: type this code on the device when `medstint kiosk` asks for it. It is shown once and valid for one day. \
         Someone else must decide on hours that this kiosk records without a PIN.",
        target.name
    ));
    report.secret = Some(Secret::new(code));
    Ok(())
}

pub(super) async fn revoke(tx: &mut PgConnection, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT medstint.revoke_kiosk($1) AS "done!""#, id).fetch_one(tx).await
}

/// A one-time code with which a person sets their PIN at a kiosk.
pub(super) async fn make_pin_code(tx: &mut PgConnection, target: &Target, report: &mut Report) -> Result<(), Stop> {
    let code = sqlx::query_scalar!(r#"SELECT medstint.make_pin_code($1) AS "code!""#, target.id).fetch_one(tx).await?;
    report.done.push(format!(
        "{} types this code at a kiosk instead of a PIN and then chooses a PIN. It is shown once and valid for one week. \
         For one day after it is used, someone else must decide on their hours.",
        target.name
    ));
    report.secret = Some(Secret::new(code));
    Ok(())
}

/// A PIN that an administrator gives.
pub(super) async fn set_pin(tx: &mut PgConnection, command: &Command) -> Result<Report, Stop> {
    let typed = command.fields();
    let (new, again) = (typed.secret(PinField::New), typed.secret(PinField::Again));
    if new != again {
        return Err(Failure::Invalid { field: PinField::Again.into(), why: PINS_DIFFER.into() }.into());
    }
    let target = only(command)?;
    stash_secret(&mut *tx, &new).await?;
    sqlx::query!("SELECT medstint.set_pin($1, current_setting('medstint.typed'))", target.id).fetch_one(tx).await?;
    Ok(done(format!(
        "{} has a new PIN. Until they replace it with a code, someone else must decide on hours punched with it.",
        target.name
    )))
}

/// A quarantined punch becomes the beginning or the end of a record.
pub(super) async fn resolve(tx: &mut PgConnection, command: &Command, mode: Mode) -> Result<Report, Stop> {
    let target = only(command)?;
    let zone = sqlx::query_scalar!(
        "SELECT s.time_zone FROM kiosk_punches p JOIN clinical_sites s ON s.id = p.clinical_site_id WHERE p.id = $1",
        target.id
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(zone) = zone else { return Err(Failure::NotFound("The punch").into()) };
    let fields = command.fields();
    let at = moment(fields, PunchField::At, parse_zone(&zone)?)?;
    let held = sqlx::query_scalar!(
        r#"SELECT medstint.resolve_punch($1, $2, $3, $4, $5) AS "held!""#,
        target.id,
        fields.text(PunchField::Way),
        fields.text(PunchField::Rotation),
        at,
        fields.text(PunchField::Reason),
    )
    .fetch_one(&mut *tx)
    .await?;
    let mut report = done(format!("{}: added to the records. Someone else must approve it.", target.name));
    if mode == Mode::Rehearse {
        report.warnings = flags_of(tx, &held).await?;
    }
    Ok(report)
}

/// A quarantined punch is set aside, and stays on record.
pub(super) async fn discard(tx: &mut PgConnection, command: &Command) -> Result<Report, Stop> {
    let why = command.fields().text(PunchField::Reason);
    let mut report = Report::default();
    for target in &command.targets {
        sqlx::query!("SELECT medstint.discard_punch($1, $2)", target.id, why).fetch_one(&mut *tx).await?;
        report.done.push(format!("{}: set aside.", target.name));
    }
    Ok(report)
}
