//! Connects to a database, and checks whether this console can use it.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, PgConnection};
use tokio::time::timeout;

use super::connect_options::{connect_options, is_remote};
use super::migrations;
use super::prepared::{Preparation, Route};
use super::tcp::TcpOptions;
use super::transaction::{Purpose, read_on};
use crate::domain::connection::{APPLICATION, Settings};
use crate::domain::{Failure, database_url};

/// `PostgreSQL` 14, as `server_version_num` writes it.
pub const MINIMUM_SERVER: i32 = 140_000;

/// Longer than a person would wait.
const FOR_EVER: Duration = Duration::from_hours(24);

/// Where the database is, and how it is reached.
#[derive(Clone)]
pub struct Address {
    options: PgConnectOptions,
    time_limit: Duration,
    /// `None` where the way leads through a socket of this machine.
    tcp: Option<TcpOptions>,
    route: Arc<Route>,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Address({})", self.described())
    }
}

impl Address {
    /// Reads a `postgres://` URL alone, without what the environment adds to it; `None` is
    /// a server on this machine.
    ///
    /// # Errors
    /// A sentence that does not repeat the URL, since it may hold a password.
    pub fn parse(url: Option<&str>) -> Result<Self, Failure> {
        let values = url.map(database_url::values).transpose()?.unwrap_or_default();
        Self::new(&Settings::from_values(&values)?)
    }

    /// The address that settings lead to.
    ///
    /// # Errors
    /// Settings that cannot be used together.
    pub fn new(settings: &Settings) -> Result<Self, Failure> {
        let options = connect_options(settings)?;
        let has_network = options.get_socket().is_none();
        let tcp = has_network.then(|| TcpOptions { port: settings.port, tcp: settings.tcp.clone() });
        let time_limit = settings.time_limit.unwrap_or(FOR_EVER);
        Ok(Self { options, time_limit, tcp, route: Arc::default() })
    }

    /// The same address for a client of this name (`application_name`), unless the settings give
    /// it another.
    #[must_use]
    pub fn named(mut self, client: &str) -> Self {
        if self.client() == APPLICATION {
            self.options = self.options.application_name(client);
        }
        self
    }

    /// What the client is called among the server's connections.
    #[must_use]
    pub fn client(&self) -> &str {
        self.options.get_application_name().unwrap_or_default()
    }

    /// How long connecting may take: looking the host up, TCP, TLS and signing in together.
    #[must_use]
    pub fn time_limit(&self) -> Duration {
        self.time_limit
    }

    /// `medstint_app@db.example.edu:5432/medstint`: never a password.
    #[must_use]
    pub fn described(&self) -> String {
        let o = &self.options;
        let place = o.get_socket().map_or_else(|| o.get_host().to_owned(), |socket| socket.display().to_string());
        format!(
            "{}@{place}:{}/{}",
            o.get_username(),
            o.get_port(),
            o.get_database().unwrap_or_else(|| o.get_username())
        )
    }

    /// What is weaker than it should be about the path to a remote server, in a sentence;
    /// to be said before anything is sent.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        self.warning_of("The connection")
    }

    /// The same, of a path that has a name of its own.
    #[must_use]
    pub fn warning_of(&self, path: &str) -> Option<String> {
        if !is_remote(&self.options) {
            return None;
        }
        let host = self.options.get_host();
        let weakness = match self.options.get_ssl_mode() {
            PgSslMode::VerifyFull => return None,
            PgSslMode::VerifyCa => "accepts a certificate issued for another host",
            PgSslMode::Require => "does not verify the server's certificate, so an impostor could get the password",
            PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer => {
                "is not encrypted, so others can read the password and all data"
            }
        };
        Some(format!("{path} to {host} {weakness}. Use sslmode=verify-full."))
    }

    /// One connection of its own, outside any pool.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] with what is wrong and what to do.
    pub async fn connect(&self) -> Result<PgConnection, Failure> {
        self.opened().await.map(|(connection, _)| connection)
    }

    /// A connection, and how long prepared statements last on it.
    pub(super) async fn opened(&self) -> Result<(PgConnection, Preparation), Failure> {
        Box::pin(self.open()).await.map_err(|error| match error {
            sqlx::Error::PoolTimedOut => self.no_answer(),
            error => super::error::failure(&error),
        })
    }

    /// Connects with options of this address, in time.
    pub(super) async fn connect_with(&self, options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
        let late = |_| sqlx::Error::PoolTimedOut;
        let connection = timeout(self.time_limit, options.connect()).await.map_err(late)??;
        self.look_after_connections();
        Ok(connection)
    }

    /// Sets the options of TCP on this process's connections to the server.
    pub(super) fn look_after_connections(&self) {
        if let Some(tcp) = &self.tcp {
            tcp.apply();
        }
    }

    fn no_answer(&self) -> Failure {
        Failure::Unavailable(format!(
            "no answer within {} s. Check host, port and firewall, or allow more time with connect_timeout=SECONDS",
            self.time_limit.as_secs()
        ))
    }

    /// Makes sure that a console can be used with what is at the other end.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when it does not answer, [`Failure::NoSchema`] and
    /// [`Failure::Invalid`] when it is not a database for this console.
    pub async fn check(&self) -> Result<(), Failure> {
        let mut connection = self.connect().await?;
        compatibility(&mut connection).await?.verdict()
    }

    pub(super) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    pub(super) fn route(&self) -> &Route {
        &self.route
    }

    /// Whether both are copies of one address.
    pub(super) fn is_same_way(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.route, &other.route)
    }
}

