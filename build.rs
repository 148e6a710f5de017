//! A migration that was changed, added or removed is a reason to build again.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
