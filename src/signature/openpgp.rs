//! OpenPGP signatures of Git objects (RFC 9580), judged by the keys of `trust/*.asc`. The door to `pgp`.

use std::io::Read;

use pgp::armor::{BlockType, Dearmor};
use pgp::composed::{Deserializable, SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::errors::Error;
use pgp::packet::{
    KeyFlags, Packet, PacketParser, PacketTrait, RevocationCode, Signature, SignatureType, SignatureVersion, Subpacket,
    SubpacketData,
};
use pgp::types::{KeyDetails, SignedUser, Tag};

use super::{Doubt, Fault, Flaw, Question, Revoked, Signer};

const BEGIN_KEY: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
const END_KEY: &str = "-----END PGP PUBLIC KEY BLOCK-----";
const BEGIN: &str = "-----BEGIN PGP SIGNATURE-----";
const END: &str = "-----END PGP SIGNATURE-----";

/// OpenPGP keys that are trusted.
#[derive(Clone, Default, Debug)]
pub struct Keyring {
    keys: Vec<SignedPublicKey>,
    /// Revocations of keys that stand there without their keys.
    loose: Vec<Signature>,
    withdrawn: Vec<Withdrawn>,
}

/// Revocations of OpenPGP keys that were made known later than the keys.
#[derive(Clone, Default, Debug)]
pub struct Revocations(Vec<Revocation>);

#[derive(Clone, PartialEq, Debug)]
struct Revocation {
    /// Fingerprint of the primary key; `None` where the revocation stands without its key.
    key: Option<String>,
    /// That of the subkey that is meant, if one is.
    subkey: Option<String>,
    signature: Signature,
}

/// A key or a subkey that does not count any more.
#[derive(Clone, PartialEq, Debug)]
struct Withdrawn {
    fingerprint: String,
    /// From when on; `None` is always, as whoever has the key can date a signature as they like.
    from: Option<i64>,
}

impl Keyring {
    /// Adds the armored public keys of a file and says how many. A file that cannot be read whole adds none: what
    /// cannot be read may be a revocation. A revocation may stand there without its key.
    pub fn add(&mut self, file: &[u8]) -> Result<usize, String> {
        let text = std::str::from_utf8(file).map_err(|_| "the file is not text; export it with `gpg --armor`")?;
        let mut added = Self::default();
        for block in text.split(BEGIN_KEY).skip(1) {
            let (body, _) = block.split_once(END_KEY).ok_or("an armored key has no last line")?;
            added.add_block(&format!("{BEGIN_KEY}{body}{END_KEY}\n"))?;
        }
        if added.keys.is_empty() && added.loose.is_empty() {
            return Err("the file holds no armored OpenPGP public key".to_owned());
        }
        let count = added.keys.len();
        self.keys.extend(added.keys);
        self.loose.extend(added.loose);
        Ok(count)
    }

    fn add_block(&mut self, armored: &str) -> Result<(), String> {
        let unreadable = |error: Error| format!("an OpenPGP key cannot be read: {error}");
        let bytes = dearmor(armored, BlockType::PublicKey).map_err(unreadable)?;
        let packets: Vec<Packet> = PacketParser::new(&bytes[..]).collect::<Result<_, _>>().map_err(unreadable)?;
        let loose = packets.iter().map(loose_revocation).collect::<Option<Vec<&Signature>>>();
        if let Some(loose) = loose.filter(|loose| !loose.is_empty()) {
            self.loose.extend(loose.into_iter().cloned());
            return Ok(());
        }
        let keys = SignedPublicKey::from_bytes_many(&bytes[..]).map_err(unreadable)?;
        self.keys.extend(keys.collect::<Result<Vec<_>, _>>().map_err(unreadable)?);
        Ok(())
    }

    /// Withdraws the keys and subkeys that were revoked later.
    ///
    /// A key that was only superseded or retired is withdrawn from its revocation on; for any other reason, or none, it
    /// never counts.
    pub fn heed(&mut self, later: &Revocations) {
        let mut withdrawn = Vec::new();
        for whole in &self.keys {
            let key = fingerprint(&whole.primary_key);
            for found in later.0.iter().filter(|found| found.key.as_ref().is_none_or(|of| *of == key)) {
                let Some(fingerprint) = revoked_by(whole, found) else { continue };
                let is_kept = found
                    .signature
                    .revocation_reason_code()
                    .is_some_and(|reason| matches!(reason, RevocationCode::KeySuperseded | RevocationCode::KeyRetired));
                withdrawn.push(Withdrawn { fingerprint, from: made(&found.signature).filter(|_| is_kept) });
            }
        }
        self.withdrawn.extend(withdrawn);
    }

    /// Says no to a key that this keyring or the list of revoked keys withdraws.
    fn stands(&self, candidate: Candidate<'_>, times: [i64; 2], revoked: &Revoked) -> Result<(), Fault> {
        let subkey = candidate.subkey.map(|subkey| fingerprint(&subkey.key));
        let fingerprints: Vec<String> = [fingerprint(&candidate.whole.primary_key)].into_iter().chain(subkey).collect();
        revoked.check_openpgp(&fingerprints)?;
        let is_over = |found: &&Withdrawn| {
            let is_past = found.from.is_none_or(|from| times.iter().any(|at| *at >= from));
            is_past && fingerprints.contains(&found.fingerprint)
        };
        match self.withdrawn.iter().find(is_over) {
            Some(found) => Err(Flaw::Revoked(found.fingerprint.clone()).into()),
            None => Ok(()),
        }
    }

    /// The same key wherever it stands: one copy may know of a revocation that another does not.
    fn copies<'a>(&'a self, whole: &'a SignedPublicKey) -> impl Iterator<Item = &'a SignedPublicKey> {
        let fingerprint = whole.fingerprint();
        self.keys.iter().filter(move |copy| copy.fingerprint() == fingerprint)
    }
}

impl Revocations {
    /// Adds those of a file of OpenPGP keys, each once; one that cannot be read holds none.
    pub fn add(&mut self, file: &[u8]) {
        let mut keyring = Keyring::default();
        drop(keyring.add(file));
        for found in keyring.keys.iter().flat_map(revocations_in).chain(keyring.loose.iter().map(without_key)) {
            if !self.0.contains(&found) {
                self.0.push(found);
            }
        }
    }

    /// When the first of them was made, in Unix seconds.
    pub fn first_made(&self) -> Option<i64> {
        self.0.iter().filter_map(|found| made(&found.signature)).min()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn loose_revocation(packet: &Packet) -> Option<&Signature> {
    match packet {
        Packet::Signature(signature) if signature.typ() == Some(SignatureType::KeyRevocation) => Some(signature),
        _ => None,
    }
}

fn without_key(signature: &Signature) -> Revocation {
    Revocation { key: None, subkey: None, signature: signature.clone() }
}

fn revocations_in(whole: &SignedPublicKey) -> Vec<Revocation> {
    let key = Some(fingerprint(&whole.primary_key));
    let of_key = whole.details.revocation_signatures.iter().map(|signature| (None, signature));
    let of_subkeys = whole.public_subkeys.iter().flat_map(|subkey| {
        let back = subkey.signatures.iter().filter(|signature| is_back(signature));
        back.map(|signature| (Some(fingerprint(&subkey.key)), signature))
    });
    let all = of_key.chain(of_subkeys);
    all.map(|(subkey, signature)| Revocation { key: key.clone(), subkey, signature: signature.clone() }).collect()
}

/// The fingerprint of the key or subkey of a whole key that a revocation takes back, if it takes one back. One by
/// another key cannot be judged, and is heeded.
fn revoked_by(whole: &SignedPublicKey, found: &Revocation) -> Option<String> {
    let is_by_another = found.key.is_some() && !names(&found.signature, &whole.primary_key);
    let Some(fingerprint_of_subkey) = &found.subkey else {
        let holds = || found.signature.verify_key(&whole.primary_key).is_ok();
        return (is_by_another || holds()).then(|| fingerprint(&whole.primary_key));
    };
    let subkey = whole.public_subkeys.iter().find(|subkey| fingerprint(&subkey.key) == *fingerprint_of_subkey)?;
    let holds = || found.signature.verify_subkey_binding(&whole.primary_key, &subkey.key).is_ok();
    (is_by_another || holds()).then(|| fingerprint_of_subkey.clone())
}

fn is_back(signature: &Signature) -> bool {
    signature.typ() == Some(SignatureType::SubkeyRevocation)
}

fn fingerprint(key: &impl KeyDetails) -> String {
    hex(key.fingerprint().as_bytes())
}

fn dearmor(text: &str, kind: BlockType) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut dearmor = Dearmor::new(text.as_bytes());
    dearmor.read_to_end(&mut bytes)?;
    if dearmor.typ == Some(kind) { Ok(bytes) } else { Err(Error::InvalidArmorWrappers) }
}

/// A key, and the subkey of it that is meant, if one is.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    whole: &'a SignedPublicKey,
    subkey: Option<&'a SignedPublicSubKey>,
}

/// Whether the signature holds, at the judged time and when it was made, by a key that may sign.
pub(super) fn judge(
    question: &Question<'_>,
    signature: &[u8],
    keyring: &Keyring,
    revoked: &Revoked,
) -> Result<Signer, Fault> {
    if question.namespace != "git" {
        return Err(Doubt::Unsupported("OpenPGP signature in a namespace other than `git`".to_owned()).into());
    }
    let signature = read(signature)?;
    let candidate = maker(&signature, question.message, keyring)?;
    unsigned_parts_hold(&signature, candidate)?;
    let made = made(&signature).ok_or_else(|| malformed("it does not say when it was made"))?;
    if ended(&signature, question.at) {
        return Err(Doubt::Expired("the signature had expired".to_owned()).into());
    }
    let times = [made, question.at];
    keyring.stands(candidate, times, revoked)?;
    unrevoked(keyring, candidate.whole)?;
    let principals = primary_may(candidate, times)?;
    if let Some(subkey) = candidate.subkey {
        subkey_unrevoked(keyring, candidate.whole, subkey)?;
        subkey_may(candidate.whole, subkey, times)?;
    }
    let key = fingerprint(&candidate.whole.primary_key);
    let principals = match question.principal {
        None => principals,
        Some(asked) if principals.iter().any(|name| name == asked) => vec![asked.to_owned()],
        Some(asked) => return Err(Doubt::Principal(asked.to_owned()).into()),
    };
    Ok(Signer { key, principals, certificate: None, token: None })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat()
}

fn malformed(what: &str) -> Fault {
    Flaw::Malformed(what.to_owned()).into()
}

fn unsupported(what: &str) -> Fault {
    Doubt::Unsupported(what.to_owned()).into()
}

/// Reads one detached signature in its canonical form.
fn read(bytes: &[u8]) -> Result<Signature, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("its armor is not text"))?;
    if !text.starts_with(BEGIN) {
        return Err(unsupported("OpenPGP signature inside a message"));
    }
    let Some((body, after)) = text.split_once(END) else { return Err(malformed("its armor has no last line")) };
    if !after.trim_ascii().is_empty() {
        return Err(malformed("text follows its armor"));
    }
    let armored = format!("{body}{END}\n");
    let bytes = dearmor(&armored, BlockType::Signature).map_err(|error| malformed(&error.to_string()))?;
    let signature = only_packet(&bytes)?;
    let mut canonical = Vec::new();
    let written = signature.to_writer_with_header(&mut canonical);
    if written.is_err() || canonical != bytes {
        return Err(malformed("it is not in its canonical form"));
    }
    acceptable(&signature).map(|()| signature)
}

