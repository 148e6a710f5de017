//! The text of a database's URL: what of it may be shown, and what of it the driver gets.

/// Parameters that the driver understands. Of any other it logs the value, which may be a
/// password under a misspelt name.
const UNDERSTOOD: [&str; 17] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "application_name",
    "options",
];
/// The one among them that is never shown.
const PASSWORD: &str = "password";
/// Instead of what is not shown.
const HIDDEN: &str = "…";

/// A URL in its parts, as they stand in it.
struct Parts<'a> {
    scheme: &'static str,
    user: Option<&'a str>,
    has_password: bool,
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
        if !is_understood(name) && value.contains('@') {
            return None;
        }
        parameters.push((name, value));
    }
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let has_password = user.is_some_and(|user| user.contains(':'));
    let user = user.map(|user| user.split_once(':').map_or(user, |(user, _)| user));
    Some(Parts { scheme, user, has_password, host, path, parameters })
}

fn is_understood(name: &str) -> bool {
    name == PASSWORD || UNDERSTOOD.contains(&name) || name.starts_with("options[")
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
        shown.extend([user, if parts.has_password { ":…@" } else { "@" }]);
    }
    shown.extend([parts.host, parts.path]);
    for (i, &(name, value)) in parts.parameters.iter().enumerate() {
        let value = if UNDERSTOOD.contains(&name) { value } else { HIDDEN };
        shown.extend([if i == 0 { "?" } else { "&" }, name, "=", value]);
    }
    shown
}

/// The URL as the driver gets it, without parameters that it does not understand; nothing
/// where the text is none.
#[must_use]
pub fn understood(url: &str) -> Option<String> {
    let parts = parts(url)?;
    let mut kept = url.split_once('?').map_or(url, |(before, _)| before).to_owned();
    let known = parts.parameters.iter().filter(|(name, _)| is_understood(name));
    for (i, &(name, value)) in known.enumerate() {
        kept.extend([if i == 0 { "?" } else { "&" }, name, "=", value]);
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_everything_but_passwords() {
        for (url, shown) in [
            ("postgres://a@h:5432/d?sslmode=require", "postgres://a@h:5432/d?sslmode=require"),
            ("postgres://a:s3cret@h/d", "postgres://a:…@h/d"),
            ("postgres://a:s3@cret@h/d", "postgres://a:…@h/d"),
            ("postgresql:///d?user=a&password=s3cret&password=s3cret", "postgresql:///d?user=a&password=…&password=…"),
            ("postgres://h/d?pasword=s3cret", "postgres://h/d?pasword=…"),
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
            assert_eq!(understood(url), None, "{url}");
        }
    }

    #[test]
    fn the_driver_gets_only_what_it_understands() {
        let url = "postgres://a:b@h/d?pasword=s3cret&sslmode=require&schema=public&password=p@s";
        assert_eq!(understood(url).as_deref(), Some("postgres://a:b@h/d?sslmode=require&password=p@s"));
        assert_eq!(understood("postgres://h/d").as_deref(), Some("postgres://h/d"));
    }
}
