//! The key by which clients know this server.
//!
//! The first start creates it. A key that an operator has configured must exist: to every client,
//! a new key in its place would look like an attack.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use russh::keys::key::safe_rng;
use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, HashAlg, PrivateKey};

/// The name of the file in the state directory.
pub const FILE: &str = "ssh_host_ed25519_key";

/// A server's key.
#[derive(Clone)]
pub struct HostKey(PrivateKey);

impl std::fmt::Debug for HostKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HostKey({})", self.fingerprint())
    }
}

/// Why a server has no key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("The host key {path} can't be read: {why}. Check the path and its permissions.")]
    Unreadable { path: PathBuf, why: String },
    #[error("Other users can read the host key {0}. Run chmod 600 on it; if others have read it, replace it.")]
    Open(PathBuf),
    #[error("{0} is not a private OpenSSH key without a passphrase. Create one with ssh-keygen -t ed25519 -N ''.")]
    Unusable(PathBuf),
    #[error("The host key {path} can't be written: {why}. Check the permissions of its directory.")]
    Unwritable { path: PathBuf, why: String },
}

impl HostKey {
    /// Reads a key.
    ///
    /// # Errors
    /// The file is missing, others can read it, or it is no key.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let unreadable = |error: io::Error| Error::Unreadable { path: path.to_owned(), why: error.to_string() };
        let text = fs::read_to_string(path).map_err(unreadable)?;
        let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(Error::Open(path.to_owned()));
        }
        match PrivateKey::from_openssh(&text) {
            Ok(key) if !key.is_encrypted() => Ok(Self(key)),
            _ => Err(Error::Unusable(path.to_owned())),
        }
    }

    /// Reads the key of a state directory, or makes it.
    ///
    /// # Errors
    /// It can't be read or written.
    pub fn of_state_dir(state_dir: &Path) -> Result<Self, Error> {
        let path = state_dir.join(FILE);
        match Self::make(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::read(&path),
            Err(error) => Err(Error::Unwritable { path, why: error.to_string() }),
            Ok(key) => Ok(key),
        }
    }

    /// Makes a key where there is none. It is complete before it has its name.
    fn make(path: &Path) -> io::Result<Self> {
        if fs::exists(path)? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let key = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).map_err(io::Error::other)?;
        let text = key.to_openssh(LineEnding::LF).map_err(io::Error::other)?;
        let aside = path.with_extension(format!("new-{}", std::process::id()));
        let _ = fs::remove_file(&aside);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        // Of two processes that start at once, the second finds the first one's.
        let linked = fs::hard_link(&aside, path);
        fs::remove_file(&aside)?;
        linked.map(|()| Self(key))
    }

    /// What a client shows of it at its first connection.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }

    pub(super) fn private_key(&self) -> PrivateKey {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once() {
        let dir = tempfile::tempdir().expect("a directory");
        let made = HostKey::of_state_dir(dir.path()).expect("a key");
        let read = HostKey::of_state_dir(dir.path()).expect("a key");
        assert!(made.fingerprint().starts_with("SHA256:"));
        assert_eq!(made.fingerprint(), read.fingerprint());
    }

    #[test]
    fn only_its_owner_can_read_a_new_key() {
        let dir = tempfile::tempdir().expect("a directory");
        HostKey::of_state_dir(dir.path()).expect("a key");
        let mode = fs::metadata(dir.path().join(FILE)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).expect("a directory").count(), 1);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        HostKey::of_state_dir(dir.path()).expect("a key");
        let path = dir.path().join(FILE);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a mode");
        assert!(matches!(HostKey::of_state_dir(dir.path()), Err(Error::Open(open)) if open == path));
    }

    #[test]
    fn a_named_key_must_exist() {
        let dir = tempfile::tempdir().expect("a directory");
        assert!(matches!(HostKey::read(&dir.path().join("none")), Err(Error::Unreadable { .. })));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("key");
        fs::write(&path, "no key").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
        assert!(matches!(HostKey::read(&path), Err(Error::Unusable(_))));
    }
}
