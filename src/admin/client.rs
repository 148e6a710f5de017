//! This process as a client of the database.

use uuid::Uuid;

use super::place::environment;
use crate::store::sessions::Origin;

/// What this process is to the server.
#[derive(Clone, Debug)]
pub(super) struct Client {
    kind: &'static str,
    name: String,
}

impl Client {
    /// A process of this kind, with a random number of its own.
    pub(super) fn new(kind: &'static str) -> Self {
        let (_, number, ..) = Uuid::new_v4().as_fields();
        Self { kind, name: format!("medstint/{} {kind} {number:04x}", env!("CARGO_PKG_VERSION")) }
    }

    /// Its `application_name`, such as `medstint/0.1.0 console 1f3a`. It never names a person.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// From where this process acts: the client's address when it came over SSH, its name and
    /// the terminal. A session is found by the name among the server's connections.
    pub(super) fn origin(&self) -> Origin {
        let address = environment("SSH_CONNECTION").and_then(|text| text.split_whitespace().next().map(str::to_owned));
        let terminal = environment("TERM").unwrap_or_else(|| "no terminal".into());
        Origin { address, device: format!("{} {terminal}", self.name), client: self.kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_named_by_program_version_kind_and_number() {
        let client = Client::new("console");
        let parts: Vec<&str> = client.name().split(' ').collect();
        assert_eq!(parts[..2], [concat!("medstint/", env!("CARGO_PKG_VERSION")), "console"]);
        assert!(parts[2].len() == 4 && u16::from_str_radix(parts[2], 16).is_ok(), "{}", client.name());
    }

    #[test]
    fn a_session_says_which_client_opened_it() {
        let client = Client::new("cli");
        assert!(client.origin().device.starts_with(client.name()));
    }
}
