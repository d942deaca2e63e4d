//! Bundles in a zip or a tar.gz.

use std::path::PathBuf;

use demarcate::archive::{Packing, pack};
use demarcate::verify;

use super::made::{Made, asked, ran};

const FORMS: [Packing; 2] = [Packing::Zip, Packing::TarGz];

fn packed(made: &Made, packing: Packing) -> PathBuf {
    let to = made.home().join(format!("bundle.{}", packing.word()));
    pack(&made.root(), packing, "northwind-2026-11-20", 1_795_000_000, &to).expect("it can be packed");
    to
}

/// Whether a file verifies; one that cannot be read at all does not.
fn verifies(made: &Made, bytes: &[u8]) -> bool {
    let path = made.home().join("attacked");
    std::fs::write(&path, bytes).expect("the file can be written");
    let root = made.root_of_trust();
    verify::open(&path).is_ok_and(|opened| verify::bundle(&opened, &asked(&root)).verified)
}

#[test]
fn an_archive_verifies_as_its_folder_does() {
    let made = Made::new();
    for packing in FORMS {
        let path = packed(&made, packing);
        let screen = made.run_on(&path.to_string_lossy(), &[]);
        assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
        assert_eq!(screen.out, made.run(&[]).out, "told as the folder is");
        made.write("documents/ssp.md", "# System security plaN\n");
        let screen = made.run_on(&packed(&made, packing).to_string_lossy(), &[]);
        assert_eq!(screen.out, made.run(&[]).out);
        made.write("documents/ssp.md", "# System security plan\n");
    }
}

#[test]
fn what_other_tools_packed_is_not_the_archive_that_was_made() {
    let made = Made::new();
    ran("tar", &["-czf", "other.tar.gz", "bundle"], made.home());
    let screen = made.run_on("other.tar.gz", &[]);
    assert_eq!(screen.code, 1, "{}{}", screen.out, screen.err);
    assert!(screen.out.contains("the archive itself was altered: it is not byte for byte"), "{}", screen.out);
}

#[test]
fn archives_that_are_cut_joined_or_surrounded_do_not_verify() {
    let made = Made::new();
    for packing in FORMS {
        let whole = std::fs::read(packed(&made, packing)).expect("it was written");
        assert!(verifies(&made, &whole));
        for cut in [1, 10, 100, whole.len() / 2, whole.len() - 1] {
            assert!(!verifies(&made, &whole[..whole.len() - cut]), "{} less {cut}", packing.word());
        }
        for (before, after) in [(&b""[..], &b"\n"[..]), (b"\n", b""), (b"", &[0; 1024]), (b"", &whole), (b"PK", b"")] {
            assert!(!verifies(&made, &[before, &whole, after].concat()), "{}", packing.word());
        }
    }
}

/// Every eleventh byte, each by another bit.
#[test]
fn an_altered_byte_of_an_archive_is_noticed() {
    let made = Made::new();
    for packing in FORMS {
        let whole = std::fs::read(packed(&made, packing)).expect("it was written");
        for at in (0..whole.len()).step_by(11) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            assert!(!verifies(&made, &bytes), "{} at {at}", packing.word());
        }
    }
}

#[test]
fn a_second_file_of_a_name_and_one_outside_are_noticed_in_either() {
    let made = Made::new();
    std::fs::write(made.home().join("x"), "x").expect("the file can be written");
    for (transform, path) in [
        ("s,^x$,bundle/README.txt,", "README.txt"),
        ("s,^x$,bundle/../../x,", "x"),
        ("s,^x$,/x,", "x"),
        ("s,^x$,x,", "x"),
        ("s,^x$,bundle/con.txt,", "con.txt"),
    ] {
        let name = format!("--transform={transform}");
        ran("tar", &["-P", "-czf", "t.tar.gz", &name, "bundle", "x"], made.home());
        let screen = made.run_on("t.tar.gz", &[]);
        assert_ne!(screen.code, 0, "{path}: {}", screen.out);
    }
}
