//! One TOML table read key by key by its declared keys, spans kept, problems accumulated.
//!
//! [`record!`] declares a table of a file once: the struct, its keys with their documentation, and its reader.
//! Messages, the JSON Schema and the format pages come from the same [`Shape`]. The door to the `toml` crate.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::ops::{Deref, Range};

use toml::Spanned as Located;
use toml::de::{DeTable, DeValue};

use crate::date::{Date, Duration};
use crate::diagnostic::{Diagnostic, Fix, Place};
use crate::ids::{self, Span, Spanned};

/// What a value may be: drives reading, messages, schema and docs.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A string.
    Text,
    /// A kebab-case id that this table defines.
    Id,
    /// The id of something defined elsewhere, named by the word.
    Ref(&'static str),
    /// A TOML date.
    Date,
    /// `N unit`.
    Duration,
    /// A whole number.
    Integer,
    /// true or false.
    Bool,
    /// One of these words, each with what it means.
    Choice(&'static [(&'static str, &'static str)]),
    /// A list.
    List(&'static Self),
    /// One value, or a list of them.
    OneOrMany(&'static Self),
    /// A table.
    Table(&'static Shape),
    /// A table whose keys the writer chooses.
    Map(&'static Self),
    /// A word, or a table where there is more to say.
    Either(&'static Self, &'static Self),
}

/// One key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As written.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether the table is incomplete without it.
    pub required: bool,
    /// One sentence.
    pub doc: &'static str,
}

/// The keys of one table: what it is called in messages and what it is for.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The Rust name, unique among shapes.
    pub name: &'static str,
    /// What the table is for.
    pub doc: &'static str,
    /// Its keys in the order of the docs.
    pub keys: &'static [Key],
}

/// A reference to a thing defined elsewhere, for the check that nothing dangles.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The kind's word: role, artifact, party.
    pub kind: &'static str,
    /// The id as written.
    pub name: String,
    /// Where.
    pub span: Span,
}

/// What reading a file collects beside its values.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// The file being read.
    pub file: u32,
    /// Problems so far.
    pub problems: Vec<Diagnostic>,
    /// References so far.
    pub references: Vec<Reference>,
    /// Whether something was written that could not be kept: what is derived from the file is then incomplete.
    pub lost: bool,
}

/// A parsed value and its place.
pub type Value<'a> = Located<DeValue<'a>>;

/// A type that can stand in a file.
pub trait Field: Sized {
    /// What it may be.
    const KIND: Kind;
    /// Whether its key has to be there.
    const REQUIRED: bool = true;
    /// Reads it; a problem is reported and gives `None`.
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self>;
    /// What stands for it where it is absent or unreadable, if the table is still worth keeping.
    fn absent() -> Option<Self> {
        None
    }
    /// What it holds, as plain data.
    fn told(&self) -> Told<'_>;
}

/// What a value holds, as plain data for whoever compares two of them; where it stands is no part of it.
#[derive(Clone, Debug)]
pub enum Told<'a> {
    /// It is absent.
    Nothing,
    /// A text, an id, a day or another single value, in its one spelling.
    Word(Cow<'a, str>, Span),
    /// A list in its order.
    List(Vec<Self>),
    /// A table: what each key of its shape holds, in the order of the shape.
    Table(&'static Shape, Vec<Self>, Span),
    /// A table whose keys the writer chooses.
    Map(Vec<(&'a str, Self)>),
}

impl PartialEq for Told<'_> {
    #[allow(clippy::match_same_arms, reason = "each kind holds another type")]
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) => true,
            (Self::Word(one, _), Self::Word(other, _)) => one == other,
            (Self::List(one), Self::List(other)) => one == other,
            (Self::Table(_, one, _), Self::Table(_, other, _)) => one == other,
            (Self::Map(one), Self::Map(other)) => one == other,
            _ => false,
        }
    }
}

/// Problems of one file that are shown.
const MOST_PROBLEMS: usize = 200;

