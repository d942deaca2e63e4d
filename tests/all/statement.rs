//! Statements about a bundle: what they claim, who signed them, and that nothing in them can be changed unnoticed.

use std::process::Command;

use demarcate::manifest::{Manifest, Role, STATEMENT_NAMESPACE, Since};
use demarcate::sealing::Sealer;
use demarcate::signature::Trust;
use demarcate::statement::{ASSESSMENT, CHECK, HISTORY, Judged, PREDICATES, VERIFIED, countersigned, envelopes, judge};
use serde_json::{Value, json};

use super::sealing::{NOON, People, list, manifest, ran, succeeds, trust};

/// Dana's key, which signs here, and Sam's, which ssh-keygen signs with.
struct Signed {
    people: People,
    trust: Trust,
    lines: Vec<u8>,
}

fn signers(people: &People) -> String {
    let (dana, sam) = (people.key("dana", 1), people.generated("sam", &["-t", "rsa", "-b", "2048", "-N", ""]));
    format!("dana@contractor.example {dana}\nsam@msp.example {sam}\n")
}

fn signed() -> Signed {
    let people = People::new();
    let trust = trust(&signers(&people));
    let keys = ["dana", "sam"].map(|name| people.sealer(name));
    let lines = envelopes(&list(&manifest()), &manifest(), &keys, NOON).expect("the keys sign");
    Signed { people, trust, lines }
}

impl Signed {
    fn judged(&self, lines: &[u8]) -> Vec<Judged> {
        judge(lines, &list(&manifest()), &manifest(), &self.trust, NOON)
    }

    fn lines(&self) -> Vec<&[u8]> {
        self.lines.split_inclusive(|byte| *byte == b'\n').collect()
    }

    /// The only reason why some lines do not hold.
    fn why(&self, lines: &[u8]) -> Vec<String> {
        self.judged(lines).into_iter().filter_map(|judged| judged.verdict.err()).collect()
    }
}

fn holds(judged: &[Judged]) -> bool {
    judged.len() == 3 && judged.iter().all(|judged| judged.verdict.is_ok())
}

fn envelope(line: &[u8]) -> Value {
    serde_json::from_slice(line).expect("a line is JSON")
}

/// What is claimed on a line.
fn payload(people: &People, line: &[u8]) -> Value {
    serde_json::from_slice(&decoded(people, &envelope(line)["payload"])).expect("a payload is JSON")
}

fn decoded(people: &People, text: &Value) -> Vec<u8> {
    let text = text.as_str().expect("base64 is text");
    succeeds(people.home(), "openssl", &["base64", "-d", "-A"], text.as_bytes())
}

fn encoded(people: &People, bytes: &[u8]) -> String {
    String::from_utf8(succeeds(people.home(), "openssl", &["base64", "-A"], bytes)).expect("base64 is text")
}

#[test]
fn every_line_is_a_claim_about_the_list_that_both_signed() {
    let signed = signed();
    let judged = signed.judged(&signed.lines);
    assert!(holds(&judged), "{judged:?}");
    for (kind, judged) in PREDICATES.iter().zip(&judged) {
        assert_eq!(judged.predicate_type, *kind);
        assert_eq!(
            judged.verdict.as_ref().map(|signer| &signer.principals[..]),
            Ok(&["dana@contractor.example".to_owned()][..])
        );
        assert_eq!(judged.others.iter().map(|signer| &signer.principals[0]).collect::<Vec<_>>(), ["sam@msp.example"]);
    }
    let sums = demarcate::digest::of_bytes(&list(&manifest())).sha256;
    let subject = json!([{"name": "SHA256SUMS", "digest": {"sha256": sums}}]);
    for (line, kind) in signed.lines().into_iter().zip(PREDICATES) {
        let payload = payload(&signed.people, line);
        assert_eq!((&payload["_type"], &payload["subject"]), (&json!("https://in-toto.io/Statement/v1"), &subject));
        assert_eq!(payload["predicateType"], kind);
    }
}

