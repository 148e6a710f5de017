//! A private `PostgreSQL` for `medstint demo` and for tests: the system's own server binaries, a
//! data directory of ours, a Unix socket and no port.
//!
//! `initdb` runs aside and its directory is renamed. Users of one cluster hold a shared lock; the
//! last one out stops the server. A console that was killed leaves a running server behind, which
//! the next one finds and uses. `PostgreSQL` refuses to run as root: then it runs as an
//! unprivileged user, to whom its directory is given.
//!
//! According to the design notes (not tried again for this code), `postgresql_embedded` serves
//! system binaries but fails as root at `initdb`, and `pgtemp` wants sudo.

mod account;
mod binaries;
mod server;

pub use binaries::{Binaries, SearchPath};
pub use server::{Cluster, Durability, Settings};

use std::path::PathBuf;

/// Why there is no cluster; each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("No PostgreSQL server (14 or newer) was found. {0}")]
    NoBinaries(&'static str),
    #[error(
        "{dir} was created by PostgreSQL {made_by}, which is not installed here. Install it, or start afresh with --reset."
    )]
    OtherMajor { dir: PathBuf, made_by: u32 },
    #[error("{0} has files that don't belong to a private PostgreSQL. Choose an empty or new directory with --dir.")]
    NotOurs(PathBuf),
    #[error(
        "PostgreSQL can't run as root, and there is no user `postgres` or `nobody` to run it as. Add one of them, or run medstint as another user."
    )]
    NoUnprivilegedUser,
    #[error(
        "PostgreSQL has to run as the user {user}, who can't enter {dir}. Choose another place with --dir, for example under /var/tmp."
    )]
    NotReachable { dir: PathBuf, user: String },
    #[error("The socket's path {0} is longer than the system allows. Choose a shorter --dir.")]
    SocketPathTooLong(PathBuf),
    #[error("{what} failed: {output}")]
    Command { what: &'static str, output: String },
    #[error("{path} cannot be used.")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("The private database cannot be used: {0}")]
    Database(#[from] crate::domain::Failure),
}

/// Puts a path to an error of the file system.
fn at<T>(path: &std::path::Path, result: std::io::Result<T>) -> Result<T, Error> {
    result.map_err(|source| Error::Io { path: path.to_owned(), source })
}