/// What stands for every problem after the last one that is shown.
fn more_problems(next: &Diagnostic) -> Diagnostic {
    let message = format!("this file has more than {MOST_PROBLEMS} problems; the others are not shown");
    Diagnostic::new(next.rule, message, next.place.clone())
        .label("the next one")
        .help("correct the ones before it first")
}

impl Reader {
    /// The place of a parsed value.
    pub fn span<T>(&self, value: &Located<T>) -> Span {
        self.stretch(value.span())
    }

    fn stretch(&self, range: Range<usize>) -> Span {
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { file: self.file, start: clip(range.start), end: clip(range.end) }
    }

    /// Reports a problem of the format; of a file with countless ones the first are kept.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        match self.problems.len() {
            ..MOST_PROBLEMS => self.problems.push(diagnostic),
            MOST_PROBLEMS => self.problems.push(more_problems(&diagnostic)),
            _ => {}
        }
    }

    fn wrong_type<T>(&mut self, value: &Value<'_>, kind: Kind) -> Option<T> {
        self.lost = true;
        let span = self.span(value);
        let found = what_stands(value.get_ref());
        let quoted_date = matches!((kind, value.get_ref()), (Kind::Date, DeValue::String(_)));
        let help = match kind {
            Kind::Date if quoted_date => "write the date without quotes: 2026-11-21".to_owned(),
            Kind::Date => "write a date: 2026-11-21".to_owned(),
            Kind::Bool => "write true or false, without quotes".to_owned(),
            Kind::List(Kind::Table(_)) if found == "a table" => {
                "write its header in double brackets, as [[method]]: there may be several".to_owned()
            }
            Kind::List(of) => format!("put it in brackets: a list of {}", plural(*of)),
            Kind::Table(_) if found == "a list" => {
                "write its header in single brackets, as [values]: there is only one".to_owned()
            }
            _ => format!("write {}", describe(kind)),
        };
        let message = format!("expected {}, found {found}", describe(kind));
        self.report(Diagnostic::new("wrong-type", message, span).label(found).help(help));
        None
    }

    fn wrong_value<T>(
        &mut self,
        span: Span,
        message: String,
        label: &str,
        help: String,
        fix: Option<Fix>,
    ) -> Option<T> {
        self.lost = true;
        let mut diagnostic = Diagnostic::new("wrong-value", message, span).label(label).help(help);
        diagnostic.fix = fix;
        self.report(diagnostic);
        None
    }
}

/// Reads the whole text of a file as one record, with every problem that could be found.
///
/// The parser recovers after a syntax error, so that one slip hides nothing else; what the recovery itself invents
/// is not reported.
pub fn read<T: Record>(text: &str, reader: &mut Reader) -> Option<T> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut conflict = false;
    let broken: Vec<Span> = first_of_each_line(&errors, text)
        .map(|(error, place)| {
            if is_conflict(text, place.start) {
                if !std::mem::replace(&mut conflict, true) {
                    report_conflict(reader.stretch(place.clone()), reader);
                }
            } else {
                report_syntax(error, reader.stretch(place.clone()), reader);
            }
            reader.stretch(misled(place, text))
        })
        .collect();
    let whole = reader.span(&document);
    let before = reader.problems.len();
    let record = T::read_table(document.get_ref(), whole, reader);
    if !broken.is_empty() {
        let found = reader.problems.split_off(before.min(reader.problems.len()));
        reader.problems.extend(found.into_iter().filter(|problem| !is_of_recovery(problem, &broken)));
    }
    record
}

/// Errors with their places; of a line the first, since the next ones follow from it.
fn first_of_each_line<'a>(
    errors: &'a [toml::de::Error],
    text: &'a str,
) -> impl Iterator<Item = (&'a toml::de::Error, Range<usize>)> {
    let mut last = None;
    errors.iter().filter_map(move |error| {
        let place = error.span().unwrap_or(0..0);
        let place = place.start.min(text.len())..place.end.min(text.len());
        let line = line_start(text, place.start);
        (last.replace(line) != Some(line)).then_some((error, place))
    })
}

fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1)
}

