//! People who sign in with keys.

use std::sync::Arc;

use russh::keys::key::safe_rng;
use russh::keys::{Algorithm, PrivateKey};
use sqlx::PgConnection;

use crate::support::execute;

/// Adds coordinators of one school, all of whom see the same queue. Returns a key of each.
pub async fn add(owner: &mut PgConnection, count: usize) -> Vec<Arc<PrivateKey>> {
    let people = format!(
        "INSERT INTO users (id, email, name, given_name, family_name, role, school_id, onboarding_completed)
         SELECT 'bench-' || n, 'bench-' || n || '@riverside.example', 'Bench B' || n, 'Bench', 'B' || n,
           'SCHOOL_ADMIN', 'riverside', true
         FROM generate_series(1, {count}) n"
    );
    execute(owner, &people).await;
    let keys: Vec<Arc<PrivateKey>> = (0..count).map(|_| Arc::new(new_key())).collect();
    let rows: Vec<String> =
        keys.iter().zip(1..).map(|(key, n)| format!("('bench-{n}', '{}')", public_part(key))).collect();
    execute(owner, &format!("INSERT INTO user_keys (user_id, key) VALUES {}", rows.join(", "))).await;
    keys
}

fn new_key() -> PrivateKey {
    PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).expect("a key")
}

/// The public part, as it stands in an OpenSSH line.
fn public_part(key: &PrivateKey) -> String {
    let line = key.public_key().to_openssh().expect("a line");
    line.split(' ').nth(1).expect("a key on the line").to_owned()
}

/// How the students are shown who may stand in the queue: the family name, with its comma.
pub async fn names_in_queue(owner: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT DISTINCT u.family_name || ',' FROM time_records t JOIN users u ON u.id = t.student_id
         WHERE t.status = 'PENDING' AND t.school_id = 'riverside'",
    )
    .fetch_all(owner)
    .await
    .expect("names")
}
