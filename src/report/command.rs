//! What runners of pipelines read out of a log: the signs that begin or end a command of theirs, escaped.
//!
//! GitHub reads `::name key=value,key=value::message` at the start of a line and `##[name key=value;]message` anywhere
//! in it; Azure Pipelines reads `##vso[area.name key=value;]message` anywhere in it.

use super::sign;

/// What stands for a bracket that would begin a command: as wide, seen by a reader, read by no runner.
const BRACKET: char = '⟦';

/// The message of a GitHub command on one line; the runner makes lines of it again.
pub fn data(text: &str) -> String {
    escaped(text, |c| (c == '%').then_some("%25"))
}

/// A property of a GitHub command, without the signs that end one.
pub fn property(text: &str) -> String {
    escaped(text, |c| match c {
        '%' => Some("%25"),
        ':' => Some("%3A"),
        ',' => Some("%2C"),
        _ => None,
    })
}

/// The message of an Azure command on one line; the agent makes lines of it again.
pub fn azure_data(text: &str) -> String {
    // The agent turns `%3B` and `%5D` of a message back too, which is why a percent sign has a sequence of its own.
    escaped(text, |c| (c == '%').then_some("%AZP25"))
}

/// A property of an Azure command, without the signs that end one.
pub fn azure_property(text: &str) -> String {
    escaped(text, |c| match c {
        '%' => Some("%AZP25"),
        ';' => Some("%3B"),
        ']' => Some("%5D"),
        _ => None,
    })
}

/// Text in which no line ends and nothing is hidden: ends of lines are encoded, other controls become signs.
fn escaped(text: &str, own: impl Fn(char) -> Option<&'static str>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in harmless(text).chars() {
        match c {
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            c => match own(c) {
                Some(code) => out.push_str(code),
                None => out.push(sign(c)),
            },
        }
    }
    out
}

/// Text that begins no command inside a line: the bracket of `##[`, `##vso[` and their like becomes `⟦`, one sign for
/// one.
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut brackets = armed(text).into_iter().peekable();
    for (at, c) in text.char_indices() {
        out.push(if brackets.next_if_eq(&at).is_some() { BRACKET } else { c });
    }
    out
}

/// Where brackets stand that would begin a command: behind two number signs and at most a word.
pub(super) fn armed(text: &str) -> Vec<usize> {
    if !text.contains("##") {
        return Vec::new();
    }
    let (mut found, mut signs, mut in_word) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '#' => {
                signs = if in_word { 1 } else { signs + 1 };
                in_word = false;
            }
            'a'..='z' | 'A'..='Z' if signs >= 2 => in_word = true,
            _ => {
                if c == '[' && signs >= 2 {
                    found.push(at);
                }
                (signs, in_word) = (0, false);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every sign that ends, begins or encodes something for a runner, and every one that a screen acts on or hides.
    fn nasty() -> Vec<String> {
        let signs = "%:;,[]=#\r\n\t\0\u{1b}\u{7f}\u{85}\u{200b}\u{202e}\u{2028}\u{2029}\u{feff}aé\u{1f512} ";
        let mut all: Vec<String> = signs.chars().map(String::from).collect();
        all.extend((0..0xa0).filter_map(char::from_u32).map(String::from));
        let pairs = signs.chars().flat_map(|one| signs.chars().map(move |other| format!("{one}{other}x{other}{one}")));
        all.extend(pairs);
        let said = [
            "50%25 %0A %0D %3A %2C %3B %5D %AZP25 %",
            "a\n::error::b\r\n  ::set-output name=x::y",
            "##vso[task.setvariable variable=PATH]/tmp ##VSO[x] ##[error]a ###[group] ##teamcity[x] #[no] ##a b[no]",
            "::stop-commands::x",
        ];
        all.extend(said.map(String::from));
        all
    }

    /// What is meant to arrive: nothing that begins a command in a line, and controls as signs.
    fn meant(text: &str) -> String {
        harmless(text).chars().map(|c| if matches!(c, '\r' | '\n') { c } else { sign(c) }).collect()
    }

    /// As the runners do it: each sequence once, the one for the percent sign last.
    fn decoded(text: &str, codes: &[(&str, &str)]) -> String {
        codes.iter().fold(text.to_owned(), |text, (code, sign)| text.replace(code, sign))
    }

    const GITHUB_DATA: [(&str, &str); 3] = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
    const GITHUB_PROPERTY: [(&str, &str); 5] = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
    const AZURE: [(&str, &str); 5] = [("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")];

    #[test]
    fn what_a_runner_decodes_is_what_was_meant() {
        for text in nasty() {
            assert_eq!(decoded(&data(&text), &GITHUB_DATA), meant(&text), "{text:?}");
            assert_eq!(decoded(&property(&text), &GITHUB_PROPERTY), meant(&text), "{text:?}");
            assert_eq!(decoded(&azure_data(&text), &AZURE), meant(&text), "{text:?}");
            assert_eq!(decoded(&azure_property(&text), &AZURE), meant(&text), "{text:?}");
        }
    }

    #[test]
    fn nothing_escaped_ends_a_line_a_property_or_a_command() {
        for text in nasty() {
            for escaped in [data(&text), property(&text), azure_data(&text), azure_property(&text)] {
                assert!(!escaped.chars().any(|c| c != sign(c)), "{text:?}");
                assert!(armed(&escaped).is_empty(), "{text:?}");
            }
            assert!(!property(&text).contains([':', ',']), "{text:?}");
            assert!(!azure_property(&text).contains([';', ']']), "{text:?}");
        }
    }

    #[test]
    fn what_begins_no_command_is_left_as_it_is() {
        for text in ["# [x]", "#[derive]", "## Heading [1]", "a[1] ## b[2]", "##", "##vso", "C# [x]", "##1[x]"] {
            assert_eq!(harmless(text), text);
        }
        assert_eq!(harmless("a ##vso[b] ##[c] ####d[e] ##x##[f]"), "a ##vso⟦b] ##⟦c] ####d⟦e] ##x##⟦f]");
    }
}