/// The stretch that an error misleads about: after a broken header every line up to the next header.
fn misled(place: Range<usize>, text: &str) -> Range<usize> {
    let start = line_start(text, place.start);
    if text.as_bytes().get(start) != Some(&b'[') {
        return place;
    }
    let end = text.get(place.end..).and_then(|rest| rest.find("\n["));
    start..end.map_or(text.len(), |end| place.end + end)
}

/// Whether a line is one of the marks that Git leaves where two sides could not be merged.
fn is_conflict(text: &str, at: usize) -> bool {
    let line = &text[line_start(text, at)..];
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark))
}

fn report_conflict(span: Span, reader: &mut Reader) {
    reader.lost = true;
    reader.report(
        Diagnostic::new("syntax", "a merge conflict was not resolved", span)
            .label("here")
            .help("keep what is right of both sides, and remove the lines of <<<<<<<, |||||||, ======= and >>>>>>>"),
    );
}

fn report_syntax(error: &toml::de::Error, span: Span, reader: &mut Reader) {
    reader.lost = true;
    let message = error.message().trim().replace('\n', ", ");
    let (message, help) = in_words(&message);
    reader.report(Diagnostic::new("syntax", format!("not valid TOML: {message}"), span).label("here").help(help));
}

/// The parser's message, put better where it would mislead, and what to do.
fn in_words(message: &str) -> (&str, &'static str) {
    let says = |word: &str| message.contains(word);
    let help = if says("boolean") || says("must be quoted") {
        return ("a value without quotes", "put text in double quotes; numbers, days, true and false stand without");
    } else if says("visible") {
        "remove the character that cannot be seen"
    } else if says("recur") {
        return (
            "brackets or dots inside one another without end",
            "write it flatter; no key of demarcate lies deeper than a few tables",
        );
    } else if says("duplicate key") {
        "keep one of the two; a table that may stand several times has double brackets, as [[method]]"
    } else if says("date") || says("time") {
        "write a day of the calendar without quotes: 2026-11-21"
    } else if says("multi-line") {
        "close the long text with three quotes"
    } else if says("string") || says("escape") {
        "close the text with a double quote on the same line, and write a backslash twice"
    } else if says("table") {
        "close the header's brackets, as [values] or [[method]]; a table on one line stands in braces"
    } else if says("array") {
        "close the list with a bracket, and put commas between its values"
    } else {
        "correct the line: a key, an equals sign and a value"
    };
    (message, help)
}

/// Whether a problem is only what the parser put where it could not read: a key that a broken line swallowed is not
/// missing, and what stands in for a broken value has no type.
fn is_of_recovery(problem: &Diagnostic, broken: &[Span]) -> bool {
    let Place::Span(span) = problem.place else { return false };
    problem.rule == "missing-key" || broken.iter().any(|broken| span.start <= broken.end && broken.start <= span.end)
}

