//! OpenSSH certificates of clients. russh verifies the signatures of the client and of the authority,
//! and the dates. Here is everything else that a certificate says of itself. Whose authority it is
//! and whom it signs in is for the database to say.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use russh::keys::ssh_key::certificate::Certificate;
use russh::keys::ssh_key::public::KeyData;
use russh::keys::{Algorithm, ssh_key};

use crate::domain::public_key::PublicKey;
use crate::domain::user_certificate::UserCertificate;

/// As many as OpenSSH reads.
const MOST_PRINCIPALS: usize = 256;
/// How much of an authority's name for a certificate the trail keeps.
const LONGEST_KEY_ID: usize = 200;
/// The networks from which a certificate is good.
const SOURCE_ADDRESS: &str = "source-address";
/// What lets a client have a terminal.
const PERMIT_PTY: &str = "permit-pty";

/// A certificate as a client offered it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OfferedCertificate {
    pub(super) certificate: UserCertificate,
    pub(super) permits_terminal: bool,
    /// Why it signs nobody in, for the trail.
    pub(super) flaw: Option<&'static str>,
}

impl OfferedCertificate {
    /// Reads a certificate that a client at this address offers now; nothing where its authority could
    /// be no one's.
    pub(super) fn read(offered: &Certificate, address: IpAddr, now: DateTime<Utc>) -> Option<Self> {
        let certificate = UserCertificate {
            authority: public_key(offered.signature_key())?,
            // The database takes no NUL; no address has one.
            principals: offered.valid_principals().iter().filter(|name| !name.contains('\0')).cloned().collect(),
            serial: offered.serial(),
            key_id: offered.key_id().chars().filter(|c| !c.is_control()).take(LONGEST_KEY_ID).collect(),
            valid_from: i64::try_from(offered.valid_after()).unwrap_or(i64::MAX),
            valid_until: i64::try_from(offered.valid_before()).unwrap_or(i64::MAX),
        };
        let flaw = flaw(offered, address).or_else(|| untimely(&certificate, now));
        let permits_terminal = offered.extensions().contains_key(PERMIT_PTY);
        Some(Self { certificate, permits_terminal, flaw })
    }
}

/// A key that people may have here.
fn public_key(key: &KeyData) -> Option<PublicKey> {
    let blob = ssh_key::PublicKey::new(key.clone(), "").to_bytes().ok()?;
    PublicKey::from_blob(&blob).ok()
}

/// What is wrong with a certificate, apart from its dates.
fn flaw(offered: &Certificate, address: IpAddr) -> Option<&'static str> {
    if !offered.cert_type().is_user() {
        return Some("certificate of a host");
    }
    if matches!(offered.signature().algorithm(), Algorithm::Rsa { hash: None }) {
        return Some("signed with SHA-1");
    }
    if public_key(offered.public_key()).is_none() {
        return Some("key is not accepted");
    }
    if offered.valid_principals().is_empty() {
        return Some("no principals");
    }
    if offered.valid_principals().len() > MOST_PRINCIPALS {
        return Some("too many principals");
    }
    offered.critical_options().iter().find_map(|(name, value)| match name.as_str() {
        SOURCE_ADDRESS if is_from(value, address) => None,
        SOURCE_ADDRESS => Some("not from this address"),
        "force-command" => Some("force-command is not supported"),
        _ => Some("unknown critical option"),
    })
}

/// Why a certificate is not good at this moment.
fn untimely(certificate: &UserCertificate, now: DateTime<Utc>) -> Option<&'static str> {
    let seconds = now.timestamp();
    if seconds < certificate.valid_from {
        return Some("not valid yet");
    }
    (seconds >= certificate.valid_until).then_some("expired")
}

/// Whether an address is in one of the networks of a list. A list with an error has no address in it.
fn is_from(networks: &str, address: IpAddr) -> bool {
    let address = address.to_canonical();
    let found: Option<Vec<bool>> = networks.split(',').map(|network| contains(network, address)).collect();
    found.is_some_and(|found| found.contains(&true))
}

