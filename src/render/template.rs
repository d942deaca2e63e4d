//! Templates: the compiled-in ones, and the root's own in their place. The door to `minijinja`.
//!
//! A template reads no file, sees nothing but the view, and ends: instructions, depth and output are limited.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, merge_maps};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;

use crate::digest;
use crate::failure::{Cause, Failure};
use crate::words;

/// The templates that are compiled in.
const BUILT_IN: &[(&str, &str)] = &[
    ("base.html", include_str!("../../templates/base.html")),
    ("parts.html", include_str!("../../templates/parts.html")),
    ("style.css", include_str!("../../templates/style.css")),
    ("evidence.html", include_str!("../../templates/evidence.html")),
    ("script.js", include_str!("../../templates/script.js")),
    ("parts.md", include_str!("../../templates/parts.md")),
    ("macros.md", include_str!("../../templates/macros.md")),
    ("ssp.html", include_str!("../../templates/ssp.html")),
    ("ssp.md", include_str!("../../templates/ssp.md")),
    ("handoffs.html", include_str!("../../templates/handoffs.html")),
    ("handoffs.md", include_str!("../../templates/handoffs.md")),
    ("client.html", include_str!("../../templates/client.html")),
    ("client.md", include_str!("../../templates/client.md")),
    ("fleet.html", include_str!("../../templates/fleet.html")),
    ("crm.html", include_str!("../../templates/crm.html")),
    ("crm.md", include_str!("../../templates/crm.md")),
    ("providers.html", include_str!("../../templates/providers.html")),
    ("providers.md", include_str!("../../templates/providers.md")),
    ("binder.html", include_str!("../../templates/binder.html")),
    ("binder.md", include_str!("../../templates/binder.md")),
    ("connections.html", include_str!("../../templates/connections.html")),
    ("connections.md", include_str!("../../templates/connections.md")),
    ("requests.html", include_str!("../../templates/requests.html")),
    ("requests.md", include_str!("../../templates/requests.md")),
    ("objectives.html", include_str!("../../templates/objectives.html")),
    ("objectives.md", include_str!("../../templates/objectives.md")),
    ("policies.html", include_str!("../../templates/policies.html")),
    ("policies.md", include_str!("../../templates/policies.md")),
    ("roster.html", include_str!("../../templates/roster.html")),
    ("roster.md", include_str!("../../templates/roster.md")),
    ("reviews.html", include_str!("../../templates/reviews.html")),
    ("reviews.md", include_str!("../../templates/reviews.md")),
    ("score.html", include_str!("../../templates/score.html")),
    ("score.md", include_str!("../../templates/score.md")),
    ("affirmation.html", include_str!("../../templates/affirmation.html")),
    ("affirmation.md", include_str!("../../templates/affirmation.md")),
    ("poam.html", include_str!("../../templates/poam.html")),
    ("poam.md", include_str!("../../templates/poam.md")),
    ("portal.html", include_str!("../../templates/portal.html")),
    ("portal.css", include_str!("../../templates/portal.css")),
    ("index.html", include_str!("../../templates/index.html")),
    ("index.md", include_str!("../../templates/index.md")),
];

/// Instructions that one document may take; the largest built-in one takes well under a tenth for a root of usual size.
const FUEL: u64 = 20_000_000;

/// How deep templates may call each other.
const DEPTH: usize = 120;

/// Bytes that one document may have.
const LARGEST: usize = 64 << 20;

/// What stands where nothing is written.
const NOT_STATED: &str = "not stated";

/// Templates ready to be rendered.
pub struct Templates {
    environment: Environment<'static>,
    own: Vec<String>,
}

/// Data that templates can see.
#[derive(Clone)]
pub struct Data(Value);

impl Data {
    /// The data of anything that can be serialized.
    pub fn of(data: &impl Serialize) -> Self {
        Self(Value::from(Serde(data)))
    }
}

