//! A tar.gz as this tool writes it.

use std::io::{self, Read, Write};

use super::squeeze::{self, Gzip, STRETCH};

/// A block of a tar.
pub(super) const BLOCK: usize = 512;

/// What eleven octal digits hold.
const OCTAL: u64 = 0o77_777_777_777;

/// The name that other tools too give to the records before a file.
const RECORDS: &str = "././@PaxHeader";

/// A tar.gz in the making.
pub(super) struct Writer<S: Write> {
    gzip: Gzip<S>,
    seconds: u32,
}

/// The time as gzip holds it: Unix seconds from 1970 to 2106.
pub(super) fn seconds(modified: i64) -> u32 {
    u32::try_from(modified.max(0)).unwrap_or(u32::MAX)
}

impl<S: Write> Writer<S> {
    pub(super) fn new(sink: S, seconds: u32) -> Self {
        Self { gzip: squeeze::gzipping(sink, seconds), seconds }
    }

    /// Adds a file of so many bytes.
    pub(super) fn add(&mut self, name: &str, size: u64, mode: u32, bytes: &mut dyn Read) -> io::Result<()> {
        let records = records(name, size);
        if !records.is_empty() {
            let length = records.len() as u64;
            self.gzip.write_all(&header(RECORDS, length, b'x', 0o644, self.seconds))?;
            self.gzip.write_all(records.as_bytes())?;
            self.pad(length)?;
        }
        self.gzip.write_all(&header(name, size, b'0', mode, self.seconds))?;
        let mut room = vec![0; STRETCH];
        squeeze::each_stretch(bytes, &mut room, |stretch| self.gzip.write_all(stretch))?;
        self.pad(size)
    }

    fn pad(&mut self, length: u64) -> io::Result<()> {
        self.gzip.write_all(&[0; BLOCK][..padding(length)])
    }

    /// Writes the end, and gives the sink back.
    pub(super) fn finish(mut self) -> io::Result<S> {
        self.gzip.write_all(&[0; 2 * BLOCK])?;
        self.gzip.finish()
    }
}

/// How many bytes follow so many ones to the end of their block.
pub(super) fn padding(length: u64) -> usize {
    let over = usize::try_from(length % BLOCK as u64).expect("less than a block");
    if over == 0 { 0 } else { BLOCK - over }
}

/// The records that say what a header cannot: a name that is long or not plain ASCII, which each system would take for
/// letters of its own, and a size over 8 GiB.
fn records(name: &str, size: u64) -> String {
    let mut records = String::new();
    if name.len() > 100 || !name.is_ascii() {
        records.push_str(&record("path", name));
    }
    if size > OCTAL {
        records.push_str(&record("size", &size.to_string()));
    }
    records
}

/// A record begins with its own length, that of the length included.
fn record(key: &str, value: &str) -> String {
    let rest = key.len() + value.len() + 3;
    let digits = |number: usize| number.to_string().len();
    let mut length = rest + digits(rest);
    length = rest + digits(length);
    format!("{length} {key}={value}\n")
}

fn header(name: &str, size: u64, kind: u8, mode: u32, seconds: u32) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let end = (0..=100.min(name.len())).rev().find(|end| name.is_char_boundary(*end)).unwrap_or_default();
    let name = &name[..end];
    header[..name.len()].copy_from_slice(name.as_bytes());
    octal(&mut header[100..108], mode.into());
    octal(&mut header[108..116], 0);
    octal(&mut header[116..124], 0);
    octal(&mut header[124..136], size.min(OCTAL));
    octal(&mut header[136..148], seconds.into());
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum = checksum(&header);
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// Digits to the end of a field, and the zero byte that ends them.
fn octal(field: &mut [u8], number: u64) {
    let digits = field.len() - 1;
    field[..digits].copy_from_slice(format!("{number:0digits$o}").as_bytes());
}

/// The sum of a header's bytes, its own field taken for spaces.
pub(super) fn checksum(header: &[u8; BLOCK]) -> u32 {
    let of = |(place, byte): (usize, &u8)| if (148..156).contains(&place) { 32 } else { u32::from(*byte) };
    header.iter().enumerate().map(of).sum()
}
