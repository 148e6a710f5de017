//! Files that a person names: what is wrong with one that cannot be read, and what to
//! do about it. Each cause has a sentence of its own.

use std::io::{self, ErrorKind};
use std::path::Path;

/// Why a file could not be read as text.
#[must_use]
pub fn why_not(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file. Check its name.",
        ErrorKind::PermissionDenied => "you don't have permission to read it. Ask its owner, or name another file.",
        ErrorKind::IsADirectory => "it is a directory. Name a file.",
        ErrorKind::InvalidData => "it is not UTF-8 text. Save it as UTF-8.",
        _ => "it cannot be read.",
    }
}

/// The text of a file.
///
/// # Errors
/// The file and [`why_not`].
pub fn read(path: &Path) -> Result<String, String> {
    text(std::fs::read_to_string(path)).map_err(|why| format!("{}: {why}", path.display()))
}

/// What was read, unless it is no text after all: UTF-16 without a mark looks like
/// UTF-8 with a NUL after each letter, which no database keeps.
///
/// # Errors
/// [`why_not`].
pub fn text(read: io::Result<String>) -> Result<String, String> {
    match read {
        Ok(text) if text.contains('\0') => Err(why_not(&ErrorKind::InvalidData.into()).to_owned()),
        Ok(text) => Ok(text),
        Err(error) => Err(why_not(&error).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, bytes: Option<&[u8]>) -> String {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join(name);
        if let Some(bytes) = bytes {
            std::fs::write(&path, bytes).expect("a file");
        }
        read(&path).unwrap_or_else(|why| why)
    }

    #[test]
    fn each_cause_has_a_sentence_of_its_own() {
        assert!(of("none", None).ends_with("there is no such file. Check its name."));
        assert!(of("latin-1", Some(b"M\xfcller")).ends_with("it is not UTF-8 text. Save it as UTF-8."));
        assert!(of("utf-16", Some(b"a\0b\0")).ends_with("it is not UTF-8 text. Save it as UTF-8."));
        assert!(of("", None).ends_with("it is a directory. Name a file."));
        assert_eq!(of("ids", Some("M\u{fc}ller\n".as_bytes())), "M\u{fc}ller\n");
    }
}