fn only_packet(bytes: &[u8]) -> Result<Signature, Fault> {
    let mut packets = PacketParser::new(bytes);
    match (packets.next(), packets.next()) {
        (Some(Ok(Packet::Signature(signature))), None) => Ok(signature),
        (Some(Ok(Packet::Signature(_))), Some(_)) => Err(malformed("it holds more than one signature")),
        (Some(Err(error)), _) => Err(malformed(&error.to_string())),
        _ => Err(malformed("it holds no signature")),
    }
}

/// Whether its version, its kind, its hash and its options are such that it can be judged.
fn acceptable(signature: &Signature) -> Result<(), Fault> {
    match signature.version() {
        SignatureVersion::V4 | SignatureVersion::V6 => {}
        version => return Err(unsupported(&format!("OpenPGP signature of version {version:?}"))),
    }
    match signature.typ() {
        Some(SignatureType::Binary) => {}
        // It holds whatever the line ends are, so it does not sign these bytes.
        Some(SignatureType::Text) => return Err(unsupported("OpenPGP signature over text and not over bytes")),
        _ => return Err(malformed("it signs something other than a document")),
    }
    if let Some(hash) = weak(signature) {
        return Err(Flaw::Weak(format!("it uses {hash}")).into());
    }
    if has_unknown_critical(signature) {
        return Err(unsupported("OpenPGP signature with a critical part that is not known"));
    }
    Ok(())
}

