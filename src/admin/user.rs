//! `medstint user`: the operator's tool for the first people of a database.

use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::bail;

use super::owner::Owner;
use super::{output, place, print_line};
use crate::cli::{Global, RoleName, User};
use crate::domain::Role;
use crate::store::users::{self, NewUser};

pub(super) async fn run(global: &Global, what: User) -> Result<ExitCode> {
    let config = place::config(global)?;
    // What only reads says nothing of itself, so that its output is all there is.
    let mut owner = match &what {
        User::List { .. } => Owner::connect(&config).await?,
        User::Add { .. } | User::SetPassword { .. } | User::Deactivate { .. } => Owner::named(&config).await?,
    };
    let owner = &mut owner.connection;
    match what {
        User::Add { email, name, role, school } => {
            if school.is_none() && role != RoleName::SuperAdmin {
                bail!(
                    "School: everybody but a super admin belongs to one. Name it with --school; `medstint user list` shows them."
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
            print_line("The password is set; sessions with the old one have ended.")
        }
        User::Deactivate { email } => {
            users::deactivate(owner, &email).await?;
            print_line("Inactive from now on; every session has ended.")
        }
        User::List { school, students, format } => {
            let people = users::list(owner, school.as_deref(), students).await?;
            let titles = ["email", "name", "role", "school", "active"];
            let mut table = output::Output::new(format, &titles)?;
            for person in people {
                let school = person.school.clone().unwrap_or_default();
                let cells: [&str; 5] =
                    [&person.email, &person.name, &person.role, &school, if person.active { "yes" } else { "no" }];
                table.row(&cells, &person)?;
            }
            table.finish()
        }
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