/// Whether a network, such as `10.0.0.0/8`, has this address; nothing where it is no network.
fn contains(network: &str, address: IpAddr) -> Option<bool> {
    let (base, length) = match network.split_once('/') {
        Some((base, length)) => (base, Some(length)),
        None => (network, None),
    };
    let base: IpAddr = base.parse().ok()?;
    let most: u32 = if base.is_ipv4() { 32 } else { 128 };
    let length: u32 = match length {
        Some(length) => length.parse().ok()?,
        None => most,
    };
    if length > most {
        return None;
    }
    Some(match (base, address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => (u32::from(base) ^ u32::from(address)).leading_zeros() >= length,
        (IpAddr::V6(base), IpAddr::V6(address)) => (u128::from(base) ^ u128::from(address)).leading_zeros() >= length,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An example of the library: signed by an ECDSA key, valid from 2022 to 2100, without principals.
    const WITHOUT_PRINCIPALS: &str = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIE7x9ln6uZLLkfXM8iatrnAAuytVHeCznU8VlEgx7TvLAAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqtiAAAAAAAAAAAAAAABAAAAFGVkMjU1MTktd2l0aC1wMjU2LWNhAAAAAAAAAABiUZm7AAAAAPTaMrsAAAAAAAAAggAAABVwZXJtaXQtWDExLWZvcndhcmRpbmcAAAAAAAAAF3Blcm1pdC1hZ2VudC1mb3J3YXJkaW5nAAAAAAAAABZwZXJtaXQtcG9ydC1mb3J3YXJkaW5nAAAAAAAAAApwZXJtaXQtcHR5AAAAAAAAAA5wZXJtaXQtdXNlci1yYwAAAAAAAAAAAAAAaAAAABNlY2RzYS1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQR8H9hzDOU0V76NkkCY7DZIgw+SqoojY6xlb91FIfpjE+UR8YkbTp5ar44ULQatFaZqQlfz8FHYTooOL5G6gHBHAAAAZAAAABNlY2RzYS1zaGEyLW5pc3RwMjU2AAAASQAAACEA/0Cwxhkac5AeNYE958j8GgvmkIESDH1TE7QYIqxsFsIAAAAgTEw8WVjlz8AnvyaKGOUELMpyFFJagtD2JFAIAJvilrc= user@example.com";

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn certificate(valid_from: i64, valid_until: i64) -> UserCertificate {
        let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO+4Y30axVKxdhEdRAhnKCctyPx/rYviR2l40Ot4WVUD";
        UserCertificate {
            authority: PublicKey::parse(line).expect("a key"),
            principals: vec!["carmen@riverside.example".into()],
            serial: 1,
            key_id: "carmen".into(),
            valid_from,
            valid_until,
        }
    }

    #[test]
    fn a_certificate_without_principals_signs_nobody_in() {
        let offered = Certificate::from_openssh(WITHOUT_PRINCIPALS).expect("a certificate");
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let read = OfferedCertificate::read(&offered, address("10.0.0.1"), now).expect("an acceptable authority");
        assert_eq!(read.flaw, Some("no principals"));
        assert_eq!(read.certificate.key_id, "ed25519-with-p256-ca");
        assert_eq!(read.certificate.authority.algorithm(), "ecdsa-sha2-nistp256");
        assert!(read.permits_terminal);
    }

    #[test]
    fn the_end_of_a_validity_is_not_part_of_it() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("a time");
        let certificate = certificate(100, 200);
        assert_eq!(untimely(&certificate, at(99)), Some("not valid yet"));
        assert_eq!(untimely(&certificate, at(100)), None);
        assert_eq!(untimely(&certificate, at(199)), None);
        assert_eq!(untimely(&certificate, at(200)), Some("expired"));
    }

    #[test]
    fn a_source_address_is_a_list_of_networks() {
        for (networks, from, expected) in [
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("192.0.2.0/24,2001:db8::/32", "2001:db8:1::5", true),
            ("192.0.2.0/24,2001:db8::/32", "2001:db9::5", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("10.0.0.0/8", "2001:db8::1", false),
        ] {
            assert_eq!(is_from(networks, address(from)), expected, "{from} in {networks}");
        }
    }

    #[test]
    fn a_list_with_an_error_has_no_address_in_it() {
        for networks in ["", "10.0.0.0/8,", "10.0.0.0/33", "10.0.0.0/8,example.org", "10.0.0.0/x", "!10.0.0.1"] {
            assert!(!is_from(networks, address("10.0.0.1")), "{networks}");
        }
    }
}
