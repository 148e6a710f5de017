//! Certificate authorities of a school: lines of its policy, each a row of its own.

use sqlx::PgConnection;

use super::{Stop, done, save};
use crate::domain::Failure;
use crate::domain::command::Report;
use crate::domain::field::PolicyField;
use crate::domain::form::{Changed, Value};
use crate::domain::public_key::PublicKey;

/// What adding an authority means for the person who adds it.
const COUNTS_AS_EVERYONE: &str = "Until one day after you remove it, you count as everyone of the school wherever a \
    rule needs two people. So does everyone who signs in with its certificates. To avoid that, have the operator add \
    it (medstint authority add).";

/// Makes the authorities of the school those of the lines.
pub(super) async fn set(tx: &mut PgConnection, change: &Changed) -> Result<Report, Stop> {
    let (shown, wanted) = (keys(&change.old)?, keys(&change.new)?);
    let remarks: Vec<String> = wanted.iter().map(|key| key.comment().to_owned()).collect();
    let is_set = sqlx::query_scalar!(
        r#"SELECT medstint.set_authorities($1, $2, $3) AS "is_set!""#,
        &blobs(&shown),
        &blobs(&wanted),
        &remarks
    )
    .fetch_one(&mut *tx)
    .await?;
    if !is_set {
        return Err(save::why_not_policy(tx).await?.into());
    }
    let added = without(&wanted, &shown);
    let removed = without(&shown, &wanted);
    let mut report = Report::default();
    for key in &added {
        report.done.push(format!("Authority {} added.", key.fingerprint()));
    }
    for key in &removed {
        report.done.push(format!("Authority {} removed; sessions of its certificates have ended.", key.fingerprint()));
    }
    if report.done.is_empty() {
        report = done("Certificate authorities: no change.");
    }
    report.warnings = if added.is_empty() { Vec::new() } else { vec![COUNTS_AS_EVERYONE.to_owned()] };
    Ok(report)
}

/// The keys of the lines, each once.
fn keys(lines: &Value) -> Result<Vec<PublicKey>, Stop> {
    let Value::Texts(lines) = lines else { return Ok(Vec::new()) };
    let mut keys: Vec<PublicKey> = Vec::new();
    for line in lines {
        let key = PublicKey::parse(line).map_err(|problem| {
            let why = format!("“{}”: {}", shortened(line), problem.sentence());
            Failure::Invalid { field: PolicyField::CertificateAuthorities.into(), why }
        })?;
        if keys.iter().all(|known| known.blob() != key.blob()) {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// The beginning of a line, which may be long.
fn shortened(line: &str) -> String {
    const MOST: usize = 24;
    let start: String = line.chars().take(MOST).collect();
    if start.len() < line.len() { format!("{start}…") } else { start }
}

fn blobs(keys: &[PublicKey]) -> Vec<Vec<u8>> {
    keys.iter().map(|key| key.blob().to_vec()).collect()
}

/// The keys that are not among the others.
fn without<'a>(keys: &'a [PublicKey], others: &[PublicKey]) -> Vec<&'a PublicKey> {
    keys.iter().filter(|key| others.iter().all(|other| other.blob() != key.blob())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO+4Y30axVKxdhEdRAhnKCctyPx/rYviR2l40Ot4WVUD the school";

    fn lines(lines: &[&str]) -> Value {
        Value::Texts(lines.iter().map(|line| (*line).to_owned()).collect())
    }

    #[test]
    fn an_authority_on_two_lines_is_one() {
        assert_eq!(keys(&lines(&[LINE, LINE])).ok().map(|keys| keys.len()), Some(1));
    }

    #[test]
    fn a_bad_line_is_named() {
        let Err(Stop::Refused(failure)) = keys(&lines(&[LINE, "-----BEGIN OPENSSH PRIVATE KEY-----"])) else {
            panic!("no refusal")
        };
        let told = failure.to_string();
        assert!(told.contains("“-----BEGIN OPENSSH PRIVA…”: this is a private key."), "{told}");
    }
}
