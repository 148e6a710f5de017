//! Public SSH keys with which people sign in, as OpenSSH writes them: `ssh-ed25519 AAAA… comment`.
//!
//! The base64 of a line is a list of fields, each behind its length in four bytes: the name of the
//! algorithm, then its numbers. `medstint.key_algorithm` accepts the same keys; this module says
//! what is wrong with the others.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest as _, Sha256};

/// RSA keys have at least so many bits.
pub const LEAST_RSA_BITS: usize = 3_072;
/// The library that verifies signatures refuses longer ones.
pub const MOST_RSA_BITS: usize = 8_192;

/// A key that is strong enough to sign a person in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: Algorithm,
    blob: Vec<u8>,
    fingerprint: String,
    comment: String,
}

/// The algorithms of keys, under the names that OpenSSH gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
pub enum Algorithm {
    #[strum(serialize = "ssh-ed25519")]
    Ed25519,
    #[strum(serialize = "ecdsa-sha2-nistp256")]
    EcdsaP256,
    #[strum(serialize = "ecdsa-sha2-nistp384")]
    EcdsaP384,
    #[strum(serialize = "ecdsa-sha2-nistp521")]
    EcdsaP521,
    #[strum(serialize = "ssh-rsa")]
    Rsa,
}

/// Why a text is no key with which a person can sign in. `presentation::public_key` puts it into
/// words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is no line of OpenSSH, or a damaged one.
    NotAKey,
    /// It is what nobody else should ever see.
    PrivateKey,
    /// It begins with options, as lines of `authorized_keys` may.
    Options,
    Certificate,
    /// A key on a security token, whose use is not verified.
    SecurityKey,
    /// DSA, or another algorithm that is not accepted.
    UnknownAlgorithm,
    /// An RSA key of so many bits.
    ShortRsa(usize),
    LongRsa(usize),
}

impl PublicKey {
    /// Reads a line of a `.pub` file or of `authorized_keys`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.contains("PRIVATE KEY") {
            return Err(Problem::PrivateKey);
        }
        let (name, rest) = word(text);
        let (encoded, comment) = word(rest);
        let Ok(blob) = STANDARD.decode(encoded) else {
            return Err(if has_options(text) { Problem::Options } else { Problem::NotAKey });
        };
        if fields(&blob).and_then(|fields| fields.first().copied()) != Some(name.as_bytes()) {
            return Err(if has_options(text) { Problem::Options } else { Problem::NotAKey });
        }
        let key = Self::from_blob(&blob)?;
        Ok(Self { comment: comment.to_owned(), ..key })
    }

    /// The key of these bytes, which are base64 on a line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_blob(blob: &[u8]) -> Result<Self, Problem> {
        let algorithm = algorithm_of(blob)?;
        let fingerprint = format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(blob)));
        Ok(Self { algorithm, blob: blob.to_vec(), fingerprint, comment: String::new() })
    }

    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The name of the algorithm: `ssh-ed25519`.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        self.algorithm.into()
    }

    /// The key in SSH's own form.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// What its owner calls it; may be empty.
    #[must_use]
    pub fn comment(&self) -> &str {
        &self.comment
    }
}

/// The first word of a text, and what follows it.
fn word(text: &str) -> (&str, &str) {
    text.split_once(char::is_whitespace).map_or((text, ""), |(word, rest)| (word, rest.trim_start()))
}

/// Whether the name of an algorithm comes later in the line.
fn has_options(line: &str) -> bool {
    line.split_whitespace().skip(1).any(|word| word.parse::<Algorithm>().is_ok())
}

/// The fields of a key, unless a length is wrong.
fn fields(mut rest: &[u8]) -> Option<Vec<&[u8]>> {
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let (size, after) = rest.split_first_chunk::<4>()?;
        let (field, after) = after.split_at_checked(usize::try_from(u32::from_be_bytes(*size)).ok()?)?;
        fields.push(field);
        rest = after;
    }
    Some(fields)
}

