//! The sources of connection parameters: the URL, a service, libpq's `PG*` variables and the files
//! of the home directory, in the order in which libpq reads them.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::{User, geteuid};

use super::place::environment;
use crate::domain::connection::keyword::KEYWORDS;
use crate::domain::connection::{
    Authorities, Place, Problem, Refusal, SOCKET_DIRECTORIES, Settings, TlsMode, Values, password_file, service_file,
};
use crate::domain::{Failure, Secret, database_url};
use crate::files;

/// Where systems keep the service file for everyone.
const SYSTEM_DIRECTORIES: [&str; 2] = ["/etc/postgresql-common", "/etc/sysconfig/pgsql"];

/// The settings, and what was found and is not used, in sentences.
pub(super) struct Found {
    pub(super) settings: Settings,
    pub(super) notes: Vec<String>,
}

/// Finds out how to connect.
///
/// # Errors
/// A parameter that there is not or that medstint cannot do; a file that cannot be used.
pub(super) fn find(url: Option<&str>) -> Result<Found, Failure> {
    let home = home();
    let given = url.map(database_url::values).transpose()?.unwrap_or_default();
    let variables = variables()?;
    let either = |name: &str| given.text(name).or_else(|| variables.text(name)).map(str::to_owned);
    let values = match either("service") {
        None => Values::default(),
        Some(service) => service_values(&service, either("servicefile").as_deref(), home.as_deref())?,
    };
    let values = given.or(values);
    let mut settings = Settings::from_values(&values.or(variables))?;
    let mut notes = Vec::new();
    if settings.host.is_none() && settings.address.is_none() {
        settings.host = Some(default_host(settings.port));
    }
    if settings.user.is_none() {
        settings.user = system_user().map(|user| user.name);
    }
    if settings.password.is_none() {
        settings.password = password(&settings, home.as_deref(), &mut notes);
    }
    if !settings.is_local_socket() && settings.tls.mode != Some(TlsMode::Disable) {
        find_authorities(&mut settings, home.as_deref(), &mut notes)?;
        find_certificate(&mut settings, home.as_deref())?;
    }
    Ok(Found { settings, notes })
}

fn system_user() -> Option<User> {
    User::from_uid(geteuid()).ok().flatten()
}

