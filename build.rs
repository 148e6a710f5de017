//! Rebuilds after a migration was changed, added or removed.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
