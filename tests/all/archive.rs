//! Archives: written the same everywhere, read by ordinary tools, and every way to lie in one told.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use demarcate::archive::{Archive, Packing, pack, twins, unportable};
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
    let lines: Vec<String> =
        (0..40_000).map(|i| format!("{} {} login of user{}\n", i * 7919 % 86400, i % 13, i * i % 97)).collect();
    let log = lines.concat();
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

#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn skipped(program: &str) {
    eprintln!("skipped: {program} is not here");
}

/// Extracts with a program into a folder, and compares; a program that is not here is skipped aloud.
fn judged_by(case: &Case, program: &str, arguments: &[&str], wanted: &BTreeMap<String, Vec<u8>>) {
    let out = case.path(&format!("out-{program}-{}", arguments.len()));
    std::fs::create_dir(&out).expect("a new folder");
    let Ok(done) = Command::new(program).args(arguments).current_dir(&out).output() else {
        skipped(program);
        return;
    };
    let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(done.status.success(), "{program} {arguments:?}: {said}");
    let found = contents(&Archive::open(&out).expect("a folder")).expect("readable");
    assert!(found == *wanted, "{program}: {:?}", found.keys());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| out.join(name).metadata().expect("it was unpacked").permissions().mode() & 0o777;
        if program != "python3" {
            assert_eq!((mode("top-1/verify.sh") & 0o700, mode("top-1/manifest.json") & 0o700), (0o700, 0o600));
        }
    }
}

