//! OpenSSH certificates with which people sign in, and what signs a person in over SSH.

use super::public_key::PublicKey;

/// A certificate whose signatures were verified: what the database judges it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCertificate {
    /// The key that signed it.
    pub authority: PublicKey,
    /// Whom it names: email addresses.
    pub principals: Vec<String>,
    pub serial: u64,
    /// What the authority calls it.
    pub key_id: String,
    /// The first second of its validity, since 1970.
    pub valid_from: i64,
    /// The second with which its validity is over.
    pub valid_until: i64,
}

/// What a client has proved to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SshCredential {
    Key(PublicKey),
    Certificate(Box<UserCertificate>),
}
