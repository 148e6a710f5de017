//! What is wrong with a text that should be a public key. The sentences follow the field's label, so
//! they begin in lower case.

use crate::domain::public_key::{LEAST_RSA_BITS, MOST_RSA_BITS, Problem};

impl Problem {
    /// What is wrong, and what to do.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::NotAKey => "this isn't a public SSH key. Paste the whole line of a .pub file.".into(),
            Self::PrivateKey => {
                "this is a private key. Show it to nobody, and paste the line of its .pub file instead.".into()
            }
            Self::Options => "the line begins with options. Paste only the key: ssh-ed25519 AAAA….".into(),
            Self::Certificate => "this is a certificate. Paste the line of the key's own .pub file.".into(),
            Self::SecurityKey => "keys on security tokens aren't supported. Use an Ed25519 key.".into(),
            Self::UnknownAlgorithm => "this kind of key isn't supported. Use an Ed25519 key.".into(),
            Self::ShortRsa(bits) => {
                format!("it has {bits} bits; RSA keys need {LEAST_RSA_BITS}. Use a longer one or an Ed25519 key.")
            }
            Self::LongRsa(bits) => {
                format!(
                    "it has {bits} bits; RSA keys have at most {MOST_RSA_BITS}. Use a shorter one or an Ed25519 key."
                )
            }
        }
    }
}
