//! Whatever is done to the files of a bundle is noticed.

use demarcate::manifest::SUMS;
use demarcate::verify::{self, State};

use super::made::{Made, PEOPLE, asked};

/// Signature and list are as good as the rest: every byte of every file, one at a time, by one bit.
#[test]
fn every_byte_of_every_file_is_noticed() {
    let made = Made::new();
    made.sign(PEOPLE[1], "SHA256SUMS.bob@acme.example.sig");
    made.holds();
    let root = made.root_of_trust();
    let asked = asked(&root);
    let mut unnoticed = Vec::new();
    for path in made.files() {
        let whole = made.read(&path);
        let file = made.path(&path);
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            // Another bit at each place, so that letters change case, digits their value and signs their kind.
            bytes[at] ^= 1 << (at % 8);
            std::fs::write(&file, &bytes).expect("the file can be written");
            if verify::bundle(&verify::open(&made.root()).expect("it can be listed"), &asked).verified {
                unnoticed.push(format!("{path} at {at}"));
            }
        }
        std::fs::write(&file, whole).expect("the file can be written");
    }
    assert!(unnoticed.is_empty(), "{unnoticed:?}");
    made.holds();
}

/// The list and the signatures once more, at each byte by every other bit: nothing else speaks of them.
#[test]
fn every_bit_of_the_signatures_is_noticed() {
    let made = Made::new();
    let root = made.root_of_trust();
    let whole = made.read("SHA256SUMS.sig");
    for at in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[at / 8] ^= 1 << (at % 8);
        made.write("SHA256SUMS.sig", &bytes);
        assert!(!made.verdict_with(&asked(&root)).verified, "bit {at}");
    }
}

#[test]
fn a_byte_more_or_less_at_the_end_of_any_file_is_noticed() {
    let made = Made::new();
    for path in made.files() {
        let whole = made.read(&path);
        for bytes in [[&whole[..], b"\n"].concat(), whole[..whole.len() - 1].to_vec(), Vec::new()] {
            made.write(&path, bytes);
            assert!(!made.verdict().verified, "{path}");
        }
        made.write(&path, whole);
    }
    made.holds();
}

#[test]
fn a_file_that_is_gone_is_noticed_whichever_it_is() {
    let made = Made::new();
    for path in made.files() {
        let whole = made.read(&path);
        made.remove(&path);
        let wrong = made.wrong();
        assert!(wrong.contains(&format!("{path}: missing")), "{path}: {wrong}");
        made.write(&path, whole);
    }
    made.holds();
}

#[test]
fn a_file_more_is_noticed_wherever_it_lies() {
    let made = Made::new();
    for path in [
        "extra.txt",
        ".hidden",
        "documents/.hidden",
        "evidence/contractor/export.csv.bak",
        "new/folder/file",
        "trust/other",
        "dod/CMMCAssessmentArtifacts.sha256",
        "sources/.git/config",
        "documents/SHA256SUMS",
        "documents/SHA256SUMS.sig",
        "manifest.json.bak",
        "SHA256SUM",
        "sha256sums.sig2",
    ] {
        made.write(path, "x");
        let wrong = made.wrong();
        assert!(wrong.contains(&format!("{path}: extra: ")), "{path}: {wrong}");
        made.remove(path);
        let mut folder = made.path(path);
        while folder.pop() && std::fs::remove_dir(&folder).is_ok() {}
    }
    made.holds();
}

#[test]
fn files_that_changed_their_names_or_places_are_noticed() {
    let made = Made::new();
    made.rename("documents/ssp.md", "documents/SSP.md");
    let verdict = made.verdict();
    let state = |path: &str| verdict.files.iter().find(|file| file.path == path).expect("it is listed").state;
    assert_eq!((state("documents/ssp.md"), state("documents/SSP.md")), (State::Missing, State::Extra));
    made.rename("documents/SSP.md", "documents/ssp.md");
    made.holds();
    let (one, other) = ("evidence/contractor/export.csv", "evidence/contractor/screen shot.png");
    made.rename(one, "aside");
    made.rename(other, one);
    made.rename("aside", other);
    let wrong = made.wrong();
    assert!(wrong.contains(one) && wrong.contains(other), "{wrong}");
}

#[test]
fn a_list_that_somebody_wrote_anew_is_not_signed() {
    let made = Made::new();
    made.write("documents/ssp.md", "# Another plan\n");
    let manifest = made.manifest();
    made.write("manifest.json", manifest.bytes());
    made.sum();
    assert_eq!(made.wrong(), "SHA256SUMS.sig: bad: it does not fit what was signed");
}

#[test]
fn the_list_has_one_form() {
    let made = Made::new();
    let sums = String::from_utf8(made.read(SUMS)).expect("it is text");
    let lines: Vec<&str> = sums.lines().collect();
    let reversed = lines.iter().rev().fold(String::new(), |text, line| text + line + "\n");
    let twice = format!("{sums}{}\n", lines[0]);
    for text in [
        sums.replace('\n', "\r\n"),
        sums.replace("  ", " *"),
        sums.to_uppercase(),
        format!("\u{feff}{sums}"),
        format!("# a word\n{sums}"),
        sums.replace("  documents/", "  ./documents/"),
        reversed,
        twice,
        String::new(),
    ] {
        made.write(SUMS, &text);
        made.sign(PEOPLE[0], "SHA256SUMS.sig");
        assert!(!made.verdict().verified, "{text}");
    }
}

#[test]
fn signed_paths_that_lead_elsewhere_are_refused() {
    let made = Made::new();
    let sums = String::from_utf8(made.read(SUMS)).expect("it is text");
    std::fs::write(made.home().join("outside"), "x").expect("the file can be written");
    let digest = demarcate::digest::of_bytes(b"x").sha256;
    for path in [
        "../outside",
        "/etc/passwd",
        "documents/../../outside",
        "documents//ssp.md",
        "./README.txt",
        "C:\\outside",
        "c:outside",
        "documents\\ssp.md",
        "documents/con",
        "documents/nul.txt",
        "documents/com1.md",
        "documents/ssp.md.",
        "documents/ssp.md ",
        "documents/a:b",
        "DOCUMENTS/SSP.MD",
    ] {
        let mut lines: Vec<String> = sums.lines().map(str::to_owned).chain([format!("{digest}  {path}")]).collect();
        lines.sort_by(|a, b| a[66..].cmp(&b[66..]));
        made.write(SUMS, lines.join("\n") + "\n");
        made.sign(PEOPLE[0], "SHA256SUMS.sig");
        let wrong = made.wrong();
        let told = wrong.lines().filter(|line| line.starts_with(&format!("{path}: "))).count();
        assert!(told >= 2, "missing, and refused for itself: {path}: {wrong}");
    }
}
