//! `medstint user key`: the SSH keys of people, for the operator.

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::{bail, eyre};
use serde::Serialize;

use super::output::{Field, Output, Row, instant};
use super::print_line;
use crate::cli::UserKey;
use crate::domain::public_key::PublicKey;
use crate::files;
use crate::store::OwnerConnection;
use crate::store::keys::{self, ListedKey};

pub(super) async fn run(owner: &mut OwnerConnection, what: UserKey) -> Result<ExitCode> {
    match what {
        UserKey::Add { email, file } => {
            let key = read(&file)?;
            keys::add(owner, &email, &key).await?;
            print_line(&format!("Added the key {} for {email}.", key.fingerprint()))
        }
        UserKey::List { email, format } => {
            let found = keys::list(owner, &email).await?.into_iter().map(Listed::from);
            Output::of::<Listed>(format)?.rows(found).map(|()| ExitCode::SUCCESS)
        }
        UserKey::Remove { email, fingerprint } => {
            keys::remove(owner, &email, &fingerprint).await?;
            print_line("The key was removed. Its sessions have ended.")
        }
    }
}

/// The key in a file or, for `-`, on standard input.
pub(super) fn read(file: &Path) -> Result<PublicKey> {
    let (place, text) = if file == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text).map(|_| text);
        ("Standard input".to_owned(), files::text(read).map_err(|why| eyre!("Standard input: {why}"))?)
    } else {
        (file.display().to_string(), files::read(file).map_err(|why| eyre!(why))?)
    };
    match PublicKey::parse(&text) {
        Ok(key) => Ok(key),
        Err(problem) => bail!("{place}: {}", problem.sentence()),
    }
}

/// A key as a program reads it.
#[derive(Serialize)]
struct Listed {
    fingerprint: String,
    algorithm: String,
    comment: Option<String>,
    added_at: String,
    last_used_at: Option<String>,
}

impl From<ListedKey> for Listed {
    fn from(key: ListedKey) -> Self {
        Self {
            fingerprint: key.fingerprint,
            algorithm: key.algorithm,
            comment: key.comment,
            added_at: instant(key.added_at),
            last_used_at: key.last_used_at.map(instant),
        }
    }
}

impl Row for Listed {
    const HEADINGS: &'static [&'static str] = &["fingerprint", "algorithm", "comment", "added", "last used"];
    const COLUMNS: &'static [&'static str] = &["fingerprint", "algorithm", "comment", "added_at", "last_used_at"];

    fn cells(&self) -> Vec<String> {
        let used = self.last_used_at.clone().unwrap_or_else(|| "never".into());
        let comment = self.comment.clone().unwrap_or_default();
        vec![self.fingerprint.clone(), self.algorithm.clone(), comment, self.added_at.clone(), used]
    }

    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::value(&self.fingerprint),
            Field::value(&self.algorithm),
            Field::text(self.comment.as_deref()),
            Field::value(&self.added_at),
            Field::maybe(self.last_used_at.as_ref()),
        ]
    }
}
