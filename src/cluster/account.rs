//! The user that the server runs as, and whether that user can reach its directory.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{Uid, User, geteuid};

use super::{Error, at};

/// The user that owns the server's process and files.
#[derive(Clone, Debug)]
pub(super) enum Account {
    /// Ourselves.
    Own,
    /// We are root: an unprivileged user.
    Other(User),
}

impl Account {
    pub(super) fn choose() -> Result<Self, Error> {
        if geteuid() != Uid::from_raw(0) {
            return Ok(Self::Own);
        }
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(Self::Other)
            .ok_or(Error::NoUnprivilegedUser)
    }

    /// Makes a directory that only the account can enter.
    pub(super) fn make_private_dir(&self, dir: &Path) -> Result<(), Error> {
        use std::os::unix::fs::DirBuilderExt;
        if !dir.is_dir() {
            at(dir, std::fs::DirBuilder::new().recursive(false).mode(0o700).create(dir))?;
        }
        self.give(dir)
    }

    /// Makes what is missing above a directory, so that the account can pass through.
    pub(super) fn make_parents(&self, parent: &Path) -> Result<(), Error> {
        use std::os::unix::fs::PermissionsExt;
        let missing: Vec<&Path> =
            parent.ancestors().take_while(|dir| !dir.as_os_str().is_empty() && !dir.exists()).collect();
        at(parent, std::fs::create_dir_all(parent))?;
        if let Self::Other(_) = self {
            // This process keeps to itself what it makes.
            for dir in missing {
                at(dir, std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755)))?;
            }
        }
        Ok(())
    }

    /// Gives a file or directory to the account.
    pub(super) fn give(&self, path: &Path) -> Result<(), Error> {
        let Self::Other(user) = self else { return Ok(()) };
        at(path, std::os::unix::fs::chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw())))
    }

    /// Refuses a directory below one that the account cannot pass through,
    /// root's home for instance.
    pub(super) fn check_reachable(&self, dir: &Path) -> Result<(), Error> {
        let Self::Other(user) = self else { return Ok(()) };
        for ancestor in dir.ancestors().skip(1) {
            let meta = at(ancestor, std::fs::metadata(ancestor))?;
            let may_pass = if meta.uid() == user.uid.as_raw() {
                0o100
            } else if meta.gid() == user.gid.as_raw() {
                0o010
            } else {
                0o001
            };
            if meta.mode() & may_pass == 0 {
                return Err(Error::NotReachable { dir: ancestor.to_owned(), user: user.name.clone() });
            }
        }
        Ok(())
    }

    /// Lets a command run as the account, from a place that it can be in.
    pub(super) fn run_as(&self, command: &mut Command) {
        use std::os::unix::process::CommandExt;
        if let Self::Other(user) = self {
            // Setting the uid also drops root's supplementary groups.
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command.current_dir("/");
    }
}
