//! Time stamping authorities of a test: keys, certificates and time stamps, by the real openssl.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use demarcate::program::Tool;
use demarcate::timestamp::{Stamped, verify};
use tempfile::TempDir;

use super::super::screen::tool;

/// What is stamped.
pub(in super::super) const DATA: &[u8] = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nBegin\n";

/// Noon of 2020-06-01, in the middle of the certificates that have expired since.
pub(in super::super) const NOON: (&str, i64) = ("20200601120000Z", 1_591_012_800);

pub(in super::super) const SHA1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
pub(in super::super) const MD5: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05];
pub(in super::super) const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
pub(in super::super) const SHA384: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02];
pub(in super::super) const SHA512: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03];

const EXTENSIONS: &str = "\
[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n\
[stamp]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n\
[loose]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=timeStamping\n\
[mail]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,emailProtection\n\
[none]\nbasicConstraints=CA:FALSE\n";

const AUTHORITY: &str = "\
[any]\ndatabase=index.txt\nnew_certs_dir=.\ndefault_md=sha256\npolicy=all\nunique_subject=no\nrand_serial=yes\n\
string_mask=utf8only\nemail_in_dn=no\n\
[all]\nO=optional\nCN=optional\n\
[tsa]\nserial=serial\ndefault_policy=1.2.3.4.1\ndigests=sha1,sha256,sha384,sha512\naccuracy=secs:1\n\
ess_cert_id_alg=sha256\nsigner_digest=sha256\n\
[req]\ndistinguished_name=dn\n[dn]\n";

/// A certificate that is to be made.
#[derive(Clone, Copy)]
pub(in super::super) struct Wanted<'a> {
    pub(in super::super) name: &'a str,
    pub(in super::super) subject: &'a str,
    /// `None` signs itself.
    pub(in super::super) issuer: Option<&'a str>,
    pub(in super::super) from: &'a str,
    pub(in super::super) until: &'a str,
    pub(in super::super) extensions: &'a str,
    pub(in super::super) key: &'a [&'a str],
    pub(in super::super) digest: &'a str,
}

pub(in super::super) const STAMPER: Wanted<'static> = Wanted {
    name: "stamper",
    subject: "/O=Northwind Time/CN=Stamper One",
    issuer: Some("middle"),
    from: "20190101000000Z",
    until: "20210101000000Z",
    extensions: "stamp",
    key: &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    digest: "sha256",
};

/// A folder of keys and certificates.
pub(in super::super) struct Authority {
    home: TempDir,
}

/// The authority that tests share; `None`, said on the screen, where there is no openssl that can stamp.
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
pub(in super::super) fn authority() -> Option<&'static Authority> {
    static SHARED: OnceLock<Option<Authority>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| can_stamp().then(Authority::new)).as_ref();
    if shared.is_none() {
        eprintln!("skipped: there is no openssl here that can make and verify time stamps");
    }
    shared
}

fn can_stamp() -> bool {
    let knows = |command, option| {
        let helped = Command::new("openssl").args([command, "-help"]).output();
        helped.is_ok_and(|output| String::from_utf8_lossy(&output.stderr).contains(option))
    };
    knows("ts", "-attime") && knows("cms", "-cades")
}

/// The judge of time stamps.
pub(in super::super) fn openssl() -> Tool {
    Tool::named("openssl")
}

impl Authority {
    /// A root and an authority between, both expired by now, and a stamper of theirs; a root and a stamper of today.
    fn new() -> Self {
        let home = TempDir::new().expect("tests may write to the temporary folder");
        let authority = Self { home };
        authority.write("extensions", EXTENSIONS.as_bytes());
        authority.write("authority.cnf", AUTHORITY.as_bytes());
        authority.write("serial", b"01\n");
        let ca = Wanted { extensions: "ca", from: "20150101000000Z", until: "20250101000000Z", ..STAMPER };
        authority.certify(&Wanted { name: "root", subject: "/CN=Old Root", issuer: None, ..ca });
        authority.certify(&Wanted { name: "middle", subject: "/CN=Between", issuer: Some("root"), ..ca });
        authority.certify(&STAMPER);
        let today = Wanted { from: "20200101000000Z", until: "20990101000000Z", ..STAMPER };
        let root = Wanted { name: "today-root", subject: "/CN=New Root", issuer: None, extensions: "ca", ..today };
        authority.certify(&root);
        authority.certify(&Wanted { name: "today", issuer: Some("today-root"), ..today });
        authority
    }

