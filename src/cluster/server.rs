//! One cluster: created once, started when needed, stopped by its last user.

use std::fs::{File, OpenOptions};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::account::Account;
use super::{Binaries, Error, SearchPath, at};
use crate::store::Address;

/// The role that owns the demo's and the tests' databases: not a superuser, so
/// that row-level security is as forced on it as it would be anywhere.
const OWNER: &str = "medstint_owner";
/// The longest path that a socket may have on every system.
const LONGEST_SOCKET: usize = 103;

/// Whether data should outlive a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    Full,
    /// For tests: faster, and thrown away.
    None,
}

/// What a cluster is made with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its directory; made when it is not there.
    pub dir: PathBuf,
    pub durability: Durability,
    pub path: SearchPath,
}

/// A running cluster. Dropping it stops the server, unless someone else uses
/// it too.
#[derive(Debug)]
pub struct Cluster {
    dir: PathBuf,
    binaries: Binaries,
    account: Account,
    /// A shared lock that every user of the cluster holds.
    in_use: File,
}

impl Cluster {
    /// Finds or makes the cluster, starts it if it does not run, and makes sure
    /// of the owner's role.
    ///
    /// # Errors
    /// [`Error`], with what to do.
    pub async fn start(settings: &Settings) -> Result<Self, Error> {
        let account = Account::choose()?;
        let dir = prepare(&settings.dir, &account)?;
        let starting = exclusively(&dir, "starting.lock").await?;

        let data = dir.join("data");
        let made_by = std::fs::read_to_string(data.join("PG_VERSION")).ok().and_then(|text| text.trim().parse().ok());
        let binaries = match (Binaries::find(&settings.path, made_by), made_by) {
            (Ok(binaries), _) => binaries,
            (Err(_), Some(made_by)) => return Err(Error::OtherMajor { dir: data, made_by }),
            (Err(error), None) => return Err(error),
        };
        let in_use = lock_file(&dir.join("in-use.lock"))?;
        at(&dir, in_use.lock_shared())?;
        let cluster = Self { dir, binaries, account, in_use };
        // Dropped before the cluster, whose own end takes this lock again.
        let _starting = starting;
        if made_by.is_none() {
            cluster.make()?;
        }
        if !cluster.is_running() {
            cluster.launch(settings.durability)?;
        }
        cluster.make_owner().await?;
        Ok(cluster)
    }

    /// The URL of a database, as a role of the cluster.
    #[must_use]
    pub fn url(&self, role: &str, database: &str) -> String {
        let socket =
            self.dir.join("socket").display().to_string().replace('%', "%25").replace(' ', "%20").replace('&', "%26");
        // The port as well: PGPORT fills in what a URL leaves out.
        format!("postgres://{role}@localhost:5432/{database}?host={socket}")
    }

    /// The URL of a database, as the owner of its schema.
    #[must_use]
    pub fn owner_url(&self, database: &str) -> String {
        self.url(OWNER, database)
    }

    /// The folder with this cluster's programs, `pg_dump` among them.
    #[must_use]
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// Makes an empty database that the owner owns, when there is none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn make_database(&self, name: &str) -> Result<(), Error> {
        let exists =
            self.administer("postgres", &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'")).await?;
        if exists == 0 {
            self.administer("postgres", &format!("CREATE DATABASE {name} OWNER {OWNER}")).await?;
            // Before PostgreSQL 15 the schema belongs to the superuser.
            self.administer(name, &format!("ALTER SCHEMA public OWNER TO {OWNER}")).await?;
        }
        Ok(())
    }

    /// Drops a database and ends its connections.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn drop_database(&self, name: &str) -> Result<(), Error> {
        self.administer("postgres", &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.map(drop)
    }

    /// Stops the server at once, even if others use it, and starts it again: what an
    /// administrator's restart looks like to a console.
    ///
    /// # Errors
    /// [`Error::Command`].
    pub fn restart(&self, durability: Durability) -> Result<(), Error> {
        self.halt()?;
        self.launch(durability)
    }

    /// Stops the server, even if others use it.
    ///
    /// # Errors
    /// [`Error::Command`].
    pub fn halt(&self) -> Result<(), Error> {
        self.pg_ctl("stop", &["-m", "fast", "-w"])
    }

