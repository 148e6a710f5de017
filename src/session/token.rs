//! The session token between two runs: one file, readable by its owner only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;

use crate::domain::Secret;

/// Where the token is kept; `None` keeps it nowhere.
#[derive(Clone, Debug)]
pub struct TokenFile(pub Option<PathBuf>);

impl TokenFile {
    /// The kept token. A file that others can read is not trusted.
    #[must_use]
    pub fn load(&self) -> Option<Secret> {
        let path = self.0.as_ref()?;
        let mode = fs::metadata(path).ok()?.permissions().mode();
        if mode & 0o077 != 0 {
            tracing::warn!(path = %path.display(), "the kept session is readable by others and is ignored");
            return None;
        }
        fs::read_to_string(path).ok().map(|text| Secret::new(text.trim()))
    }

    /// Keeps a token, replacing the former one in one step.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, token: &Secret) -> io::Result<()> {
        let Some(path) = &self.0 else { return Ok(()) };
        let aside = path.with_extension("new");
        let _ = fs::remove_file(&aside);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
        file.write_all(token.expose().as_bytes())?;
        file.sync_all()?;
        fs::rename(aside, path)?;
        // The name as well: a power cut must not bring the former one back.
        path.parent().map_or(Ok(()), |dir| fs::File::open(dir)?.sync_all())
    }

    /// Forgets it, for good: a power cut does not bring it back.
    ///
    /// # Errors
    /// When the file is still there.
    pub fn forget(&self) -> io::Result<()> {
        let Some(path) = &self.0 else { return Ok(()) };
        match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => path.parent().map_or(Ok(()), |dir| fs::File::open(dir)?.sync_all()),
        }
    }
}
