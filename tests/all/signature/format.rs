//! The allowed-signers file: each form of a line, judged by us and by ssh-keygen.

use demarcate::signature::{Signers, Verdict};

use super::corpus::{Asked, MESSAGE, NOON, corpus};

/// Lines, with `KEY` for the key that signed and `OTHER` for another, and whether `a@x` may have signed.
const LINES: [(&str, bool); 63] = [
    ("a@x KEY", true),
    ("a@x KEY comment of many words # and more", true),
    ("  \ta@x \t KEY  ", true),
    ("a@x KEY\r", true),
    ("\"a@x\" KEY", true),
    ("\"b@x,a@x\" KEY", true),
    ("b@x,a@x KEY", true),
    ("A@x KEY", false),
    ("a@xx KEY", false),
    ("*@x KEY", true),
    ("?@x KEY", true),
    ("??@x KEY", false),
    ("* KEY", true),
    ("a* KEY", true),
    ("*,!a@x KEY", false),
    ("!a@x,* KEY", false),
    ("!b@x,* KEY", true),
    ("!a@x KEY", false),
    (",a@x, KEY", true),
    ("a@x OTHER", false),
    ("a@x namespaces=\"git\" KEY", true),
    ("a@x NameSpaces=\"git\" KEY", true),
    ("a@x namespaces=\"file,git\" KEY", true),
    ("a@x namespaces=\"g*\" KEY", true),
    ("a@x namespaces=\"*,!git\" KEY", false),
    ("a@x namespaces=\"file\" KEY", false),
    ("a@x namespaces=\"\" KEY", false),
    ("a@x namespaces=\"g\\\"it\" KEY", false),
    ("a@x namespaces=\"x y,git\" KEY", true),
    ("a@x namespaces=git KEY", false),
    ("a@x namespaces=\"git KEY", false),
    ("a@x namespaces KEY", false),
    ("a@x namespaces=\"git\",namespaces=\"git\" KEY", false),
    ("a@x cert-authority KEY", false),
    ("a@x cert-authority,namespaces=\"git\" KEY", false),
    ("a@x cert-authorityx KEY", false),
    ("a@x no-touch-required KEY", false),
    ("a@x verify-required KEY", false),
    ("a@x valid-after=\"20260601\" KEY", true),
    ("a@x valid-after=\"20260601Z\" KEY", true),
    ("a@x valid-after=\"20260601120000Z\" KEY", true),
    ("a@x valid-after=\"20260601120001Z\" KEY", false),
    ("a@x valid-after=\"202606011201\" KEY", false),
    ("a@x valid-before=\"20260601120000\" KEY", true),
    ("a@x valid-before=\"20260601115959Z\" KEY", false),
    ("a@x valid-before=\"20260602\" KEY", true),
    ("a@x valid-before=\"202606021200UTC\" KEY", true),
    ("a@x valid-before=\"20260601Z\" KEY", false),
    ("a@x valid-after=\"20260101Z\",valid-before=\"20270101Z\" KEY", true),
    ("a@x valid-after=\"20260101Z\",valid-before=\"20260101Z\" KEY", false),
    ("a@x valid-after=\"20270101Z\",valid-before=\"20260101Z\" KEY", false),
    ("a@x valid-after=\"2026\" KEY", false),
    ("a@x valid-after=\"20261301\" KEY", false),
    ("a@x valid-after=\"tomorrow\" KEY", false),
    ("a@x valid-after=\"20260101Z\",valid-after=\"20260102Z\" KEY", false),
    ("a@x namespaces=\"git\", KEY", false),
    ("a@x namespaces=\"git\" ,cert-authority KEY", false),
    ("#a@x KEY", false),
    ("KEY", false),
    ("\u{feff}a@x KEY", false),
    ("a@x", false),
    ("a@x ssh-ed25519", false),
    ("a@x ssh-ed25519 AAAA", false),
];

#[test]
fn each_form_of_a_line_means_what_it_means_to_ssh_keygen() {
    let Some(corpus) = corpus() else { return };
    let signature = corpus.sign("ed", "git", "sha512", MESSAGE);
    let (key, other) = (corpus.line("ed"), corpus.line("other"));
    let frames: [(&str, &str); 3] = [("", ""), ("", "\n"), ("# first\n\nnonsense\nb@x OTHER\n", "\n\nnonsense\n")];
    for (line, expected) in LINES {
        for (before, after) in frames {
            let signers = format!("{before}{line}{after}").replace("KEY", &key).replace("OTHER", &other);
            let asked = Asked {
                signature: &signature,
                message: MESSAGE,
                signers: signers.as_bytes(),
                revoked: None,
                namespace: "git",
                principal: "a@x",
                at: NOON,
            };
            let ours = asked.ours();
            assert_eq!(matches!(ours, Verdict::Good(_)), expected, "{line}: {ours}");
            assert_eq!(asked.theirs(), expected, "{line}");
        }
    }
}