/// A table with declared keys.
pub trait Record: Sized {
    /// Its keys.
    const SHAPE: Shape;
    /// Reads the table.
    fn read_table(table: &DeTable<'_>, span: Span, reader: &mut Reader) -> Option<Self>;
    /// What it holds, as plain data.
    fn told_table(&self) -> Told<'_>;
}

/// Reports keys that the shape does not know and keys that it misses.
pub fn check_keys(table: &DeTable<'_>, span: Span, shape: &Shape, reader: &mut Reader) {
    let names: Vec<&str> = shape.keys.iter().map(|known| known.name).collect();
    let mut meant = Vec::new();
    for (key, _) in table.iter().filter(|(key, _)| !names.contains(&key.get_ref().as_ref())) {
        let place = reader.span(key);
        let near = nearest(key.get_ref(), &names);
        let sure = near.filter(|near| is_near_to_one(key.get_ref(), &names) && table.get(*near).is_none());
        meant.extend(sure);
        reader.report(unknown_key(key.get_ref(), place, shape, near, sure));
    }
    // A key that is written with a slip is not missing too.
    for key in shape.keys.iter().filter(|key| key.required && !meant.contains(&key.name)) {
        if table.get(key.name).is_none() {
            let head = Span { end: span.start.max(span.end.min(span.start + 1)), ..span };
            let message = format!("{} has no `{}`", shape.title(), key.name);
            reader.report(
                Diagnostic::new("missing-key", message, head)
                    .label("in this table")
                    .help(format!("add `{}`: {}", key.name, key.doc)),
            );
        }
    }
}

fn unknown_key(written: &str, place: Span, shape: &Shape, near: Option<&str>, sure: Option<&str>) -> Diagnostic {
    let names: Vec<&str> = shape.keys.iter().map(|known| known.name).collect();
    let help = match near {
        Some(near) => format!("did you mean `{near}`? known here: {}", names.join(", ")),
        None => format!("remove it; known here: {}", names.join(", ")),
    };
    let message = format!("unknown key `{}` in {}", written.escape_debug(), shape.title());
    let mut diagnostic = Diagnostic::new("unknown-key", message, place).label("not a key of this table").help(help);
    diagnostic.fix = sure.map(|near| Fix { safe: is_spelling_of(written, near), ..Fix::offered(place, near) });
    diagnostic
}

/// Reads one key of a table; absent or unreadable gives what [`Field::absent`] says.
pub fn field<T: Field>(table: &DeTable<'_>, name: &str, reader: &mut Reader) -> Option<T> {
    match table.get(name) {
        Some(value) => T::read(value, reader).or_else(T::absent),
        None => T::absent(),
    }
}

/// Declares tables of a file: struct, keys, documentation and reader at once.
///
/// A key is the field's name in kebab-case, or the literal after `=`. The struct also gets `span`, the place of the
/// table's header.
macro_rules! record {
    ($(
        $(#[doc = $doc:literal])+
        pub struct $Name:ident {
            $( $(#[doc = $key_doc:literal])+ pub $field:ident $(= $key:literal)? : $Type:ty, )*
        }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug)]
        pub struct $Name {
            $( $(#[doc = $key_doc])+ pub $field: $Type, )*
            /// Where the table stands.
            pub span: $crate::ids::Span,
        }

        impl $crate::table::Record for $Name {
            const SHAPE: $crate::table::Shape = $crate::table::Shape {
                name: stringify!($Name),
                doc: concat!($($doc),+).trim_ascii(),
                keys: &[$( $crate::table::Key {
                    name: $crate::table::key_name!($field $($key)?),
                    kind: <$Type as $crate::table::Field>::KIND,
                    required: <$Type as $crate::table::Field>::REQUIRED,
                    doc: concat!($($key_doc),+).trim_ascii(),
                }, )*],
            };

            fn read_table(
                table: &toml::de::DeTable<'_>,
                span: $crate::ids::Span,
                reader: &mut $crate::table::Reader,
            ) -> Option<Self> {
                $crate::table::check_keys(table, span, &Self::SHAPE, reader);
                $( let $field = $crate::table::field(table, $crate::table::key_name!($field $($key)?), reader); )*
                let whole = (|| Some(Self { $( $field: $field?, )* span }))();
                reader.lost |= whole.is_none();
                whole
            }

            fn told_table(&self) -> $crate::table::Told<'_> {
                let told = vec![$( $crate::table::Field::told(&self.$field), )*];
                $crate::table::Told::Table(&Self::SHAPE, told, self.span)
            }
        }

        impl $crate::table::Field for $Name {
            const KIND: $crate::table::Kind = $crate::table::Kind::Table(&<Self as $crate::table::Record>::SHAPE);
            fn read(value: &$crate::table::Value<'_>, reader: &mut $crate::table::Reader) -> Option<Self> {
                $crate::table::read_record(value, reader)
            }
            fn told(&self) -> $crate::table::Told<'_> {
                $crate::table::Record::told_table(self)
            }
        }
    )+};
}

/// The name of a key: the field's in kebab-case, or the literal.
macro_rules! key_name {
    ($field:ident $key:literal) => {
        $key
    };
    ($field:ident) => {{
        const SNAKE: &str = stringify!($field);
        const KEBAB: [u8; SNAKE.len()] = $crate::ids::kebab(SNAKE.as_bytes());
        const NAME: &str = match core::str::from_utf8(&KEBAB) {
            Ok(name) => name,
            Err(_) => SNAKE,
        };
        NAME
    }};
}

/// Declares the words a key may hold.
macro_rules! choice {
    ($(
        $(#[doc = $doc:literal])+
        pub enum $Name:ident { $( $(#[doc = $word_doc:literal])+ $Variant:ident = $word:literal, )+ }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $Name { $( $(#[doc = $word_doc])+ $Variant, )+ }

        impl $Name {
            /// Every value and what it means, in the order of the docs.
            pub const WORDS: &'static [(&'static str, &'static str)] = &[$( ($word, concat!($($word_doc),+).trim_ascii()), )+];
            /// Every value.
            pub const ALL: &'static [Self] = &[$( Self::$Variant, )+];

            /// As written.
            pub fn word(self) -> &'static str {
                match self { $( Self::$Variant => $word, )+ }
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl std::str::FromStr for $Name {
            type Err = ();
            fn from_str(word: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|known| known.word() == word).ok_or(())
            }
        }

        impl $crate::table::Field for $crate::ids::Spanned<$Name> {
            const KIND: $crate::table::Kind = $crate::table::Kind::Choice($Name::WORDS);
            fn read(value: &$crate::table::Value<'_>, reader: &mut $crate::table::Reader) -> Option<Self> {
                $crate::table::read_choice(value, $Name::WORDS, reader)
            }
            fn told(&self) -> $crate::table::Told<'_> {
                $crate::table::Told::Word(self.value.word().into(), self.span)
            }
        }
    )+};
}

/// Declares marker types for what a [`Ref`] may name.
macro_rules! entity {
    ($( $(#[doc = $doc:literal])+ $Name:ident = $word:literal, )+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug)]
        pub enum $Name {}
        impl $crate::table::Entity for $Name {
            const WORD: &'static str = $word;
        }
    )+};
}

pub(crate) use {choice, entity, key_name, record};

/// What a [`Ref`] may name.
pub trait Entity {
    /// The word for it in messages.
    const WORD: &'static str;
}

/// The id of a thing defined elsewhere, as written.
#[derive(Clone, Debug)]
pub struct Ref<E> {
    /// The id.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    entity: PhantomData<E>,
}

impl<E> Deref for Ref<E> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.name
    }
}

impl<E> std::fmt::Display for Ref<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.name)
    }
}

impl<E: Entity> Field for Ref<E> {
    const KIND: Kind = Kind::Ref(E::WORD);
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        let DeValue::String(text) = value.get_ref() else { return reader.wrong_type(value, Self::KIND) };
        let span = reader.span(value);
        let name = text.as_ref().to_owned();
        reader.references.push(Reference { kind: E::WORD, name: name.clone(), span });
        Some(Self { name, span, entity: PhantomData })
    }
    fn told(&self) -> Told<'_> {
        Told::Word(self.name.as_str().into(), self.span)
    }
}