fn algorithm_of(blob: &[u8]) -> Result<Algorithm, Problem> {
    let fields = fields(blob).ok_or(Problem::NotAKey)?;
    let (name, numbers) = fields.split_first().ok_or(Problem::NotAKey)?;
    let name = std::str::from_utf8(name).map_err(|_| Problem::NotAKey)?;
    let Ok(algorithm) = name.parse::<Algorithm>() else {
        return Err(unknown(name));
    };
    let is_good = match (algorithm, numbers) {
        (Algorithm::Ed25519, [point]) => point.len() == 32,
        (Algorithm::EcdsaP256, [curve, point]) => is_point(curve, b"nistp256", point, 65),
        (Algorithm::EcdsaP384, [curve, point]) => is_point(curve, b"nistp384", point, 97),
        (Algorithm::EcdsaP521, [curve, point]) => is_point(curve, b"nistp521", point, 133),
        (Algorithm::Rsa, [exponent, modulus]) => is_rsa(exponent, modulus)?,
        _ => false,
    };
    if is_good { Ok(algorithm) } else { Err(Problem::NotAKey) }
}

/// Why an algorithm is not accepted.
fn unknown(name: &str) -> Problem {
    if name.contains("-cert-v0") {
        Problem::Certificate
    } else if name.starts_with("sk-") {
        Problem::SecurityKey
    } else {
        Problem::UnknownAlgorithm
    }
}

/// Whether a point of a curve is written without compression, so that one key has one form.
fn is_point(curve: &[u8], name: &[u8], point: &[u8], length: usize) -> bool {
    curve == name && point.len() == length && point.first() == Some(&4)
}

/// Whether the numbers are those of an RSA key of a good length.
fn is_rsa(exponent: &[u8], modulus: &[u8]) -> Result<bool, Problem> {
    if !is_odd_number(exponent) || !is_odd_number(modulus) || exponent.len() > 8 || exponent == [1] {
        return Ok(false);
    }
    match bits_of(modulus) {
        bits if bits < LEAST_RSA_BITS => Err(Problem::ShortRsa(bits)),
        bits if bits > MOST_RSA_BITS => Err(Problem::LongRsa(bits)),
        _ => Ok(true),
    }
}

/// Whether these bytes are a positive odd number without superfluous zeros.
fn is_odd_number(bytes: &[u8]) -> bool {
    let is_minimal = match bytes {
        [0, second, ..] => *second >= 0x80,
        [0] | [] => false,
        [first, ..] => *first < 0x80,
    };
    is_minimal && bytes.last().is_some_and(|last| last % 2 == 1)
}

