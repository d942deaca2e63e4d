//! The allowed-signers file of OpenSSH (ssh-keygen(1), ALLOWED SIGNERS).

use std::ops::Range;

use super::key::PublicKey;
use crate::date::Date;

/// A longer part of a pattern list matches nothing, as in OpenSSH.
const LONGEST_PATTERN: usize = 1022;

/// Where something stands in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in Unicode scalars.
    pub column: usize,
    /// In bytes of the file.
    pub bytes: Range<usize>,
}

/// Something about a line that people should know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub help: &'static str,
}

/// Who may sign, by which key, for what and when.
#[derive(Clone, Default, Debug)]
pub struct Signers {
    /// The lines that could be read, in their order.
    pub entries: Vec<Entry>,
    /// Lines that could not be read; OpenSSH ignores them too, so they trust nobody.
    pub problems: Vec<Problem>,
    /// Times that OpenSSH reads in the machine's time zone and that are read here as UTC.
    pub notes: Vec<Problem>,
}

/// One line.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The line, from 1.
    pub line: usize,
    /// Whom it is for.
    pub principals: Patterns,
    /// Where they stand.
    pub place: Place,
    /// The key is that of an authority, whose certificates are accepted; the key itself is not.
    pub authority: bool,
    /// The namespaces it is for; none means all.
    pub namespaces: Option<Patterns>,
    /// First second at which the key counts, Unix time.
    pub valid_after: Option<i64>,
    /// Last second at which the key counts, Unix time.
    pub valid_before: Option<i64>,
    /// The key.
    pub key: PublicKey,
    /// What stands after the key.
    pub comment: String,
}

impl Entry {
    /// Whether the key counts at that time; both ends do.
    pub fn covers(&self, at: i64) -> bool {
        at >= 0
            && self.valid_after.is_none_or(|after| at >= after)
            && self.valid_before.is_none_or(|before| at <= before)
    }
}

/// Patterns with `*`, `?` and `!`, separated by commas.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Patterns(String);

impl Patterns {
    /// Patterns as written.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Each pattern as written, a `!` included.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split(',')
    }

    /// Whether a pattern that is not negated can match more than one name.
    pub fn is_wild(&self) -> bool {
        self.parts().any(|part| !part.starts_with('!') && part.contains(['*', '?']))
    }

    /// Whether some pattern matches and no negated one does.
    pub fn matches(&self, name: &str) -> bool {
        let mut matched = false;
        // A comma at the end begins no pattern.
        for part in self.0.strip_suffix(',').unwrap_or(&self.0).split(',') {
            let (negated, pattern) = part.strip_prefix('!').map_or((false, part), |pattern| (true, pattern));
            if pattern.len() > LONGEST_PATTERN {
                return false;
            }
            if glob(pattern, name) {
                if negated {
                    return false;
                }
                matched = true;
            }
        }
        matched && !self.0.is_empty()
    }
}

/// Whether a pattern with `*` and `?` matches a whole name, byte by byte.
pub(super) fn glob(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut read) = (0, 0);
    // What follows the last star, and from where in the name it was last tried.
    let mut star: Option<(usize, usize)> = None;
    while read < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                star = Some((at, read));
            }
            Some(byte) if *byte == b'?' || *byte == name[read] => (at, read) = (at + 1, read + 1),
            _ => {
                let Some((after, from)) = star else { return false };
                star = Some((after, from + 1));
                (at, read) = (after, from + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

impl Signers {
    /// Reads the file. A line that cannot be read is a problem and trusts nobody.
    pub fn read(bytes: &[u8]) -> Self {
        let mut signers = Self::default();
        let mut start = 0;
        for (index, raw) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            signers.line(&Line { number: index + 1, start, raw });
            start += raw.len();
        }
        signers
    }

    fn line(&mut self, line: &Line<'_>) {
        let Some(text) = self.text(line) else { return };
        let mut cursor = Cursor { text, at: text.len() - text.trim_start_matches(BLANKS).len() };
        if is_remark(text) {
            return;
        }
        match entry(line, &mut cursor) {
            Ok((entry, local)) => {
                let note = |at| line.problem(text, at, "a time without `Z` is read as UTC here", ADD_Z);
                self.notes.extend(local.into_iter().map(note));
                self.entries.push(entry);
            }
            Err(wrong) => self.problems.push(line.problem(text, wrong.at, wrong.what, wrong.help)),
        }
    }

    /// The line as text without its end; a problem if it is none.
    fn text<'a>(&mut self, line: &Line<'a>) -> Option<&'a str> {
        match std::str::from_utf8(line.raw) {
            Ok(text) => Some(text.trim_end_matches(['\r', '\n'])),
            Err(error) => {
                let good = std::str::from_utf8(&line.raw[..error.valid_up_to()]).unwrap_or_default();
                let at = good.len()..good.len() + 1;
                self.problems.push(line.problem(good, at, "the line is not UTF-8", "write the file as UTF-8"));
                None
            }
        }
    }
}

