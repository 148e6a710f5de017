//! `medstint user`: the operator's tool for the first people of a database.

use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::bail;

use super::output::{Field, Output, Row};
use super::owner::Owner;
use super::{place, print_line, user_key};
use crate::cli::{Global, RoleName, User, UserKey};
use crate::domain::Role;
use crate::store::users::{self, Listed, NewUser};

pub(super) async fn run(global: &Global, what: User) -> Result<ExitCode> {
    let config = place::config(global)?;
    // What only reads says nothing of itself, so that its output is all there is.
    let mut owner = match &what {
        User::List { .. } | User::Key(UserKey::List { .. }) => Owner::connect(&config).await?,
        User::Add { .. } | User::SetPassword { .. } | User::Deactivate { .. } | User::Key(_) => {
            Owner::connect_announced(&config).await?
        }
    };
    let owner = &mut owner.connection;
    match what {
        User::Add { email, name, role, school } => {
            if school.is_none() && role != RoleName::SuperAdmin {
                bail!(
                    "Everyone except a super admin needs a school. Add --school; `medstint user list` shows the ids."
                );
            }
            let password = place::password(&format!("Password for {email}: "))?;
            let user = NewUser { email, name, role: role.into(), school };
            let id = users::add(owner, &user, &password).await?;
            print_line(&format!("Added {} ({}), id {id}.", user.name, user.role.label()))
        }
        User::SetPassword { email } => {
            let password = place::password(&format!("New password for {email}: "))?;
            users::set_password(owner, &email, &password).await?;
            print_line("The password was set. Sessions that used the old one have ended.")
        }
        User::Deactivate { email } => {
            users::deactivate(owner, &email).await?;
            print_line("Deactivated. All sessions have ended.")
        }
        User::List { school, students, format } => {
            let people = users::list(owner, school.as_deref(), students).await?;
            Output::of::<Listed>(format)?.rows(people).map(|()| ExitCode::SUCCESS)
        }
        User::Key(what) => user_key::run(owner, what).await,
    }
}

impl Row for Listed {
    const HEADINGS: &'static [&'static str] = &["email", "name", "role", "school", "active"];
    const COLUMNS: &'static [&'static str] = &["id", "email", "name", "role", "school_id", "school", "active"];

    fn cells(&self) -> Vec<String> {
        let active = if self.active { "yes" } else { "no" }.to_owned();
        let school = self.school.clone().unwrap_or_default();
        vec![self.email.clone(), self.name.clone(), self.role.text().to_owned(), school, active]
    }

    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::Text(&self.id),
            Field::Text(&self.email),
            Field::Text(&self.name),
            Field::value(&self.role.text()),
            Field::text(self.school_id.as_deref()),
            Field::text(self.school.as_deref()),
            Field::value(&self.active),
        ]
    }
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::SuperAdmin => Self::SuperAdmin,
            RoleName::SchoolAdmin => Self::SchoolAdmin,
            RoleName::ClinicalPreceptor => Self::ClinicalPreceptor,
            RoleName::ClinicalSupervisor => Self::ClinicalSupervisor,
            RoleName::Student => Self::Student,
        }
    }
}