#[test]
fn a_line_that_cannot_be_read_trusts_nobody_and_is_shown_at_its_place() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
    let lines = [
        "a@x".to_owned(),
        "é@x valid-before=\"20260231\" ".to_owned() + key,
        "\"a@x ".to_owned() + key,
        "\"a@x\"".to_owned() + key,
        "a\"b c\"@x ".to_owned() + key,
        "a@x ssh-ed25519".to_owned(),
        "a@x ssh-ed25519 AAAA".to_owned(),
        "a@x ecdsa-sha2-nistp256 ".to_owned() + &key[12..],
        "a@x ssh-dss AAAA".to_owned(),
        "a@x cert-authority ssh-mldsa AAAA".to_owned(),
        "a@x no-touch-required ".to_owned() + key,
        "a@x namespaces=\"git ".to_owned() + key,
        "a@x namespaces=git ".to_owned() + key,
        "a@x namespaces=\"git\"cert-authority ".to_owned() + key,
        "a@x namespaces=\"a\",namespaces=\"b\" ".to_owned() + key,
        "a@x valid-after=\"20270101Z\",valid-before=\"20260101Z\" ".to_owned() + key,
        "a@x ,cert-authority ".to_owned() + key,
        "a@x\0 ".to_owned() + key,
        "\u{feff}a@x ".to_owned() + key,
    ];
    let signers = Signers::read(lines.join("\n").as_bytes());
    assert!(signers.entries.is_empty());
    let shown: Vec<String> = signers
        .problems
        .iter()
        .map(|problem| format!("{}:{}: {} ({})", problem.place.line, problem.place.column, problem.what, problem.help))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    1:4: the key is missing (write `principals [options] type base64`, as in ssh-keygen(1), ALLOWED SIGNERS)
    2:18: `20260231` is not a time (write `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with a `Z` for UTC)
    3:1: a quote is not closed (put the whole value between two double quotes)
    4:6: no space follows the quoted principals (write `principals [options] type base64`, as in ssh-keygen(1), ALLOWED SIGNERS)
    5:2: a quote stands inside the principals (put the whole value between two double quotes)
    6:5: `ssh-ed25519` is not followed by a key (write `principals [options] type base64`, as in ssh-keygen(1), ALLOWED SIGNERS)
    7:17: the key cannot be read: it ends too early (copy the line of the `.pub` file again)
    8:25: the key cannot be read: its type is `ssh-ed25519`, not `ecdsa-sha2-nistp256` (copy the line of the `.pub` file again)
    9:5: keys of type `ssh-dss` are not judged in process (use a key of type Ed25519, ECDSA or RSA, in a token or not)
    10:20: keys of type `ssh-mldsa` are not judged in process (use a key of type Ed25519, ECDSA or RSA, in a token or not)
    11:5: `no-touch-required` is not an option (options are `cert-authority`, `namespaces="..."`, `valid-after="..."` and `valid-before="..."`)
    12:16: a quote is not closed (put the whole value between two double quotes)
    13:16: the value is not quoted (put the whole value between two double quotes)
    14:21: the option goes on after its end (options are `cert-authority`, `namespaces="..."`, `valid-after="..."` and `valid-before="..."`)
    15:31: `namespaces` is given twice (keep one of them)
    16:5: `valid-before` is not later than `valid-after` (swap the two times)
    17:5: an option is empty (options are `cert-authority`, `namespaces="..."`, `valid-after="..."` and `valid-before="..."`)
    18:4: the line holds a zero byte (save the file as plain UTF-8 text, without it)
    19:1: the line holds a byte order mark (save the file as plain UTF-8 text, without it)
    "#);
}

#[test]
fn what_a_line_says_can_be_asked_by_a_rule() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
    let text = format!(
        "# head\r\n\"é@x\" {key}\r\n *@y,!no@y cert-authority {key} the CA\n*@z valid-after=\"20260101\" {key}\n\u{fffd}"
    );
    let signers = Signers::read(text.as_bytes());
    let seen: Vec<(usize, usize, &str, bool, bool)> = signers
        .entries
        .iter()
        .map(|entry| {
            (
                entry.line,
                entry.place.column,
                &text[entry.place.bytes.clone()],
                entry.authority,
                entry.principals.is_wild(),
            )
        })
        .collect();
    assert_eq!(seen, [(2, 1, "\"é@x\"", false, false), (3, 2, "*@y,!no@y", true, true), (4, 1, "*@z", false, true)]);
    assert_eq!(signers.entries[1].comment, "the CA");
    assert_eq!(signers.entries[2].valid_after, Some(1_767_225_600));
    let notes: Vec<_> = signers.notes.iter().map(|note| (note.place.line, &text[note.place.bytes.clone()])).collect();
    assert_eq!(notes, [(4, "\"20260101\"")]);
    let latin = Signers::read(b"a@x ssh-ed25519 AAAA\n\xe9@x k\n");
    assert_eq!(latin.problems.last().map(|problem| (problem.place.line, problem.place.column)), Some((2, 1)));
}