/// The id that a table defines.
#[derive(Clone, Debug)]
pub struct Id {
    /// The id.
    pub name: String,
    /// Where it is written.
    pub span: Span,
}

impl Deref for Id {
    type Target = str;
    fn deref(&self) -> &str {
        &self.name
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.name)
    }
}

impl Field for Id {
    const KIND: Kind = Kind::Id;
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        let DeValue::String(text) = value.get_ref() else { return reader.wrong_type(value, Kind::Id) };
        let span = reader.span(value);
        if !ids::is_kebab(text) {
            let mut diagnostic = Diagnostic::new("bad-id", format!("`{}` is not an id", text.escape_debug()), span)
                .label("not kebab-case")
                .help(format!("write it in kebab-case: {}", suggestion(text)));
            // Whatever names it would have to change too.
            diagnostic.fix = suggested_id(text).map(|id| Fix::offered(span, quoted(&id)));
            reader.report(diagnostic);
        }
        Some(Self { name: text.as_ref().to_owned(), span })
    }
    fn told(&self) -> Told<'_> {
        Told::Word(self.name.as_str().into(), self.span)
    }
}

fn suggestion(text: &str) -> String {
    let none = || "small letters, digits and hyphens, as in `acme-msp`".to_owned();
    suggested_id(text).map_or_else(none, |id| format!("`{id}`"))
}

