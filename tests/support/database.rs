//! One cluster for the whole run, one migrated template in it, one database for
//! each test. When this process ends, however it ends, the cluster goes with it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use medstint::cluster::{Cluster, Durability, SearchPath, Settings};
use medstint::store::{Address, Store, migrations, pool};
use sqlx::{AssertSqlSafe, PgConnection};

const TEMPLATE: &str = "medstint_template";

/// A database of a test's own.
#[derive(Clone, Debug)]
pub struct Database {
    pub name: String,
    pub owner_url: String,
    pub app_url: String,
    pub web_url: String,
    pub serve_url: String,
}

impl Database {
    /// A database with our schema and nothing in it.
    pub async fn migrated() -> Self {
        let cluster = cluster();
        Self::create(cluster, Some(TEMPLATE)).await
    }

    /// A database with what is in another one, to which nobody is connected.
    pub async fn like(template: &str) -> Self {
        Self::create(cluster(), Some(template)).await
    }

    /// A database with nothing at all.
    pub async fn empty() -> Self {
        Self::create(cluster(), None).await
    }

    pub async fn create(cluster: &Cluster, template: Option<&str>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
        match template {
            Some(template) => {
                let mut admin = connect(&cluster.url("postgres", "postgres")).await;
                // Copying files takes half the time of writing them to the log.
                let strategy = if admin.server_version_num() >= Some(150_000) { "STRATEGY FILE_COPY" } else { "" };
                let sql = format!("CREATE DATABASE {name} OWNER medstint_owner TEMPLATE {template} {strategy}");
                execute(&mut admin, &sql).await;
            }
            None => cluster.make_database(&name).await.expect("a database"),
        }
        Self {
            owner_url: cluster.owner_url(&name),
            app_url: cluster.url("medstint_app", &name),
            web_url: cluster.url("medstint_web", &name),
            serve_url: cluster.url("medstint_serve", &name),
            name,
        }
    }

    pub async fn owner(&self) -> PgConnection {
        connect(&self.owner_url).await
    }

    /// Waits until a question of the owner's is answered with yes.
    pub async fn until(&self, question: &str) {
        let mut owner = self.owner().await;
        let deadline = Instant::now() + super::PATIENCE;
        while !value::<bool>(&mut owner, question).await {
            assert!(Instant::now() < deadline, "waited in vain for {question}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn app(&self) -> PgConnection {
        connect(&self.app_url).await
    }

    pub async fn web(&self) -> PgConnection {
        connect(&self.web_url).await
    }

    /// Where keys are exchanged for sessions.
    pub fn serving_store(&self) -> Store {
        Store::new(pool(&Address::parse(Some(&self.serve_url)).expect("a good URL"), 2))
    }

    pub fn store(&self) -> Store {
        Store::new(pool(&self.app_address(), 4))
    }

    pub fn app_address(&self) -> Address {
        Address::parse(Some(&self.app_url)).expect("a good URL")
    }
}

pub async fn connect(url: &str) -> PgConnection {
    Address::parse(Some(url)).expect("a good URL").connect().await.expect("a connection")
}

pub async fn execute(connection: &mut PgConnection, sql: &str) {
    try_execute(connection, sql).await.unwrap_or_else(|error| panic!("{error}\n{sql}"));
}

pub async fn try_execute(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(drop)
}

/// One value of one row.
pub async fn value<T>(connection: &mut PgConnection, sql: &str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    (T,): for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
{
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(connection)
        .await
        .unwrap_or_else(|error| panic!("{error}\n{sql}"))
}

/// Settings of a cluster that is thrown away.
pub fn settings(dir: PathBuf) -> Settings {
    Settings { dir, durability: Durability::None, path: SearchPath(std::env::var_os("PATH")) }
}

/// In memory where the system has such a place, and where another user can
/// reach it: `PostgreSQL` does not run as root.
#[allow(clippy::useless_conversion, reason = "the count of blocks has another width on macOS")]
pub fn scratch(name: &str) -> PathBuf {
    let shm = Path::new("/dev/shm");
    // A database each makes a gigabyte or two; containers have little there.
    let room = nix::sys::statvfs::statvfs(shm).map_or(0, |fs| u64::from(fs.blocks_available()) * fs.fragment_size());
    let parent = if room > 4 << 30 { shm } else { Path::new("/tmp") };
    parent.join(format!("medstint-{name}-{}", std::process::id()))
}

/// The cluster that the tests share.
pub fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        // Its own thread and runtime: tests come from many.
        std::thread::spawn(|| {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let dir = scratch("tests");
                reap_with_us(&dir);
                let cluster = Cluster::start(&settings(dir)).await.expect("a cluster");
                cluster.make_database(TEMPLATE).await.expect("a template");
                let mut owner = connect(&cluster.owner_url(TEMPLATE)).await;
                migrations::up(&mut owner, None).await.expect("migrations");
                // Tests of many databases share the role.
                execute(&mut owner, "ALTER ROLE medstint_serve CONNECTION LIMIT 1000").await;
                drop(owner);
                cluster
            })
        })
        .join()
        .expect("a cluster for the tests")
    })
}

/// A small process that waits for the end of this one (its standard input
/// closes, also after a kill) and then stops the server and removes its files.
pub fn reap_with_us(dir: &Path) {
    let script = format!(
        "cat >/dev/null; [ -f {d}/data/postmaster.pid ] && kill -INT $(head -n 1 {d}/data/postmaster.pid); \
         for i in 1 2 3 4 5 6 7 8 9 10; do [ -f {d}/data/postmaster.pid ] || break; sleep 0.2; done; rm -rf {d}",
        d = dir.display()
    );
    let mut reaper = Command::new("sh");
    {
        use std::os::unix::process::CommandExt;
        // Ctrl-C at the tests is not meant for it.
        reaper.process_group(0);
    }
    let mut child = reaper
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a reaper");
    let mut stdin = child.stdin.take().expect("its standard input");
    stdin.write_all(b"alive\n").expect("it listens");
    // Both live as long as this process.
    std::mem::forget(stdin);
    std::mem::forget(child);
}