#[test]
fn the_claims_are_those_of_the_manifest() {
    let signed = signed();
    let claims: Vec<Value> =
        signed.lines().iter().map(|line| payload(&signed.people, line)["predicate"].clone()).collect();
    let config = json!({"name": "sources/compliance/demarcate.toml", "digest": {"sha256": manifest().files[1].sha256}});
    let trust = json!({"name": "trust/allowed_signers", "digest": {"sha256": manifest().files[2].sha256}});
    assert_eq!(claims[0]["score"], 104);
    assert_eq!(claims[0]["editions"], json!({"cited": 1, "included": 0, "withheld": 1}));
    assert_eq!(claims[0]["files"], json!({"document": 1, "source": 1, "trust": 1}));
    assert_eq!(claims[0]["since"], Value::Null);
    assert_eq!(
        claims[1],
        json!({
            "result": "WARNED",
            "configuration": [config],
            "passedTests": ["broken-review", "review-stale", "syntax"],
            "warnedTests": ["review-due"],
            "failedTests": [],
        })
    );
    assert_eq!(
        claims[2],
        json!({
            "verifier": {"id": "https://demarcate.dev/verifier/history/v1", "policies": [config, trust]},
            "timeCreated": "2026-11-21T12:00:00Z",
            "properties": ["DEMARCATE_NO_BROKEN_REVIEW", "DEMARCATE_NO_REVIEW_STALE"],
        })
    );
}

#[test]
fn the_result_is_the_worst_that_was_found() {
    let people = People::new();
    people.key("dana", 1);
    let result = |manifest: &Manifest| {
        let lines = envelopes(&list(manifest), manifest, &[people.sealer("dana")], NOON).expect("the key signs");
        let line = lines.split(|byte| *byte == b'\n').nth(1).expect("there are three");
        payload(&people, line)["predicate"]["result"].clone()
    };
    let mut manifest = manifest();
    manifest.summary.denied.insert("syntax".to_owned(), 1);
    assert_eq!(result(&manifest), "FAILED");
    manifest.summary.denied.clear();
    manifest.summary.warned.clear();
    assert_eq!(result(&manifest), "PASSED");
}

#[test]
fn without_a_key_nothing_is_claimed() {
    let none: [Sealer; 0] = [];
    assert_eq!(envelopes(&list(&manifest()), &manifest(), &none, NOON).expect("nothing is to be done"), b"");
}

#[test]
fn openssl_and_ssh_keygen_take_the_signatures() {
    let signed = signed();
    let (people, home) = (&signed.people, signed.people.home());
    let public = people.path("dana.pub").display().to_string();
    // The 32 bytes of the key stand at the end of its wire form.
    let text = std::fs::read_to_string(public).expect("it was made");
    let wire = decoded(people, &Value::from(text.split(' ').nth(1).expect("its base64").trim()));
    let der =
        [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0][..], &wire[wire.len() - 32..]].concat();
    people.write("dana.der", &der);
    people.write("allowed", signers_of(people).as_bytes());
    for line in signed.lines() {
        let envelope = envelope(line);
        let payload = decoded(people, &envelope["payload"]);
        let kind = envelope["payloadType"].as_str().expect("it is text");
        let pae = [format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).as_bytes(), &payload].concat();
        people.write("pae", &pae);
        people.write("first", &decoded(people, &envelope["signatures"][0]["sig"]));
        let words = [
            "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "dana.der", "-rawin", "-in", "pae",
            "-sigfile", "first",
        ];
        succeeds(home, "openssl", &words, b"");
        people.write("second", &decoded(people, &envelope["signatures"][1]["sig"]));
        let verify =
            ["-Y", "verify", "-f", "allowed", "-I", "sam@msp.example", "-n", STATEMENT_NAMESPACE, "-s", "second"];
        succeeds(home, "ssh-keygen", &verify, &pae);
        assert!(!ran(home, "ssh-keygen", &verify, &payload).status.success());
        let keys = ["dana", "sam"].map(|name| people.sealer(name).public().fingerprint());
        assert_eq!([&envelope["signatures"][0]["keyid"], &envelope["signatures"][1]["keyid"]], [&keys[0], &keys[1]]);
    }
}