fn weak(signature: &Signature) -> Option<HashAlgorithm> {
    use HashAlgorithm::{Sha3_256, Sha3_512, Sha224, Sha256, Sha384, Sha512};
    let hash = signature.hash_alg().unwrap_or(HashAlgorithm::None);
    let strong = matches!(hash, Sha224 | Sha256 | Sha384 | Sha512 | Sha3_256 | Sha3_512);
    (!strong).then_some(hash)
}

fn has_unknown_critical(signature: &Signature) -> bool {
    let unknown = |part: &&Subpacket| {
        let kind = matches!(
            part.data,
            SubpacketData::Other(..) | SubpacketData::Experimental(..) | SubpacketData::Notation(_)
        );
        part.is_critical && kind
    };
    signature.config().is_none_or(|config| config.hashed_subpackets().find(unknown).is_some())
}

/// The listed key that the signature names and that it fits.
fn maker<'a>(signature: &Signature, message: &[u8], keyring: &'a Keyring) -> Result<Candidate<'a>, Fault> {
    let mut refused = None;
    for candidate in candidates(keyring).filter(|candidate| candidate.is_named_by(signature)) {
        match candidate.verifies(signature, message) {
            Ok(()) => return Ok(candidate),
            Err(fault) => refused = Some(fault),
        }
    }
    Err(refused.unwrap_or_else(|| Doubt::NotListed { key: named(signature) }.into()))
}

