//! Whatever is cut off or flipped never panics and is never good.

use std::time::{Duration, Instant};

use demarcate::signature::{Revoked, Signers, Trust, Verdict, find_principals, verify};

use super::corpus::{MESSAGE, NOON, corpus, dearmored};

/// How long one signature is damaged; those that are slow to judge are damaged at fewer places.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where bytes are damaged: all places, in an order that spreads over the whole.
fn places(length: usize) -> impl Iterator<Item = usize> {
    let step = (1..length).find(|step| step * 2 > length && gcd(*step, length) == 1).unwrap_or(1);
    (0..length).map(move |n| n * step % length)
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[test]
fn a_damaged_signature_is_never_good() {
    let Some(corpus) = corpus() else { return };
    let names = ["ed", "p256", "p384", "p521", "rsa", "sked", "skec", "cert", "certrsa", "certsk"];
    let mut lines: Vec<String> = names.iter().map(|name| format!("* {}\n", corpus.line(name))).collect();
    lines.extend(["ca", "rsaca"].map(|name| format!("* cert-authority {}\n", corpus.line(name))));
    let trust = Trust { signers: Signers::read(lines.concat().as_bytes()), ..Trust::default() };
    for name in names {
        let armored = corpus.sign(name, "git", "sha512", MESSAGE);
        for whole in [dearmored(&armored), armored] {
            let good = |bytes: &[u8]| {
                let _ = find_principals(bytes, &trust, NOON);
                matches!(verify(MESSAGE, bytes, "git", &trust, NOON, None), Verdict::Good(_))
            };
            assert!(good(&whole), "{name}");
            let start = Instant::now();
            for (count, at) in places(whole.len()).enumerate() {
                if count > 60 && start.elapsed() > PATIENCE {
                    break;
                }
                assert!(!good(&whole[..at]), "{name} cut at {at}");
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << (at % 8);
                assert!(!good(&flipped), "{name} flipped at {at}");
            }
        }
    }
}

#[test]
fn a_damaged_list_of_signers_trusts_nobody_else() {
    let Some(corpus) = corpus() else { return };
    let signature = corpus.sign("other", "git", "sha512", MESSAGE);
    let text = format!(
        "a@x,*@y namespaces=\"git\",valid-before=\"20270101Z\" {} who\n\"*\" cert-authority {}\n",
        corpus.line("ed"),
        corpus.line("ca")
    );
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut flipped = text.clone().into_bytes();
            flipped[at] ^= 1 << bit;
            for bytes in [&flipped[..], &text.as_bytes()[..at]] {
                let signers = Signers::read(bytes);
                let of_line = |line: usize| signers.problems.iter().any(|problem| problem.place.line == line);
                assert!(
                    signers.entries.len() <= 2 && signers.problems.iter().all(|p| p.place.bytes.end <= bytes.len() + 1)
                );
                let _ = of_line(1);
                let trust = Trust { signers, ..Trust::default() };
                if bit == 0 {
                    let verdict = verify(MESSAGE, &signature, "git", &trust, NOON, None);
                    assert!(matches!(verdict, Verdict::Unknown { .. }), "{at}: {verdict}");
                }
            }
        }
    }
}

#[test]
fn a_damaged_krl_never_panics_and_a_cut_one_is_never_believed() {
    let Some(corpus) = corpus() else { return };
    let fingerprint = corpus.key("p384").fingerprint();
    let specification = format!(
        "serial: 7\nserial: 9-20\nserial: 23\nserial: 25\nid: certsk\nkey: {}\nsha1: {}\nhash: {fingerprint}\n",
        corpus.line("ed"),
        corpus.line("p256"),
    );
    corpus.write("damaged.spec", specification.as_bytes());
    corpus.run("ssh-keygen", &["-q", "-k", "-f", "damaged.krl", "-s", "ca.pub", "damaged.spec"], b"");
    let whole = std::fs::read(corpus.path("damaged.krl")).expect("it was made");
    let keys = ["ed", "cert", "certsk", "p256", "p384"].map(|name| corpus.key(name));
    let all_revoked = |bytes: &[u8]| keys.iter().all(|key| !matches!(Revoked::read(bytes).of(key), Ok(None)));
    assert!(Revoked::read(&whole).unreadable().is_none() && all_revoked(&whole));
    let mut boundaries = 0;
    for at in 0..whole.len() {
        // A list that ends between two sections is a shorter list; only its own signature could tell.
        boundaries += usize::from(at > 8 && Revoked::read(&whole[..at]).unreadable().is_none());
        for bit in 0..8 {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << bit;
            let revoked = Revoked::read(&flipped);
            for key in &keys {
                let _ = revoked.of(key);
            }
        }
    }
    assert_eq!(boundaries, 4, "after the header and after each section but the last");
}
