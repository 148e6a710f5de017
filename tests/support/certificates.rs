//! Certificates as a school's own authority issues them, made by `openssl`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// From when to when a certificate is valid.
pub const NOW: (&str, &str) = ("20200101000000Z", "20490101000000Z");
pub const LONG_AGO: (&str, &str) = ("20200101000000Z", "20200201000000Z");

/// What an ordinary certificate of a server on this machine has.
pub const LOCALHOST: &str = "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost";

const CONFIGURATION: &str = "[ca]\ndefault_ca=ours\n[ours]\ndatabase=index\nnew_certs_dir=.\nserial=serial\n\
    default_md=sha256\npolicy=names\nunique_subject=no\n[names]\ncommonName=supplied\n";

/// Files of a certificate (with those that it needs to be proved) and of its key.
#[derive(Clone, Debug)]
pub struct Certificate {
    pub chain: PathBuf,
    pub key: PathBuf,
}

/// Issues certificates.
pub struct Authority {
    dir: TempDir,
    own: Certificate,
}

impl Authority {
    /// `None`, which is said, where there is no `openssl`.
    pub fn new() -> Option<Self> {
        if Command::new("openssl").arg("version").output().is_err() {
            let _ = writeln!(std::io::stderr(), "skipped: there is no openssl here");
            return None;
        }
        let dir = tempfile::tempdir().expect("a directory");
        let own = Certificate { chain: dir.path().join("root.crt"), key: dir.path().join("root.key") };
        let subject = ["-x509", "-days", "30", "-subj", "/CN=Authority of a test", "-out", "root.crt"];
        request(dir.path(), "root.key", &subject);
        for (name, text) in [("ca.cnf", CONFIGURATION), ("index", ""), ("serial", "1000\n")] {
            std::fs::write(dir.path().join(name), text).expect("a file");
        }
        Some(Self { dir, own })
    }

    /// The file of its own certificate.
    pub fn root(&self) -> String {
        self.own.chain.display().to_string()
    }

    /// Issues a certificate with extensions.
    pub fn issue(&self, extensions: &str, valid: (&str, &str)) -> Certificate {
        self.issue_by(&self.own, "server", extensions, valid)
    }

    /// Issues a certificate that another one of its certificates signs.
    pub fn issue_by(&self, issuer: &Certificate, name: &str, extensions: &str, valid: (&str, &str)) -> Certificate {
        let (chain, key) = (format!("{name}.crt"), format!("{name}.key"));
        request(self.dir.path(), &key, &["-subj", &format!("/CN={name}"), "-out", "request"]);
        std::fs::write(self.dir.path().join("extensions"), extensions).expect("a file");
        let (cert, keyfile) = (issuer.chain.display().to_string(), issuer.key.display().to_string());
        openssl(
            self.dir.path(),
            &[
                &["ca", "-batch", "-notext", "-config", "ca.cnf", "-in", "request", "-extfile", "extensions"][..],
                &["-cert", &cert, "-keyfile", &keyfile, "-out", &chain, "-startdate", valid.0, "-enddate", valid.1],
            ]
            .concat(),
        );
        let issued = Certificate { chain: self.dir.path().join(&chain), key: self.dir.path().join(&key) };
        if issuer.chain != self.own.chain {
            let both = [&issued.chain, &issuer.chain].map(|path| std::fs::read_to_string(path).expect("a certificate"));
            std::fs::write(&issued.chain, both.concat()).expect("a chain");
        }
        issued
    }
}

/// A request for a certificate, or a certificate at once, with a key of its own.
fn request(dir: &Path, key: &str, more: &[&str]) {
    let common = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key];
    openssl(dir, &[&common[..], more].concat());
}

fn openssl(dir: &Path, args: &[&str]) {
    let output = Command::new("openssl").args(args).current_dir(dir).output().expect("openssl runs");
    assert!(output.status.success(), "openssl {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}
