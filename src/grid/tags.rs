//! The tags of an XML text and their attributes: enough to see what a workbook hides and merges.

/// A tag that opens an element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'x> {
    /// Its name without the prefix of a namespace.
    pub(super) name: &'x str,
    attributes: &'x str,
}

/// Every tag that opens an element, in order.
pub(super) fn each(xml: &str) -> Tags<'_> {
    Tags { rest: xml }
}

/// See [`each`].
pub(super) struct Tags<'x> {
    rest: &'x str,
}

impl<'x> Iterator for Tags<'x> {
    type Item = Tag<'x>;

    fn next(&mut self) -> Option<Tag<'x>> {
        loop {
            let (_, after) = self.rest.split_once('<')?;
            let skipped = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>"), ("/", ">")]
                .into_iter()
                .find(|(open, _)| after.starts_with(open));
            if let Some((open, close)) = skipped {
                self.rest = after[open.len()..].split_once(close)?.1;
                continue;
            }
            let end = end_of_tag(after)?;
            self.rest = &after[end + 1..];
            let inside = after[..end].trim_end_matches('/');
            let (name, attributes) = inside.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((inside, ""));
            return Some(Tag { name: local(name), attributes });
        }
    }
}

/// Where a tag closes: `>` outside of quotes.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.bytes().position(|byte| {
        match (quote, byte) {
            (None, b'>') => return true,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
        false
    })
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

impl<'x> Tag<'x> {
    /// Every attribute as it is written, its name without a prefix.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'x str, &'x str)> + use<'x> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            let (name, after) = rest.split_once('=')?;
            let after = after.trim_start();
            let quote = after.chars().next().filter(|sign| matches!(sign, '"' | '\''))?;
            let (value, more) = after[1..].split_once(quote)?;
            rest = more;
            Some((local(name.trim()), value))
        })
    }

    /// An attribute as it is written.
    pub(super) fn raw(&self, name: &str) -> Option<&'x str> {
        self.attributes().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// An attribute in plain text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.raw(name).map(plain)
    }

    /// Whether an attribute says yes.
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self.raw(name), Some("1" | "true"))
    }
}

/// The text without the signs that stand for others.
fn plain(raw: &str) -> String {
    let mut out = String::new();
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (sign, more) = after.split_once(';').unwrap_or((after, ""));
        let number = sign.strip_prefix("#x").map(|hex| u32::from_str_radix(hex, 16));
        let number = number.or_else(|| sign.strip_prefix('#').map(str::parse));
        match (sign, number) {
            ("amp", _) => out.push('&'),
            ("lt", _) => out.push('<'),
            ("gt", _) => out.push('>'),
            ("quot", _) => out.push('"'),
            ("apos", _) => out.push('\''),
            (_, Some(Ok(code))) => out.extend(char::from_u32(code)),
            _ => {}
        }
        rest = more;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_their_attributes_are_read_past_quotes_and_comments() {
        let xml = "<?xml version='1.0'?><!-- <row hidden='1'/> --><x:row r=\"7\" note='a > b' hidden = '1'/>\
                   <![CDATA[<row>]]></row><sheet name=\"R&amp;D &#65;\" r:id=\"rId1\">";
        let tags: Vec<Tag<'_>> = each(xml).collect();
        assert_eq!(tags.iter().map(|tag| tag.name).collect::<Vec<_>>(), ["row", "sheet"]);
        assert!(tags[0].is("hidden"));
        assert_eq!(tags[0].raw("r"), Some("7"));
        assert_eq!(tags[1].text("name").as_deref(), Some("R&D A"));
        assert_eq!(tags[1].raw("id"), Some("rId1"));
    }

    #[test]
    fn broken_tags_end_the_reading() {
        for xml in ["<", "<row", "<row a=\"", "<!--", "<row a", "&<>"] {
            assert!(each(xml).count() <= 1, "{xml}");
            assert!(each(xml).all(|tag| tag.attributes().count() == 0), "{xml}");
        }
    }
}
