//! How a database is reached: the parameters of libpq, read as libpq reads them. medstint reads
//! them itself, because the driver would fill gaps from the environment and log unknown parameters,
//! including passwords. This module has the table of the parameters and their meaning.
//! `admin/connection` reads the variables and files in libpq's order, and `store/connect_options`
//! sets every option of the driver. Where medstint differs on purpose, `CONNECTING.md` says so.

pub mod keyword;
pub mod password_file;
mod problem;
pub mod service_file;
mod values;

use std::net::IpAddr;
use std::time::Duration;

pub use problem::Problem;
pub use values::{Place, Refusal, Values};

use super::Secret;

/// The default directories of servers' sockets.
pub const SOCKET_DIRECTORIES: [&str; 4] = ["/var/run/postgresql", "/run/postgresql", "/private/tmp", "/tmp"];
/// The port of a server that names no other.
pub const PORT: u16 = 5432;
/// What a client is called that has no other name.
pub const APPLICATION: &str = "medstint";
/// How long connecting may take where no parameter says so. libpq waits for ever.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// The shortest time limit that libpq takes.
const LEAST_SECONDS: u32 = 2;

/// What the parameters say. What no parameter says is `None`, and found on this machine.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A name, an address or the directory of a socket.
    pub host: Option<String>,
    /// The address to connect to instead of looking the host up.
    pub address: Option<IpAddr>,
    pub port: u16,
    pub user: Option<String>,
    pub database: Option<String>,
    pub password: Option<Secret>,
    pub password_file: Option<String>,
    pub application_name: String,
    /// Options of the server, as `-c name=value`.
    pub options: Option<String>,
    /// How long connecting may take; `None` is without limit.
    pub time_limit: Option<Duration>,
    pub tcp: Tcp,
    pub tls: Tls,
}

/// How TCP watches over a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tcp {
    pub keepalive: Option<Keepalive>,
    /// How long what was sent may stay unacknowledged; `None` leaves it to the system.
    pub user_timeout: Option<Duration>,
}

/// When a connection that is silent is looked after; `None` leaves it to the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keepalive {
    pub idle: Option<Duration>,
    pub interval: Option<Duration>,
    pub count: Option<u32>,
}

/// What a connection is protected with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    pub mode: Option<TlsMode>,
    pub authorities: Option<Authorities>,
    /// Files of a certificate and its key with which medstint proves itself.
    pub certificate: Option<String>,
    pub key: Option<String>,
    /// Whether a certificate is sent where there is one.
    pub sends_certificate: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

const MODES: [(&str, TlsMode); 6] = [
    ("disable", TlsMode::Disable),
    ("allow", TlsMode::Allow),
    ("prefer", TlsMode::Prefer),
    ("require", TlsMode::Require),
    ("verify-ca", TlsMode::VerifyCa),
    ("verify-full", TlsMode::VerifyFull),
];

/// Whose certificates prove a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorities {
    /// Those that this machine trusts.
    System,
    /// Those of a file as well.
    File(String),
}

impl Settings {
    /// Reads the parameters.
    ///
    /// # Errors
    /// A value that there is not, or that medstint cannot do.
    pub fn from_values(values: &Values) -> Result<Self, Refusal> {
        values.check()?;
        let text = |name| values.text(name).map(str::to_owned);
        Ok(Self {
            host: host(values)?,
            address: address(values)?,
            port: port(values)?,
            user: text("user"),
            database: text("dbname"),
            password: values.text("password").map(Secret::new),
            password_file: text("passfile"),
            application_name: text("application_name")
                .or_else(|| text("fallback_application_name"))
                .unwrap_or_else(|| APPLICATION.into()),
            options: text("options"),
            time_limit: time_limit(values)?,
            tcp: Tcp { keepalive: keepalive(values)?, user_timeout: user_timeout(values)? },
            tls: tls(values)?,
        })
    }

    /// Whether the way leads through a socket of this machine.
    #[must_use]
    pub fn is_local_socket(&self) -> bool {
        self.address.is_none() && self.host.as_deref().is_some_and(|host| host.starts_with('/'))
    }
}

