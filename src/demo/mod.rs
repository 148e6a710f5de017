//! The demonstration: two schools on a private `PostgreSQL`, with live activity
//! written from a connection of its own, as a web application would.

mod activity;
mod world;

pub use activity::run as run_activity;
pub use world::build;

use serde::Serialize;
use sqlx::Connection;

use crate::cluster::{self, Cluster, Settings};
use crate::domain::stored::Stored;
use crate::domain::{Role, Secret};
use crate::store::{Address, migrations};

/// The demo's database.
pub const DATABASE: &str = "medstint_demo";
/// Everyone's password in the demo: made up, and only on a private socket.
pub const PASSWORD: &str = "demo-demo-demo";

/// A person whom the demo can sign in.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub password: String,
    pub role: Stored<Role>,
    pub school: Option<String>,
}

/// The demo, ready to be used.
#[derive(Debug)]
pub struct Demo {
    pub cluster: Cluster,
    pub people: Vec<Person>,
}

impl Demo {
    /// Starts the cluster, brings the schema up and builds the world where
    /// there is none. `progress` gets a sentence about each step that takes time.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub async fn prepare(settings: &Settings, reset: bool, progress: impl Fn(&str)) -> color_eyre::Result<Self> {
        progress("Starting a private PostgreSQL …");
        let cluster = match Cluster::start(settings).await {
            // What it holds is thrown away in any case.
            Err(cluster::Error::OtherMajor { dir, .. }) if reset => {
                std::fs::remove_dir_all(dir)?;
                Cluster::start(settings).await?
            }
            cluster => cluster?,
        };
        let _preparing = cluster.preparing().await?;
        if reset {
            cluster.drop_database(DATABASE).await?;
        }
        cluster.make_database(DATABASE).await?;
        let owner = Address::parse(Some(&cluster.owner_url(DATABASE)))?;
        let mut connection = owner.connect().await?;
        if !migrations::has_known_history(&mut connection).await? {
            progress("This demonstration was created by another version of medstint. Replacing it …");
            connection.close().await?;
            cluster.drop_database(DATABASE).await?;
            cluster.make_database(DATABASE).await?;
            connection = owner.connect().await?;
        }
        migrations::up(&mut connection, None).await?;
        if !world::exists(&mut connection).await? {
            progress("Building two schools, 90 days of work …");
            world::build(&mut connection).await?;
        }
        let people = world::people(&mut connection).await?;
        Ok(Self { cluster, people })
    }

    /// The URL that the console connects with.
    #[must_use]
    pub fn app_url(&self) -> String {
        self.cluster.url("medstint_app", DATABASE)
    }

    /// A credential for the kiosk at the main entrance of North General. It invalidates the one
    /// before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn kiosk(&self) -> color_eyre::Result<Secret> {
        let mut owner = Address::parse(Some(&self.owner_url()))?.connect().await?;
        Ok(Secret::new(world::kiosk(&mut owner).await?))
    }

    /// The URL of the schema's owner.
    #[must_use]
    pub fn owner_url(&self) -> String {
        self.cluster.owner_url(DATABASE)
    }

    /// The URL that exchanges people's keys for sessions.
    #[must_use]
    pub fn serve_url(&self) -> String {
        self.cluster.url("medstint_serve", DATABASE)
    }

    /// The URL that the activity writes with.
    #[must_use]
    pub fn web_url(&self) -> String {
        self.cluster.url("medstint_web", DATABASE)
    }
}