fn candidates(keyring: &Keyring) -> impl Iterator<Item = Candidate<'_>> {
    keyring.keys.iter().flat_map(|whole| {
        let subkeys = whole.public_subkeys.iter().map(Some);
        std::iter::once(None).chain(subkeys).map(move |subkey| Candidate { whole, subkey })
    })
}

/// How the signature names its key.
fn named(signature: &Signature) -> String {
    let fingerprint = signature.issuer_fingerprint().first().map(|fingerprint| hex(fingerprint.as_bytes()));
    let id = || signature.issuer_key_id().first().map(|id| hex(id.as_ref()));
    fingerprint.or_else(id).unwrap_or_else(|| "that it does not name".to_owned())
}

impl Candidate<'_> {
    fn is_named_by(self, signature: &Signature) -> bool {
        match self.subkey {
            Some(subkey) => names(signature, &subkey.key),
            None => names(signature, &self.whole.primary_key),
        }
    }

    fn verifies(self, signature: &Signature, message: &[u8]) -> Result<(), Fault> {
        let verified = match self.subkey {
            Some(subkey) => signature.verify(&subkey.key, message),
            None => signature.verify(&self.whole.primary_key, message),
        };
        verified.map_err(|error| match error {
            Error::Unsupported { .. } | Error::Unimplemented { .. } => {
                unsupported("OpenPGP signature by a key of its kind")
            }
            _ => Flaw::Mismatch.into(),
        })
    }
}

fn names(signature: &Signature, key: &impl KeyDetails) -> bool {
    signature.issuer_fingerprint().into_iter().any(|fingerprint| *fingerprint == key.fingerprint())
        || signature.issuer_key_id().into_iter().any(|id| *id == key.legacy_key_id())
}

