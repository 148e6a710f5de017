//! The text of a database URL: its parts, and which of them may be shown.

use super::connection::keyword;
use super::connection::{Place, Problem, Refusal, Values};

/// Instead of what is not shown.
const HIDDEN: &str = "…";

/// A URL in its parts, as they stand in it.
struct Parts<'a> {
    scheme: &'static str,
    user: Option<&'a str>,
    password: Option<&'a str>,
    /// With the port.
    host: &'a str,
    path: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
}

/// Takes a URL apart; nothing where a password seems to have ended it early, because one
/// of `/ ? # @` in it is not encoded.
fn parts(url: &str) -> Option<Parts<'_>> {
    let scheme = ["postgres://", "postgresql://"].into_iter().find(|scheme| url.starts_with(scheme))?;
    let rest = &url[scheme.len()..];
    if rest.contains('#') {
        return None;
    }
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = before.split_at(before.find('/').unwrap_or(before.len()));
    if path.contains('@') {
        return None;
    }
    let mut parameters = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        if keyword::find(name).is_none() && value.contains('@') {
            return None;
        }
        parameters.push((name, value));
    }
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let (user, password) = match user.and_then(|user| user.split_once(':')) {
        Some((user, password)) => (Some(user), Some(password)),
        None => (user, None),
    };
    Some(Parts { scheme, user, password, host, path, parameters })
}

/// The URL as it may be shown: only what is known to hold no password.
#[must_use]
pub fn masked(url: &str) -> String {
    if url.is_empty() {
        return String::new();
    }
    let Some(parts) = parts(url) else { return HIDDEN.to_owned() };
    let mut shown = parts.scheme.to_owned();
    if let Some(user) = parts.user {
        shown.extend([user, if parts.password.is_some() { ":…@" } else { "@" }]);
    }
    shown.extend([parts.host, parts.path]);
    for (i, &(name, value)) in parts.parameters.iter().enumerate() {
        let is_shown = keyword::find(name).is_some_and(keyword::Keyword::is_shown);
        shown.extend([if i == 0 { "?" } else { "&" }, name, "=", if is_shown { value } else { HIDDEN }]);
    }
    shown
}

/// The parameters that the URL sets. One behind the `?` counts more than the same one
/// before it, and the later of two.
///
/// # Errors
/// What is wrong with the URL, without repeating it.
pub fn values(url: &str) -> Result<Values, Refusal> {
    let refuse = |why| Refusal { place: Place::Url, why };
    let Some(parts) = parts(url) else {
        let is_a_string = !url.contains("://") && url.contains('=');
        return Err(refuse(if is_a_string { Problem::KeywordString } else { Problem::NotAUrl }));
    };
    let (host, port) = host_and_port(parts.host).ok_or_else(|| refuse(Problem::NotAUrl))?;
    let before = [
        ("user", parts.user),
        ("password", parts.password),
        ("host", Some(host)),
        ("port", port),
        ("dbname", parts.path.strip_prefix('/')),
    ];
    let before = before.into_iter().filter_map(|(name, text)| Some((name, text.filter(|text| !text.is_empty())?)));
    let mut values = Values::default();
    for (name, text) in before.chain(parts.parameters.iter().copied()) {
        let name = decoded(name).ok_or_else(|| refuse(Problem::NotAUrl))?;
        let text = decoded(text).ok_or_else(|| refuse(Problem::NotAUrl))?;
        values.set(&name, text, &Place::Url)?;
    }
    Ok(values)
}

/// `host:port`, where the host may be an address of version 6 in brackets.
fn host_and_port(text: &str) -> Option<(&str, Option<&str>)> {
    let Some(rest) = text.strip_prefix('[') else {
        return Some(text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))));
    };
    let (host, rest) = rest.split_once(']')?;
    if rest.is_empty() { Some((host, None)) } else { Some((host, Some(rest.strip_prefix(':')?))) }
}

