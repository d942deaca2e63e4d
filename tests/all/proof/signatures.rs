//! Signatures that hold, signatures that do not, and keys that are not what they were.

use super::keys::keys;
use super::stage::{
    DANA, DANA_LEE, FORGE, KIM, MALLORY, POLICY, REVOKED, ROBIN, SIGNERS, Stage, apart, signers, trusted_as,
    trusted_with, with_signature,
};
use super::{CASE, Case, Git, REFUSED, UNREADABLE, UNSIGNED, UNTRUSTED, refused};

const DAY: &str = "2026-03-02";

/// A review by Dana, signed with this key, where these lines are trusted.
fn signed_with(key: &'static str, signers: &str) -> super::Made {
    let stage = Stage::trusting(signers);
    let claim = stage.review(&DANA.on(DAY).with(key), DANA);
    stage.claims(claim)
}

/// The lines of the others, and this one.
fn and(line: &str) -> String {
    format!("{line}{}", [ROBIN, KIM, FORGE].map(super::stage::Person::trusted).concat())
}

/// Dana's signed review, stored again after its bytes were changed.
fn changed(change: fn(&str) -> String) -> super::Made {
    let stage = Stage::new();
    let id = stage.review(&DANA.on(DAY), DANA);
    let raw = stage.raw(&id);
    let claim = stage.store(&change(&raw));
    stage.claims(claim)
}

const HELD: &str = "*@contractor.example cert-authority";