fn home() -> Option<PathBuf> {
    let named = environment("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    named.or_else(|| system_user().map(|user| user.dir))
}

fn variables() -> Result<Values, Refusal> {
    let mut values = Values::default();
    for (name, variable) in KEYWORDS.iter().filter_map(|keyword| Some((keyword.name, keyword.variable?))) {
        if let Some(text) = environment(variable) {
            values.set(name, text, &Place::Variable(variable))?;
        }
    }
    let is_required = environment("PGREQUIRESSL").is_some_and(|text| text.starts_with('1'));
    if is_required && values.text("sslmode").is_none() {
        return Err(Refusal { place: Place::Variable("PGREQUIRESSL"), why: Problem::Obsolete });
    }
    Ok(values)
}

/// A socket of this machine where there is one.
fn default_host(port: u16) -> String {
    let socket = format!(".s.PGSQL.{port}");
    let directory = SOCKET_DIRECTORIES.iter().find(|directory| Path::new(directory).join(&socket).exists());
    (*directory.unwrap_or(&"localhost")).to_owned()
}

fn service_values(service: &str, named: Option<&str>, home: Option<&Path>) -> Result<Values, Failure> {
    let refuse = |why| Failure::from(Refusal { place: Place::Service(service.to_owned()), why });
    let own = named.map(PathBuf::from).or_else(|| home.map(|home| home.join(".pg_service.conf")));
    let system = match environment("PGSYSCONFDIR") {
        Some(directory) => vec![directory],
        None => SYSTEM_DIRECTORIES.map(str::to_owned).to_vec(),
    };
    let shared = system.into_iter().map(|directory| Path::new(&directory).join("pg_service.conf"));
    for path in own.into_iter().chain(shared) {
        let is_named = named.is_some_and(|named| Path::new(named) == path);
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                if let Some(values) = service_file::find(&text, service)? {
                    return Ok(values);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_named => {}
            Err(error) => return Err(refuse(unreadable(&path, &error))),
        }
    }
    Err(refuse(Problem::UnknownService))
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    Problem::UnreadableFile { path: path.display().to_string(), why: files::why_not(error) }
}

/// The password of the password file, which nobody else may read.
fn password(settings: &Settings, home: Option<&Path>, notes: &mut Vec<String>) -> Option<Secret> {
    let named = settings.password_file.as_ref().map(PathBuf::from);
    let path = named.or_else(|| home.map(|home| home.join(".pgpass")))?;
    let metadata = std::fs::metadata(&path).ok()?;
    let mut note = |why: &str| notes.push(format!("The password file {} is ignored: {why}", path.display()));
    if !metadata.is_file() {
        note("it is not a regular file. Name another one in PGPASSFILE.");
        return None;
    }
    if metadata.mode() & 0o077 != 0 {
        note("other users can read it. Run chmod 600 on it.");
        return None;
    }
    let text = std::fs::read_to_string(&path).inspect_err(|error| note(files::why_not(error))).ok()?;
    let named = settings.host.clone().or_else(|| settings.address.map(|address| address.to_string()));
    let host = named.filter(|host| !SOCKET_DIRECTORIES.contains(&host.as_str()));
    let user = settings.user.as_deref().unwrap_or_default();
    let database = settings.database.as_deref().unwrap_or(user);
    password_file::find(&text, host.as_deref().unwrap_or("localhost"), settings.port, database, user)
}

/// The server's authority, where a file names it.
fn find_authorities(settings: &mut Settings, home: Option<&Path>, notes: &mut Vec<String>) -> Result<(), Failure> {
    let tls = &mut settings.tls;
    if tls.authorities.is_none() {
        tls.authorities = of_home(home, "root.crt").map(Authorities::File);
    }
    if let Some(revoked) = of_home(home, "root.crl") {
        notes.push(format!(
            "{revoked} is ignored: medstint does not check revocation lists. Remove authorities that you no longer trust."
        ));
    }
    match &tls.authorities {
        Some(Authorities::File(path)) => must_hold("sslrootcert", path, "CERTIFICATE"),
        Some(Authorities::System) | None => Ok(()),
    }
}

/// The certificate and the key with which medstint proves itself, where there are any.
fn find_certificate(settings: &mut Settings, home: Option<&Path>) -> Result<(), Failure> {
    let tls = &mut settings.tls;
    let certificate = tls.certificate.take().or_else(|| of_home(home, "postgresql.crt"));
    let certificate = certificate.filter(|_| tls.sends_certificate);
    let Some(certificate) = certificate else {
        tls.key = None;
        return refuse_variables_that_stay();
    };
    must_hold("sslcert", &certificate, "CERTIFICATE")?;
    let Some(key) = tls.key.take().or_else(|| of_home(home, "postgresql.key")) else {
        let why = format!("there is no key for {certificate}. Name it with sslkey.");
        return Err(Failure::Setting { what: "sslcert", why });
    };
    must_hold("sslkey", &key, "PRIVATE KEY")?;
    must_be_closed(&key)?;
    (tls.certificate, tls.key) = (Some(certificate), Some(key));
    Ok(())
}

/// The driver reads these by itself, and nothing takes them back.
fn refuse_variables_that_stay() -> Result<(), Failure> {
    match ["PGSSLCERT", "PGSSLKEY"].into_iter().find(|variable| environment(variable).is_some()) {
        None => Ok(()),
        Some(what) => {
            let why = "it needs a client certificate with its key. Unset it, or set PGSSLCERT and PGSSLKEY.";
            Err(Failure::Setting { what, why: why.into() })
        }
    }
}

/// A file of `~/.postgresql`, where it exists.
fn of_home(home: Option<&Path>, name: &str) -> Option<String> {
    let path = home?.join(".postgresql").join(name);
    path.exists().then(|| path.display().to_string())
}

fn must_hold(what: &'static str, path: &str, kind: &str) -> Result<(), Failure> {
    let refuse = |why: &str| Err(Failure::Setting { what, why: format!("{path}: {why}") });
    match std::fs::read(path) {
        Err(error) => refuse(files::why_not(&error)),
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            if !text.contains(&format!("{kind}-----")) {
                return refuse(&format!("it contains no {}. Name a file in PEM format.", kind.to_lowercase()));
            }
            if text.contains("ENCRYPTED") {
                return refuse("it is encrypted. Use an unencrypted key that only you can read.");
            }
            Ok(())
        }
    }
}

/// As libpq asks for: a key is its owner's; root's may be read by a group.
fn must_be_closed(key: &str) -> Result<(), Failure> {
    let refuse = |why: &str| Err(Failure::Setting { what: "sslkey", why: format!("{key}: {why}") });
    let metadata = match std::fs::metadata(key) {
        Ok(metadata) => metadata,
        Err(error) => return refuse(files::why_not(&error)),
    };
    let others = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    if metadata.mode() & others == 0 { Ok(()) } else { refuse("other users can read it. Run chmod 600 on it.") }
}
