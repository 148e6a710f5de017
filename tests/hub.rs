//! One connection listens for all sessions of a process.

use std::time::Duration;

use medstint::domain::{Change, Link, Resource, Secret};
use medstint::store::changes::{Heard, Hub};
use medstint::store::pool;
use sqlx::PgConnection;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::support::database::{cluster, connect, execute, value};
use super::support::world::now;
use super::support::{Console, PATIENCE, World, a_time_record};

/// Connections of the console's role to the database.
const HELD: &str =
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'medstint_app'";

fn hub(world: &World) -> Hub {
    let address = world.database.app_address();
    Hub::new(address.clone(), pool(&address, 2), now)
}

/// What one session hears.
struct Session {
    token: Secret,
    heard: mpsc::Receiver<Heard>,
    task: AbortHandle,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Session {
    async fn of(world: &World, hub: &Hub, user: &str) -> Self {
        Self::with_room(world, hub, user, 64).await
    }

    /// A session whose queue has so much room, once it is told that changes are heard.
    async fn with_room(world: &World, hub: &Hub, user: &str, room: usize) -> Self {
        let mut session = Self::begin(world.token(user).await, hub, room);
        session.is_live().await;
        session
    }

    fn begin(token: Secret, hub: &Hub, room: usize) -> Self {
        let (say, heard) = mpsc::channel(room);
        let (hub, owner) = (hub.clone(), token.clone());
        let task = tokio::spawn(async move { hub.listen(owner, say).await }).abort_handle();
        Self { token, heard, task }
    }

    async fn next(&mut self) -> Heard {
        timeout(PATIENCE, self.heard.recv()).await.expect("something is heard").expect("a hub")
    }

    async fn until(&mut self, expected: &Heard) {
        while self.next().await != *expected {}
    }

    /// Waits until it is told that changes are heard. It is told at the same time to read again.
    async fn is_live(&mut self) {
        self.until(&Heard::Link(Link::Live)).await;
        assert_eq!(self.next().await, Heard::Change(Change::Resync));
    }

    /// The ids of the next change of sites.
    async fn sites(&mut self) -> Vec<String> {
        loop {
            if let Heard::Change(Change::Rows { resource: Resource::ClinicalSites, ids, .. }) = self.next().await {
                return ids;
            }
        }
    }

    /// Waits until it is told that it may hear nothing.
    async fn is_refused(&mut self) {
        self.until(&Heard::Link(Link::Checking)).await;
        assert_eq!(self.next().await, Heard::Change(Change::Resync));
    }

    /// Changes its row in the database.
    async fn becomes(&self, world: &World, change: &str) {
        let hash = format!("encode(sha256('{}'), 'hex')", self.token.expose());
        execute(&mut world.owner().await, &format!("UPDATE sessions SET {change} WHERE token = {hash}")).await;
    }
}

async fn change_sites(world: &World) {
    execute(&mut world.database.web().await, "UPDATE clinical_sites SET capacity = capacity + 1").await;
}

/// Sees what every role does in the database.
async fn observer(world: &World) -> PgConnection {
    connect(&cluster().url("postgres", &world.database.name)).await
}

#[tokio::test]
async fn sessions_of_two_schools_hear_only_of_their_own() {
    let world = World::new().await;
    let hub = hub(&world);
    let mut sessions = Vec::new();
    for number in 0..30 {
        let school = if number % 2 == 0 { "north" } else { "south" };
        sessions.push((school, Session::of(&world, &hub, &format!("{school}-admin")).await));
    }
    change_sites(&world).await;
    change_sites(&world).await;
    for (school, session) in &mut sessions {
        for _ in 0..2 {
            assert_eq!(session.sites().await, [format!("{school}-site")]);
        }
    }
}

#[tokio::test]
async fn many_sessions_listen_on_one_connection() {
    let world = World::new().await;
    let hub = hub(&world);
    let mut sessions = Vec::new();
    for _ in 0..12 {
        sessions.push(Session::of(&world, &hub, "north-preceptor").await);
    }
    let held: i64 = value(&mut observer(&world).await, HELD).await;
    assert!(held <= 1 + 2, "{held} connections, of which the pool has two at most");
}

#[tokio::test]
async fn a_session_that_takes_nothing_in_holds_nobody_up() {
    let world = World::new().await;
    let hub = hub(&world);
    let mut stalled = Session::with_room(&world, &hub, "north-admin", 4).await;
    let mut other = Session::of(&world, &hub, "north-admin").await;
    for _ in 0..10 {
        change_sites(&world).await;
        other.sites().await;
    }
    let mut heard = Vec::new();
    for _ in 0..5 {
        heard.push(stalled.next().await);
    }
    assert_eq!(heard[4], Heard::Change(Change::Resync), "{heard:?}");
    change_sites(&world).await;
    assert_eq!(stalled.sites().await, ["north-site"]);
}

#[tokio::test]
async fn a_revoked_session_hears_nothing_any_more() {
    let world = World::new().await;
    let hub = hub(&world);
    let mut revoked = Session::of(&world, &hub, "north-admin").await;
    let mut other = Session::of(&world, &hub, "north-admin").await;
    revoked.becomes(&world, "revoked_at = now()").await;
    revoked.is_refused().await;
    change_sites(&world).await;
    other.sites().await;
    assert!(revoked.heard.try_recv().is_err());
}

#[tokio::test]
async fn a_session_of_a_person_who_was_deactivated_hears_nothing_any_more() {
    let world = World::new().await;
    let hub = hub(&world);
    let mut session = Session::of(&world, &hub, "north-stranger").await;
    execute(&mut world.database.web().await, "UPDATE users SET is_active = false WHERE id = 'north-stranger'").await;
    session.is_refused().await;
}

#[tokio::test]
async fn a_session_that_is_unlocked_hears_again() {
    let world = World::new().await;
    let hub = hub(&world);
    let mut locked = Session::of(&world, &hub, "north-admin").await;
    let _other = Session::of(&world, &hub, "north-admin").await;
    locked.becomes(&world, "locked_at = now()").await;
    locked.is_refused().await;
    locked.becomes(&world, "locked_at = NULL").await;
    locked.is_live().await;
    change_sites(&world).await;
    assert_eq!(locked.sites().await, ["north-site"]);
}

#[tokio::test]
async fn a_super_admin_hears_of_the_school_that_they_choose() {
    let world = World::new().await;
    let hub = hub(&world);
    let mut session = Session::of(&world, &hub, "super").await;
    let mut south = Session::of(&world, &hub, "south-admin").await;
    session.becomes(&world, "active_school_id = 'south'").await;
    // The change is announced to super admins first; what they hear of is asked again right afterwards.
    let heard = async {
        loop {
            change_sites(&world).await;
            south.sites().await;
            while let Ok(heard) = session.heard.try_recv() {
                if matches!(&heard, Heard::Change(Change::Rows { resource: Resource::ClinicalSites, ids, .. }) if ids == &["south-site"])
                {
                    return;
                }
            }
        }
    };
    timeout(PATIENCE, heard).await.expect("the other school is heard of");
}

#[tokio::test]
async fn a_token_of_no_session_hears_nothing() {
    let world = World::new().await;
    let hub = hub(&world);
    let mut session = Session::begin(Secret::new("0".repeat(64)), &hub, 64);
    session.is_refused().await;
}

#[tokio::test]
async fn every_session_reads_again_after_the_connection_was_lost() {
    let world = World::new().await;
    let hub = hub(&world);
    let mut sessions = Vec::new();
    for user in ["north-admin", "south-admin", "super"] {
        sessions.push(Session::of(&world, &hub, user).await);
    }
    let mut observer = observer(&world).await;
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'medstint_app'";
    execute(&mut observer, kill).await;
    for session in &mut sessions {
        session.is_live().await;
    }
    change_sites(&world).await;
    assert_eq!(sessions[0].sites().await, ["north-site"]);
}

#[tokio::test]
async fn a_doubted_path_is_tested_for_all_sessions() {
    let world = World::new().await;
    let hub = hub(&world);
    let mut sessions = [Session::of(&world, &hub, "north-admin").await, Session::of(&world, &hub, "south-admin").await];
    hub.doubt().notify_one();
    for session in &mut sessions {
        assert_eq!(session.next().await, Heard::Link(Link::Live));
    }
}

#[tokio::test]
async fn a_console_that_is_served_is_live() {
    let world = World::new().await;
    let hub = hub(&world);
    let console = Console::served(&world, "north-admin", &hub).await;
    console.shows("● live").await;
    a_time_record().insert(&world).await;
    console.shows("1 record").await;
    console.quit().await;
}

#[tokio::test]
async fn a_served_console_whose_session_is_revoked_is_signed_out() {
    let world = World::new().await;
    let hub = hub(&world);
    let console = Console::served(&world, "north-admin", &hub).await;
    console.shows("● live").await;
    execute(&mut world.owner().await, "UPDATE sessions SET revoked_at = now()").await;
    timeout(Duration::from_secs(5), console.shows("Password")).await.expect("it is told at once");
    console.quit().await;
}
