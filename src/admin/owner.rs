//! The schema's owner at the command line. Commands that change the schema, delete data or
//! set passwords print the name of their database first. Data is deleted only after a
//! person has confirmed that name.

use std::io::{self, IsTerminal};

use color_eyre::Result;
use color_eyre::eyre::bail;

use super::output::{prompt, tell};
use super::place;
use crate::config::Config;
use crate::domain::text::visible;
use crate::store::OwnerConnection;

/// A connection of the owner's.
pub(super) struct Owner {
    pub(super) connection: OwnerConnection,
    /// The name of the database, as its server says it.
    pub(super) database: String,
    /// Where it is, without a password.
    described: String,
}

impl Owner {
    /// Connects without announcing the database, for commands that only read.
    pub(super) async fn connect(config: &Config) -> Result<Self> {
        let (mut connection, address) = place::owner(config).await?;
        let database = connection.database_name().await?;
        Ok(Self { connection, database, described: address.described() })
    }

    /// Connects, and prints on standard error which database it is.
    pub(super) async fn connect_announced(config: &Config) -> Result<Self> {
        let owner = Self::connect(config).await?;
        tell(&format!("Database {} ({})", owner.database, owner.described));
        Ok(owner)
    }

    /// Continues only if the name of the database is given, by an option or at the terminal.
    pub(super) fn confirm(&self, given: Option<&str>, what: &str) -> Result<()> {
        let database = &self.database;
        let named = match given {
            Some(given) => given.to_owned(),
            None if io::stdin().is_terminal() => {
                prompt(&format!("{} Type the name of the database to continue: ", visible(what)));
                let mut line = String::new();
                io::stdin().read_line(&mut line)?;
                line.trim().to_owned()
            }
            None => bail!("{what} Nothing was done. To continue, add --confirm {database}."),
        };
        if named != *database {
            bail!("The database is {database}, not “{named}”. Nothing was done.");
        }
        Ok(())
    }
}