/// An id made of the words of a text; `None` where it has none.
pub fn suggested_id(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let id = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
    (!id.is_empty()).then_some(id)
}

impl Field for Spanned<String> {
    const KIND: Kind = Kind::Text;
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        let DeValue::String(text) = value.get_ref() else { return reader.wrong_type(value, Kind::Text) };
        // A checkout may write CRLF where LF was committed: that is the same text.
        Some(Self { value: text.replace("\r\n", "\n"), span: reader.span(value) })
    }
    fn told(&self) -> Told<'_> {
        Told::Word(self.value.as_str().into(), self.span)
    }
}

impl Field for Spanned<bool> {
    const KIND: Kind = Kind::Bool;
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        let DeValue::Boolean(flag) = value.get_ref() else { return reader.wrong_type(value, Kind::Bool) };
        Some(Self { value: *flag, span: reader.span(value) })
    }
    fn told(&self) -> Told<'_> {
        Told::Word(self.value.to_string().into(), self.span)
    }
}

impl Field for Spanned<i64> {
    const KIND: Kind = Kind::Integer;
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        let DeValue::Integer(number) = value.get_ref() else { return reader.wrong_type(value, Kind::Integer) };
        let span = reader.span(value);
        match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(value) => Some(Self { value, span }),
            Err(_) => {
                let help = "write a smaller number".to_owned();
                reader.wrong_value(span, format!("the number {number} is too large"), "too large", help, None)
            }
        }
    }
    fn told(&self) -> Told<'_> {
        Told::Word(self.value.to_string().into(), self.span)
    }
}

impl Field for Spanned<Date> {
    const KIND: Kind = Kind::Date;
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        let DeValue::Datetime(datetime) = value.get_ref() else { return reader.wrong_type(value, Kind::Date) };
        let span = reader.span(value);
        let (Some(date), None) = (datetime.date, datetime.time) else { return reader.wrong_type(value, Kind::Date) };
        let day = Date::new(
            i16::try_from(date.year).unwrap_or(-1),
            i8::try_from(date.month).unwrap_or(0),
            i8::try_from(date.day).unwrap_or(0),
        );
        match day {
            Some(value) => Some(Self { value, span }),
            None => {
                let help = "write a day of the calendar".to_owned();
                reader.wrong_value(span, format!("the day {date} does not exist"), "no such day", help, None)
            }
        }
    }
    fn told(&self) -> Told<'_> {
        Told::Word(self.value.to_string().into(), self.span)
    }
}

impl Field for Spanned<Duration> {
    const KIND: Kind = Kind::Duration;
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        let DeValue::String(text) = value.get_ref() else { return reader.wrong_type(value, Kind::Duration) };
        let span = reader.span(value);
        if let Ok(value) = text.parse() {
            return Some(Self { value, span });
        }
        let message = format!("`{}` is not a duration", text.escape_debug());
        reader.wrong_value(span, message, "not `N unit`", how_long(text), None)
    }
    fn told(&self) -> Told<'_> {
        Told::Word(self.value.to_string().into(), self.span)
    }
}

/// How to write a duration. Contracts speak of business days, which are no fixed time.
fn how_long(text: &str) -> String {
    let lower = text.to_lowercase();
    if lower.contains("business") || lower.contains("working") {
        return "business days are no fixed time: write the longest that they can take, weekends and holidays with them, \
                such as \"7 days\" for 3 business days"
            .to_owned();
    }
    let units = ids_list(&crate::date::UNITS);
    format!("write a positive number, a space and a unit: \"3 months\"; units are {units}")
}

fn ids_list(words: &[&str]) -> String {
    words.join(", ")
}