/// The text with its `%XX` as characters.
fn decoded(text: &str) -> Option<String> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' { 16 * digit(rest.next()?)? + digit(rest.next()?)? } else { byte });
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Failure;

    #[test]
    fn shows_everything_but_passwords() {
        for (url, shown) in [
            ("postgres://a@h:5432/d?sslmode=require", "postgres://a@h:5432/d?sslmode=require"),
            ("postgres://a:s3cret@h/d", "postgres://a:…@h/d"),
            ("postgres://a:s3@cret@h/d", "postgres://a:…@h/d"),
            ("postgresql:///d?user=a&password=s3cret&password=s3cret", "postgresql:///d?user=a&password=…&password=…"),
            ("postgres://h/d?pasword=s3cret", "postgres://h/d?pasword=…"),
            ("postgres://h/d?sslpassword=s3cret", "postgres://h/d?sslpassword=…"),
            ("postgres://h/d?pass%77ord=s3cret", "postgres://h/d?pass%77ord=…"),
            ("postgres://a@localhost/d?host=/run/postgresql", "postgres://a@localhost/d?host=/run/postgresql"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }

    #[test]
    fn shows_nothing_where_a_password_may_have_ended_the_url_early() {
        for url in [
            "postgres://a:s3/cret@h/d",
            "postgres://a:12/3@h/d",
            "postgres://a:s3?cret@h/d",
            "postgres://a:12?x=3@h/d",
            "postgres://a:s3#cret@h/d",
            "host=h password=s3cret",
            "mysql://a:s3cret@h/d",
        ] {
            assert_eq!(masked(url), "…", "{url}");
            assert!(values(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_url_sets_the_parameters_of_its_parts() {
        let url = "postgres://a%40b:s3@cret@db.example.edu:6432/clinical?sslmode=require&application_name=a%20b";
        let values = values(url).expect("a good URL");
        for (name, text) in [
            ("user", "a@b"),
            ("password", "s3@cret"),
            ("host", "db.example.edu"),
            ("port", "6432"),
            ("dbname", "clinical"),
            ("sslmode", "require"),
            ("application_name", "a b"),
        ] {
            assert_eq!(values.text(name), Some(text), "{name}");
        }
    }

    #[test]
    fn a_parameter_counts_more_than_the_part_before_it() {
        let values = values("postgres://a@localhost/d?host=/run/postgresql&user=b&user=c").expect("a good URL");
        assert_eq!(values.text("host"), Some("/run/postgresql"));
        assert_eq!(values.text("user"), Some("c"));
    }

    #[test]
    fn an_address_of_version_6_stands_in_brackets() {
        for (url, host, port) in [
            ("postgres://u@[::1]/d", "::1", None),
            ("postgres://u@[2001:db8::7]:6432/d", "2001:db8::7", Some("6432")),
            ("postgres://u@%2Frun%2Fpostgresql/d", "/run/postgresql", None),
        ] {
            let values = values(url).expect("a good URL");
            assert_eq!((values.text("host"), values.text("port")), (Some(host), port), "{url}");
        }
        assert!(values("postgres://u@[::1/d").is_err());
    }

    #[test]
    fn omitted_url_parts_stay_unset() {
        let values = values("postgres://").expect("a good URL");
        for name in ["user", "password", "host", "port", "dbname"] {
            assert_eq!(values.text(name), None, "{name}");
        }
    }

    #[test]
    fn a_misspelt_parameter_is_refused_with_the_nearest() {
        let refused = |url: &str| Failure::from(values(url).expect_err("a refusal")).to_string();
        assert_eq!(
            refused("postgres://h/d?sslMode=require"),
            "The database URL: there is no parameter `sslMode`. Did you mean `sslmode`?"
        );
        let sentence = refused("postgres://h/d?pasword=s3cret");
        assert!(sentence.contains("Did you mean `password`?") && !sentence.contains("s3cret"), "{sentence}");
    }

    #[test]
    fn malformed_urls_are_refused_without_repeating_them() {
        for (text, says) in [
            ("host=h password=s3cret", "keyword=value strings are not supported"),
            ("mysql://a:s3cret@h/d", "is not a PostgreSQL URL"),
            ("postgres://u:s3cret%zz@h/d", "is not a PostgreSQL URL"),
            ("postgres://u:s3cret%00@h/d", "is not a PostgreSQL URL"),
        ] {
            let sentence = Failure::from(values(text).expect_err("a refusal")).to_string();
            assert!(sentence.contains(says) && !sentence.contains("s3cret"), "{sentence}");
        }
    }
}
