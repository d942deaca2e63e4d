//! A repository made of a pack that somebody else may have written: in a folder of its own, read in a stream, nothing
//! believed. Each object is what its bytes say, so whoever knows the commit knows all of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use gix::objs::Kind;
use gix::zlib::{Decompress, FlushDecompress, Status};

use super::pack::{Reference, lines_of};
use super::{Git, IdKind, Oid, prepared};
use crate::failure::{Cause, Failure};

/// The largest object that is taken, in bytes.
const LARGEST: u64 = 256 << 20;

/// Bytes that are read or inflated at once.
const STRETCH: usize = 64 << 10;

/// Places in a pack below this stand in its index as they are.
const OFFSETS_THAT_FIT: u64 = 1 << 31;

fn refused(why: &str) -> Failure {
    Failure::new(Cause::Archive, format!("the pack of the history cannot be read: {why}"))
}

fn unwritten(path: &Path) -> impl Fn(std::io::Error) -> Failure {
    move |error| Failure::io("write", path, &error)
}

impl Git {
    /// Makes a bare repository in an empty folder of a pack and its references, as [`Git::pack`] gives them; `head` tells
    /// by its length how objects are named there.
    pub fn unpack(folder: &Path, head: &str, pack: &mut dyn Read, refs: &str) -> Result<Self, Failure> {
        let IdKind(hash) =
            IdKind::of_hex(head).ok_or_else(|| refused("its commit is named by neither SHA-1 nor SHA-256"))?;
        let refs = references(refs)?;
        let packs = folder.join("objects/pack");
        std::fs::create_dir_all(&packs).map_err(|error| Failure::io("create", &packs, &error))?;
        write(&folder.join("config"), settings(hash).as_bytes())?;
        write(&folder.join("HEAD"), b"ref: refs/heads/bundle\n")?;
        std::fs::create_dir_all(folder.join("refs")).map_err(|error| Failure::io("create", folder, &error))?;
        write(&folder.join("packed-refs"), lines_of(&refs).as_bytes())?;
        let (path, index) = (packs.join("pack-bundle.pack"), packs.join("pack-bundle.idx"));
        let copy = BufWriter::new(File::create(&path).map_err(unwritten(&path))?);
        let found = Unpacking::new(hash, pack, copy, &path).all()?;
        write(&index, &found.index(hash)?)?;
        let options = gix::open::Options::isolated().open_path_as_is(true);
        let repo = gix::open_opts(folder, options)
            .map_err(|error| Failure::new(Cause::Repository, format!("cannot open {}: {error}", folder.display())))?;
        Ok(Self {
            repo: prepared(repo),
            index_file: None,
            noted: None,
            of_pack: true,
            shared: std::sync::OnceLock::new(),
        })
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(unwritten(path))
}

fn settings(hash: gix::hash::Kind) -> &'static str {
    match hash {
        gix::hash::Kind::Sha256 => {
            "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n"
        }
        _ => "[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
    }
}

/// Reads references in the one form in which they are written.
fn references(text: &str) -> Result<BTreeMap<String, Reference>, Failure> {
    let wrong = |line: &str| refused(&format!("`{}` is no reference", line.escape_debug()));
    let id = |hex: &str, line: &str| Oid::from_hex(hex.as_bytes()).map_err(|_| wrong(line));
    let mut refs: BTreeMap<String, Reference> = BTreeMap::new();
    let mut last = String::new();
    for line in text.lines().skip(1) {
        if let Some(peeled) = line.strip_prefix('^') {
            let reference = refs.get_mut(&last).ok_or_else(|| wrong(line))?;
            reference.1 = Some(id(peeled, line)?);
        } else {
            let (hex, name) = line.split_once(' ').ok_or_else(|| wrong(line))?;
            let is_name = gix::refs::FullName::try_from(name).is_ok() && name.starts_with("refs/");
            if !is_name || refs.insert(name.to_owned(), (id(hex, line)?, None)).is_some() {
                return Err(wrong(line));
            }
            name.clone_into(&mut last);
        }
    }
    if lines_of(&refs) == text { Ok(refs) } else { Err(refused("its references are not written as Git writes them")) }
}

/// The objects of a pack, each with its place.
struct Contents {
    objects: Vec<(Oid, u64)>,
    sum: Vec<u8>,
}

impl Contents {
    /// Git's index of the pack, version 2, by which an object is found. Its checksums of stretches of the pack are left
    /// zero: nobody copies from this pack into another.
    fn index(mut self, hash: gix::hash::Kind) -> Result<Vec<u8>, Failure> {
        self.objects.sort_unstable();
        if self.objects.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(refused("it holds an object twice"));
        }
        let mut bytes = b"\xfftOc\0\0\0\x02".to_vec();
        for first in 0..=u8::MAX {
            let below = self.objects.partition_point(|(id, _)| id.as_bytes()[0] <= first);
            bytes.extend(u32::try_from(below).map_err(|_| refused("it holds too many objects"))?.to_be_bytes());
        }
        self.objects.iter().for_each(|(id, _)| bytes.extend(id.as_bytes()));
        bytes.resize(bytes.len() + 4 * self.objects.len(), 0);
        let mut far = Vec::new();
        for (_, offset) in &self.objects {
            let near = u32::try_from(*offset).ok().filter(|_| *offset < OFFSETS_THAT_FIT);
            let number = u32::try_from(far.len() / 8).map_err(|_| refused("it holds too many objects"))?;
            bytes.extend(near.unwrap_or(number | 1 << 31).to_be_bytes());
            if near.is_none() {
                far.extend(offset.to_be_bytes());
            }
        }
        bytes.extend(far);
        bytes.extend(&self.sum);
        let mut hasher = gix::hash::hasher(hash);
        hasher.update(&bytes);
        bytes.extend(hasher.try_finalize().map_err(|error| refused(&error.to_string()))?.as_bytes());
        Ok(bytes)
    }
}

