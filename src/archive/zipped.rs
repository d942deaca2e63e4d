//! A zip as this tool writes it, and what two places of a zip say of one file.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use super::packing::Sink;
use super::{Zip, ZipFileEntry, at, squeeze, unfit};
use crate::date::Date;
use crate::failure::Failure;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;

/// What stands in a field of four bytes whose number is in the extra field of eight.
const FULL: u32 = u32::MAX;

/// From this size on a file has fields of eight bytes: its size in the zip is not known beforehand, and deflate makes
/// what it cannot squeeze a little longer.
const LARGE: u64 = 0xFFF0_0000;

/// The version of the form that knows deflate, and the one that knows fields of eight bytes.
const PLAIN: u16 = 20;
const WITH_64: u16 = 45;

/// Made on Unix, so that modes count: 3 in the high byte.
const UNIX: u16 = 3 << 8;

/// The flag of a name in UTF-8.
const UTF_8: u16 = 1 << 11;

/// A zip in the making.
pub(super) struct Writer<S> {
    sink: S,
    time: [u8; 4],
    central: Vec<u8>,
    count: u64,
}

/// What is known of a file once it is written.
struct Written<'a> {
    name: &'a str,
    size: u64,
    packed: u64,
    crc: u32,
    is_deflated: bool,
}

impl<S: Sink> Writer<S> {
    /// `time` as MS-DOS has it.
    pub(super) fn new(sink: S, time: [u8; 4]) -> Self {
        Self { sink, time, central: Vec::new(), count: 0 }
    }

    /// Adds a file of so many bytes.
    pub(super) fn add(&mut self, name: &str, size: u64, mode: u32, bytes: &mut dyn Read) -> io::Result<()> {
        let start = self.sink.place();
        self.sink.leave(30 + name.len() + if size < LARGE { 0 } else { 20 })?;
        let (crc, is_deflated) = self.contents(bytes)?;
        let written = self.sink.place() - start - 30 - name.len() as u64;
        let packed = if size < LARGE { written } else { written - 20 };
        let file = Written { name, size, packed, crc, is_deflated };
        self.sink.fill(start, &file.local(self.time))?;
        file.central(self.time, start, mode, &mut self.central);
        self.count += 1;
        Ok(())
    }

    /// Writes a file's contents, deflated if that makes their beginning smaller.
    fn contents(&mut self, bytes: &mut dyn Read) -> io::Result<(u32, bool)> {
        let (mut room, mut crc) = (vec![0; squeeze::STRETCH], squeeze::crc());
        let first = squeeze::stretch(bytes, &mut room)?;
        crc.update(first);
        if !squeeze::shrinks(first) {
            self.sink.write_all(first)?;
            squeeze::each_stretch(bytes, &mut room, |stretch| {
                crc.update(stretch);
                self.sink.write_all(stretch)
            })?;
            return Ok((crc.sum(), false));
        }
        let mut deflating = squeeze::deflating(&mut self.sink);
        deflating.write_all(first)?;
        squeeze::each_stretch(bytes, &mut room, |stretch| {
            crc.update(stretch);
            deflating.write_all(stretch)
        })?;
        deflating.finish()?;
        Ok((crc.sum(), true))
    }

    /// Writes the list of files at the end, and gives the sink back.
    pub(super) fn finish(mut self) -> io::Result<S> {
        let start = self.sink.place();
        self.sink.write_all(&self.central)?;
        let size = self.central.len() as u64;
        let (count, length, place) = (short(self.count), field(size), field(start));
        let mut end = Vec::new();
        if count == u16::MAX || length == FULL || place == FULL {
            put(&mut end, &[&END_64.to_le_bytes(), &44_u64.to_le_bytes(), &(UNIX | WITH_64).to_le_bytes()]);
            put(&mut end, &[&WITH_64.to_le_bytes(), &[0; 8], &self.count.to_le_bytes(), &self.count.to_le_bytes()]);
            put(&mut end, &[&size.to_le_bytes(), &start.to_le_bytes()]);
            put(&mut end, &[&LOCATOR_64.to_le_bytes(), &[0; 4], &(start + size).to_le_bytes(), &1_u32.to_le_bytes()]);
        }
        put(&mut end, &[&END.to_le_bytes(), &[0; 4], &count.to_le_bytes(), &count.to_le_bytes()]);
        put(&mut end, &[&length.to_le_bytes(), &place.to_le_bytes(), &[0; 2]]);
        self.sink.write_all(&end)?;
        Ok(self.sink)
    }
}

