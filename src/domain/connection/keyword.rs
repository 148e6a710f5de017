//! The parameters of libpq (`PostgreSQL` 18), and what medstint does with each of them.
//! `CONNECTING.md` is the same table for people; `tests/connecting.rs` compares the two.
//! `presentation::connection` says why a value is refused.

/// A parameter: its name in a URL or a service file, and its environment variable.
#[derive(Debug, PartialEq, Eq)]
pub struct Keyword {
    pub name: &'static str,
    pub variable: Option<&'static str>,
    pub rule: Rule,
}

/// What medstint does with a parameter.
#[derive(Debug, PartialEq, Eq)]
pub enum Rule {
    /// Its value decides how medstint connects.
    Honored,
    /// Honored; its value is never shown.
    Secret,
    /// These values ask for what medstint does anyway. Others are refused.
    Only(&'static [&'static str]),
    /// Its value changes nothing for medstint.
    NoEffect,
}

impl Keyword {
    /// Whether its value may be shown.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        match self.rule {
            Rule::Honored | Rule::NoEffect => true,
            Rule::Only(values) => !values.is_empty(),
            Rule::Secret => false,
        }
    }
}

const fn row(name: &'static str, variable: Option<&'static str>, rule: Rule) -> Keyword {
    Keyword { name, variable, rule }
}

/// All parameters of libpq.
pub const KEYWORDS: &[Keyword] = &[
    row("host", Some("PGHOST"), Rule::Honored),
    row("hostaddr", Some("PGHOSTADDR"), Rule::Honored),
    row("port", Some("PGPORT"), Rule::Honored),
    row("dbname", Some("PGDATABASE"), Rule::Honored),
    row("user", Some("PGUSER"), Rule::Honored),
    row("password", Some("PGPASSWORD"), Rule::Secret),
    row("passfile", Some("PGPASSFILE"), Rule::Honored),
    row("service", Some("PGSERVICE"), Rule::Honored),
    row("servicefile", Some("PGSERVICEFILE"), Rule::Honored),
    row("connect_timeout", Some("PGCONNECT_TIMEOUT"), Rule::Honored),
    row("application_name", Some("PGAPPNAME"), Rule::Honored),
    row("fallback_application_name", None, Rule::Honored),
    row("options", Some("PGOPTIONS"), Rule::Honored),
    row("client_encoding", Some("PGCLIENTENCODING"), Rule::NoEffect),
    row("keepalives", None, Rule::Honored),
    row("keepalives_idle", None, Rule::Honored),
    row("keepalives_interval", None, Rule::Honored),
    row("keepalives_count", None, Rule::Honored),
    row("tcp_user_timeout", None, Rule::Honored),
    row("sslmode", Some("PGSSLMODE"), Rule::Honored),
    row("sslrootcert", Some("PGSSLROOTCERT"), Rule::Honored),
    row("sslcert", Some("PGSSLCERT"), Rule::Honored),
    row("sslkey", Some("PGSSLKEY"), Rule::Honored),
    row("sslcertmode", Some("PGSSLCERTMODE"), Rule::Only(&["disable", "allow"])),
    row("sslpassword", None, Rule::Only(&[])),
    row("sslcrl", Some("PGSSLCRL"), Rule::Only(&[])),
    row("sslcrldir", Some("PGSSLCRLDIR"), Rule::Only(&[])),
    row("sslsni", Some("PGSSLSNI"), Rule::Only(&["1"])),
    row("sslnegotiation", Some("PGSSLNEGOTIATION"), Rule::Only(&["postgres"])),
    row("sslcompression", Some("PGSSLCOMPRESSION"), Rule::Only(&["0"])),
    row("sslkeylogfile", None, Rule::Only(&[])),
    row("ssl_min_protocol_version", Some("PGSSLMINPROTOCOLVERSION"), Rule::Only(&["TLSv1", "TLSv1.1", "TLSv1.2"])),
    row("ssl_max_protocol_version", Some("PGSSLMAXPROTOCOLVERSION"), Rule::Only(&["TLSv1.3"])),
    row("channel_binding", Some("PGCHANNELBINDING"), Rule::Only(&["disable", "prefer"])),
    row("require_auth", Some("PGREQUIREAUTH"), Rule::Only(&[])),
    row("requirepeer", Some("PGREQUIREPEER"), Rule::Only(&[])),
    row("gssencmode", Some("PGGSSENCMODE"), Rule::Only(&["disable", "prefer"])),
    row("gssdelegation", Some("PGGSSDELEGATION"), Rule::Only(&["0"])),
    row("krbsrvname", Some("PGKRBSRVNAME"), Rule::NoEffect),
    row("gsslib", Some("PGGSSLIB"), Rule::NoEffect),
    row("scram_client_key", None, Rule::Only(&[])),
    row("scram_server_key", None, Rule::Only(&[])),
    row("oauth_issuer", None, Rule::Only(&[])),
    row("oauth_client_id", None, Rule::Only(&[])),
    row("oauth_client_secret", None, Rule::Only(&[])),
    row("oauth_scope", None, Rule::Only(&[])),
    row("min_protocol_version", Some("PGMINPROTOCOLVERSION"), Rule::Only(&["3.0"])),
    row("max_protocol_version", Some("PGMAXPROTOCOLVERSION"), Rule::Only(&["3.0", "3.2", "latest"])),
    row("replication", None, Rule::Only(&["false", "off", "no", "0"])),
    row("target_session_attrs", Some("PGTARGETSESSIONATTRS"), Rule::Only(&["any"])),
    row("load_balance_hosts", Some("PGLOADBALANCEHOSTS"), Rule::Only(&["disable", "random"])),
];

/// What other programs call some of them.
const OTHER_NAMES: [(&str, &str); 7] = [
    ("ssl", "sslmode"),
    ("tls", "sslmode"),
    ("sslca", "sslrootcert"),
    ("database", "dbname"),
    ("username", "user"),
    ("timeout", "connect_timeout"),
    ("schema", "options"),
];

/// The parameter of that name, which is written in small letters.
#[must_use]
pub fn find(name: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.name == name)
}

/// The name that was probably meant by one that there is not.
#[must_use]
pub fn nearest_name(name: &str) -> Option<&'static str> {
    let plain = plain(name);
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == plain).map(|&(_, name)| name);
    other.or_else(|| nearest(name, KEYWORDS.iter().map(|keyword| keyword.name)))
}

/// The word among the known ones that is most like this one, where any is.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |other: &str| strsim::jaro_winkler(&plain(word), &plain(other));
    known
        .map(|other| (likeness(other), other))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, other)| other)
}

/// Without what people write in one way or another: `SSL-Mode` is `sslmode`.
fn plain(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_the_name_that_was_meant() {
        for (wrong, meant) in [
            ("sslMode", "sslmode"),
            ("ssl-mode", "sslmode"),
            ("ssl", "sslmode"),
            ("ssl-root-cert", "sslrootcert"),
            ("pasword", "password"),
            ("applicationName", "application_name"),
            ("connect-timeout", "connect_timeout"),
            ("target_session_attr", "target_session_attrs"),
        ] {
            assert_eq!(nearest_name(wrong), Some(meant), "{wrong}");
        }
    }

    #[test]
    fn suggests_nothing_for_a_name_like_no_other() {
        assert_eq!(nearest_name("zzz"), None);
    }

    #[test]
    fn names_each_parameter_once() {
        let mut names: Vec<&str> = KEYWORDS.iter().map(|keyword| keyword.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KEYWORDS.len());
    }
}