fn bits_of(number: &[u8]) -> usize {
    let number = number.strip_prefix(&[0]).unwrap_or(number);
    let leading = number.first().map_or(0, |first| first.leading_zeros() as usize);
    8 * number.len() - leading
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO+4Y30axVKxdhEdRAhnKCctyPx/rYviR2l40Ot4WVUD carmen@laptop at home";
    const ECDSA: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA8TGc/XZ8pFNYndKtFIgxgYWS/+Ceysyenq1FUzeULwiBy125GES47qNqGNliB7E6jiUop1v6/hvXI/gp2Dmms= carmen@work";

    /// A key in SSH's own form.
    fn blob(fields: &[&[u8]]) -> Vec<u8> {
        let field = |field: &&[u8]| {
            let size = u32::try_from(field.len()).expect("a short field").to_be_bytes();
            [size.as_slice(), *field].concat()
        };
        fields.iter().flat_map(field).collect()
    }

    /// A line with such a key.
    fn line(fields: &[&[u8]]) -> String {
        let name = String::from_utf8_lossy(fields[0]).into_owned();
        format!("{name} {} someone@example.org", STANDARD.encode(blob(fields)))
    }

    /// An RSA key of so many bits.
    fn rsa(bits: usize) -> String {
        let mut modulus = vec![0xff; bits / 8];
        modulus.insert(0, 0);
        line(&[b"ssh-rsa", &[1, 0, 1], &modulus])
    }

    fn problem(line: &str) -> Problem {
        PublicKey::parse(line).expect_err("no good key")
    }

    #[test]
    fn fingerprints_are_those_of_ssh_keygen() {
        let fingerprint = |line: &str| PublicKey::parse(line).expect("a key").fingerprint().to_owned();
        assert_eq!(fingerprint(ED25519), "SHA256:wvRmTqqNcQ+L5SiXGxbPuk5yaAWyC7GDQiQhO6aY03o");
        assert_eq!(fingerprint(ECDSA), "SHA256:Fp3zKwPFlVhDMg5pSTA6nnfrkz7Bia0SIP/VKTo5rvM");
    }

    #[test]
    fn a_line_has_an_algorithm_a_key_and_a_comment() {
        let key = PublicKey::parse(&format!("  {ED25519}\n")).expect("a key");
        assert_eq!((key.algorithm(), key.comment()), ("ssh-ed25519", "carmen@laptop at home"));
        let without = ED25519.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        assert_eq!(PublicKey::parse(&without).expect("a key").comment(), "");
    }

    #[test]
    fn a_blob_is_the_key_of_its_line() {
        let key = PublicKey::parse(ED25519).expect("a key");
        let same = PublicKey::from_blob(key.blob()).expect("a key");
        assert_eq!((same.fingerprint(), same.algorithm()), (key.fingerprint(), key.algorithm()));
    }

    #[test]
    fn rsa_keys_have_3072_to_8192_bits() {
        assert_eq!(problem(&rsa(2_048)), Problem::ShortRsa(2_048));
        assert_eq!(PublicKey::parse(&rsa(3_072)).expect("a key").algorithm(), "ssh-rsa");
        assert_eq!(PublicKey::parse(&rsa(8_192)).expect("a key").algorithm(), "ssh-rsa");
        assert_eq!(problem(&rsa(8_200)), Problem::LongRsa(8_200));
    }

    #[test]
    fn an_rsa_key_has_one_form_only() {
        let modulus = [&[0, 0][..], &[0xff; 512][..]].concat();
        assert_eq!(problem(&line(&[b"ssh-rsa", &[1, 0, 1], &modulus])), Problem::NotAKey);
        assert_eq!(problem(&line(&[b"ssh-rsa", &[1], &modulus[1..]])), Problem::NotAKey);
    }

    #[test]
    fn other_kinds_of_keys_are_refused_by_name() {
        assert_eq!(problem(&line(&[b"ssh-dss", &[7; 129]])), Problem::UnknownAlgorithm);
        assert_eq!(problem(&line(&[b"ssh-ed25519-cert-v01@openssh.com", &[7; 32]])), Problem::Certificate);
        assert_eq!(problem(&line(&[b"sk-ssh-ed25519@openssh.com", &[7; 32], b"ssh:"])), Problem::SecurityKey);
        assert_eq!(problem(&line(&[b"ecdsa-sha2-nistp192", b"nistp192", &[4; 49]])), Problem::UnknownAlgorithm);
    }

    #[test]
    fn a_private_key_is_told_apart() {
        assert_eq!(problem("-----BEGIN OPENSSH PRIVATE KEY-----"), Problem::PrivateKey);
    }

    #[test]
    fn options_before_a_key_are_told_apart() {
        assert_eq!(problem(&format!("no-pty {ED25519}")), Problem::Options);
    }

    #[test]
    fn damaged_keys_are_none() {
        let renamed = ED25519.replace("ssh-ed25519 ", "ssh-rsa ");
        let truncated = format!("ssh-ed25519 {}", STANDARD.encode(&blob(&[b"ssh-ed25519", &[7; 32]])[..40]));
        let longer =
            format!("ssh-ed25519 {}", STANDARD.encode([&blob(&[b"ssh-ed25519", &[7; 32]])[..], &[0][..]].concat()));
        for text in ["", "ssh-ed25519", "ssh-ed25519 AAAA", "hello world", &renamed, &truncated, &longer] {
            assert_eq!(problem(text), Problem::NotAKey, "{text}");
        }
        assert_eq!(PublicKey::from_blob(&[]), Err(Problem::NotAKey));
        assert_eq!(PublicKey::from_blob(&[0xff; 64]), Err(Problem::NotAKey));
    }
}