fn host(values: &Values) -> Result<Option<String>, Refusal> {
    let Some(host) = values.text("host") else { return Ok(None) };
    if host.contains(',') && !host.starts_with('/') {
        return Err(values.refuse("host", Problem::SeveralServers("host")));
    }
    Ok(Some(host.trim_start_matches('[').trim_end_matches(']').to_owned()))
}

fn address(values: &Values) -> Result<Option<IpAddr>, Refusal> {
    let Some(text) = values.text("hostaddr") else { return Ok(None) };
    if text.contains(',') {
        return Err(values.refuse("hostaddr", Problem::SeveralServers("hostaddr")));
    }
    let wrong = |_| values.refuse("hostaddr", Problem::NoAddress);
    text.parse::<IpAddr>().map(Some).map_err(wrong)
}

fn port(values: &Values) -> Result<u16, Refusal> {
    let Some(text) = values.text("port") else { return Ok(PORT) };
    if text.contains(',') {
        return Err(values.refuse("port", Problem::SeveralServers("port")));
    }
    let number = text.trim().parse::<u16>().ok().filter(|port| *port > 0);
    number.ok_or_else(|| values.refuse("port", Problem::NoPort))
}

fn number(values: &Values, name: &'static str) -> Result<Option<i32>, Refusal> {
    let wrong = |_| values.refuse(name, Problem::NoNumber(name));
    values.text(name).map(|text| text.trim().parse::<i32>().map_err(wrong)).transpose()
}

fn time_limit(values: &Values) -> Result<Option<Duration>, Refusal> {
    let Some(seconds) = number(values, "connect_timeout")? else { return Ok(Some(TIME_LIMIT)) };
    Ok(positive(seconds).map(|seconds| Duration::from_secs(u64::from(seconds.max(LEAST_SECONDS)))))
}

fn positive(number: i32) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| *number > 0)
}

/// Looks after a silent connection before the usual firewall forgets it. libpq leaves it
/// to the system, which begins after two hours.
fn keepalive(values: &Values) -> Result<Option<Keepalive>, Refusal> {
    let or = |name, usual| Ok::<_, Refusal>(number(values, name)?.map_or(Some(usual), positive));
    let seconds = |number: u32| Duration::from_secs(u64::from(number));
    let found = Keepalive {
        idle: or("keepalives_idle", 60)?.map(seconds),
        interval: or("keepalives_interval", 10)?.map(seconds),
        count: or("keepalives_count", 3)?,
    };
    Ok((number(values, "keepalives")? != Some(0)).then_some(found))
}

fn user_timeout(values: &Values) -> Result<Option<Duration>, Refusal> {
    let milliseconds = number(values, "tcp_user_timeout")?.and_then(positive);
    Ok(milliseconds.map(|milliseconds| Duration::from_millis(u64::from(milliseconds))))
}

fn tls(values: &Values) -> Result<Tls, Refusal> {
    let text = |name| values.text(name).map(str::to_owned);
    let authorities = text("sslrootcert").map(|text| match text.as_str() {
        "system" => Authorities::System,
        _ => Authorities::File(text),
    });
    let mut mode = mode(values)?;
    if authorities == Some(Authorities::System) {
        if mode.is_some_and(|mode| mode != TlsMode::VerifyFull) {
            return Err(values.refuse("sslmode", Problem::NeedsVerifyFull));
        }
        mode = Some(TlsMode::VerifyFull);
    }
    Ok(Tls {
        mode,
        authorities,
        certificate: text("sslcert"),
        key: text("sslkey"),
        sends_certificate: values.text("sslcertmode") != Some("disable"),
    })
}