    /// Starts the server.
    ///
    /// # Errors
    /// [`Error::Command`], with the end of the server's log.
    pub fn launch(&self, durability: Durability) -> Result<(), Error> {
        self.configure(durability)?;
        let stale = self.dir.join("data").join("postmaster.pid");
        if stale.exists() && !self.is_running() {
            at(&stale, std::fs::remove_file(&stale))?;
        }
        let log = self.dir.join("server.log");
        self.pg_ctl("start", &["-w", "-t", "60", "-l", &log.display().to_string()]).map_err(|error| match error {
            Error::Command { what, output } => Error::Command { what, output: format!("{output}\n{}", tail(&log)) },
            other => other,
        })
    }

    /// Locks out other processes that prepare something in this cluster.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub async fn preparing(&self) -> Result<File, Error> {
        exclusively(&self.dir, "preparing.lock").await
    }

    /// Whether our server runs: its socket accepts. After a crash another process
    /// may have the number that postmaster.pid still names.
    fn is_running(&self) -> bool {
        self.pg_ctl("status", &[]).is_ok() && UnixStream::connect(self.dir.join("socket").join(".s.PGSQL.5432")).is_ok()
    }

    fn make(&self) -> Result<(), Error> {
        // Made aside and renamed, so that an interrupted initdb leaves nothing
        // that looks like a cluster.
        let aside = self.dir.join("data.making");
        if aside.exists() {
            at(&aside, std::fs::remove_dir_all(&aside))?;
        }
        // Letters of every script have a case; the order stays that of the characters.
        // Some systems have no such locale.
        match self.initdb(&aside, "C.UTF-8") {
            Err(error) if is_about_locale(&error) => {
                if aside.exists() {
                    at(&aside, std::fs::remove_dir_all(&aside))?;
                }
                self.initdb(&aside, "C")?;
            }
            made => made?,
        }
        at(&aside, std::fs::rename(&aside, self.dir.join("data")))
    }

    fn initdb(&self, dir: &Path, letters: &str) -> Result<(), Error> {
        let mut initdb = Command::new(self.binaries.program("initdb"));
        initdb.arg("-D").arg(dir).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]);
        initdb.arg(format!("--lc-ctype={letters}"));
        // Why it fails is read from its messages.
        initdb.env("LC_ALL", "C");
        self.run("initdb", initdb)
    }

    /// Rewritten at each start: the directory may have been moved.
    fn configure(&self, durability: Durability) -> Result<(), Error> {
        let socket = self.dir.join("socket");
        let speed = match durability {
            Durability::Full => "",
            // Autovacuum would walk through hundreds of databases all the time; a
            // test that loads many rows analyses its tables itself.
            Durability::None => {
                "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nwal_level = minimal\n\
                 max_wal_senders = 0\nautovacuum = off\n"
            }
        };
        let settings = format!(
            "listen_addresses = ''\nport = 5432\nunix_socket_directories = '{}'\nunix_socket_permissions = 0700\nmax_connections = 200\n\
             shared_buffers = 128MB\njit = off\nautovacuum_naptime = 10s\ntimezone = 'UTC'\nlog_timezone = 'UTC'\n\
             log_parameter_max_length = 0\n{speed}",
            socket.display()
        );
        let conf = self.dir.join("data").join("postgresql.auto.conf");
        at(&conf, std::fs::write(&conf, settings))?;
        self.account.give(&conf)
    }

    fn pg_ctl(&self, verb: &'static str, args: &[&str]) -> Result<(), Error> {
        let mut command = Command::new(self.binaries.program("pg_ctl"));
        command.arg(verb).arg("-D").arg(self.dir.join("data")).args(args);
        self.run("pg_ctl", command)
    }

    fn run(&self, what: &'static str, mut command: Command) -> Result<(), Error> {
        use std::os::unix::process::CommandExt;
        self.account.run_as(&mut command);
        // In a group of its own: Ctrl-C at the console is not the server's.
        command.process_group(0).stdin(Stdio::null());
        // A server that pg_ctl starts keeps its standard output: to a file, or
        // reading it to its end would wait for the server's.
        let said = at(&self.dir, tempfile(&self.dir))?;
        let (out, err) = (at(&said.0, said.1.try_clone())?, said.1);
        let status = at(&self.binaries.dir, command.stdout(out).stderr(err).status());
        let output = std::fs::read_to_string(&said.0).unwrap_or_default();
        let _ = std::fs::remove_file(&said.0);
        if status?.success() { Ok(()) } else { Err(Error::Command { what, output: output.trim().to_owned() }) }
    }

    async fn make_owner(&self) -> Result<(), Error> {
        let exists = self.administer("postgres", &format!("SELECT 1 FROM pg_roles WHERE rolname = '{OWNER}'")).await?;
        if exists == 0 {
            self.administer("postgres", &format!("CREATE ROLE {OWNER} LOGIN CREATEROLE CREATEDB")).await?;
        }
        Ok(())
    }

    /// Runs a statement as the cluster's superuser; how many rows it touched.
    async fn administer(&self, database: &str, statement: &str) -> Result<u64, Error> {
        let address = Address::parse(Some(&self.url("postgres", database)))?;
        let mut connection = address.connect().await?;
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut connection).await;
        let done = done.map_err(|error| Error::Command { what: "administration", output: error.to_string() })?;
        Ok(done.rows_affected())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The process that gets the lock exclusively was the last one.
        let Ok(starting) = lock_file(&self.dir.join("starting.lock")) else { return };
        if starting.lock().is_err() {
            return;
        }
        let _ = self.in_use.unlock();
        if self.in_use.try_lock().is_ok()
            && self.is_running()
            && let Err(error) = self.halt()
        {
            tracing::warn!(%error, "the private PostgreSQL could not be stopped");
        }
    }
}