impl Templates {
    /// The built-in templates, with these in place of those of the same name.
    pub fn new(own: &BTreeMap<String, String>) -> Result<Self, Failure> {
        let mut templates = Self { environment: environment()?, own: own.keys().cloned().collect() };
        for (name, text) in BUILT_IN.iter().filter(|(name, _)| !own.contains_key(*name)) {
            let added = templates.environment.add_template(name, text);
            added.map_err(|error| templates.failure(&error))?;
        }
        for (name, text) in own {
            let added = templates.environment.add_template_owned(name.clone(), text.clone());
            added.map_err(|error| templates.failure(&error))?;
        }
        Ok(templates)
    }

    /// Names of the built-in templates.
    pub fn built_in() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The text of a built-in template, to begin one's own from.
    pub fn text(name: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// Renders a template over the data; what is `around` lies over it.
    pub fn render(&self, name: &str, data: &Data, around: &impl Serialize) -> Result<String, Failure> {
        let context = merge_maps([data.0.clone(), Value::from(Serde(around))]);
        let template = self.environment.get_template(name).map_err(|error| self.failure(&error))?;
        let mut out = Limited(Vec::new());
        template.render_captured_to(context, &mut out).map_err(|error| self.failure(&error))?;
        String::from_utf8(out.0)
            .map(|text| words::printable(&text))
            .map_err(|_| Failure::new(Cause::Template, format!("template {name} gives bytes that are not UTF-8")))
    }

    /// The innermost error with its template, line and words.
    fn failure(&self, error: &Error) -> Failure {
        let error = innermost(error);
        let place = match (error.name(), error.line()) {
            (Some(name), Some(line)) => format!("{}:{line}", self.path(name)),
            (Some(name), None) => self.path(name),
            _ => "a template".to_owned(),
        };
        let mut message = format!("{place}: {}", why(error));
        if let Some(expression) = expression(error).filter(|words| !message.contains(words.as_str())) {
            message.extend([": `", &expression, "`"]);
        }
        Failure::new(Cause::Template, message)
    }

    /// Where a template lies: in the root, or in the program.
    fn path(&self, name: &str) -> String {
        let own = self.own.iter().any(|own| own == name);
        if own { format!("templates/{name}") } else { format!("built-in template {name}") }
    }
}

fn environment() -> Result<Environment<'static>, Failure> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    environment.set_syntax(syntax.map_err(|error| Failure::new(Cause::Template, error.to_string()))?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_debug(true);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEPTH);
    environment.set_auto_escape_callback(escape_by_name);
    environment.remove_global("debug");
    environment.remove_filter("safe");
    environment.add_filter("label", label);
    environment.add_filter("cell", cell);
    environment.add_filter("prose", prose);
    environment.add_filter("stated", stated);
    environment.add_filter("href", href);
    environment.add_filter("bytes", bytes);
    environment.add_filter("hash_source", hash_source);
    Ok(environment)
}

fn escape_by_name(name: &str) -> AutoEscape {
    let page = Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("html"));
    if page { AutoEscape::Html } else { AutoEscape::None }
}

/// Bytes in memory, up to the limit.
struct Limited(Vec<u8>);

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LARGEST {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the document grows without end"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn innermost(error: &Error) -> &Error {
    let mut inner = error;
    while let Some(cause) = std::error::Error::source(inner).and_then(|cause| cause.downcast_ref::<Error>()) {
        if cause.name().is_none() {
            break;
        }
        inner = cause;
    }
    inner
}

fn why(error: &Error) -> String {
    match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => {
            "the template takes more steps than a document may; it may loop without end".into()
        }
        (ErrorKind::UndefinedError, None) => "this is not defined".into(),
        (ErrorKind::UndefinedError, Some(detail)) => detail.replace("is undefined", "is not defined"),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    }
}