/// A pack that is read once, and copied meanwhile.
struct Unpacking<'a> {
    hash: gix::hash::Kind,
    pack: &'a mut dyn Read,
    copy: BufWriter<File>,
    path: &'a Path,
    hasher: gix::hash::Hasher,
    buffer: Box<[u8]>,
    /// What of the buffer is read and not yet taken.
    unread: std::ops::Range<usize>,
    /// Bytes taken.
    at: u64,
    inflate: Decompress,
    inflated: Box<[u8]>,
}

impl<'a> Unpacking<'a> {
    fn new(hash: gix::hash::Kind, pack: &'a mut dyn Read, copy: BufWriter<File>, path: &'a Path) -> Self {
        let stretch = || vec![0; STRETCH].into_boxed_slice();
        Self {
            hash,
            pack,
            copy,
            path,
            hasher: gix::hash::hasher(hash),
            buffer: stretch(),
            unread: 0..0,
            at: 0,
            inflate: Decompress::new(),
            inflated: stretch(),
        }
    }

    fn all(mut self) -> Result<Contents, Failure> {
        let head: Vec<u8> = self.bytes(12)?;
        let (name, count) = head.split_at(8);
        if name != b"PACK\0\0\0\x02" {
            return Err(refused("it is no pack of version 2"));
        }
        let count = count.iter().fold(0_u64, |count, byte| count << 8 | u64::from(*byte));
        let mut objects = Vec::new();
        for _ in 0..count {
            let at = self.at;
            objects.push((self.object()?, at));
        }
        let hasher = std::mem::replace(&mut self.hasher, gix::hash::hasher(self.hash));
        let sum = hasher.try_finalize().map_err(|error| refused(&error.to_string()))?.as_bytes().to_vec();
        if self.bytes(sum.len())? != sum {
            return Err(refused("its checksum is wrong"));
        }
        if !self.fill()?.is_empty() {
            return Err(refused("something stands behind its end"));
        }
        self.copy.flush().map_err(unwritten(self.path))?;
        Ok(Contents { objects, sum })
    }

    fn object(&mut self) -> Result<Oid, Failure> {
        let (kind, size) = self.header()?;
        let mut hasher = gix::hash::hasher(self.hash);
        hasher.update(&gix::objs::encode::loose_header(kind, size));
        self.inflate.reset();
        let mut made = 0;
        loop {
            let before = (self.inflate.total_in(), self.inflate.total_out());
            self.fill()?;
            let input = &self.buffer[self.unread.clone()];
            let is_end = input.is_empty();
            let status = self.inflate.decompress(input, &mut self.inflated, FlushDecompress::None);
            let status = status.map_err(|error| refused(&error.to_string()))?;
            let taken = usize_of(self.inflate.total_in() - before.0);
            let new = usize_of(self.inflate.total_out() - before.1);
            hasher.update(&self.inflated[..new]);
            made += new as u64;
            self.take(taken)?;
            if made > size {
                return Err(refused("an object is larger than it says"));
            }
            match status {
                Status::StreamEnd if made == size => break,
                Status::StreamEnd => return Err(refused("an object is smaller than it says")),
                _ if is_end || (taken == 0 && new == 0) => return Err(refused("it ends in the middle of an object")),
                _ => {}
            }
        }
        hasher.try_finalize().map_err(|error| refused(&error.to_string()))
    }

    /// Kind and size of the next object; one that is a difference from another is none of ours.
    fn header(&mut self) -> Result<(Kind, u64), Failure> {
        let mut byte = self.byte()?;
        let kind = match byte >> 4 & 7 {
            1 => Kind::Commit,
            2 => Kind::Tree,
            3 => Kind::Blob,
            4 => Kind::Tag,
            _ => return Err(refused("it holds something other than whole objects")),
        };
        let (mut size, mut bits) = (u64::from(byte & 0x0f), 4);
        while byte & 0x80 != 0 {
            byte = self.byte()?;
            size |= u64::from(byte & 0x7f) << bits;
            bits += 7;
            if bits > 39 || size > LARGEST {
                return Err(refused(&format!("an object has more than {LARGEST} bytes")));
            }
        }
        Ok((kind, size))
    }

    fn byte(&mut self) -> Result<u8, Failure> {
        let byte = self.fill()?.first().copied().ok_or_else(|| refused("it ends too early"))?;
        self.take(1)?;
        Ok(byte)
    }

    fn bytes(&mut self, count: usize) -> Result<Vec<u8>, Failure> {
        (0..count).map(|_| self.byte()).collect()
    }

    /// What is read and not yet taken; empty at the end.
    fn fill(&mut self) -> Result<&[u8], Failure> {
        if self.unread.is_empty() {
            let count = loop {
                match self.pack.read(&mut self.buffer) {
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    read => break read.map_err(|error| refused(&error.to_string()))?,
                }
            };
            self.unread = 0..count;
        }
        Ok(&self.buffer[self.unread.clone()])
    }

    /// Copies and hashes the next bytes, which were read.
    fn take(&mut self, count: usize) -> Result<(), Failure> {
        let taken = &self.buffer[self.unread.start..self.unread.start + count];
        self.hasher.update(taken);
        self.copy.write_all(taken).map_err(unwritten(self.path))?;
        self.unread.start += count;
        self.at += count as u64;
        Ok(())
    }
}

fn usize_of(count: u64) -> usize {
    usize::try_from(count).expect("no more is counted than a buffer holds")
}