impl<T: Field> Field for Option<T> {
    const KIND: Kind = T::KIND;
    const REQUIRED: bool = false;
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        T::read(value, reader).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn told(&self) -> Told<'_> {
        self.as_ref().map_or(Told::Nothing, T::told)
    }
}

/// A list; what cannot be read is reported and left out.
impl<T: Field> Field for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);
    const REQUIRED: bool = false;
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        let DeValue::Array(items) = value.get_ref() else { return reader.wrong_type(value, Self::KIND) };
        Some(items.iter().filter_map(|item| T::read(item, reader)).collect())
    }
    fn absent() -> Option<Self> {
        Some(Self::new())
    }
    fn told(&self) -> Told<'_> {
        Told::List(self.iter().map(T::told).collect())
    }
}

/// One value, or a list of them.
#[derive(Clone, Debug)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Deref for OneOrMany<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Field> Field for OneOrMany<T> {
    const KIND: Kind = Kind::OneOrMany(&T::KIND);
    const REQUIRED: bool = false;
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        match value.get_ref() {
            DeValue::Array(_) => Vec::read(value, reader).map(Self),
            _ => T::read(value, reader).map(|one| Self(vec![one])),
        }
    }
    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }
    fn told(&self) -> Told<'_> {
        self.0.told()
    }
}

/// A list that has to be there.
#[derive(Clone, Debug)]
pub struct Needed<T>(pub Vec<T>);

impl<T> Deref for Needed<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Field> Field for Needed<T> {
    const KIND: Kind = Kind::List(&T::KIND);
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        Vec::read(value, reader).map(Self)
    }
    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }
    fn told(&self) -> Told<'_> {
        self.0.told()
    }
}

/// A table whose keys the writer chooses, in the order of the keys' bytes.
#[derive(Clone, Debug)]
pub struct Map<T>(pub BTreeMap<String, Entry<T>>);

/// One entry of a [`Map`].
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// Where the key stands.
    pub key: Span,
    /// What it holds.
    pub value: T,
}

impl<T> Deref for Map<T> {
    type Target = BTreeMap<String, Entry<T>>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T: Field> Field for Map<T> {
    const KIND: Kind = Kind::Map(&T::KIND);
    const REQUIRED: bool = false;
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else { return reader.wrong_type(value, Self::KIND) };
        let mut map = BTreeMap::new();
        for (key, value) in table {
            let span = reader.span(key);
            if let Some(value) = T::read(value, reader) {
                map.insert(key.get_ref().as_ref().to_owned(), Entry { key: span, value });
            }
        }
        Some(Self(map))
    }
    fn absent() -> Option<Self> {
        Some(Self(BTreeMap::new()))
    }
    fn told(&self) -> Told<'_> {
        Told::Map(self.0.iter().map(|(key, entry)| (key.as_str(), entry.value.told())).collect())
    }
}

/// A word, or a table where there is more to say.
#[derive(Clone, Debug)]
pub enum Either<A, B> {
    /// The word.
    Short(A),
    /// The table.
    Long(B),
}

impl<A: Field, B: Field> Field for Either<A, B> {
    const KIND: Kind = Kind::Either(&A::KIND, &B::KIND);
    fn read(value: &Value<'_>, reader: &mut Reader) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(_) => B::read(value, reader).map(Self::Long),
            _ => A::read(value, reader).map(Self::Short),
        }
    }
    fn told(&self) -> Told<'_> {
        match self {
            Self::Short(word) => word.told(),
            Self::Long(table) => table.told(),
        }
    }
}

/// Reads a nested table.
pub fn read_record<T: Record>(value: &Value<'_>, reader: &mut Reader) -> Option<T> {
    let span = reader.span(value);
    match value.get_ref() {
        DeValue::Table(table) => T::read_table(table, span, reader),
        _ => reader.wrong_type(value, Kind::Table(&T::SHAPE)),
    }
}

