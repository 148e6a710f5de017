//! Finds `PostgreSQL`'s server binaries where systems put them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Error;

/// The oldest major version that serves.
const OLDEST: u32 = 14;

/// The relevant environment variables, passed in by the caller that may read them.
#[derive(Clone, Debug, Default)]
pub struct SearchPath(pub Option<OsString>);

/// A folder with `initdb`, `postgres` and `pg_ctl` of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    pub dir: PathBuf,
    pub major: u32,
}

impl Binaries {
    /// The newest, or the newest of the given major version.
    ///
    /// # Errors
    /// [`Error::NoBinaries`], naming the package for this system.
    pub fn find(path: &SearchPath, major: Option<u32>) -> Result<Self, Error> {
        let mut found: Vec<Self> = candidates(path).iter().filter_map(|dir| Self::inspect(dir)).collect();
        found.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
        found
            .into_iter()
            .find(|binaries| binaries.major >= OLDEST && major.is_none_or(|major| binaries.major == major))
            .ok_or_else(|| Error::NoBinaries(advice()))
    }

    /// The path of one program.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn inspect(dir: &Path) -> Option<Self> {
        if !["initdb", "postgres", "pg_ctl"].iter().all(|name| dir.join(name).is_file()) {
            return None;
        }
        let output = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
        let major = major(&String::from_utf8_lossy(&output.stdout))?;
        // Some systems link the server's programs, and only those, into the PATH.
        let real = std::fs::canonicalize(dir.join("postgres")).ok()?;
        Some(Self { dir: real.parent()?.to_owned(), major })
    }
}

/// `postgres (PostgreSQL) 15.18 (Debian …)` → 15
fn major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn candidates(SearchPath(path): &SearchPath) -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = path.as_ref().map(|path| std::env::split_paths(path).collect()).unwrap_or_default();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        dirs.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    for parent in [
        "/usr/lib/postgresql",            // Debian, Ubuntu
        "/usr/lib64/pgsql",               // SUSE
        "/opt/homebrew/opt",              // Homebrew on Apple silicon
        "/usr/local/opt",                 // Homebrew on Intel
        "/home/linuxbrew/.linuxbrew/opt", // Homebrew on Linux
        "/Applications/Postgres.app/Contents/Versions",
        "/usr", // PGDG's /usr/pgsql-17
    ] {
        let Ok(entries) = std::fs::read_dir(parent) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("postgresql")
                || name.starts_with("pgsql-")
                || name.starts_with(|c: char| c.is_ascii_digit())
            {
                dirs.push(entry.path().join("bin"));
            }
        }
    }
    dirs.push("/usr/bin".into()); // Fedora
    dirs.push("/usr/local/pgsql/bin".into());
    dirs
}

fn advice() -> &'static str {
    if cfg!(target_os = "macos") {
        "Install it with `brew install postgresql@17`."
    } else if Path::new("/etc/debian_version").exists() {
        "Install it with `sudo apt-get install postgresql`."
    } else if Path::new("/etc/fedora-release").exists() || Path::new("/etc/redhat-release").exists() {
        "Install it with `sudo dnf install postgresql-server`."
    } else {
        "Install your system's PostgreSQL server package."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_distributions_print() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("not a server"), None);
    }
}