impl Written<'_> {
    /// What both of its headers say from the version on, with this much of extra fields.
    fn said(&self, time: [u8; 4], version: u16, extra: usize) -> Vec<u8> {
        let flags = if self.name.is_ascii() { 0 } else { UTF_8 };
        let method: u16 = if self.is_deflated { 8 } else { 0 };
        let full = |size: u64| if self.size < LARGE { field(size) } else { FULL };
        let mut said = Vec::new();
        put(&mut said, &[&version.to_le_bytes(), &flags.to_le_bytes(), &method.to_le_bytes(), &time]);
        put(&mut said, &[&self.crc.to_le_bytes(), &full(self.packed).to_le_bytes(), &full(self.size).to_le_bytes()]);
        put(&mut said, &[&short(self.name.len() as u64).to_le_bytes(), &short(extra as u64).to_le_bytes()]);
        said
    }

    fn local(&self, time: [u8; 4]) -> Vec<u8> {
        let extra = self.extra(None);
        let version = if extra.is_empty() { PLAIN } else { WITH_64 };
        let mut header = LOCAL.to_le_bytes().to_vec();
        put(&mut header, &[&self.said(time, version, extra.len()), self.name.as_bytes(), &extra]);
        header
    }

    fn central(&self, time: [u8; 4], start: u64, mode: u32, to: &mut Vec<u8>) {
        let extra = self.extra(Some(start));
        let version = if extra.is_empty() { PLAIN } else { WITH_64 };
        put(to, &[&CENTRAL.to_le_bytes(), &(UNIX | version).to_le_bytes(), &self.said(time, version, extra.len())]);
        // No comment, the first disk, no internal attributes; a regular file.
        put(to, &[&[0; 6], &((0o100_000 | mode) << 16).to_le_bytes(), &field(start).to_le_bytes()]);
        put(to, &[self.name.as_bytes(), &extra]);
    }

    /// The field with the numbers of eight bytes, if any is needed.
    fn extra(&self, start: Option<u64>) -> Vec<u8> {
        let sizes = if self.size < LARGE { Vec::new() } else { vec![self.size, self.packed] };
        let start = start.filter(|start| field(*start) == FULL);
        let numbers: Vec<u64> = sizes.into_iter().chain(start).collect();
        if numbers.is_empty() {
            return Vec::new();
        }
        let mut extra = vec![1, 0];
        put(&mut extra, &[&short(numbers.len() as u64 * 8).to_le_bytes()]);
        extra.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        extra
    }
}

fn put(to: &mut Vec<u8>, parts: &[&[u8]]) {
    to.extend(parts.iter().copied().flatten());
}

/// A number in four bytes, or what says that it stands elsewhere.
fn field(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(FULL)
}

fn short(number: u64) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// A time in UTC as MS-DOS has it, to two seconds; from 1980 to 2107.
pub(super) fn dos_time(seconds: i64) -> [u8; 4] {
    const FIRST: i64 = 315_532_800;
    const LAST: i64 = 4_354_819_198;
    let seconds = seconds.clamp(FIRST, LAST);
    let day = Date::of_unix(seconds);
    let of_day = u16::try_from(seconds.rem_euclid(86_400) / 2).expect("a day has 43200 times two seconds");
    let (hour, minute, second) = (of_day / 1800, of_day / 30 % 60, of_day % 30);
    let number = |part: i64| u16::try_from(part).expect("years are clamped, months and days are small");
    let date = number(i64::from(day.year()) - 1980) << 9 | number(day.month().into()) << 5 | number(day.day().into());
    let [time, date] = [hour << 11 | minute << 5 | second, date].map(u16::to_le_bytes);
    [time[0], time[1], date[0], date[1]]
}

/// Says no to a zip with bytes before or behind it: they may be another archive, which some tools take for this one.
pub(super) fn refuse_surroundings(path: &Path, zip: &mut Zip) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io("read", path, &error);
    let end = path.metadata().map_err(failed)?.len().saturating_sub(22 + zip.comment().len() as u64);
    let metadata = zip.metadata();
    let mut file = BufReader::new(File::open(path).map_err(failed)?);
    if at(&mut file, end, 4).map_err(failed)? != END.to_le_bytes() {
        return Err(unfit(path, "bytes follow after its end"));
    }
    let starts = (0..metadata.len()).filter_map(|index| metadata.entry(index).ok()).map(|entry| entry.header_start());
    match starts.min() {
        Some(first) if first > 0 => Err(unfit(path, "bytes stand before its beginning")),
        _ => Ok(()),
    }
}

/// What the list at the end of a zip says of a file otherwise than its own place, if anything: some tools believe the
/// one and some the other.
pub(super) fn disagreement(file: &mut BufReader<File>, entry: &ZipFileEntry<'_>) -> io::Result<Option<String>> {
    let header = at(file, entry.header_start(), 30)?;
    let half = |place: usize| u16::from_le_bytes([header[place], header[place + 1]]);
    let word = |place: usize| u32::from_le_bytes([0, 1, 2, 3].map(|more| header[place + more]));
    let name = at(file, entry.header_start() + 30, usize::from(half(26)))?;
    if name != entry.name_raw() {
        return Ok(Some(format!("it is called `{}` at its own place", String::from_utf8_lossy(&name).escape_debug())));
    }
    let agrees = |found: u32, wanted: u64| found == FULL || u64::from(found) == wanted;
    // Sizes that were not known yet follow the bytes of the file.
    let follow = half(6) & 8 != 0;
    let sizes = agrees(word(18), entry.compressed_size()) && agrees(word(22), entry.size());
    let is_same = (half(6) & 1 == 0 || entry.encrypted()) && (follow || (sizes && word(14) == entry.crc32()));
    Ok((!is_same).then(|| "the list at the end of the zip says other things of it than stand at its place".to_owned()))
}
