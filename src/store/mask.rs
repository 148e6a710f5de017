//! Tokens, credentials and attempts on their way to a statement that may be slow, or may wait for a
//! lock.
//!
//! A server that logs slow statements logs their parameters, and everyone with the same role can
//! read the texts of statements in `pg_stat_activity`. So a token travels in two halves: a random
//! mask in the text of BEGIN, which is fast, and the masked token as a parameter.
//! `medstint.unmasked` combines them. The log shows one half and `pg_stat_activity` the other;
//! each by itself is random.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::Secret;
use crate::domain::audit_trail::hex;

/// The mask of one transaction.
pub(super) struct Mask([u8; 32]);

/// A session's token, a kiosk's credential or an attempt. It means something only in the
/// transaction of its mask (`medstint.unmasked`).
#[derive(Clone, Debug)]
pub(super) struct MaskedToken(String);

impl Mask {
    /// Another mask for each transaction.
    pub(super) fn random() -> Self {
        let hash = (0..3).fold(Sha256::new(), |hash, _| hash.chain_update(Uuid::new_v4().as_bytes()));
        Self(hash.finalize().into())
    }

    /// What begins a transaction and leaves the mask there.
    pub(super) fn after(&self, beginning: &str) -> String {
        // No SET: tools that count statements would keep each text by itself.
        format!("{beginning}; SELECT pg_catalog.set_config('medstint.mask', '{}', true)", hex(&self.0))
    }

    /// A text that cannot be a token becomes none.
    pub(super) fn hide(&self, token: &Secret) -> MaskedToken {
        let Some(token) = bytes(token.expose()) else { return MaskedToken(String::new()) };
        // The salt lets one transaction hide several tokens.
        let salt = Uuid::new_v4();
        let pad: [u8; 32] = Sha256::new().chain_update(self.0).chain_update(salt.as_bytes()).finalize().into();
        let masked: Vec<u8> = token.iter().zip(pad).map(|(token, pad)| token ^ pad).collect();
        MaskedToken(hex(salt.as_bytes()) + &hex(&masked))
    }
}

impl MaskedToken {
    /// The parameter of a statement.
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

/// The bytes of 64 hexadecimal digits.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let value = |digit: char| digit.to_digit(16).and_then(|value| u8::try_from(value).ok());
    let digits: Vec<u8> = text.chars().map(value).collect::<Option<_>>()?;
    (digits.len() == 64).then(|| digits.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Secret {
        Secret::new("0123456789abcdef".repeat(4))
    }

    #[test]
    fn a_token_is_never_masked_the_same_way_twice() {
        let mask = Mask::random();
        assert_ne!(mask.hide(&token()).text(), mask.hide(&token()).text());
    }

    #[test]
    fn a_masked_token_does_not_hold_the_token() {
        assert!(!Mask::random().hide(&token()).text().contains(&token().expose()[..8]));
    }

    #[test]
    fn what_cannot_be_a_token_is_masked_to_nothing() {
        for text in ["", "short", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(Mask::random().hide(&Secret::new(text)).text(), "", "{text}");
        }
    }
}