/// Whether a line of the list is blank or a remark, so that it lists nobody.
fn is_remark(line: &str) -> bool {
    let said = line.trim_start_matches(BLANKS);
    said.is_empty() || said.starts_with('#')
}

/// The lines of the list that mean something, without the blanks around them: where these are the same, the same people
/// are trusted.
pub fn lines_that_count(text: &str) -> Vec<&str> {
    text.split('\n').filter(|line| !is_remark(line)).map(|line| line.trim_matches(BLANKS)).collect()
}

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];
/// What some editors put before the first line; it would silently be part of a name.
const MARK: char = '\u{feff}';
const ADD_Z: &str = "write a `Z` after it, so that every machine reads the same time";
const FORM: &str = "write `principals [options] type base64`, as in ssh-keygen(1), ALLOWED SIGNERS";
const OPTIONS: &str =
    "options are `cert-authority`, `namespaces=\"...\"`, `valid-after=\"...\"` and `valid-before=\"...\"`";
const AGAIN: &str = "copy the line of the `.pub` file again";
const KINDS: &str = "use a key of type Ed25519, ECDSA or RSA, in a token or not";
const TIMES: &str = "write `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with a `Z` for UTC";
const QUOTES: &str = "put the whole value between two double quotes";

struct Line<'a> {
    number: usize,
    start: usize,
    raw: &'a [u8],
}

impl Line<'_> {
    fn place(&self, text: &str, at: Range<usize>) -> Place {
        let column = text.get(..at.start).unwrap_or(text).chars().count() + 1;
        Place { line: self.number, column, bytes: self.start + at.start..self.start + at.end }
    }

    fn problem(&self, text: &str, at: Range<usize>, what: impl Into<String>, help: &'static str) -> Problem {
        Problem { place: self.place(text, at), what: what.into(), help }
    }
}

/// What is wrong with a line, and where in it.
struct Wrong {
    at: Range<usize>,
    what: String,
    help: &'static str,
}

type Parsed<T> = Result<T, Wrong>;

fn wrong<T>(at: Range<usize>, what: impl Into<String>, help: &'static str) -> Parsed<T> {
    Err(Wrong { at, what: what.into(), help })
}

/// A place in a line.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches(BLANKS).len();
    }

    /// The next word, up to white space.
    fn word(&mut self) -> (&'a str, Range<usize>) {
        self.skip_blanks();
        let start = self.at;
        let word = self.rest().split(BLANKS).next().unwrap_or_default();
        self.at += word.len();
        (word, start..self.at)
    }

    /// What is left, as a range.
    fn to_end(&self) -> Range<usize> {
        self.at..self.text.len()
    }

    /// The value between double quotes; `\"` is a quote in it.
    fn quoted(&mut self) -> Parsed<String> {
        let start = self.at;
        let Some(inner) = self.rest().strip_prefix('"') else {
            return wrong(self.to_end(), "the value is not quoted", QUOTES);
        };
        let mut value = String::new();
        let mut chars = inner.char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += 1 + offset + 1;
                    return Ok(value);
                }
                '\\' if chars.next_if(|(_, next)| *next == '"').is_some() => value.push('"'),
                _ => value.push(c),
            }
        }
        wrong(start..self.text.len(), "a quote is not closed", QUOTES)
    }
}