fn signers_of(people: &People) -> String {
    let line = |name| std::fs::read_to_string(people.path(name)).expect("it was made");
    format!("dana@contractor.example {}sam@msp.example {}", line("dana.pub"), line("sam.pub"))
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn jq_and_openssl_do_as_the_page_says() {
    if Command::new("jq").arg("--version").output().is_err() {
        eprintln!("skipped: there is no jq here");
        return;
    }
    let signed = signed();
    let people = &signed.people;
    people.write("attestation.intoto.jsonl", &signed.lines);
    people.write("SHA256SUMS", &list(&manifest()));
    std::fs::create_dir_all(people.path("trust")).expect("it can be made");
    people.write("trust/allowed_signers", signers_of(people).as_bytes());
    let page = demarcate::statement::page();
    let script = page.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the page has a script");
    let said = String::from_utf8(succeeds(people.home(), "sh", &["-e"], script.as_bytes())).expect("it is text");
    assert_eq!(said.matches("Good \"demarcate-attestation@v1\" signature for sam@msp.example").count(), 3, "{said}");
    assert_eq!(said.matches("Signature Verified Successfully").count(), 3, "{said}");
    assert!(said.contains("WARNED"), "{said}");
}

#[test]
fn no_byte_of_the_statements_can_be_changed_unnoticed() {
    let people = People::new();
    let line = format!("dana@contractor.example {}\n", people.key("dana", 1));
    people.key("other", 2);
    // A signature of each form: Dana signs plainly, and with a program in between.
    let keys = [people.sealer("dana")];
    let lines = envelopes(&list(&manifest()), &manifest(), &keys, NOON).expect("the key signs");
    let signed = Signed { people, trust: trust(&line), lines };
    assert!(holds(&signed.judged(&signed.lines)));
    for at in 0..signed.lines.len() {
        for bit in [1, 0x20] {
            let mut changed = signed.lines.clone();
            changed[at] ^= bit;
            assert!(!holds(&signed.judged(&changed)), "byte {at} of {}, bit {bit}", changed.len());
        }
    }
}

#[test]
fn no_byte_of_an_armored_signature_can_be_changed_unnoticed() {
    let people = People::new();
    let public = people.generated("p256", &["-t", "ecdsa", "-b", "256", "-N", ""]);
    let lines = envelopes(&list(&manifest()), &manifest(), &[people.sealer("p256")], NOON).expect("the key signs");
    let signed = Signed { people, trust: trust(&format!("sam@msp.example {public}\n")), lines };
    assert!(holds(&signed.judged(&signed.lines)));
    let start = signed.lines.windows(12).position(|window| window == b"\"signatures\"").expect("it is signed");
    for at in start..signed.lines()[0].len() {
        let mut changed = signed.lines.clone();
        changed[at] ^= 1;
        assert!(!holds(&signed.judged(&changed)), "byte {at}");
    }
}

#[test]
fn lines_stand_once_each_and_in_their_order() {
    let signed = signed();
    let all = signed.lines();
    let [first, second, third] = all[..] else { panic!("there are three") };
    let another = "another kind of statement stands in its place".to_owned();
    let of = |lines: &[&[u8]]| signed.why(&lines.concat());
    assert_eq!(of(&[first, second]), ["it is missing"]);
    assert_eq!(of(&[first, third]), [another.clone(), "it is missing".to_owned()]);
    assert_eq!(of(&[second, first, third]), [another.clone(), another.clone()]);
    assert_eq!(of(&[first, first, second, third]).len(), 3);
    assert_eq!(of(&[first, second, third, third]), ["no statement belongs here: there are three"]);
    assert_eq!(of(&[first, second, third, b"\n"]).len(), 1);
    assert_eq!(of(&[first, second, third.trim_ascii_end()]), vec!["they do not end in a line feed"; 3]);
    assert_eq!(signed.why(b"").len(), 3);
}

#[test]
fn what_was_claimed_of_another_bundle_is_not_claimed_of_this() {
    let signed = signed();
    let mut older = manifest();
    older.summary.score = Some(110);
    let keys = [signed.people.sealer("dana")];
    let of =
        |sums: &Manifest, manifest: &Manifest| envelopes(&list(sums), manifest, &keys, NOON).expect("the key signs");
    let another = "it speaks of another SHA256SUMS: it was made for another bundle".to_owned();
    assert_eq!(signed.why(&of(&older, &older)), vec![another; 3]);
    // Somebody with a trusted key signs for this list what its manifest does not say.
    let forged = of(&manifest(), &older);
    assert_eq!(signed.why(&forged)[0], "its `manifest` is not what the manifest says");
    let mut failing = manifest();
    failing.summary.denied.insert("syntax".to_owned(), 1);
    let judged = judge(&signed.lines, &list(&manifest()), &failing, &signed.trust, NOON);
    assert_eq!(judged[1].verdict, Err("its `failedTests` is not what the manifest says".to_owned()));
}

#[test]
fn a_delta_says_what_it_starts_from() {
    let people = People::new();
    people.key("dana", 1);
    let mut manifest = manifest();
    manifest.since = Some(Since {
        sums: "e".repeat(64),
        commit: "b".repeat(40),
        as_of: "2026-05-01".to_owned(),
        removed: vec!["documents/old.html".to_owned()],
        unchanged: [("documents/poam.xlsx".to_owned(), "f".repeat(64))].into(),
    });
    let lines = envelopes(&list(&manifest), &manifest, &[people.sealer("dana")], NOON).expect("the key signs");
    let first = payload(&people, lines.split(|byte| *byte == b'\n').next().expect("a line"));
    let since = json!({"sums": "e".repeat(64), "commit": "b".repeat(40), "asOf": "2026-05-01"});
    assert_eq!(first["predicate"]["since"], since);
}

#[test]
fn a_key_counts_where_and_when_it_is_listed() {
    let signed = signed();
    let lines = signers_of(&signed.people);
    let judged = |lines: &str, at| judge(&signed.lines, &list(&manifest()), &manifest(), &trust(lines), at);
    let why = |lines: &str, at| {
        let found: Vec<String> = judged(lines, at).into_iter().filter_map(|judged| judged.verdict.err()).collect();
        assert_eq!(found.len(), 3, "{found:?}");
        found[0].clone()
    };
    let with = |option: &str| lines.replace("ssh-ed25519", &format!("{option} ssh-ed25519"));
    assert!(holds(&judged(&with("namespaces=\"demarcate-*\""), NOON)));
    assert!(why(&with("namespaces=\"git\""), NOON).contains("not listed for namespace `demarcate-attestation@v1`"));
    assert!(why(&with("valid-before=\"20261120Z\""), NOON).contains("not listed for that time"));
    assert!(why(&with("cert-authority"), NOON).contains("no trusted line lists its key"));
    assert!(why(&lines.replace("ssh-rsa", "cert-authority ssh-rsa"), NOON).contains("no trusted line lists its key"));
    assert!(why("", NOON).contains("no trusted line lists its key"));
    let mut revoking = trust(&lines);
    let dana = std::fs::read(signed.people.path("dana.pub")).expect("it was made");
    revoking.revoked = demarcate::signature::Revoked::read(&dana);
    let judged = judge(&signed.lines, &list(&manifest()), &manifest(), &revoking, NOON);
    assert!(judged[2].verdict.as_ref().is_err_and(|why| why.contains("its key was revoked")), "{judged:?}");
}

#[test]
fn a_second_party_signs_later() {
    let signed = signed();
    let (sums, manifest) = (list(&manifest()), manifest());
    let [dana, sam] = ["dana", "sam"].map(|name| signed.people.sealer(name));
    let first = envelopes(&sums, &manifest, std::slice::from_ref(&dana), NOON).expect("the key signs");
    let both = countersigned(&first, &sums, &manifest, std::slice::from_ref(&sam)).expect("the key signs");
    assert_eq!(both, signed.lines, "both kinds of signatures are the same whenever they are made");
    let failure = countersigned(&both, &sums, &manifest, &[dana]).expect_err("she signed already");
    assert!(failure.message.contains("has signed them already"), "{failure}");
    let mut other = manifest.clone();
    other.files[0].role = Role::Guide;
    let failure =
        countersigned(&first, &sums, &other, std::slice::from_ref(&sam)).expect_err("they say something else");
    assert!(failure.message.contains("is not what the manifest says"), "{failure}");
    // Somebody takes a signature away from one of them.
    let (one, two) = (first.split_inclusive(|byte| *byte == b'\n'), both.split_inclusive(|byte| *byte == b'\n'));
    let mixed: Vec<&[u8]> = two.take(2).chain(one.skip(2)).collect();
    assert_eq!(signed.why(&mixed.concat()), ["it is signed by others than the first statement"]);
}

#[test]
fn a_signature_is_not_another_keys_nor_twice_there() {
    let signed = signed();
    let people = &signed.people;
    let changed = |change: &dyn Fn(&mut Value)| {
        let line = |line: &&[u8]| {
            let mut envelope = envelope(line);
            change(&mut envelope);
            ordered(&envelope).into_bytes()
        };
        signed.lines().iter().flat_map(line).collect::<Vec<u8>>()
    };
    assert_eq!(changed(&|_| ()), signed.lines, "nothing else is changed");
    let sam = people.sealer("sam").public().fingerprint();
    let renamed = changed(&|envelope| envelope["signatures"][0]["keyid"] = json!(sam));
    assert!(signed.why(&renamed)[0].contains("no trusted line lists its key"), "{:?}", signed.why(&renamed));
    let dana = people.sealer("dana").public().fingerprint();
    let renamed = changed(&|envelope| envelope["signatures"][1]["keyid"] = json!(dana));
    assert!(signed.why(&renamed)[0].contains(&format!("and {sam} signed it")), "{:?}", signed.why(&renamed));
    let twice = changed(&|envelope| {
        let first = envelope["signatures"][0].clone();
        envelope["signatures"].as_array_mut().expect("a list").push(first);
    });
    assert!(signed.why(&twice)[0].contains("signed it twice"), "{:?}", signed.why(&twice));
    let none = changed(&|envelope| envelope["signatures"] = json!([]));
    assert_eq!(signed.why(&none), vec!["nobody signed it"; 3]);
    let short = encoded(people, &[0; 63]);
    let short = changed(&|envelope| envelope["signatures"][0]["sig"] = json!(short));
    assert!(signed.why(&short)[0].contains("malformed"), "{:?}", signed.why(&short));
    let typed = changed(&|envelope| envelope["payloadType"] = json!("application/json"));
    assert!(signed.why(&typed)[0].contains("its payload is of type `application/json`"), "{:?}", signed.why(&typed));
}

/// An envelope in the order in which it is written.
fn ordered(envelope: &Value) -> String {
    let signatures = envelope["signatures"].as_array().expect("a list").iter();
    let signatures: Vec<String> =
        signatures.map(|one| format!("{{\"keyid\":{},\"sig\":{}}}", one["keyid"], one["sig"])).collect();
    let (kind, payload) = (&envelope["payloadType"], &envelope["payload"]);
    format!("{{\"payloadType\":{kind},\"payload\":{payload},\"signatures\":[{}]}}\n", signatures.join(","))
}

#[test]
fn whatever_stands_there_is_an_answer_and_no_crash() {
    let signed = signed();
    let deep = vec![b'['; 100_000];
    let rubbish: [&[u8]; 7] = [b"\n", b"\n\n\n", b"{}\n{}\n{}\n", b"null\n", &[0xff, 0xfe, b'\n'], b"[[[[\n", &deep];
    for bytes in rubbish {
        let judged = signed.judged(bytes);
        assert!(judged.len() >= 3 && judged.iter().all(|judged| judged.verdict.is_err()), "{judged:?}");
    }
    for at in (0..signed.lines.len()).step_by(97) {
        assert!(!holds(&signed.judged(&signed.lines[..at])), "cut at {at}");
    }
}

#[test]
fn the_names_of_rules_are_names_of_rules() {
    let rules: Vec<&str> = demarcate::rules::RULES.iter().map(|rule| rule.name).collect();
    let strangers: Vec<&&str> = VERIFIED.iter().filter(|name| !rules.contains(name)).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
    assert_eq!([ASSESSMENT, CHECK, HISTORY], PREDICATES);
}

#[test]
fn the_page_tells_every_field_in_its_order() {
    let signed = signed();
    let text = String::from_utf8(decoded(&signed.people, &envelope(signed.lines()[0])["payload"])).expect("it is text");
    let (_, predicate) = text.split_once("\"predicate\":").expect("it has one");
    let page = demarcate::statement::page();
    let (_, rows) = page.split_once("| --- | --- |\n").expect("there is a table");
    let told: Vec<&str> = rows.lines().map_while(|row| row.strip_prefix("| `")?.split('`').next()).collect();
    let fields = envelope(predicate.strip_suffix('}').expect("the statement ends").as_bytes());
    assert_eq!(told.len(), fields.as_object().expect("it has fields").len());
    let places: Vec<Option<usize>> = told.iter().map(|name| predicate.find(&format!("\"{name}\":"))).collect();
    assert!(places.iter().all(Option::is_some), "{told:?}");
    assert!(places[..10].is_sorted(), "{told:?}");
}