/// The words of the template that the error is about.
fn expression(error: &Error) -> Option<String> {
    let text = error.template_source()?.get(error.range()?)?;
    let line = text.lines().next()?.trim();
    (!line.is_empty() && line.len() <= 200).then(|| line.to_owned())
}

/// Whether nothing is written; something that does not exist at all is an error.
fn is_absent(value: &Value) -> Result<bool, Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    Ok(value.is_none() || value.as_str().is_some_and(|text| text.trim().is_empty()) || value.len() == Some(0))
}

/// The value, or "not stated" where there is none.
fn stated(value: &Value) -> Result<Value, Error> {
    if is_absent(value)? {
        return Ok(Value::from_safe_string(format!("<span class=\"absent\">{NOT_STATED}</span>")));
    }
    Ok(value.clone())
}

/// Words whose capitals are not those of a sentence.
const WORDS: [(&str, &str); 18] = [
    ("csp", "CSP"),
    ("msp", "MSP"),
    ("mssp", "MSSP"),
    ("cui", "CUI"),
    ("spd", "SPD"),
    ("crm", "CRM"),
    ("ssp", "SSP"),
    ("poam", "POA&M"),
    ("c3pao", "C3PAO"),
    ("self", "Self-assessment"),
    ("soc-2", "SOC 2"),
    ("dfars-7012", "DFARS 252.204-7012"),
    ("fedramp-high", "FedRAMP High"),
    ("fedramp-moderate", "FedRAMP Moderate"),
    ("fedramp-moderate-equivalent", "FedRAMP Moderate equivalent"),
    ("cmmc-level-2", "CMMC Level 2"),
    ("cmmc-level-3", "CMMC Level 3"),
    ("dod-cio-adjudication", "DoD CIO adjudication"),
];

/// A word of the files as people write it: `not-met` is "Not met".
fn label(value: &Value) -> Result<String, Error> {
    if is_absent(value)? {
        return Ok(NOT_STATED.to_owned());
    }
    let word = value.to_string();
    if let Some((_, known)) = WORDS.iter().find(|(known, _)| *known == word) {
        return Ok((*known).to_owned());
    }
    let mut letters = word.replace('-', " ").chars().collect::<Vec<char>>().into_iter();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    Ok(first + &letters.collect::<String>())
}

/// Text in a cell of a Markdown table: one line, and nothing in it is Markdown or HTML.
fn cell(value: &Value) -> Result<String, Error> {
    if is_absent(value)? {
        return Ok(format!("*{NOT_STATED}*"));
    }
    let text = value.to_string();
    let lines: Vec<String> = text.trim().lines().map(|line| inline(line.trim())).collect();
    Ok(lines.join("<br>"))
}

/// Text as a paragraph of Markdown: its lines stay lines, and nothing in it is Markdown or HTML.
fn prose(value: &Value) -> Result<String, Error> {
    if is_absent(value)? {
        return Ok(format!("*{NOT_STATED}*"));
    }
    let text = value.to_string();
    let lines: Vec<String> = text.trim().lines().map(|line| block(line.trim())).collect();
    Ok(lines.join("\n"))
}

/// A line that begins no heading, list, quote, table or rule.
fn block(line: &str) -> String {
    let escaped = inline(line);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let after = line.as_bytes().get(digits..).unwrap_or_default();
    let numbered = digits > 0 && matches!(after, [b'.' | b')'] | [b'.' | b')', b' ', ..]);
    match line.as_bytes().first() {
        Some(b'#' | b'-' | b'+' | b'=' | b':') => format!("\\{escaped}"),
        _ if numbered => format!("{}\\{}", &escaped[..digits], &escaped[digits..]),
        _ => escaped,
    }
}