    pub(in super::super) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(in super::super) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).expect("the file can be written");
    }

    pub(in super::super) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The certificates of these names, one after the other.
    pub(in super::super) fn pem(&self, names: &[&str]) -> Vec<u8> {
        names.iter().flat_map(|name| self.read(&format!("{name}.pem"))).collect()
    }

    fn tried(&self, folder: &Path, arguments: &[&str]) -> Output {
        let scrubbed = tool(folder);
        let variables = scrubbed.get_envs().filter_map(|(name, value)| Some((name, value?)));
        let mut command = Command::new("openssl");
        command.args(arguments).current_dir(self.home.path()).env_clear().envs(variables);
        command.output().expect("openssl is installed")
    }

    pub(in super::super) fn openssl(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.tried(self.home.path(), arguments);
        assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Makes a key and a certificate.
    pub(in super::super) fn certify(&self, wanted: &Wanted<'_>) {
        let file = |ending: &str| format!("{}.{ending}", wanted.name);
        let (key, request, certificate) = (file("key"), file("csr"), file("pem"));
        // Tests certify side by side, and openssl keeps a list of what it certified.
        self.write(&file("index"), b"");
        self.write(&file("cnf"), AUTHORITY.replace("index.txt", &file("index")).as_bytes());
        self.openssl(&[&["genpkey", "-out", &key], wanted.key].concat());
        let subject = ["-utf8", "-subj", wanted.subject, "-config", "authority.cnf"];
        self.openssl(&[&["req", "-new", "-key", &key, "-out", &request], &subject[..]].concat());
        let (from, until) = (wanted.from, wanted.until);
        let dates = ["-startdate", from, "-enddate", until, "-md", wanted.digest, "-notext", "-batch"];
        let place = ["ca", "-config", &file("cnf"), "-name", "any", "-in", &request, "-out", &certificate];
        let extensions = ["-extfile", "extensions", "-extensions", wanted.extensions];
        let issuer = wanted.issuer.map(|issuer| (format!("{issuer}.pem"), format!("{issuer}.key")));
        let by = match &issuer {
            Some((certificate, key)) => vec!["-cert", certificate, "-keyfile", key],
            None => vec!["-selfsign", "-keyfile", &key],
        };
        self.openssl(&[&place[..], &dates, &extensions, &by].concat());
    }

    /// A response as the real `openssl ts` gives it, of today.
    pub(in super::super) fn reply(&self, query: &[u8]) -> Vec<u8> {
        let folder = TempDir::new().expect("tests may write to the temporary folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let config = AUTHORITY.replace("serial=serial", &format!("serial={}", path("serial")));
        std::fs::write(path("config"), config).expect("the file can be written");
        std::fs::write(path("query"), query).expect("the file can be written");
        let made = ["ts", "-reply", "-config", &path("config"), "-section", "tsa", "-queryfile", &path("query")];
        let by = ["-signer", "today.pem", "-inkey", "today.key", "-out", &path("reply")];
        self.openssl(&[&made[..], &by].concat());
        std::fs::read(path("reply")).expect("it was written")
    }

    /// Has a stamper sign what a time stamp says, whatever that is.
    pub(in super::super) fn sign(&self, info: &[u8], stamper: &str, options: &[&str]) -> Vec<u8> {
        let folder = TempDir::new().expect("tests may write to the temporary folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(path("info"), info).expect("the file can be written");
        let (certificate, key) = (format!("{stamper}.pem"), format!("{stamper}.key"));
        let by = ["-signer", &certificate, "-inkey", &key, "-in", &path("info"), "-out", &path("token")];
        let form = ["cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-outform", "DER"];
        let kind = ["-econtent_type", "1.2.840.113549.1.9.16.1.4"];
        self.openssl(&[&form[..], &kind, &by, options].concat());
        std::fs::read(path("token")).expect("it was written")
    }

    /// A response that holds the time stamp of the old stamper over these parts.
    pub(in super::super) fn stamped(&self, info: &Info<'_>) -> Vec<u8> {
        response(&self.sign(&info.der(), "stamper", &["-cades", "-md", "sha256", "-certfile", "middle.pem"]))
    }

    /// A response by another stamper.
    pub(in super::super) fn stamped_by(&self, stamper: &str) -> Vec<u8> {
        let options = ["-cades", "-md", "sha256", "-certfile", "middle.pem"];
        response(&self.sign(&Info::default().der(), stamper, &options))
    }

    /// What we say of a time stamp over the data, with the old root trusted.
    pub(in super::super) fn judged(&self, token: &[u8]) -> Stamped {
        verify(token, DATA, &self.pem(&["root"]), &openssl())
    }

    /// Whether openssl, asked as a person would ask it, takes a response over the data at that time.
    pub(in super::super) fn verifies(&self, token: &[u8], at: i64) -> bool {
        let folder = TempDir::new().expect("tests may write to the temporary folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(path("token"), token).expect("the file can be written");
        std::fs::write(path("data"), DATA).expect("the file can be written");
        let arguments = ["ts", "-verify", "-data", &path("data"), "-in", &path("token"), "-CAfile", "root.pem"];
        let at = at.to_string();
        self.tried(folder.path(), &[&arguments[..], &["-attime", &at]].concat()).status.success()
    }
}

/// A part of DER.
pub(in super::super) fn der(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut bytes = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => bytes.push(short),
        Ok(long) => bytes.extend([0x81, long]),
        Err(_) => bytes.extend([0x82, u8::try_from(length >> 8).expect("small"), length.to_le_bytes()[0]]),
    }
    bytes.extend(body);
    bytes
}

/// A part of DER that holds others.
pub(in super::super) fn of(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    der(tag, &parts.concat())
}

/// What an authority sends: "granted", and the token.
pub(in super::super) fn response(token: &[u8]) -> Vec<u8> {
    of(0x30, &[of(0x30, &[der(2, &[0])]), token.to_vec()])
}

/// What a time stamp says.
#[derive(Clone)]
pub(in super::super) struct Info<'a> {
    pub(in super::super) version: u8,
    pub(in super::super) digest: &'a [u8],
    pub(in super::super) imprint: Vec<u8>,
    pub(in super::super) time: &'a str,
    /// What follows the time.
    pub(in super::super) rest: Vec<Vec<u8>>,
}

impl Default for Info<'_> {
    fn default() -> Self {
        let imprint = demarcate::digest::of(DATA).to_vec();
        Self { version: 1, digest: SHA256, imprint, time: NOON.0, rest: Vec::new() }
    }
}

impl Info<'_> {
    pub(in super::super) fn der(&self) -> Vec<u8> {
        let imprint = of(0x30, &[of(0x30, &[der(6, self.digest), der(5, &[])]), der(4, &self.imprint)]);
        let parts = [der(2, &[self.version]), der(6, &[0x2a, 3, 4, 1]), imprint, der(2, &[7])];
        of(0x30, &[parts.to_vec(), vec![der(0x18, self.time.as_bytes())], self.rest.clone()].concat())
    }
}