/// The answer on a connection outside any pool. A path that dies after connecting holds
/// nothing up for ever.
pub(super) async fn answered<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let late = |_| Failure::Unavailable("it stopped answering. Try again".into());
    timeout(super::LONGEST, work).await.map_err(late)?
}

/// What was found at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compatibility {
    /// `server_version_num`
    pub server: i32,
    /// The newest applied migration; `None` where ours never ran.
    pub schema: Option<i64>,
    /// Whether row-level security restricts the role we connected as to its person's school.
    pub fenced: bool,
    pub role: String,
}

impl Compatibility {
    /// Whether a console may run here.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to do.
    pub fn verdict(&self) -> Result<(), Failure> {
        let latest = migrations::latest();
        let wrong = |why: String| Err(Failure::Setting { what: "This database", why });
        if self.server < MINIMUM_SERVER {
            return wrong(format!(
                "runs PostgreSQL {}; medstint needs 14 or newer. Upgrade the server.",
                self.server / 10_000
            ));
        }
        match self.schema {
            None => Err(Failure::NoSchema),
            Some(0) => wrong("has no medstint migration applied. Run `medstint migrate up` as its owner.".into()),
            Some(found) if found < latest => wrong(format!(
                "is at migration {found} and this medstint needs {latest}. Run `medstint migrate up` as its owner."
            )),
            Some(found) if found > latest => {
                wrong(format!("is at migration {found}, newer than this medstint knows ({latest}). Upgrade medstint."))
            }
            Some(_) if !self.fenced => wrong(format!(
                "was opened as {}, whom row-level security does not restrict to one school (an owner, a superuser or medstint_web). Connect as medstint_app.",
                self.role
            )),
            Some(_) => Ok(()),
        }
    }
}

/// Asks the server who it is and who we are to it.
///
/// # Errors
/// [`Failure::Unavailable`] when it does not answer.
pub async fn compatibility(connection: &mut PgConnection) -> Result<Compatibility, Failure> {
    let asking = read_on(connection, Purpose::Read, async |tx| {
        let found = sqlx::query!(
            r#"SELECT current_setting('server_version_num')::integer AS "server!",
             to_regprocedure('medstint.schema_version()') IS NOT NULL
               AND has_schema_privilege('medstint', 'USAGE') AS "ours!",
             NOT (r.rolsuper OR r.rolbypassrls OR EXISTS (
               SELECT FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
               WHERE n.nspname = 'public' AND c.relname = 'time_records' AND pg_has_role(c.relowner, 'MEMBER'))
             OR EXISTS (SELECT FROM pg_roles web WHERE web.rolname = 'medstint_web' AND pg_has_role(web.oid, 'MEMBER')))
               AS "fenced!",
             current_user::text AS "role!"
           FROM pg_roles r WHERE r.rolname = current_user"#
        )
        .fetch_one(&mut *tx)
        .await?;
        let schema = if found.ours {
            sqlx::query_scalar!("SELECT medstint.schema_version()").fetch_one(tx).await?
        } else {
            None
        };
        Ok(Compatibility { server: found.server, schema, fenced: found.fenced, role: found.role })
    });
    answered(asking).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> Compatibility {
        Compatibility { server: 150_018, schema: Some(migrations::latest()), fenced: true, role: "medstint_app".into() }
    }

    #[test]
    fn only_a_database_that_fits_is_used_and_others_are_told_why() {
        assert_eq!(found().verdict(), Ok(()));
        for (wrong, says) in [
            (Compatibility { server: 130_015, ..found() }, "runs PostgreSQL 13; medstint needs 14 or newer"),
            (Compatibility { schema: None, ..found() }, "has no medstint schema"),
            (Compatibility { schema: Some(0), ..found() }, "no medstint migration applied"),
            (Compatibility { schema: Some(1), ..found() }, "is at migration 1"),
            (Compatibility { schema: Some(9_999), ..found() }, "Upgrade medstint"),
            (
                Compatibility { fenced: false, role: "postgres".into(), ..found() },
                "whom row-level security does not restrict",
            ),
        ] {
            let told = wrong.verdict().expect_err("it does not fit").to_string();
            assert!(told.contains(says), "{told}");
        }
    }

    #[test]
    fn a_remote_host_without_a_verified_certificate_is_warned_of() {
        let warns = |url: &str| Address::parse(Some(url)).expect("a good URL").warning().is_some();
        for weaker in ["require", "disable", "verify-ca"] {
            assert!(warns(&format!("postgres://u@db.example.edu/x?sslmode={weaker}")), "{weaker}");
        }
        assert!(!warns("postgres://u@db.example.edu/x?sslmode=verify-full"));
        assert!(!warns("postgres://u@localhost/x?sslmode=disable"));
        assert!(!warns("postgres://u@localhost/x?host=/run/postgresql"));
    }

    #[test]
    fn an_address_never_shows_its_password() {
        let address = Address::parse(Some("postgres://u:s3cret@h/x")).expect("a good URL");
        assert!(!format!("{address:?}{}", address.described()).contains("s3cret"));
    }
}