fn mode(values: &Values) -> Result<Option<TlsMode>, Refusal> {
    let Some(text) = values.text("sslmode") else { return Ok(None) };
    if let Some((_, mode)) = MODES.iter().find(|(name, _)| *name == text) {
        return Ok(Some(*mode));
    }
    let names = MODES.map(|(name, _)| name);
    let nearest = keyword::nearest(text, names.into_iter());
    Err(values.refuse("sslmode", Problem::UnknownMode { known: names.to_vec(), nearest }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Failure;

    fn settings(parameters: &[(&str, &str)]) -> Result<Settings, Refusal> {
        let mut values = Values::default();
        for (name, text) in parameters {
            values.set(name, *text, &Place::Url)?;
        }
        Settings::from_values(&values)
    }

    fn refusal(parameters: &[(&str, &str)]) -> String {
        Failure::from(settings(parameters).expect_err("a refusal")).to_string()
    }

    #[test]
    fn connecting_takes_five_seconds_unless_a_parameter_says_otherwise() {
        for (text, seconds) in
            [("", Some(5)), ("0", None), ("-1", None), ("1", Some(2)), ("2", Some(2)), ("30", Some(30))]
        {
            let found = settings(&[("connect_timeout", text)]).expect("good");
            assert_eq!(found.time_limit, seconds.map(Duration::from_secs), "{text}");
        }
        assert!(refusal(&[("connect_timeout", "5s")]).contains("must be a whole number"));
    }

    #[test]
    fn refuses_values_that_do_not_exist() {
        assert!(refusal(&[("sslmode", "verify_full")]).ends_with("Did you mean verify-full?"));
        assert!(refusal(&[("sslmode", "bogus")]).contains("must be one of disable, allow, prefer, require"));
        assert!(refusal(&[("port", "0")]).contains("1 to 65535"));
        assert!(refusal(&[("hostaddr", "localhost")]).contains("must be an IP address"));
    }

    #[test]
    fn refuses_what_medstint_cannot_do() {
        for (name, text) in [
            ("channel_binding", "require"),
            ("require_auth", "scram-sha-256"),
            ("sslcrl", "/x"),
            ("sslpassword", "s3cret"),
            ("gssencmode", "require"),
            ("target_session_attrs", "read-write"),
            ("ssl_min_protocol_version", "TLSv1.3"),
            ("replication", "database"),
        ] {
            let sentence = refusal(&[(name, text)]);
            assert!(sentence.contains(&format!("`{name}`")) && !sentence.contains("s3cret"), "{sentence}");
        }
        assert!(settings(&[("channel_binding", "prefer"), ("gssencmode", "disable"), ("replication", "off")]).is_ok());
    }

    #[test]
    fn refuses_several_servers() {
        for parameter in [("host", "a,b"), ("hostaddr", "127.0.0.1,127.0.0.2"), ("port", "1,2")] {
            assert!(refusal(&[parameter]).contains("names several servers"), "{parameter:?}");
        }
    }

    #[test]
    fn system_authorities_verify_the_name_as_well() {
        let found = settings(&[("sslrootcert", "system")]).expect("good");
        assert_eq!(found.tls.mode, Some(TlsMode::VerifyFull));
        assert!(refusal(&[("sslrootcert", "system"), ("sslmode", "require")]).contains("must be verify-full"));
    }

    #[test]
    fn the_fallback_application_name_counts_without_another() {
        let name = |parameters: &[(&str, &str)]| settings(parameters).expect("good").application_name;
        assert_eq!(name(&[]), "medstint");
        assert_eq!(name(&[("fallback_application_name", "kiosk")]), "kiosk");
        assert_eq!(name(&[("fallback_application_name", "kiosk"), ("application_name", "door")]), "door");
    }

    #[test]
    fn keepalives_are_on_unless_they_are_switched_off() {
        let found = settings(&[("keepalives_idle", "30"), ("keepalives_count", "0")]).expect("good");
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(found.tcp.keepalive, Some(Keepalive { idle: seconds(30), interval: seconds(10), count: None }));
        assert_eq!(settings(&[("keepalives", "0")]).expect("good").tcp.keepalive, None);
    }

    #[test]
    fn a_debug_shows_no_password() {
        let found = settings(&[("password", "s3cret")]).expect("good");
        assert!(!format!("{found:?}").contains("s3cret"));
    }
}