pub(super) const GOOD: &[Case] = &[
    Case {
        name: "signed-with-ed25519",
        story: "Dana reviews and signs with her listed Ed25519 key.",
        make: || signed_with("dana", &signers()),
        ..CASE
    },
    Case {
        name: "signed-with-ecdsa-p256",
        story: "Dana signs with a listed ECDSA key on P-256.",
        make: || signed_with("dana-p256", &and(&trusted_as("dana@contractor.example", "dana-p256"))),
        ..CASE
    },
    Case {
        name: "signed-with-ecdsa-p384",
        story: "Dana signs with a listed ECDSA key on P-384.",
        make: || signed_with("dana-p384", &and(&trusted_as("dana@contractor.example", "dana-p384"))),
        ..CASE
    },
    Case {
        name: "signed-with-rsa",
        story: "Dana signs with a listed RSA key of 3072 bits (rsa-sha2-512).",
        make: || signed_with("dana-rsa", &and(&trusted_as("dana@contractor.example", "dana-rsa"))),
        ..CASE
    },
    Case {
        name: "signed-with-a-token",
        story: "Dana signs with a listed key that lives in a FIDO token, and touches it.",
        needs: "openssl",
        make: || {
            let stage = Stage::trusting(&and(&trusted_as("dana@contractor.example", "token")));
            let id = stage.review(&DANA.on(DAY).unsigned(), DANA);
            let payload = stage.raw(&id);
            let armored = keys().sign("token", "git", payload.as_bytes());
            let claim = stage.store(&with_signature(&payload, &armored));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "signed-with-a-certificate",
        story: "Dana's key is in no line, but an authority that is listed for the domain certified it for her address.",
        why: "A pattern is fine for an authority: the certificate names the person.",
        make: || signed_with("cert", &and(&format!("{HELD} {}\n", keys().line("ca")))),
        ..CASE
    },
    Case {
        name: "signed-with-openpgp",
        story: "Dana signs with an OpenPGP key that stands in the folder of trust and carries her address.",
        needs: "gpg",
        make: || {
            let stage = Stage::trusting_openpgp("pgp");
            let claim = stage.review(&DANA.on(DAY).with("pgp"), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "two-addresses-of-one-person",
        story: "Dana's key is listed for both of her addresses, and the review names the second one.",
        make: || {
            let line = trusted_as("dana@contractor.example,dana.lee@contractor.example", "dana");
            let stage = Stage::trusting(&and(&line));
            let claim = stage.review(&DANA.on(DAY), DANA_LEE);
            stage.claims(claim)
        },
        ..CASE
    },
];

pub(super) const DAMAGED: &[Case] = &[
    Case {
        name: "unsigned",
        story: "Somebody types Dana's name under a review and does not sign.",
        git: Git::NoSignature,
        says: UNSIGNED,
        rules: &[REFUSED],
        make: || {
            let stage = Stage::new();
            let claim = stage.review(&MALLORY.on(DAY).unsigned(), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "changed-after-signing",
        story: "A word of the message is changed after Dana signed the commit.",
        git: Git::Bad,
        says: refused("does not fit"),
        rules: &[REFUSED],
        make: || changed(|raw| raw.replace("Review access control", "Review access controls")),
        ..CASE
    },
    Case {
        name: "date-changed-after-signing",
        story: "The committer date is moved back by a month after Dana signed the commit.",
        git: Git::Bad,
        says: refused("does not fit"),
        rules: &[REFUSED],
        make: || changed(|raw| raw.replace("1772452800 +0000", "1770033600 +0000")),
        ..CASE
    },
    Case {
        name: "signature-cut-off",
        story: "The last lines of the armor are missing.",
        git: Git::Bad,
        says: refused("malformed"),
        rules: &[REFUSED],
        make: || {
            changed(|raw| {
                let (start, rest) = raw.split_once("\n -----END").expect("it is signed");
                let (_, after) = rest.split_once('\n').expect("a header follows");
                let (kept, _) = start.rsplit_once('\n').expect("the armor has lines");
                format!("{kept}\n{after}")
            })
        },
        ..CASE
    },
    Case {
        name: "signature-garbled",
        story: "The armor holds characters that are no base64.",
        git: Git::Bad,
        says: refused("malformed"),
        rules: &[REFUSED],
        make: || changed(|raw| raw.replace("U1NIU0lH", "U1N!U0lH")),
        ..CASE
    },
    Case {
        name: "signature-of-another-commit",
        story: "The signature of an honest commit of Dana's is pasted into a review that she never made.",
        git: Git::Bad,
        says: refused("does not fit"),
        rules: &[REFUSED],
        make: || {
            let stage = Stage::new();
            let honest = stage.commit(&DANA.on("2026-03-01"), "Correct a word");
            let (_, armored) = apart(&stage.raw(&honest));
            let forged = stage.review(&DANA.on(DAY).unsigned(), DANA);
            let raw = stage.raw(&forged);
            let claim = stage.store(&with_signature(&raw, &armored));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "two-signatures",
        story: "The commit carries Dana's signature, and before it one by a stranger.",
        git: Git::UnknownValidity,
        says: refused("two signatures"),
        rules: &[REFUSED],
        make: || {
            changed(|raw| {
                let (payload, armored) = apart(raw);
                let other = keys().sign("mallory", "git", payload.as_bytes());
                with_signature(&with_signature(&payload, &other), &armored)
            })
        },
        ..CASE
    },
    Case {
        name: "two-signatures-hers-first",
        story: "The commit carries Dana's signature, and after it one by a stranger.",
        says: refused("two signatures"),
        rules: &[REFUSED],
        why: "Git reads the first signature and passes over the rest; a commit that says two things says nothing here.",
        make: || {
            changed(|raw| {
                let (payload, armored) = apart(raw);
                let other = keys().sign("mallory", "git", payload.as_bytes());
                with_signature(&with_signature(&payload, &armored), &other)
            })
        },
        ..CASE
    },
    Case {
        name: "text-after-the-signature",
        story: "Text stands after the last line of the armor, in the header of the signature.",
        says: refused("malformed"),
        rules: &[REFUSED],
        why: "Git passes over the text; here nothing may hide in a part that is not signed.",
        make: || {
            changed(|raw| raw.replace(" -----END SSH SIGNATURE-----\n", " -----END SSH SIGNATURE-----\n and more\n"))
        },
        ..CASE
    },
    Case {
        name: "header-that-nobody-signed",
        story: "A header whose name begins with gpgsig is added after signing, and git leaves it out of what is signed.",
        says: refused("malformed"),
        rules: &[REFUSED],
        why: "Git takes the header for part of a signature and judges the rest; here nothing may hide in a part that is not signed.",
        make: || changed(|raw| raw.replacen("\n\n", "\ngpgsig-note hidden\n\n", 1)),
        ..CASE
    },
    Case {
        name: "signed-for-another-purpose",
        story: "Dana signed these very bytes as a file (namespace file), and the signature is put on the commit.",
        git: Git::Bad,
        says: refused("namespace"),
        rules: &[REFUSED],
        make: || {
            changed(|raw| {
                let (payload, _) = apart(raw);
                with_signature(&payload, &keys().sign("dana", "file", payload.as_bytes()))
            })
        },
        ..CASE
    },
    Case {
        name: "signed-with-x509",
        story: "The commit carries a signature of the form that smart cards with X.509 certificates make.",
        git: Git::NoSignature,
        says: refused("X.509"),
        rules: &[REFUSED],
        why: "Git asks gpgsm, which few have, and calls the commit unsigned without it; here what cannot be judged is called so, and never good.",
        make: || {
            changed(|raw| {
                let (payload, _) = apart(raw);
                with_signature(&payload, "-----BEGIN SIGNED MESSAGE-----\nMIIB\n-----END SIGNED MESSAGE-----\n")
            })
        },
        ..CASE
    },
    Case {
        name: "signature-of-no-known-form",
        story: "The header of the signature holds the word yes.",
        git: Git::Stops,
        says: refused("malformed"),
        rules: &[REFUSED],
        why: "Git ends and shows nothing of the log below either; here one broken commit hides no other.",
        make: || changed(|raw| with_signature(&apart(raw).0, "yes\n")),
        ..CASE
    },
];

/// Dana's review, and what was done to the trust in her key later, by Robin, who signs.
fn revoked_by(list: impl AsRef<[u8]>) -> super::Made {
    let stage = Stage::new();
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.write(REVOKED, list);
    stage.commit(&ROBIN.on("2026-06-01"), "Revoke a lost key");
    stage.claims(claim)
}

pub(super) const KEYS: &[Case] = &[
    Case {
        name: "key-that-nobody-listed",
        story: "A stranger signs a review in Dana's name with a key that no line lists.",
        git: Git::UnknownValidity,
        says: refused("no trusted line"),
        rules: &[REFUSED],
        make: || signed_with("mallory", &signers()),
        ..CASE
    },
    Case {
        name: "key-past-its-window",
        story: "Dana's line ends on 2026-03-01, and she reviews on 2026-03-02.",
        git: Git::UnknownValidity,
        says: refused("that time"),
        rules: &[REFUSED],
        make: || signed_with("dana", &and(&trusted_with(DANA.email, "valid-before=\"20260301Z\"", "dana"))),
        ..CASE
    },
    Case {
        name: "key-before-its-window",
        story: "Dana's line begins on 2026-06-01, and she reviews on 2026-03-02.",
        git: Git::UnknownValidity,
        says: refused("that time"),
        rules: &[REFUSED],
        make: || signed_with("dana", &and(&trusted_with(DANA.email, "valid-after=\"20260601Z\"", "dana"))),
        ..CASE
    },
    Case {
        name: "key-listed-for-files-only",
        story: "Dana's line allows the namespace file and not git.",
        git: Git::Bad,
        says: refused("namespace"),
        rules: &[REFUSED],
        make: || signed_with("dana", &and(&trusted_with(DANA.email, "namespaces=\"file\"", "dana"))),
        ..CASE
    },
    Case {
        name: "certificate-expired",
        story: "The certificate of Dana's key ended a month before the review.",
        git: Git::UnknownValidity,
        says: refused("certificate"),
        rules: &[REFUSED],
        make: || signed_with("cert-expired", &and(&format!("{HELD} {}\n", keys().line("ca")))),
        ..CASE
    },
    Case {
        name: "certificate-for-another-address",
        story: "The certificate is for an address outside the domain that the authority is listed for.",
        git: Git::UnknownValidity,
        says: refused("certificate"),
        rules: &[REFUSED],
        make: || signed_with("cert-elsewhere", &and(&format!("{HELD} {}\n", keys().line("ca")))),
        ..CASE
    },
    Case {
        name: "certificate-of-a-strange-authority",
        story: "The certificate names Dana's address, and an authority made it that no line lists.",
        git: Git::UnknownValidity,
        says: refused("no trusted line"),
        rules: &[REFUSED],
        make: || signed_with("cert-strange", &and(&format!("{HELD} {}\n", keys().line("ca")))),
        ..CASE
    },
    Case {
        name: "authority-signs-itself",
        story: "The key of the authority, which may only certify, signs the review itself.",
        git: Git::UnknownValidity,
        says: refused("no trusted line"),
        rules: &[REFUSED],
        make: || signed_with("ca", &and(&format!("{HELD} {}\n", keys().line("ca")))),
        ..CASE
    },
    Case {
        name: "revoked-by-a-list-of-keys",
        story: "Dana's key is lost in June, and Robin puts it into the list of revoked keys; her review is of March.",
        git: Git::Bad,
        says: refused("revoked"),
        rules: &[REFUSED],
        why: "Whoever has the key can date a commit in March, so nothing that it signed counts, unless a witness saw it before.",
        make: || revoked_by(format!("{}\n", keys().line("dana"))),
        ..CASE
    },
    Case {
        name: "revoked-by-krl",
        story: "The same, with a KRL of ssh-keygen.",
        git: Git::Bad,
        says: refused("revoked"),
        rules: &[REFUSED],
        make: || revoked_by(keys().krl("dana", None, &format!("key: {}\n", keys().line("dana")))),
        ..CASE
    },
    Case {
        name: "revoked-by-fingerprint",
        story: "The same, with the fingerprint of the key in the list.",
        git: Git::Bad,
        says: refused("revoked"),
        rules: &[REFUSED],
        why: "ssh-keygen cannot read the list and calls every signature bad; here the fingerprint revokes one key.",
        make: || revoked_by(format!("{}\n", keys().fingerprint("dana"))),
        ..CASE
    },
    Case {
        name: "another-key-revoked-by-fingerprint",
        story: "The fingerprint of Kim's key is in the list of revoked keys, and Dana's review stands.",
        git: Git::Bad,
        why: "ssh-keygen cannot read a fingerprint there and calls every signature bad; here it revokes the one key that it names.",
        make: || revoked_by(format!("{}\n", keys().fingerprint("kim"))),
        ..CASE
    },
    Case {
        name: "another-key-revoked",
        story: "Kim's key is revoked, and Dana's review stands.",
        make: || revoked_by(format!("{}\n", keys().line("kim"))),
        ..CASE
    },
    Case {
        name: "certificate-revoked-by-number",
        story: "A KRL revokes the number that the authority gave Dana's certificate.",
        git: Git::Bad,
        says: refused("revoked"),
        rules: &[REFUSED],
        make: || {
            let stage = Stage::trusting(&and(&format!("{HELD} {}\n", keys().line("ca"))));
            let claim = stage.review(&DANA.on(DAY).with("cert"), DANA);
            stage.write(REVOKED, keys().krl("serial", Some("ca"), "serial: 7\n"));
            stage.commit(&ROBIN.on("2026-06-01"), "Revoke a certificate");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "list-of-revoked-keys-cannot-be-read",
        story: "A line of the list of revoked keys is half a key.",
        git: Git::Bad,
        says: refused("cannot be read"),
        rules: &[REFUSED, UNTRUSTED, UNREADABLE],
        why: "Nobody knows which key the line was to revoke, so no signature counts until it is mended.",
        make: || revoked_by(&keys().line("kim").as_bytes()[..50]),
        ..CASE
    },
    Case {
        name: "openpgp-key-expired-since",
        story: "Dana signs in January with an OpenPGP key that runs out on 2026-01-31.",
        git: Git::Expired,
        needs: "gpg",
        why: "gpg asks whether the key is good today; what counts is whether it was when the review was made, as far as its date can be believed.",
        make: || {
            let stage = Stage::trusting_openpgp("pgp-short");
            let claim = stage.review(&DANA.on("2026-01-20").with("pgp-short"), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "openpgp-key-expired-before",
        story: "The clock is set back to January to sign a commit of February with an OpenPGP key that ran out on 2026-01-31.",
        git: Git::Expired,
        says: refused("expired"),
        rules: &[REFUSED],
        needs: "gpg",
        make: || {
            let stage = Stage::trusting_openpgp("pgp-short");
            let claim = stage.review(&DANA.on("2026-02-20").written("2026-01-30").with("pgp-short"), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "openpgp-key-that-nobody-listed",
        story: "A stranger makes an OpenPGP key with Dana's name and address and signs with it.",
        git: Git::CannotCheck,
        says: refused("no trusted line"),
        rules: &[REFUSED],
        needs: "gpg",
        make: || {
            let stage = Stage::trusting_openpgp("pgp");
            let claim = stage.review(&DANA.on(DAY).with("pgp-stranger"), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "policy-takes-unsigned-reviews",
        story: "The policy lists unsigned among the grades that count, and the review is unsigned.",
        git: Git::NoSignature,
        says: super::Says { counts: true, because: "", ..UNSIGNED },
        why: "The organization chose so; the grade still says that anybody may have typed the name.",
        make: || {
            let policy = format!("{POLICY}accept = [\"signed\", \"forge\", \"recorded\", \"unsigned\"]\n");
            let stage = Stage::under(&signers(), &policy);
            let claim = stage.review(&DANA.on(DAY).unsigned(), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "before-anybody-is-trusted",
        story: "The repository has no folder of trust, and a review is unsigned.",
        git: Git::NoSignature,
        says: super::Says { counts: true, because: "", ..UNSIGNED },
        why: "Where no key is listed yet nothing better can be asked for; the grade says so.",
        make: || {
            let stage = Stage::without_trust();
            let claim = stage.review(&DANA.on(DAY).unsigned(), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "signed-before-the-first-trust",
        story: "Dana signs a review in January, and the first list of signers, with her key, comes in February.",
        says: refused("no trusted line"),
        rules: &[REFUSED],
        why: "Git asks the list of today; a list cannot vouch for what was signed before it stood there, or every new key would reach back.",
        make: || {
            let stage = Stage::without_trust();
            let claim = stage.review(&DANA.on("2026-01-20"), DANA);
            stage.write(SIGNERS, signers());
            stage.set_policy(&format!("{POLICY}trust-root = \"{}\"\n", super::stage::digest(&signers())));
            stage.commit(&DANA.on("2026-02-01"), "Say whom we trust");
            stage.claims(claim)
        },
        ..CASE
    },
];
