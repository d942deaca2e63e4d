//! The signature of a Git commit or tag, and what it signs.

use super::{Flaw, Form};

/// How objects of the repository are named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ObjectFormat {
    /// SHA-1; the signature stands in `gpgsig`.
    Sha1,
    /// SHA-256; the signature stands in `gpgsig-sha256`.
    Sha256,
}

impl ObjectFormat {
    fn header(self) -> &'static [u8] {
        match self {
            Self::Sha1 => b"gpgsig",
            Self::Sha256 => b"gpgsig-sha256",
        }
    }
}

/// A signature and what it signs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signed {
    /// As it stood in the object.
    pub signature: Vec<u8>,
    /// The object without it.
    pub payload: Vec<u8>,
}

/// A stretch of an object's head.
enum Part<'a> {
    /// A header with its continuation lines.
    Header(&'a [u8]),
    /// The empty line and everything after it.
    Body(&'a [u8]),
}

/// Splits a raw commit, without its `commit <size>\0`; `None` if it is not signed.
///
/// The headers of the other object format's signature are left out of the payload, as Git does it.
pub fn commit(raw: &[u8], format: ObjectFormat) -> Result<Option<Signed>, Flaw> {
    let (mut signature, mut payload) = (None, Vec::with_capacity(raw.len()));
    for part in parts(raw) {
        match part {
            Part::Body(bytes) => payload.extend_from_slice(bytes),
            Part::Header(bytes) => match signing(bytes)? {
                None => payload.extend_from_slice(bytes),
                Some(name) if name != format.header() => {}
                Some(name) if signature.is_none() => signature = Some(value(bytes, name)),
                Some(_) => return Err(Flaw::Malformed("the commit has two signatures of one kind".to_owned())),
            },
        }
    }
    Ok(signature.map(|signature| Signed { signature, payload }))
}

/// Splits a raw tag, without its `tag <size>\0`: the signature is the last one at its end; `None` if there is none.
pub fn tag(raw: &[u8]) -> Result<Option<Signed>, Flaw> {
    let starts = raw.split_inclusive(|byte| *byte == b'\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let Some((at, _)) = starts.filter(|(_, line)| Form::of(line).is_some_and(|_| line.starts_with(b"-"))).last() else {
        return Ok(None);
    };
    let (head, signature) = raw.split_at(at);
    let mut payload = Vec::with_capacity(head.len());
    for part in parts(head) {
        match part {
            Part::Header(bytes) if signing(bytes)?.is_some() => {}
            Part::Header(bytes) | Part::Body(bytes) => payload.extend_from_slice(bytes),
        }
    }
    Ok(Some(Signed { signature: signature.to_vec(), payload }))
}

/// The headers one by one, then the body.
fn parts(raw: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = raw;
    while !rest.is_empty() {
        if rest[0] == b'\n' {
            parts.push(Part::Body(rest));
            break;
        }
        let (header, after) = rest.split_at(header_length(rest));
        parts.push(Part::Header(header));
        rest = after;
    }
    parts
}

/// The first line and those after it that begin with a space.
fn header_length(bytes: &[u8]) -> usize {
    let end = |newline: &usize| bytes.get(newline + 1) != Some(&b' ');
    let mut newlines = (0..bytes.len()).filter(|at| bytes[*at] == b'\n');
    newlines.find(end).map_or(bytes.len(), |newline| newline + 1)
}

/// The name of a header that holds a signature. Git leaves out of the payload whatever begins so, so a header of
/// another name would be neither signed nor judged.
fn signing(header: &[u8]) -> Result<Option<&'static [u8]>, Flaw> {
    if !header.starts_with(b"gpgsig") {
        return Ok(None);
    }
    let names = [ObjectFormat::Sha1, ObjectFormat::Sha256].map(ObjectFormat::header);
    let named = |name: &&[u8]| header.strip_prefix(*name).is_some_and(|rest| rest.first() == Some(&b' '));
    match names.into_iter().find(named) {
        Some(name) => Ok(Some(name)),
        None => Err(Flaw::Malformed("a header that begins with `gpgsig` is not signed".to_owned())),
    }
}

/// The value of a header, its continuation lines joined.
fn value(header: &[u8], name: &[u8]) -> Vec<u8> {
    let lines = header[name.len() + 1..].split_inclusive(|byte| *byte == b'\n').enumerate();
    lines.flat_map(|(number, line)| if number == 0 { line } else { &line[1..] }).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(raw: &str, format: ObjectFormat) -> Option<(String, String)> {
        let signed = commit(raw.as_bytes(), format).expect("it is well formed")?;
        let text = |bytes| String::from_utf8(bytes).expect("it is text");
        Some((text(signed.signature), text(signed.payload)))
    }

    #[test]
    fn a_commit_is_split_at_its_own_header() {
        let raw = "tree 1\ngpgsig a\n b\n \n c\ngpgsig-sha256 d\n e\nencoding x\n\ngpgsig no\n f\n";
        let payload = "tree 1\nencoding x\n\ngpgsig no\n f\n".to_owned();
        assert_eq!(split(raw, ObjectFormat::Sha1), Some(("a\nb\n\nc\n".to_owned(), payload.clone())));
        assert_eq!(split(raw, ObjectFormat::Sha256), Some(("d\ne\n".to_owned(), payload)));
        assert_eq!(split("tree 1\n\ngpgsig no\n", ObjectFormat::Sha1), None);
        assert_eq!(split("", ObjectFormat::Sha1), None);
    }

    #[test]
    fn a_header_that_is_there_twice_is_refused() {
        for raw in ["gpgsig a\ngpgsig b\n\n", "gpgsig a\ntree 1\ngpgsig a\n\n", "gpgsigx a\n\n", "gpgsig\n\n"] {
            assert!(commit(raw.as_bytes(), ObjectFormat::Sha1).is_err(), "{raw:?}");
        }
    }

    #[test]
    fn a_tag_is_split_at_its_last_signature() {
        let begin = "-----BEGIN SSH SIGNATURE-----\n";
        let raw = format!("object 1\ngpgsig-sha256 z\n y\n\ntext\n{begin}one\n{begin}two\n");
        let signed = tag(raw.as_bytes()).expect("it is well formed").expect("it is signed");
        assert_eq!(signed.payload, format!("object 1\n\ntext\n{begin}one\n").into_bytes());
        assert_eq!(signed.signature, format!("{begin}two\n").into_bytes());
        assert_eq!(tag(b"object 1\n\ntext\n"), Ok(None));
    }
}