/// A line, and where times without a time zone stand in it.
fn entry(line: &Line<'_>, cursor: &mut Cursor<'_>) -> Parsed<(Entry, Vec<Range<usize>>)> {
    if let Some((at, found)) = cursor.text.match_indices(['\0', MARK]).next() {
        let what = if found == "\0" { "a zero byte" } else { "a byte order mark" };
        let help = "save the file as plain UTF-8 text, without it";
        return wrong(at..at + found.len(), format!("the line holds {what}"), help);
    }
    let (principals, at) = principals(cursor)?;
    let place = line.place(cursor.text, at);
    let options = options(cursor)?;
    let (key, comment) = key(cursor)?;
    let entry = Entry {
        line: line.number,
        principals,
        place,
        authority: options.authority,
        namespaces: options.namespaces,
        valid_after: options.valid_after,
        valid_before: options.valid_before,
        key,
        comment,
    };
    Ok((entry, options.local))
}

fn principals(cursor: &mut Cursor<'_>) -> Parsed<(Patterns, Range<usize>)> {
    let start = cursor.at;
    if cursor.rest().starts_with('"') {
        return quoted_principals(cursor);
    }
    let (word, at) = cursor.word();
    if let Some(quote) = word.find('"') {
        return wrong(start + quote..at.end, "a quote stands inside the principals", QUOTES);
    }
    Ok((Patterns::new(word), at))
}

/// Nothing is escaped here, unlike in options.
fn quoted_principals(cursor: &mut Cursor<'_>) -> Parsed<(Patterns, Range<usize>)> {
    let start = cursor.at;
    let Some((inner, after)) = cursor.rest()[1..].split_once('"') else {
        return wrong(cursor.to_end(), "a quote is not closed", QUOTES);
    };
    cursor.at = cursor.text.len() - after.len();
    if !after.starts_with(BLANKS) {
        return wrong(cursor.to_end(), "no space follows the quoted principals", FORM);
    }
    Ok((Patterns::new(inner), start..cursor.at))
}

fn key(cursor: &mut Cursor<'_>) -> Parsed<(PublicKey, String)> {
    let (name, at) = cursor.word();
    if name.is_empty() {
        return wrong(at, "the key is missing", FORM);
    }
    let (base64, blob_at) = cursor.word();
    if base64.is_empty() {
        return wrong(at, format!("`{name}` is not followed by a key"), FORM);
    }
    match PublicKey::from_words(name, base64) {
        Ok(key) => Ok((key, cursor.rest().trim_matches(BLANKS).to_owned())),
        Err(fault @ super::KeyFault::Kind(_)) => wrong(at, fault.to_string(), KINDS),
        Err(fault) => wrong(blob_at, fault.to_string(), AGAIN),
    }
}

#[derive(Default)]
struct Options {
    authority: bool,
    namespaces: Option<Patterns>,
    valid_after: Option<i64>,
    valid_before: Option<i64>,
    local: Vec<Range<usize>>,
}

/// The options, if the next word is not already a key's type.
fn options(cursor: &mut Cursor<'_>) -> Parsed<Options> {
    let mut options = Options::default();
    cursor.skip_blanks();
    let start = cursor.at;
    let word = cursor.rest().split(BLANKS).next().unwrap_or_default();
    if word.is_empty() || is_like_a_type(word) {
        return Ok(options);
    }
    loop {
        option(cursor, &mut options)?;
        match cursor.rest().chars().next() {
            Some(',') => cursor.at += 1,
            Some(c) if BLANKS.contains(&c) => break,
            None => return wrong(start..cursor.at, "the key is missing", FORM),
            Some(_) => return wrong(cursor.to_end(), "the option goes on after its end", OPTIONS),
        }
    }
    match (options.valid_after, options.valid_before) {
        (Some(after), Some(before)) if before <= after => {
            wrong(start..cursor.at, "`valid-before` is not later than `valid-after`", "swap the two times")
        }
        _ => Ok(options),
    }
}

/// Whether a word is or could be the type of a key and not an option.
fn is_like_a_type(word: &str) -> bool {
    PublicKey::is_type(word) || ["ssh-", "ecdsa-", "sk-"].iter().any(|start| word.starts_with(start))
}

