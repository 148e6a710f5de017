//! Why a connection parameter cannot be used. `presentation::connection` puts it into words.

use super::keyword::Keyword;

/// What is wrong with a parameter. It never holds a value, which may be a password under a wrong
/// name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is no such parameter. Its name, unless that may be something else, and the name that
    /// was probably meant.
    UnknownName {
        name: Option<String>,
        nearest: Option<&'static str>,
    },
    /// It asks for what medstint cannot do.
    Unsupported(&'static Keyword),
    /// It names several servers.
    SeveralServers(&'static str),
    NoAddress,
    NoPort,
    NoNumber(&'static str),
    /// The authorities of this machine prove a server only by its name.
    NeedsVerifyFull,
    /// No `sslmode`: those that there are, and the one that was probably meant.
    UnknownMode {
        known: Vec<&'static str>,
        nearest: Option<&'static str>,
    },
    NotAUrl,
    /// It is a string of keywords and values instead of a URL.
    KeywordString,
    /// A line of the service file is no parameter.
    ServiceLine,
    /// A service that refers to LDAP.
    ServiceInLdap,
    /// A service that names another one.
    NestedService,
    /// No file has the service.
    UnknownService,
    /// A service file that cannot be read, and why.
    UnreadableFile {
        path: String,
        why: &'static str,
    },
    /// `PGREQUIRESSL` of old versions.
    Obsolete,
}