/// Escapes what would be emphasis, code, a link, HTML, a formula or a cell's end; the rest stays readable.
fn inline(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let letters: Vec<char> = line.chars().collect();
    for (at, letter) in letters.iter().copied().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1).copied();
        let within_word = before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' if after.is_some_and(|next| next.is_alphanumeric() || next == '#') => out.push_str("&amp;"),
            '_' if within_word => out.push('_'),
            ']' if matches!(after, Some('(' | '[' | ':')) => out.push_str("\\]"),
            '\\' | '`' | '*' | '_' | '|' | '~' | '$' => out.extend(['\\', letter]),
            control if control.is_control() => out.push(' '),
            plain => out.push(plain),
        }
    }
    out
}

/// A path as the target of a link inside the package: it can leave neither by scheme nor by host.
fn href(value: &Value) -> Result<String, Error> {
    if is_absent(value)? {
        return Ok(String::new());
    }
    Ok(link(&value.to_string()))
}

/// A path, percent-encoded: it can leave the package neither by scheme nor by host.
pub(super) fn link(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    let mut out = String::new();
    for byte in path.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out.extend(["%", &format!("{byte:02X}")]);
        }
    }
    out.trim_start_matches('/').to_owned()
}

/// A number of bytes, three digits together: `26,546 bytes`.
fn bytes(value: &Value) -> Result<String, Error> {
    if is_absent(value)? {
        return Ok(NOT_STATED.to_owned());
    }
    let digits = value.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        out.extend((at > 0 && (digits.len() - at).is_multiple_of(3)).then_some(','));
        out.push(digit);
    }
    Ok(out + if digits == "1" { " byte" } else { " bytes" })
}

/// The source expression by which a page's security policy lets this script run, and no other.
fn hash_source(value: &Value) -> String {
    digest::source_expression(value.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filtered(filter: fn(&Value) -> Result<String, Error>, text: &str) -> String {
        filter(&Value::from(text)).expect("a string is something")
    }

    #[test]
    fn a_cell_is_one_line_and_no_markdown() {
        assert_eq!(filtered(cell, "a|b\nc"), "a\\|b<br>c");
        assert_eq!(filtered(cell, "<script>x</script>"), "&lt;script&gt;x&lt;/script&gt;");
        assert_eq!(filtered(cell, "[here](javascript:x) *b* `c`"), "[here\\](javascript:x) \\*b\\* \\`c\\`");
        assert_eq!(filtered(cell, "R&D, AT&amp;T"), "R&amp;D, AT&amp;amp;T");
        assert_eq!(filtered(cell, "AC.L2-3.1.1[a] of snake_case"), "AC.L2-3.1.1[a] of snake_case");
        assert_eq!(filtered(cell, "  "), "*not stated*");
    }

    #[test]
    fn a_paragraph_begins_no_block() {
        assert_eq!(
            filtered(prose, "# Not a heading\n- not a list\n3. nor this\n3.1 is fine"),
            ["\\# Not a heading", "\\- not a list", "3\\. nor this", "3.1 is fine"].join("\n")
        );
        assert_eq!(filtered(prose, "> quote\n    code\n---"), "&gt; quote\ncode\n\\---");
    }

    #[test]
    fn a_link_stays_in_the_package() {
        assert_eq!(filtered(href, "javascript:alert(1)"), "javascript%3Aalert%281%29");
        assert_eq!(filtered(href, "//host/a b.csv"), "host/a%20b.csv");
    }

    #[test]
    fn bytes_and_digests_are_written_as_pages_need_them() {
        assert_eq!(
            [0, 1, 999, 26546, 1_234_567].map(|size| bytes(&Value::from(size)).expect("it is a number")),
            ["0 bytes", "1 byte", "999 bytes", "26,546 bytes", "1,234,567 bytes"]
        );
        assert_eq!(hash_source(&Value::from("")), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn a_word_is_written_as_people_write_it() {
        let said: Vec<String> =
            ["not-met", "csp", "fedramp-high", "partially-implemented"].map(|word| filtered(label, word)).into();
        assert_eq!(said, ["Not met", "CSP", "FedRAMP High", "Partially implemented"]);
    }
}
