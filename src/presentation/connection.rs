//! Explains what is wrong with a connection parameter.

use std::fmt;

use crate::domain::Failure;
use crate::domain::connection::keyword::{Keyword, Rule};
use crate::domain::connection::{Place, Problem, Refusal};

impl From<Refusal> for Failure {
    fn from(Refusal { place, why }: Refusal) -> Self {
        match place {
            Place::Url => Self::Setting { what: "The database URL", why: why.to_string() },
            Place::Variable(what) => Self::Setting { what, why: why.to_string() },
            Place::Service(name) => Self::Setting { what: "The connection service", why: format!("{name}: {why}") },
        }
    }
}

/// A sentence behind the place where the parameter was set, so it begins in lower case.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownName { name, nearest } => {
                match name {
                    Some(name) => write!(f, "there is no parameter `{name}`."),
                    None => f.write_str("it contains an unknown parameter."),
                }?;
                match nearest {
                    Some(near) => write!(f, " Did you mean `{near}`?"),
                    None => f.write_str(" CONNECTING.md lists all parameters."),
                }
            }
            Self::Unsupported(keyword) => f.write_str(&refused(keyword)),
            Self::SeveralServers(name) => write!(
                f,
                "`{name}` names several servers; medstint connects to one. Use an address that always leads to the primary."
            ),
            Self::NoAddress => f.write_str("`hostaddr` must be an IP address. Use `host` for a name."),
            Self::NoPort => f.write_str("`port` must be a number from 1 to 65535."),
            Self::NoNumber(name) => write!(f, "`{name}` must be a whole number."),
            Self::NeedsVerifyFull => f.write_str("`sslmode` must be verify-full with sslrootcert=system."),
            Self::UnknownMode { known, nearest } => {
                write!(f, "`sslmode` must be one of {}.", known.join(", "))?;
                nearest.map_or(Ok(()), |near| write!(f, " Did you mean {near}?"))
            }
            Self::NotAUrl => f.write_str(NOT_A_URL),
            Self::KeywordString => f.write_str(KEYWORD_STRING),
            Self::ServiceLine => f.write_str("the file has a line that is not parameter=value. Correct it."),
            Self::ServiceInLdap => {
                f.write_str("it refers to LDAP, which medstint does not support. Write the parameters into the file.")
            }
            Self::NestedService => {
                f.write_str("a service cannot name another one. Write the parameters into the file.")
            }
            Self::UnknownService => f.write_str(
                "no service file defines it. Add it to ~/.pg_service.conf, or name the file in PGSERVICEFILE.",
            ),
            Self::UnreadableFile { path, why } => write!(f, "{path}: {why}"),
            Self::Obsolete => f.write_str("it is obsolete. Set PGSSLMODE=verify-full."),
        }
    }
}

const NOT_A_URL: &str = "it is not a PostgreSQL URL. Use postgres://USER@HOST:5432/DATABASE?sslmode=verify-full; in a password, write / as %2F, ? as %3F, # as %23, @ as %40 and % as %25";
const KEYWORD_STRING: &str = "keyword=value strings are not supported. Use postgres://USER@HOST:5432/DATABASE, and add other parameters after a ? as name=value&name=value";

fn refused(keyword: &Keyword) -> String {
    let (name, reason) = (keyword.name, reason(keyword.name));
    match keyword.rule {
        Rule::Only(known) if !known.is_empty() => format!("`{name}` can only be {}: {reason}.", known.join(" or ")),
        _ => format!("`{name}` is not supported: {reason}."),
    }
}

/// Why other values of a parameter are refused.
fn reason(name: &str) -> &'static str {
    match name {
        "sslcertmode" => "medstint can't tell whether the server asked for a certificate",
        "sslpassword" => "medstint can't read encrypted keys. Use an unencrypted key that only you can read",
        "sslcrl" | "sslcrldir" => {
            "medstint does not check revocation lists. Remove authorities that you no longer trust"
        }
        "sslsni" => "medstint always sends the server's name (SNI)",
        "sslnegotiation" => "medstint negotiates TLS in the way that all PostgreSQL versions support",
        "sslcompression" => "medstint does not compress TLS",
        "sslkeylogfile" => "medstint does not write session keys to a file",
        "ssl_min_protocol_version" | "ssl_max_protocol_version" => "medstint speaks TLS 1.2 and 1.3",
        "channel_binding" => "medstint does not support channel binding. Use sslmode=verify-full to verify the server",
        "require_auth" => "the server chooses the method. Use sslmode=verify-full to verify the server",
        "requirepeer" => {
            "medstint can't check who runs the server. Use a socket directory that only the server's user can write to"
        }
        "gssencmode" => "medstint does not support GSSAPI. Use sslmode=verify-full to encrypt the connection",
        "gssdelegation" => "medstint does not support GSSAPI",
        "scram_client_key" | "scram_server_key" => "medstint signs in with the password itself",
        "oauth_issuer" | "oauth_client_id" | "oauth_client_secret" | "oauth_scope" => {
            "medstint signs in with a password or a certificate"
        }
        "min_protocol_version" | "max_protocol_version" => "medstint speaks version 3.0 of the protocol",
        "replication" => "medstint uses ordinary connections",
        "target_session_attrs" | "load_balance_hosts" => {
            "medstint connects to one server. Use an address that always leads to the primary"
        }
        // A test finds it.
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::connection::keyword::KEYWORDS;

    #[test]
    fn every_refused_parameter_has_a_reason() {
        for keyword in KEYWORDS.iter().filter(|keyword| matches!(keyword.rule, Rule::Only(_))) {
            assert!(!reason(keyword.name).is_empty(), "{}", keyword.name);
        }
    }
}