/// Reads one of the known words.
pub fn read_choice<T: std::str::FromStr>(
    value: &Value<'_>,
    words: &'static [(&'static str, &'static str)],
    reader: &mut Reader,
) -> Option<Spanned<T>> {
    let DeValue::String(text) = value.get_ref() else { return reader.wrong_type(value, Kind::Choice(words)) };
    let span = reader.span(value);
    if let Ok(value) = text.parse() {
        return Some(Spanned { value, span });
    }
    let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let near = nearest(text, &names);
    let help = match near {
        Some(near) => format!("did you mean `{near}`? one of: {}", names.join(", ")),
        None => format!("write one of: {}", names.join(", ")),
    };
    let message = format!("`{}` is not a known word here", text.escape_debug());
    let sure = near.filter(|_| is_near_to_one(text, &names));
    let fix = sure.map(|near| Fix { safe: is_spelling_of(text, near), ..Fix::offered(span, quoted(near)) });
    reader.wrong_value(span, message, "not one of the known words", help, fix)
}

impl Shape {
    /// How messages call the table: its name in words.
    pub fn title(&self) -> String {
        let mut out = String::from("the ");
        for (i, c) in self.name.char_indices() {
            if c.is_uppercase() && i > 0 {
                out.push(' ');
            }
            out.extend(c.to_lowercase());
        }
        out.replace("poam", "POA&M item").replace("crm", "CRM")
    }
}

/// The known word that is closest to what was written, if any is close.
pub fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    near(written, known).min_by_key(|(distance, _)| *distance).map(|(_, word)| word)
}

/// Whether one known word is closer to what was written than every other, so that it may be put there unasked.
pub fn is_near_to_one(written: &str, known: &[&str]) -> bool {
    let mut distances: Vec<usize> = near(written, known).map(|(distance, _)| distance).collect();
    distances.sort_unstable();
    distances.first().is_some_and(|first| distances.get(1) != Some(first))
}

/// Whether what was written is a known word but for case, blanks around it, and the sign between its parts.
pub fn is_spelling_of(written: &str, known: &str) -> bool {
    written.trim().to_lowercase().replace(['_', ' '], "-") == known
}

/// The known words that are close to what was written, and how far each is.
fn near<'a>(written: &str, known: &[&'a str]) -> impl Iterator<Item = (usize, &'a str)> {
    let written = written.to_lowercase();
    known
        .iter()
        .map(move |word| (strsim::damerau_levenshtein(&written, word), *word))
        .filter(|(distance, word)| *distance <= 1 + word.len() / 4)
}

/// How alike two texts are: 0 for nothing in common, 1 for the same.
pub fn likeness(one: &str, other: &str) -> f64 {
    strsim::normalized_levenshtein(one, other)
}

/// What a kind is called in messages.
pub fn describe(kind: Kind) -> String {
    match kind {
        Kind::Text => "text in quotes".into(),
        Kind::Id => "an id in quotes".into(),
        Kind::Ref(what) => format!("the id of {} in quotes", article(what)),
        Kind::Date => "a date".into(),
        Kind::Duration => "a duration such as \"3 months\"".into(),
        Kind::Integer => "a whole number".into(),
        Kind::Bool => "true or false".into(),
        Kind::Choice(words) => {
            let names: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            format!("one of {}", names.join(", "))
        }
        Kind::List(of) => format!("a list of {}", plural(*of)),
        Kind::OneOrMany(of) => format!("{} or a list of them", describe(*of)),
        Kind::Table(shape) => {
            format!("a table ({})", shape.keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", "))
        }
        Kind::Map(of) => format!("a table of {}", plural(*of)),
        Kind::Either(short, long) => format!("{}, or {}", describe(*short), describe(*long)),
    }
}

fn plural(kind: Kind) -> String {
    match kind {
        Kind::Text => "texts in quotes".into(),
        Kind::Id => "ids in quotes".into(),
        Kind::Ref(what) => format!("{what} ids in quotes"),
        Kind::Table(_) => "tables".into(),
        other => describe(other),
    }
}

fn article(word: &str) -> String {
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {word}", if vowel { "an" } else { "a" })
}

fn what_stands(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A text as a TOML basic string, quotes included.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
