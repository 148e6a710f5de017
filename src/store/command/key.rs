//! SSH keys of people: added from the line of a file, removed.

use sqlx::PgConnection;

use super::{Stop, done};
use crate::domain::Failure;
use crate::domain::command::{Command, Report, Target};
use crate::domain::field::SshKeyField;
use crate::domain::form::Value;
use crate::domain::public_key::PublicKey;
use crate::store::Bound;

/// Adds a key of one's own, or of the person whom the command names.
pub(super) async fn add(tx: &mut PgConnection, bound: &Bound, command: &Command) -> Result<Report, Stop> {
    let fields = command.fields();
    let line = fields.text(SshKeyField::Key).unwrap_or_default();
    let key = PublicKey::parse(line)
        .map_err(|problem| Failure::Invalid { field: SshKeyField::Key.into(), why: problem.sentence() })?;
    let other = match fields.value(SshKeyField::UserId) {
        Value::Reference(owner) if owner.id != bound.user().as_str() => Some(owner),
        _ => None,
    };
    let owner = other.map_or(bound.user().as_str(), |owner| owner.id.as_str());
    sqlx::query!("SELECT medstint.add_key($1, $2, $3)", owner, key.blob(), key.comment()).fetch_one(tx).await?;
    let mut report = done(format!("Key {} added.", key.fingerprint()));
    report.warnings = other.map(|owner| counts_as(&owner.name)).into_iter().collect();
    Ok(report)
}

/// The note about adding a key for someone else.
fn counts_as(owner: &str) -> String {
    format!(
        "Until one day after this key is removed, you and {owner} count as one person wherever a rule needs two people."
    )
}

pub(super) async fn remove(tx: &mut PgConnection, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT medstint.remove_key($1) AS "done!""#, id).fetch_one(tx).await
}

/// Warns of a person's keys, which a new password doesn't replace.
pub(super) async fn kept(tx: &mut PgConnection, person: &Target) -> Result<Option<String>, sqlx::Error> {
    let keys = sqlx::query_scalar!(
        r#"SELECT count(*) AS "keys!" FROM user_keys WHERE user_id = $1 AND removed_at IS NULL"#,
        person.id
    )
    .fetch_one(tx)
    .await?;
    let said = match keys {
        0 => return Ok(None),
        1 => "an SSH key".to_owned(),
        several => format!("{several} SSH keys"),
    };
    Ok(Some(format!("{} also signs in with {said}. Remove what someone else may have (:keys).", person.name)))
}