/// Whether `initdb` failed because the system lacks a locale. It names the locales that it
/// uses in any case, so only its errors count.
fn is_about_locale(error: &Error) -> bool {
    let Error::Command { output, .. } = error else { return false };
    let is_error = |line: &&str| line.starts_with("initdb: error:");
    output.lines().filter(is_error).any(|line| line.contains("locale") || line.contains("encoding mismatch"))
}

/// The cluster's directory, absolute, private and owned by the account.
fn prepare(dir: &Path, account: &Account) -> Result<PathBuf, Error> {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Some(parent) = parent {
        account.make_parents(parent)?;
    }
    // Someone else's directory is not given away to the server's user.
    let is_ours = dir.join("in-use.lock").exists();
    let is_empty = std::fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none());
    if !is_ours && !is_empty {
        return Err(Error::NotOurs(dir.to_owned()));
    }
    account.make_private_dir(dir)?;
    let dir = at(dir, std::fs::canonicalize(dir))?;
    account.check_reachable(&dir)?;
    let socket = dir.join("socket");
    if socket.join(".s.PGSQL.5432").as_os_str().len() > LONGEST_SOCKET {
        return Err(Error::SocketPathTooLong(socket));
    }
    account.make_private_dir(&socket)?;
    Ok(dir)
}

/// A lock of the cluster's, waited for without holding up anything else.
async fn exclusively(dir: &Path, name: &str) -> Result<File, Error> {
    let file = lock_file(&dir.join(name))?;
    while file.try_lock().is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(file)
}

fn lock_file(path: &Path) -> Result<File, Error> {
    at(path, OpenOptions::new().create(true).truncate(false).write(true).open(path))
}

fn tempfile(dir: &Path) -> std::io::Result<(PathBuf, File)> {
    let path = dir.join(format!("command-{}.out", uuid::Uuid::new_v4()));
    Ok((path.clone(), File::create(&path)?))
}

fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().rev().take(5).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGINNING: &str = "The files belonging to this database system will be owned by user \"postgres\".\n";

    fn failed(output: &str) -> Error {
        Error::Command { what: "initdb", output: format!("{BEGINNING}{output}") }
    }

    #[test]
    fn a_locale_that_the_system_lacks_is_told_from_other_failures() {
        assert!(is_about_locale(&failed("initdb: error: invalid locale name \"C.UTF-8\"")));
    }

    #[test]
    fn a_full_disk_is_no_missing_locale() {
        let output = "The database cluster will be initialized with this locale configuration:\n  LC_CTYPE:    C.UTF-8\n\
            running bootstrap script ... FATAL:  could not write to file \"pg_wal/xlogtemp.1\": No space left on device\n\
            child process exited with exit code 1\ninitdb: removing data directory \"/tmp/data.making\"";
        assert!(!is_about_locale(&failed(output)));
    }
}