/// Parts that are not signed may only name the key that made the signature.
fn unsigned_parts_hold(signature: &Signature, candidate: Candidate<'_>) -> Result<(), Fault> {
    let (fingerprint, id) = match candidate.subkey {
        Some(subkey) => (subkey.key.fingerprint(), subkey.key.legacy_key_id()),
        None => (candidate.whole.primary_key.fingerprint(), candidate.whole.primary_key.legacy_key_id()),
    };
    let fits = |part: &Subpacket| match &part.data {
        SubpacketData::IssuerFingerprint(named) => *named == fingerprint && !part.is_critical,
        SubpacketData::IssuerKeyId(named) => *named == id && !part.is_critical,
        _ => false,
    };
    let all = signature.config().is_some_and(|config| config.unhashed_subpackets().all(fits));
    if all { Ok(()) } else { Err(malformed("a part of it that is not signed says more than whose it is")) }
}

fn made(signature: &Signature) -> Option<i64> {
    signature.created().map(|time| i64::from(time.as_secs()))
}

/// Whether the signature itself had expired.
fn ended(signature: &Signature, at: i64) -> bool {
    let lasts = signature.signature_expiration_time().map_or(0, |time| i64::from(time.as_secs()));
    lasts != 0 && made(signature).is_none_or(|made| made + lasts <= at)
}

/// Whether a signature of the key over itself counts.
fn counts(signature: &Signature, at: i64) -> bool {
    weak(signature).is_none() && !has_unknown_critical(signature) && made(signature).is_some() && !ended(signature, at)
}

/// Whether the primary key stands at those times, and may sign if it is the one that did: whose it is.
fn primary_may(candidate: Candidate<'_>, times: [i64; 2]) -> Result<Vec<String>, Fault> {
    let whole = candidate.whole;
    let at = times[1];
    let users: Vec<(&SignedUser, &Signature)> =
        whole.details.users.iter().filter_map(|user| Some((user, claim(whole, user, at)?))).collect();
    let direct = whole.details.direct_signatures.iter();
    let direct = direct.filter(|signature| counts(signature, at) && signature.verify_key(&whole.primary_key).is_ok());
    let claims = users.iter().map(|(_, claim)| *claim).chain(direct);
    let Some(newest) = claims.max_by_key(|claim| made(claim)) else {
        return Err(Doubt::Certificate("has no self-signature that counts".to_owned()).into());
    };
    stands(&whole.primary_key, newest, times)?;
    if candidate.subkey.is_none() && flags(newest).is_some_and(|flags| !flags.sign()) {
        return Err(Doubt::Certificate("does not let this key sign".to_owned()).into());
    }
    Ok(users.iter().filter_map(|(user, _)| user.id.as_str()).map(address).collect())
}

fn unrevoked(keyring: &Keyring, whole: &SignedPublicKey) -> Result<(), Fault> {
    let loose = keyring.loose.iter().filter(|signature| signature.verify_key(&whole.primary_key).is_ok());
    let own = keyring.copies(whole).flat_map(|copy| &copy.details.revocation_signatures);
    for revocation in own.chain(loose) {
        if revocation.verify_key(&whole.primary_key).is_ok() {
            return Err(Flaw::Revoked(fingerprint(&whole.primary_key)).into());
        }
        if !names(revocation, &whole.primary_key) {
            return Err(Doubt::Revocation("a revocation of the key by another key".to_owned()).into());
        }
    }
    Ok(())
}

fn subkey_unrevoked(keyring: &Keyring, whole: &SignedPublicKey, subkey: &SignedPublicSubKey) -> Result<(), Fault> {
    let same = keyring.copies(whole).flat_map(|copy| &copy.public_subkeys);
    let same = same.filter(|copy| copy.key.fingerprint() == subkey.key.fingerprint());
    for revocation in same.flat_map(|copy| &copy.signatures).filter(|signature| is_back(signature)) {
        if revocation.verify_subkey_binding(&whole.primary_key, &subkey.key).is_ok() {
            return Err(Flaw::Revoked(fingerprint(&subkey.key)).into());
        }
        if !names(revocation, &whole.primary_key) {
            return Err(Doubt::Revocation("a revocation of the subkey by another key".to_owned()).into());
        }
    }
    Ok(())
}