fn option(cursor: &mut Cursor<'_>, options: &mut Options) -> Parsed<()> {
    let start = cursor.at;
    let name: String = cursor.rest().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let at = start..start + name.len();
    cursor.at = at.end;
    if name.eq_ignore_ascii_case("cert-authority") {
        options.authority = true;
        return Ok(());
    }
    let Some(known) = ["namespaces", "valid-after", "valid-before"].into_iter().find(|k| name.eq_ignore_ascii_case(k))
    else {
        let end = cursor.rest().find([' ', '\t', ',']).map_or(cursor.text.len(), |length| cursor.at + length);
        let what = match &cursor.text[start..end] {
            "" => "an option is empty".to_owned(),
            text => format!("`{text}` is not an option"),
        };
        return wrong(start..end, what, OPTIONS);
    };
    if !cursor.rest().starts_with('=') {
        return wrong(at, format!("`{known}` has no value"), OPTIONS);
    }
    cursor.at += 1;
    let from = cursor.at;
    let value = cursor.quoted()?;
    set(known, &value, from..cursor.at, options)
}

fn set(name: &str, value: &str, at: Range<usize>, options: &mut Options) -> Parsed<()> {
    let twice = match name {
        "namespaces" => options.namespaces.replace(Patterns::new(value)).is_some(),
        _ => {
            let Some((seconds, local)) = time(value) else {
                return wrong(at, format!("`{value}` is not a time"), TIMES);
            };
            options.local.extend(local.then(|| at.clone()));
            let slot = if name == "valid-after" { &mut options.valid_after } else { &mut options.valid_before };
            slot.replace(seconds).is_some()
        }
    };
    if twice { wrong(at, format!("`{name}` is given twice"), "keep one of them") } else { Ok(()) }
}

/// A time as Unix seconds, and whether it had no `Z`.
fn time(text: &str) -> Option<(i64, bool)> {
    let upper = text.to_ascii_uppercase();
    let zoned = upper.strip_suffix('Z').or_else(|| upper.strip_suffix("UTC"));
    let (digits, local) = zoned.map_or((upper.as_str(), true), |digits| (digits, false));
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: Range<usize>| digits.get(range).map_or(Some(0), |part| part.parse::<i16>().ok());
    let small = |range: Range<usize>, most: i16| part(range).filter(|value| *value <= most);
    let day = Date::new(part(0..4)?, small(4..6, 12)?.try_into().ok()?, small(6..8, 31)?.try_into().ok()?)?;
    let [hour, minute, second] = [small(8..10, 23)?, small(10..12, 59)?, small(12..14, 59)?].map(i64::from);
    let seconds = day.unix() + hour * 3600 + minute * 60 + second;
    (seconds > 0).then_some((seconds, local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_the_whole_name() {
        for (pattern, name, expected) in [
            ("a@x", "a@x", true),
            ("a@x", "a@xy", false),
            ("*", "", true),
            ("?", "", false),
            ("*@x", "a@x", true),
            ("*@x", "a@x.y", false),
            ("a*b*c", "axxbyybzzc", true),
            ("a*b*c", "axxbyybzz", false),
            ("**?", "a", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(glob(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_takes_no_time() {
        let pattern = "*a".repeat(500);
        assert!(!glob(&pattern, &"a".repeat(499)));
        assert!(glob(&pattern, &"a".repeat(500)));
    }

    #[test]
    fn a_negated_pattern_wins_wherever_it_stands() {
        for (patterns, name, expected) in [
            ("*@x,!a@x", "a@x", false),
            ("!a@x,*@x", "a@x", false),
            ("!a@x,*@x", "b@x", true),
            ("!a@x", "b@x", false),
            ("a@x,", "", false),
            (",a@x", "", true),
            ("", "", false),
        ] {
            assert_eq!(Patterns::new(patterns).matches(name), expected, "{patterns} {name:?}");
        }
    }

    #[test]
    fn a_time_is_read_to_the_second() {
        assert_eq!(time("20260101Z"), Some((1_767_225_600, false)));
        assert_eq!(time("202601010102Z"), Some((1_767_225_600 + 3720, false)));
        assert_eq!(time("20260101010203"), Some((1_767_225_600 + 3723, true)));
        assert_eq!(time("20260101utc"), time("20260101Z"));
        for wrong in [
            "",
            "2026",
            "20260231Z",
            "20261301",
            "2026010124",
            "202601012400Z",
            "19700101Z",
            "2026-01-01",
            "20260101ZZ",
        ] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }
}
