//! `medstint authority`: the certificate authorities of schools, for the operator.

use std::process::ExitCode;

use color_eyre::Result;
use serde::Serialize;

use super::output::{Field, Output, Row, instant};
use super::owner::Owner;
use super::{place, print_line, user_key};
use crate::cli::{Authority, Global};
use crate::store::authorities::{self, ListedAuthority};

pub(super) async fn run(global: &Global, what: Authority) -> Result<ExitCode> {
    let config = place::config(global)?;
    let mut owner = match &what {
        Authority::List { .. } => Owner::connect(&config).await?,
        Authority::Add { .. } | Authority::Remove { .. } => Owner::connect_announced(&config).await?,
    };
    let owner = &mut owner.connection;
    match what {
        Authority::Add { school, file } => {
            let key = user_key::read(&file)?;
            authorities::add(owner, &school, &key).await?;
            print_line(&format!("Added the authority {}. It signs in everyone of the school.", key.fingerprint()))
        }
        Authority::List { school, format } => {
            let found = authorities::list(owner, &school).await?.into_iter().map(Listed::from);
            Output::of::<Listed>(format)?.rows(found).map(|()| ExitCode::SUCCESS)
        }
        Authority::Remove { school, fingerprint } => {
            authorities::remove(owner, &school, &fingerprint).await?;
            print_line("The authority was removed. Sessions of its certificates have ended.")
        }
    }
}

/// An authority as a program reads it.
#[derive(Serialize)]
struct Listed {
    fingerprint: String,
    algorithm: String,
    comment: Option<String>,
    added_at: String,
    added_by: String,
}

impl From<ListedAuthority> for Listed {
    fn from(authority: ListedAuthority) -> Self {
        Self {
            fingerprint: authority.fingerprint,
            algorithm: authority.algorithm,
            comment: authority.comment,
            added_at: instant(authority.added_at),
            added_by: authority.added_by,
        }
    }
}

impl Row for Listed {
    const HEADINGS: &'static [&'static str] = &["fingerprint", "algorithm", "comment", "added", "added by"];
    const COLUMNS: &'static [&'static str] = &["fingerprint", "algorithm", "comment", "added_at", "added_by"];

    fn cells(&self) -> Vec<String> {
        let by: &str = if self.added_by.is_empty() { "the operator" } else { &self.added_by };
        let comment = self.comment.clone().unwrap_or_default();
        vec![self.fingerprint.clone(), self.algorithm.clone(), comment, self.added_at.clone(), by.to_owned()]
    }

    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::value(&self.fingerprint),
            Field::value(&self.algorithm),
            Field::text(self.comment.as_deref()),
            Field::value(&self.added_at),
            Field::Text(&self.added_by),
        ]
    }
}