#[test]
fn ordinary_tools_unpack_what_is_packed() {
    let case = Case::small();
    let wanted = contents(&Archive::open(&case.pack(Packing::Zip)).expect("our own")).expect("whole");
    case.pack(Packing::TarGz);
    judged_by(&case, "unzip", &["-q", "../bundle.zip"], &wanted);
    judged_by(&case, "tar", &["-xzf", "../bundle.tar.gz"], &wanted);
    for (module, archive) in [("zipfile", "bundle.zip"), ("tarfile", "bundle.tar.gz")] {
        judged_by(&case, "python3", &["-m", module, "-e", &format!("../{archive}"), "."], &wanted);
        std::fs::remove_dir_all(case.path("out-python3-5")).expect("it was made");
    }
    for (program, arguments) in [("unzip", ["-tq", "bundle.zip"]), ("tar", ["-tzf", "bundle.tar.gz"])] {
        let Ok(done) = Command::new(program).args(arguments).current_dir(case.home.path()).output() else { continue };
        assert!(done.status.success() && done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

/// Run by hand: a disk that others use takes minutes for so many files.
#[test]
#[ignore = "it writes 65540 files"]
fn more_files_than_a_plain_zip_can_count_are_packed_and_read() {
    let case = Case::new();
    for number in 0..65_540 {
        let folder = case.path(&format!("files/{:03}", number / 500));
        if number % 500 == 0 {
            std::fs::create_dir_all(&folder).expect("a new folder");
        }
        std::fs::write(folder.join(format!("{number}.txt")), b"x").expect("the file can be written");
    }
    let path = case.pack(Packing::Zip);
    let archive = Archive::open(&path).expect("our own");
    assert_eq!(archive.files.len(), 65_540);
    assert_eq!(archive.is_ours().expect("readable"), None);
    if let Ok(done) = Command::new("unzip").arg("-tqq").arg(&path).output() {
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

/// Run by hand: it writes nearly 9 GiB.
#[test]
#[ignore = "it writes gigabytes"]
fn a_file_over_four_gibibytes_is_packed_and_read() {
    let case = Case::new();
    case.put("z.txt", b"behind it\n");
    let large = std::fs::File::create(case.path("files/large.bin")).expect("a new file");
    large.set_len((4 << 30) + 5).expect("a file may have holes");
    for packing in KINDS {
        let path = case.pack(packing);
        let archive = Archive::open(&path).expect("our own");
        assert_eq!((archive.files[0].size, archive.is_ours().expect("readable")), ((4 << 30) + 5, None));
        let tool = if packing == Packing::Zip { ("unzip", "-tq") } else { ("tar", "-tzf") };
        let done = Command::new(tool.0).arg(tool.1).arg(&path).output().expect("it is installed");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn what_cannot_be_written_leaves_nothing_and_names_its_path() {
    let case = Case::small();
    let to = case.path("nowhere/bundle.zip");
    let failure = pack(&case.path("files"), Packing::Zip, "top", MODIFIED, &to).expect_err("no folder");
    assert!(failure.message.contains("nowhere/bundle.zip"), "{failure}");
    std::fs::create_dir(case.path("taken")).expect("a new folder");
    let failure =
        pack(&case.path("files"), Packing::TarGz, "top", MODIFIED, &case.path("taken")).expect_err("a folder");
    assert!(failure.message.contains("taken"), "{failure}");
    assert!(pack(&case.path("files"), Packing::Folder, "top", MODIFIED, &case.path("x")).is_err());
    assert_eq!(case.beside(), ["files", "taken"]);
}

#[test]
#[cfg(unix)]
fn what_is_no_file_of_the_folder_is_not_packed() {
    let case = Case::small();
    std::os::unix::fs::symlink("/etc/passwd", case.path("files/link")).expect("links can be made");
    let failure = pack(&case.path("files"), Packing::Zip, "top", MODIFIED, &case.path("x.zip")).expect_err("a link");
    assert!(failure.message.contains("link") && failure.message.contains("symbolic"), "{failure}");
    assert_eq!(case.beside(), ["files"]);
}

#[test]
fn the_same_files_at_another_time_and_place_are_the_same_archive() {
    let (one, other) = (Case::small(), Case::new());
    // Written in another order, later, and readable by their owner alone.
    let mut files: Vec<_> =
        contents(&Archive::open(&one.path("files")).expect("a folder")).expect("whole").into_iter().collect();
    files.reverse();
    for (name, bytes) in files {
        other.put(&name, &bytes);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let path = other.path("files").join(&name);
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("own file");
        }
    }
    for packing in KINDS {
        let [a, b] = [&one, &other].map(|case| std::fs::read(case.pack(packing)).expect("it was written"));
        assert!(a == b, "{packing:?}");
    }
}

/// What a hostile archive comes to: why it is not opened, or what is refused, unreadable or not ours in it.
fn fate(bytes: &[u8]) -> String {
    let case = Case::new();
    let path = case.archive(bytes);
    let archive = match Archive::open(&path) {
        Ok(archive) => archive,
        Err(failure) => return failure.message.replace(&path.display().to_string(), "it"),
    };
    let refused = archive.files.iter().filter_map(|file| Some(format!("{}: {}", file.name, file.refused.as_ref()?)));
    let mut said: Vec<String> = refused.collect();
    said.extend(archive.remarks.clone());
    said.extend(contents(&archive).err().map(|error| error.to_string()));
    said.extend(archive.is_ours().expect("it can be opened"));
    said.join("\n")
}

/// A zip of two files, with names and contents that are easy to find in it.
fn plain_zip() -> Vec<u8> {
    let case = Case::new();
    case.put("AAAA.txt", b"first");
    case.put("BBBB.txt", b"other");
    std::fs::read(case.pack(Packing::Zip)).expect("it was written")
}

/// The places of a piece.
fn places(bytes: &[u8], piece: &[u8]) -> Vec<usize> {
    (0..=bytes.len() - piece.len()).filter(|place| bytes[*place..].starts_with(piece)).collect()
}

/// With a piece put over another one of the same length, at some of its places.
fn altered(bytes: &[u8], piece: &[u8], by: &[u8], which: &[usize]) -> Vec<u8> {
    assert_eq!(piece.len(), by.len());
    let mut altered = bytes.to_vec();
    let found = places(bytes, piece);
    for place in which.iter().map(|at| found[*at]) {
        altered[place..place + by.len()].copy_from_slice(by);
    }
    altered
}

#[test]
fn a_zip_that_lies_is_refused_or_told() {
    let zip = plain_zip();
    assert_eq!(fate(&zip), "");
    let rename = |by: &str| altered(&zip, b"top-1/BBBB.txt", by.as_bytes(), &[0, 1]);
    let central = places(&zip, b"PK\x01\x02")[1];
    let local = places(&zip, b"PK\x03\x04")[1];
    let with = |place: usize, bytes: &[u8]| {
        let mut altered = zip.clone();
        altered[place..place + bytes.len()].copy_from_slice(bytes);
        altered
    };
    let both = |a: usize, b: usize, bytes: &[u8]| {
        let mut altered = with(local + a, bytes);
        altered[central + b..central + b + bytes.len()].copy_from_slice(bytes);
        altered
    };
    for (what, bytes, parts) in [
        ("two of one name", rename("top-1/AAAA.txt"), &["two files of one name"][..]),
        ("one name in two spellings", rename("top-1//AAA.txt"), &["not byte for byte"]),
        ("leads out", rename("../../../x.txt"), &["`../../../x.txt` leads out of it"]),
        ("leads out by backslashes", rename("..\\..\\../x.txt"), &["leads out of it"]),
        ("absolute", rename("/op-1/BBBB.txt"), &["1 absolute names", "not byte for byte"]),
        ("a drive", rename("C:/-1/BBBB.txt"), &["1 absolute names"]),
        ("a backslash", rename("top-1\\BBBB.txt"), &["backslashes in 1 of its names", "not byte for byte"]),
        ("a zero byte", rename("top-1/B\0BB.txt"), &["leads out of it"]),
        (
            "a name at its own place only",
            altered(&zip, b"BBBB", b"CCCC", &[0]),
            &["top-1/BBBB.txt: it is called `top-1/CCCC.txt`"],
        ),
        (
            "a name in the list only",
            altered(&zip, b"BBBB", b"CCCC", &[1]),
            &["top-1/CCCC.txt: it is called `top-1/BBBB.txt`"],
        ),
        (
            "a symbolic link",
            with(central + 38, &(0o120_777_u32 << 16).to_le_bytes()),
            &["top-1/BBBB.txt: it is a symbolic link"],
        ),
        (
            "a device",
            with(central + 38, &(0o060_644_u32 << 16).to_le_bytes()),
            &["top-1/BBBB.txt: it is not a regular file"],
        ),
        ("encrypted", both(6, 8, &[1]), &["top-1/BBBB.txt: it is encrypted"]),
        ("encrypted at its own place", with(local + 6, &[1]), &["top-1/BBBB.txt: the list at the end of the zip says"]),
        ("a size in the list", with(central + 24, &[4]), &["top-1/BBBB.txt: the list"]),
        ("a size at both places", both(22, 24, &[6]), &["top-1/BBBB.txt: "]),
        ("a checksum at both places", both(14, 16, &[0]), &["top-1/BBBB.txt: "]),
        ("a bomb", both(22, 24, &[0, 0, 0, 0xf0]), &["unpacks to 4026531845 bytes, which its"]),
        ("another method", both(8, 10, &[99]), &["top-1/BBBB.txt"]),
        ("another time", both(10, 12, &[1]), &["not byte for byte"]),
        ("two zips", [zip.clone(), zip.clone()].concat(), &["bytes stand before its beginning"]),
        ("a script before it", [b"#!/bin/sh\n", &zip[..]].concat(), &["bytes stand before its beginning"]),
        ("bytes behind it", [&zip[..], b"more"].concat(), &["bytes follow after its end"]),
        ("nothing", Vec::new(), &["cannot read it as a zip"]),
        ("text", b"hello\n".to_vec(), &["cannot read it as a zip"]),
    ] {
        let said = fate(&bytes);
        assert!(parts.iter().all(|part| said.contains(part)), "{what}: {said}");
    }
    for length in [30, zip.len() / 2, zip.len() - 1] {
        assert!(fate(&zip[..length]).contains("cannot read it as a zip"), "cut to {length}");
    }
}

/// A header of a tar and what it speaks of.
fn tar_entry(name: &[u8], kind: u8, size: u64, body: &[u8]) -> Vec<u8> {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name);
    header[100..107].copy_from_slice(b"0000644");
    header[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].copy_from_slice(b"        ");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let mut entry = [&header[..], body].concat();
    entry.resize(entry.len().next_multiple_of(512), 0);
    entry
}

fn tar_file(name: &str, text: &str) -> Vec<u8> {
    tar_entry(name.as_bytes(), b'0', text.len() as u64, text.as_bytes())
}

fn records(kind: u8, text: &str) -> Vec<u8> {
    tar_entry(b"PaxHeader", kind, text.len() as u64, text.as_bytes())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(bytes).and_then(|()| gzip.finish()).expect("memory takes every byte")
}

/// A gzipped tar of these entries, with its end.
fn tar(entries: &[Vec<u8>]) -> Vec<u8> {
    gzip(&[entries.concat(), vec![0; 1024]].concat())
}

#[test]
fn a_tar_that_lies_is_refused_or_told() {
    let good = tar_file("top/a.txt", "first");
    let link = |kind: u8| tar_entry(b"top/link", kind, 0, b"");
    let whole = tar(std::slice::from_ref(&good));
    let ours = "not byte for byte";
    assert!(fate(&whole).contains(ours), "of another tool");
    let unmarked = gzip(&good);
    let after_end = gzip(&[&good[..], &[0; 1024], &good[..], &[0; 1024]].concat());
    let long = "9".repeat(2_000_000);
    for (what, bytes, parts) in [
        ("two of one name", tar(&[good.clone(), good.clone()]), &["two files of one name, `top/a.txt`"][..]),
        ("one name in two spellings", tar(&[good.clone(), tar_file("top/./a.txt", "x")]), &["two files of one name"]),
        ("leads out", tar(&[tar_file("top/../../x", "x")]), &["`top/../../x` leads out of it"]),
        ("leads out as a folder", tar(&[tar_entry(b"top/../../x/", b'5', 0, b"")]), &["leads out of it"]),
        ("leads out by backslashes", tar(&[tar_file("..\\x", "x")]), &["leads out of it"]),
        ("leads out by records", tar(&[records(b'x', "13 path=../x\n"), good.clone()]), &["`../x` leads out"]),
        ("absolute", tar(&[tar_file("/etc/x", "x")]), &["1 absolute names"]),
        ("a symbolic link", tar(&[link(b'2')]), &["top/link: it is a symbolic link"]),
        ("a hard link", tar(&[link(b'1')]), &["top/link: it is a hard link"]),
        (
            "devices",
            tar(&[link(b'3'), tar_entry(b"b", b'4', 0, b"")]),
            &["b: it is a device", "top/link: it is a device"],
        ),
        ("a pipe", tar(&[link(b'6')]), &["top/link: it is a named pipe"]),
        (
            "a link with bytes",
            tar(&[tar_entry(b"top/link", b'2', 5, b"first")]),
            &["`top/link` is no file and has bytes"],
        ),
        ("a file with holes", tar(&[tar_entry(b"top/s", b'S', 5, b"first")]), &["`top/s` is kept with holes"]),
        ("holes by records", tar(&[records(b'x', "22 GNU.sparse.major=1\n"), good.clone()]), &["GNU.sparse.major"]),
        (
            "a kind of its own",
            tar(&[tar_entry(b"top/s", b'Z', 0, b"")]),
            &["`top/s` is of a kind that is not known: `Z`"],
        ),
        ("a size that lies", tar(&[tar_entry(b"top/a", b'0', 5000, b"first")]), &["it"]),
        ("a size by records", tar(&[records(b'x', "13 size=2000\n"), good.clone()]), &["it"]),
        ("a size that is none", tar(&[records(b'x', "10 size=x\n"), good.clone()]), &["a size that is no number"]),
        ("names for all", tar(&[records(b'g', "10 path=x\n"), good.clone()]), &["records give one path to every file"]),
        (
            "records twice",
            tar(&[records(b'x', "10 path=x\n"), records(b'x', "10 path=y\n"), good.clone()]),
            &["other records"],
        ),
        (
            "a key twice",
            tar(&[records(b'x', "10 path=x\n10 path=y\n"), good.clone()]),
            &["records before a file are damaged"],
        ),
        (
            "records that lie",
            tar(&[records(b'x', "99 path=x\n"), good.clone()]),
            &["records before a file are damaged"],
        ),
        (
            "records of a zero byte",
            tar(&[records(b'x', "12 path=x\0y\n"), good.clone()]),
            &["records before a file are damaged"],
        ),
        ("records of nobody", tar(&[good.clone(), records(b'x', "10 path=x\n")]), &["stand before its end"]),
        ("records without end", tar(&[records(b'x', &long), good.clone()]), &["over-long"]),
        ("two names", tar(&[records(b'L', "top/one"), records(b'L', "top/two"), good.clone()]), &["another name"]),
        ("a damaged header", gzip(&[&[b'x'; 512][..], &[0; 1024]].concat()), &["is damaged, or it is no tar"]),
        ("no tar", gzip(b"hello\n"), &["ends before its end is marked"]),
        ("no end", unmarked, &["ends before its end is marked"]),
        ("half an end", gzip(&[&good[..], &[0; 512]].concat()), &["ends before its end is marked"]),
        ("another behind the end", after_end, &["bytes follow after the end"]),
        ("two gzips", [whole.clone(), whole.clone()].concat(), &["a second gzip follows the first"]),
        ("bytes behind it", [&whole[..], b"x"].concat(), &["bytes follow after its end"]),
        ("cut off", whole[..whole.len() - 9].to_vec(), &["cannot read it as a tar.gz"]),
        ("a gzip of nothing", gzip(b""), &["ends before its end is marked"]),
    ] {
        let said = fate(&bytes);
        assert!(!parts.is_empty() && parts.iter().all(|part| said.contains(part)), "{what}: {said}");
        assert!(said.contains("cannot read") || said.contains(ours), "{what} is let be: {said}");
    }
}

#[test]
fn a_tar_of_other_tools_is_read_with_its_long_names() {
    let long = format!("top/{}/{}.txt", "folder".repeat(12), "name".repeat(30));
    let with_name = [records(b'L', &format!("{long}\0")), tar_file("top/cut", "one")].concat();
    let comment = records(b'g', "16 comment=abcd\n");
    let folder = tar_entry(b"top/", b'5', 0, b"");
    let bytes =
        tar(&[comment, folder, with_name, records(b'x', "24 mtime=1795262400.125\n"), tar_file("top/b", "two")]);
    let case = Case::new();
    let archive = Archive::open(&case.archive(&bytes)).expect("an ordinary tar");
    let wanted = BTreeMap::from([(long, b"one".to_vec()), ("top/b".to_owned(), b"two".to_vec())]);
    assert_eq!(contents(&archive).expect("whole"), wanted);
    case.put("a.txt", b"one");
    case.put(&format!("{}.txt", "x".repeat(120)), b"two");
    for format in ["gnu", "pax", "ustar", "v7"] {
        let made = Command::new("tar")
            .args(["-czf", "other.tar.gz", "--format", format])
            .args(if ["gnu", "pax"].contains(&format) { &["files"][..] } else { &["files/a.txt"] })
            .current_dir(case.home.path())
            .output();
        let Ok(made) = made else {
            skipped("tar");
            return;
        };
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let found = contents(&Archive::open(&case.path("other.tar.gz")).expect("an ordinary tar")).expect("whole");
        assert_eq!(found["files/a.txt"], b"one", "{format}");
        assert_eq!(found.len(), if ["gnu", "pax"].contains(&format) { 2 } else { 1 });
    }
}

#[test]
fn a_bomb_is_read_without_being_kept() {
    // A gigabyte of zeros, of which a mebibyte is left.
    let mut zeros = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    zeros.write_all(&tar_entry(b"top/zeros", b'0', 1 << 30, b"")).expect("memory takes every byte");
    for _ in 0..1024 {
        zeros.write_all(&vec![0; 1 << 20]).expect("memory takes every byte");
    }
    zeros.write_all(&[0; 1024]).expect("memory takes every byte");
    let bytes = zeros.finish().expect("memory takes every byte");
    let case = Case::new();
    let archive = Archive::open(&case.archive(&bytes)).expect("large, and no lie");
    assert_eq!(archive.files[0].size, 1 << 30);
    let mut sum = 0;
    archive.each(&mut |_, bytes| io::copy(bytes, &mut io::sink()).map(|count| sum += count)).expect("whole");
    assert_eq!(sum, 1 << 30);
}

#[test]
fn names_that_another_system_takes_for_others_are_told() {
    let case = Case::new();
    for name in ["evidence/A.txt", "evidence/a.TXT", "evidence/nul.md", "evidence/ok.md"] {
        case.put(name, b"x");
    }
    let archive = Archive::open(&case.pack(Packing::Zip)).expect("our own");
    let names = || archive.files.iter().map(|file| file.name.as_str());
    assert_eq!(twins(names()), Some(("top-1/evidence/A.txt".to_owned(), "top-1/evidence/a.TXT".to_owned())));
    let wrong: Vec<&str> = names().filter(|name| unportable(name).is_some()).collect();
    assert_eq!(wrong, ["top-1/evidence/nul.md"]);
}
