//! Settings of a connection, as the driver takes them. Every option is set here: otherwise the
//! driver would fill gaps from the environment and log unknown parameters, including passwords.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::str::FromStr;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::domain::connection::{Authorities, Settings, TlsMode};
use crate::domain::{Failure, Secret};

/// The driver's options. Every one is set, since the driver fills what is left open from
/// the environment by itself; only `options` of the server are added to `PGOPTIONS`.
pub(super) fn connect_options(settings: &Settings) -> Result<PgConnectOptions, Failure> {
    let host = match settings.address {
        Some(address) => address.to_string(),
        None => settings.host.clone().unwrap_or_else(|| "localhost".into()),
    };
    let mut options = with_server_options(settings.options.as_deref())?;
    options = if host.starts_with('/') { options.socket(&host).host("localhost") } else { options.host(&host) };
    if let Some(user) = &settings.user {
        options = options.username(user);
    }
    let database = settings.database.clone().unwrap_or_else(|| options.get_username().to_owned());
    let password = settings.password.as_ref().map_or("", Secret::expose);
    options =
        options.port(settings.port).database(&database).password(password).application_name(&settings.application_name);
    options = match &settings.tls.authorities {
        Some(Authorities::File(path)) => options.ssl_root_cert(path),
        Some(Authorities::System) | None => options.ssl_root_cert_from_pem(Vec::new()),
    };
    if let (Some(certificate), Some(key)) = (&settings.tls.certificate, &settings.tls.key) {
        options = options.ssl_client_cert(certificate).ssl_client_key(key);
    }
    let mode = tls_mode(settings, &options);
    refuse_unproved_address(settings, &host, mode)?;
    // Poolers refuse the driver's own value; the server's default is as exact.
    options = options.extra_float_digits(None::<i8>);
    // Statements are timed by name in the store; the driver's log would carry their texts.
    Ok(options.ssl_mode(mode).disable_statement_logging())
}

/// The driver has no other way to set these as they are written.
fn with_server_options(text: Option<&str>) -> Result<PgConnectOptions, Failure> {
    let options = PgConnectOptions::new_without_pgpass();
    let Some(text) = text.filter(|text| options.get_options() != Some(*text)) else { return Ok(options) };
    let mut encoded = String::new();
    for byte in text.bytes() {
        write!(encoded, "%{byte:02X}").map_err(|_| Failure::Fault("the options could not be encoded".into()))?;
    }
    // With a password the driver looks for none in the password file.
    PgConnectOptions::from_str(&format!("postgres://localhost/?password=x&options={encoded}"))
        .map_err(|_| Failure::Setting { what: "The database URL", why: "`options` cannot be used.".into() })
}

/// A remote host must present a valid certificate unless a weaker mode is named. libpq's
/// default, `prefer`, sends the password to any server that answers without TLS, as does
/// `allow`.
fn tls_mode(settings: &Settings, options: &PgConnectOptions) -> PgSslMode {
    if options.get_socket().is_some() {
        return PgSslMode::Disable;
    }
    let has_own_authority = matches!(settings.tls.authorities, Some(Authorities::File(_)));
    match settings.tls.mode {
        None | Some(TlsMode::Prefer | TlsMode::Allow) => {
            if is_remote(options) {
                PgSslMode::VerifyFull
            } else {
                PgSslMode::Prefer
            }
        }
        Some(TlsMode::Disable) => PgSslMode::Disable,
        // As libpq does, where it has the authority's certificate.
        Some(TlsMode::Require) if has_own_authority => PgSslMode::VerifyCa,
        Some(TlsMode::Require) => PgSslMode::Require,
        Some(TlsMode::VerifyCa) => PgSslMode::VerifyCa,
        Some(TlsMode::VerifyFull) => PgSslMode::VerifyFull,
    }
}

/// The driver compares a certificate with what it connects to, not with another name.
fn refuse_unproved_address(settings: &Settings, host: &str, mode: PgSslMode) -> Result<(), Failure> {
    let has_name = settings.address.is_some() && settings.host.as_deref().is_some_and(|name| name != host);
    if has_name && matches!(mode, PgSslMode::VerifyFull) {
        return Err(Failure::Setting {
            what: "hostaddr",
            why: "with sslmode=verify-full the certificate is checked against the address, not against `host`. Leave out one of the two, or map the name in /etc/hosts.".into(),
        });
    }
    Ok(())
}

/// Whether the server is reached through a network: neither by a socket nor on this host.
pub(super) fn is_remote(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let is_here =
        host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    options.get_socket().is_none() && !is_here
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::database_url;

    fn options(url: &str) -> Result<PgConnectOptions, Failure> {
        connect_options(&Settings::from_values(&database_url::values(url)?)?)
    }

    fn mode(url: &str) -> PgSslMode {
        options(url).expect("a good URL").get_ssl_mode()
    }

    #[test]
    fn a_remote_host_is_verified_unless_a_weaker_mode_is_named() {
        for open in ["", "?sslmode=prefer", "?sslmode=allow"] {
            let url = format!("postgres://u@db.example.edu/x{open}");
            assert!(matches!(mode(&url), PgSslMode::VerifyFull), "{url}");
        }
        assert!(matches!(mode("postgres://u@db.example.edu/x?sslmode=disable"), PgSslMode::Disable));
        assert!(matches!(mode("postgres://u@localhost/x?hostaddr=192.0.2.1&host="), PgSslMode::VerifyFull));
    }

    #[test]
    fn this_host_is_verified_where_that_is_asked_for() {
        for here in ["localhost", "127.0.0.2", "[::1]"] {
            assert!(matches!(mode(&format!("postgres://u@{here}/x")), PgSslMode::Prefer), "{here}");
            let url = format!("postgres://u@{here}/x?sslmode=verify-full");
            assert!(matches!(mode(&url), PgSslMode::VerifyFull), "{here}");
        }
    }

    #[test]
    fn a_required_connection_with_an_authority_is_verified_by_it() {
        let url = "postgres://u@db.example.edu/x?sslmode=require";
        assert!(matches!(mode(url), PgSslMode::Require));
        assert!(matches!(mode(&format!("{url}&sslrootcert=/root.crt")), PgSslMode::VerifyCa));
    }

    #[test]
    fn a_socket_has_no_tls() {
        assert!(matches!(mode("postgres:///x?host=/run/postgresql&sslmode=verify-full"), PgSslMode::Disable));
    }

    #[test]
    fn an_address_of_version_6_loses_its_brackets() {
        let options = options("postgres://u@[::1]:6432/x").expect("a good URL");
        assert_eq!((options.get_host(), options.get_port()), ("::1", 6432));
    }

    #[test]
    fn an_address_beside_a_name_is_refused_where_the_name_is_verified() {
        let url = "postgres://u@db.example.edu/x?hostaddr=192.0.2.1";
        assert!(options(url).expect_err("a refusal").to_string().starts_with("hostaddr: "));
        let verified_by_authority = options(&format!("{url}&sslmode=verify-ca")).expect("a good URL");
        assert_eq!(verified_by_authority.get_host(), "192.0.2.1");
    }

    #[test]
    fn options_of_the_server_are_passed_on_as_they_are() {
        let options = options("postgres://u@h/x?options=-c%20geqo%3Doff").expect("a good URL");
        assert!(options.get_options().is_some_and(|options| options.ends_with("-c geqo=off")));
    }
}