/// The newest signature of the key over a name of its own, if it did not take the name back.
fn claim<'a>(whole: &SignedPublicKey, user: &'a SignedUser, at: i64) -> Option<&'a Signature> {
    let holds =
        |signature: &&Signature| signature.verify_certification(&whole.primary_key, Tag::UserId, &user.id).is_ok();
    let is_back = |signature: &&Signature| signature.typ() == Some(SignatureType::CertRevocation);
    if user.signatures.iter().filter(is_back).any(|signature| holds(&signature)) {
        return None;
    }
    let claims = user.signatures.iter().filter(|signature| !is_back(signature) && counts(signature, at));
    claims.filter(holds).max_by_key(|signature| made(signature))
}

/// Whether a key existed and had not expired at those times.
fn stands(key: &impl KeyDetails, claim: &Signature, times: [i64; 2]) -> Result<(), Fault> {
    let begins = i64::from(key.created_at().as_secs());
    let lasts = claim.key_expiration_time().map_or(0, |time| i64::from(time.as_secs()));
    if times[0] < begins {
        return Err(Doubt::Expired("it claims to be older than its key".to_owned()).into());
    }
    if lasts != 0 && times.iter().any(|at| begins + lasts <= *at) {
        return Err(Doubt::Expired("its key had expired".to_owned()).into());
    }
    Ok(())
}

/// What a key is for, if that is said.
fn flags(signature: &Signature) -> Option<KeyFlags> {
    let of = |part: &Subpacket| matches!(part.data, SubpacketData::KeyFlags(_));
    signature.config()?.hashed_subpackets().any(of).then(|| signature.key_flags())
}

/// Whether a subkey may sign: its binding says so, and the subkey itself agreed to it.
fn subkey_may(whole: &SignedPublicKey, subkey: &SignedPublicSubKey, times: [i64; 2]) -> Result<(), Fault> {
    let holds = |signature: &&Signature| signature.verify_subkey_binding(&whole.primary_key, &subkey.key).is_ok();
    let bindings = subkey.signatures.iter().filter(|signature| !is_back(signature) && counts(signature, times[1]));
    let Some(binding) = bindings.filter(holds).max_by_key(|signature| made(signature)) else {
        return Err(Doubt::Certificate("does not bind this subkey".to_owned()).into());
    };
    stands(&subkey.key, binding, times)?;
    if !flags(binding).is_some_and(|flags| flags.sign()) {
        return Err(Doubt::Certificate("does not let this subkey sign".to_owned()).into());
    }
    let agreed = binding.embedded_signature().is_some_and(|back| {
        counts(back, times[1]) && back.verify_primary_key_binding(&subkey.key, &whole.primary_key).is_ok()
    });
    if agreed { Ok(()) } else { Err(Doubt::Certificate("binds a subkey that did not agree to it".to_owned()).into()) }
}

/// The address in a user id, or all of it.
fn address(user: &str) -> String {
    let inner = user.strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
    inner.map_or(user, |(_, address)| address).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_user_is_between_the_last_brackets() {
        assert_eq!(address("Dana <x> Lee <dana@contractor.example>"), "dana@contractor.example");
        assert_eq!(address("dana@contractor.example"), "dana@contractor.example");
        assert_eq!(address("Dana Lee"), "Dana Lee");
    }

    #[test]
    fn a_file_without_a_whole_key_is_refused() {
        let mut keyring = Keyring::default();
        for wrong in ["", "text", BEGIN_KEY, &format!("{BEGIN_KEY}\n\nAAAA\n{END_KEY}\n")] {
            assert!(keyring.add(wrong.as_bytes()).is_err(), "{wrong:?}");
        }
        assert!(keyring.add(b"\xff").is_err() && keyring.keys.is_empty());
    }
}
