//! The service file of libpq, `~/.pg_service.conf`.

use super::Problem;
use super::values::{Place, Refusal, Values};

/// The parameters of a service; `None` where the file does not have it.
///
/// # Errors
/// A line of the service that medstint does not read.
pub fn find(text: &str, service: &str) -> Result<Option<Values>, Refusal> {
    let place = Place::Service(service.to_owned());
    let mut found: Option<Values> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some((name, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            if found.is_some() {
                break;
            }
            found = (name == service).then(Values::default);
        } else if let Some(values) = found.take() {
            found = Some(values.or(read(line, &place)?));
        }
    }
    Ok(found)
}

fn read(line: &str, place: &Place) -> Result<Values, Refusal> {
    let refuse = |why| Err(Refusal { place: place.clone(), why });
    let Some((name, text)) = line.split_once('=') else {
        return refuse(Problem::ServiceLine);
    };
    match name.trim_end() {
        name if name.starts_with("ldap") => refuse(Problem::ServiceInLdap),
        "service" | "servicefile" => refuse(Problem::NestedService),
        name => {
            let mut values = Values::default();
            values.set(name, text, place)?;
            Ok(values)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Failure;

    const FILE: &str = "# services\n[other]\nhost=other\nssl=on\n\n[clinical]\nhost=db.example.edu\n  port=6432  \nhost=late\n[clinical]\nuser=late\n";

    #[test]
    fn a_service_is_read_up_to_the_next_one() {
        let values = find(FILE, "clinical").expect("readable").expect("there");
        assert_eq!(values.text("host"), Some("db.example.edu"));
        assert_eq!(values.text("port"), Some("6432"));
        assert_eq!(values.text("user"), None);
    }

    #[test]
    fn a_service_that_is_not_there_is_none() {
        assert!(find(FILE, "nothing").expect("readable").is_none());
    }

    #[test]
    fn an_unknown_parameter_of_a_service_is_refused_with_the_nearest() {
        let refusal = find(FILE, "other").expect_err("ssl is no parameter");
        let sentence = Failure::from(refusal).to_string();
        assert_eq!(sentence, "The connection service: other: there is no parameter `ssl`. Did you mean `sslmode`?");
    }

    #[test]
    fn a_service_names_no_other_service() {
        assert!(find("[a]\nservice=b\n", "a").is_err());
        assert!(find("[a]\nldap://directory.example.edu/dc=x?y?one?z\n", "a").is_err());
    }
}
