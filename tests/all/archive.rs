//! Archives: written the same everywhere, read by ordinary tools, and every way to lie in one told.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use demarcate::archive::{Archive, Packing, pack};
use demarcate::digest;
use tempfile::TempDir;

/// 2026-11-21, noon, UTC.
const MODIFIED: i64 = 1_795_262_400;

const KINDS: [Packing; 2] = [Packing::Zip, Packing::TarGz];

/// A folder for the files and the archives of a test.
struct Case {
    home: TempDir,
}

impl Case {
    fn new() -> Self {
        Self { home: TempDir::new().expect("tests may write to the temporary folder") }
    }

    /// With files of text, of what is compressed already, of nothing, with names long and not ASCII.
    fn small() -> Self {
        let case = Self::new();
        case.put("manifest.json", "{\"version\": 1}\n".repeat(9).as_bytes());
        case.put("verify.sh", b"#!/bin/sh\n");
        case.put("evidence/empty.txt", b"");
        case.put("evidence/Prüfung 3.1.1[a].txt", "access is limited\n".repeat(20).as_bytes());
        case.put("evidence/random.bin", &noise(300));
        case.put(&format!("documents/{}/{}.md", "folder".repeat(10), "name".repeat(15)), b"# Long\n");
        case
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.path("files").join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
        std::fs::write(path, bytes).expect("the file can be written");
    }

    fn pack(&self, packing: Packing) -> PathBuf {
        let to = self.path(&format!("bundle.{}", packing.word()));
        pack(&self.path("files"), packing, "top-1", MODIFIED, &to).expect("it can be packed");
        to
    }

    /// An archive of these bytes.
    fn archive(&self, bytes: &[u8]) -> PathBuf {
        let path = self.path("given");
        std::fs::write(&path, bytes).expect("the file can be written");
        path
    }

    /// What lies in the folder beside the files.
    fn beside(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.home.path()).expect("it is readable").flatten();
        let mut names: Vec<String> = names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// Bytes that no tool can squeeze, always the same.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// The contents of all files by name.
fn contents(archive: &Archive) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut contents = BTreeMap::new();
    archive.each(&mut |entry, bytes| {
        let mut whole = Vec::new();
        bytes.read_to_end(&mut whole)?;
        contents.insert(entry.name.clone(), whole);
        Ok(())
    })?;
    Ok(contents)
}

/// Everything that is wrong with an archive, in the order in which it is asked; empty if it is one of ours.
fn noticed(path: &Path, wanted: &BTreeMap<String, Vec<u8>>) -> String {
    let archive = match Archive::open(path) {
        Ok(archive) => archive,
        Err(failure) => return format!("open: {failure}"),
    };
    if let Some(refused) = archive.files.iter().find(|file| file.refused.is_some()) {
        return format!("refused: {}", refused.name);
    }
    match contents(&archive) {
        Err(error) => return format!("each: {error}"),
        Ok(found) if found != *wanted => return "other contents".to_owned(),
        Ok(_) => {}
    }
    archive.is_ours().expect("it can be opened").unwrap_or_default()
}

#[test]
fn what_is_packed_comes_back_from_all_three_alike() {
    let case = Case::small();
    let folder = Archive::open(&case.path("files")).expect("a folder");
    let wanted: BTreeMap<String, Vec<u8>> = contents(&folder)
        .expect("readable")
        .into_iter()
        .map(|(name, bytes)| (format!("top-1/{name}"), bytes))
        .collect();
    assert_eq!((folder.top(), folder.is_ours().expect("readable")), (None, None));
    for packing in KINDS {
        let archive = Archive::open(&case.pack(packing)).expect("our own");
        assert_eq!(contents(&archive).expect("whole"), wanted, "{packing:?}");
        assert_eq!(archive.top().as_deref(), Some("top-1"));
        assert_eq!(archive.is_ours().expect("readable"), None);
        let names: Vec<&String> = archive.files.iter().map(|file| &file.name).collect();
        assert!(names.iter().copied().eq(wanted.keys()), "{names:?}");
        for entry in &archive.files {
            let one = archive.read(entry, |bytes| {
                let mut whole = Vec::new();
                bytes.read_to_end(&mut whole).map(|_| whole)
            });
            assert_eq!(one.expect("whole"), wanted[&entry.name], "{packing:?} {}", entry.name);
        }
    }
    assert_eq!(case.beside(), ["bundle.tar.gz", "bundle.zip", "files"], "no temporary file stays");
}

#[test]
fn every_byte_of_an_archive_of_ours_counts() {
    let case = Case::small();
    for packing in KINDS {
        let path = case.pack(packing);
        let wanted = contents(&Archive::open(&path).expect("our own")).expect("whole");
        let bytes = std::fs::read(&path).expect("it was written");
        assert_eq!(noticed(&path, &wanted), "");
        for place in 0..bytes.len() {
            for change in [1, 0x20, 0xff] {
                let mut altered = bytes.clone();
                altered[place] ^= change;
                let said = noticed(&case.archive(&altered), &wanted);
                assert_ne!(said, "", "{packing:?}, byte {place} of {} xor {change}", bytes.len());
            }
        }
        for length in 0..bytes.len() {
            assert_ne!(noticed(&case.archive(&bytes[..length]), &wanted), "", "{packing:?} cut to {length}");
        }
        let longer = [&bytes[..], b"\0"].concat();
        assert_ne!(noticed(&case.archive(&longer), &wanted), "", "{packing:?} with a byte more");
    }
}

#[test]
fn the_bytes_are_those_of_any_other_machine() {
    let case = Case::new();
    let log: String =
        (0..40_000).map(|i| format!("{} {} login of user{}\n", i * 7919 % 86400, i % 13, i * i % 97)).collect();
    case.put("a.log", log.as_bytes());
    case.put("b.bin", &noise(200_000));
    case.put("verify.sh", b"#!/bin/sh\nexit 0\n");
    for (packing, wanted) in [
        (Packing::Zip, "7adb6d397d55dd1f2ea0f513086892183cc6710ab11cd4c4227783a14c11be88"),
        (Packing::TarGz, "aa85bfcac96ce11bf7dc18d03c433a056de19758903352fd00d87d36a53a6680"),
    ] {
        let bytes = std::fs::read(case.pack(packing)).expect("it was written");
        assert!(bytes.len() < log.len(), "deflated");
        // A change here means that archives written before are no longer told to be ours: what squeezes has changed.
        assert_eq!(digest::of_bytes(&bytes).sha256, wanted, "{packing:?}, {} bytes", bytes.len());
    }
}
