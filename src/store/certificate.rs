//! Explains what is wrong with a server's certificate.

use chrono::DateTime;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error};

/// What the driver says where a server answers that it has no TLS.
const NO_TLS: &str = "does not support TLS";

/// Why no protected connection came about; `None` where an error is about something else.
pub(super) fn problem(error: &sqlx::Error) -> Option<String> {
    match error {
        sqlx::Error::Io(error) => error.get_ref()?.downcast_ref::<Error>().map(tls),
        sqlx::Error::Tls(error) if error.to_string().contains(NO_TLS) => Some(
            "the server does not offer TLS. Nothing was sent. Switch TLS on there (ssl = on); use sslmode=disable only on a network that you trust".into(),
        ),
        sqlx::Error::Tls(_) => Some(
            "TLS cannot be set up. Check the host's name and the files of sslrootcert, sslcert and sslkey".into(),
        ),
        _ => None,
    }
}

fn tls(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(error) => {
            format!("the server's certificate {}. Nothing was sent", certificate(error))
        }
        Error::AlertReceived(AlertDescription::CertificateRequired) => {
            "the server requires a client certificate. Name its files with sslcert and sslkey".into()
        }
        Error::AlertReceived(
            AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown,
        ) => "the server rejected your certificate. Name another one with sslcert and sslkey".into(),
        Error::PeerIncompatible(_) | Error::AlertReceived(_) => {
            "the server and medstint have no TLS version or cipher in common. Enable TLS 1.2 or newer on the server"
                .into()
        }
        _ => "the server's answer is not TLS. Check host and port".into(),
    }
}

/// What is wrong, and what to do about it.
fn certificate(error: &CertificateError) -> String {
    use CertificateError as C;
    match error {
        C::NotValidForNameContext { expected, presented } if presented.is_empty() => {
            let host = expected.to_str();
            format!("names no host (it has no subjectAltName). Have one issued with subjectAltName={}", kind(&host))
        }
        C::NotValidForNameContext { expected, presented } => {
            let names: Vec<&str> = presented.iter().map(|name| plain(name)).collect();
            let host = expected.to_str();
            format!(
                "is for {}, not for {host}. Connect by a name that it contains, or have one issued with subjectAltName={}",
                names.join(", "),
                kind(&host)
            )
        }
        C::NotValidForName => "is for another host. Connect by a name that it contains".into(),
        C::ExpiredContext { not_after, .. } => format!("expired on {}. Have it renewed", day(*not_after)),
        C::Expired => "has expired. Have it renewed".into(),
        C::NotValidYetContext { not_before, .. } => {
            format!("is not valid before {}. Check this machine's clock", day(*not_before))
        }
        C::NotValidYet => "is not valid yet. Check this machine's clock".into(),
        C::UnknownIssuer => "was issued by an authority that is not trusted here. Name that authority's certificate with sslrootcert=FILE, or put it into ~/.postgresql/root.crt".into(),
        C::BadSignature => "was not issued by the authority that it names. The authority in sslrootcert has the same name but another key; get the right file".into(),
        C::Revoked => "was revoked. Have another one issued".into(),
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => {
            "is not for servers (extendedKeyUsage without serverAuth). Have one issued for a server".into()
        }
        other => by_name(&format!("{other:?}")),
    }
}

/// Problems that have no type of their own in this library.
fn by_name(name: &str) -> String {
    if name.contains("CaUsedAsEndEntity") {
        "is an authority's (CA:TRUE). Have one issued for the server with basicConstraints=CA:FALSE".into()
    } else if name.contains("EndEntityUsedAsCa") {
        "was issued by a certificate that is not an authority's (no CA:TRUE). Have the issuer's certificate reissued with basicConstraints=CA:TRUE".into()
    } else if name.contains("UnsupportedCertVersion") {
        "has an old format. Have one issued with version 3 and a subjectAltName".into()
    } else {
        format!("cannot be used ({name}). Have another one issued")
    }
}

/// `DnsName("db.example.edu")` is `db.example.edu`.
fn plain(name: &str) -> &str {
    let inner = name.split_once('(').map_or(name, |(_, inner)| inner.trim_end_matches(')'));
    inner.trim_matches('"')
}

fn kind(host: &str) -> String {
    let kind = if host.parse::<std::net::IpAddr>().is_ok() { "IP" } else { "DNS" };
    format!("{kind}:{host}")
}

fn day(time: UnixTime) -> String {
    let instant = i64::try_from(time.as_secs()).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    instant.map_or_else(|| "an unknown day".into(), |instant| instant.format("%Y-%m-%d at %H:%M UTC").to_string())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn named(presented: &[&str]) -> String {
        certificate(&CertificateError::NotValidForNameContext {
            expected: "db.example.edu".to_owned().try_into().expect("a name"),
            presented: presented.iter().map(|&name| name.to_owned()).collect(),
        })
    }

    #[test]
    fn a_wrong_name_is_told_with_the_names_there_are() {
        let sentence = named(&["DnsName(\"other.example.edu\")", "IpAddress(192.0.2.1)"]);
        assert!(sentence.starts_with("is for other.example.edu, 192.0.2.1, not for db.example.edu."), "{sentence}");
    }

    #[test]
    fn a_certificate_without_names_is_told_what_it_lacks() {
        assert!(named(&[]).contains("subjectAltName=DNS:db.example.edu"));
    }

    #[test]
    fn an_expired_certificate_is_told_with_its_last_day() {
        let time = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let error = CertificateError::ExpiredContext { time: time(1_600_000_000), not_after: time(1_580_515_200) };
        assert_eq!(certificate(&error), "expired on 2020-02-01 at 00:00 UTC. Have it renewed");
    }

    #[test]
    fn an_error_about_something_else_is_none_of_a_certificate() {
        assert_eq!(problem(&sqlx::Error::PoolTimedOut), None);
        assert_eq!(problem(&sqlx::Error::Io(std::io::ErrorKind::ConnectionRefused.into())), None);
    }

    #[test]
    fn a_server_without_tls_is_told_as_such() {
        let sentence = problem(&sqlx::Error::Tls("server does not support TLS".into()));
        assert!(sentence.is_some_and(|sentence| sentence.starts_with("the server does not offer TLS")));
    }
}
