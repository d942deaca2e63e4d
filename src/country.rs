//! Whether a place in free text is in the United States.

/// What a text says of the country.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Where {
    /// It names no country that is known here.
    Unnamed,
    /// The United States, a state or a territory.
    Inside,
    /// Another country, or a part of the world beyond the United States.
    Outside,
}

/// Where a place is: the last of its parts that names a country or a state decides, as in an address. Of several places
/// in one text, one outside the United States decides.
pub fn of(text: &str) -> Where {
    let text = text.replace(" and ", ";").replace(" AND ", ";");
    text.split([';', '/', '|', '&', '+', '\n']).map(of_place).max().unwrap_or(Where::Unnamed)
}

fn of_place(place: &str) -> Where {
    let place = place.replace(" - ", ",");
    let parts: Vec<&str> = place.split([',', '(', ')', ':', '\u{2013}', '\u{2014}']).collect();
    let named = parts.iter().rev().map(|part| of_part(part)).find(|found| *found != Where::Unnamed);
    named.unwrap_or(Where::Unnamed)
}

/// Words that stand behind the name of a country and say nothing of it.
const FILLING: &str = "office offices site sites remote remotely team teams based only hq headquarters home region \
                       regions branch delivery center centers centre data desk help helpdesk staff onshore";

fn stands_in(word: &str, words: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

fn of_part(part: &str) -> Where {
    let written = part.replace(['.', '\'', '\u{2019}'], "");
    let written: Vec<&str> = written.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let lower: Vec<String> = written.iter().map(|word| word.to_lowercase()).collect();
    if let Some(found) = beyond(&lower) {
        return found;
    }
    let is_filling = |word: &String| stands_in(word, FILLING) || word.chars().all(|c| c.is_ascii_digit());
    let end = lower.iter().rposition(|word| !is_filling(word)).map_or(0, |last| last + 1);
    let (written, lower) = (&written[..end], &lower[..end]);
    let by_ending = (0..lower.len()).map(|from| of_ending(written, lower, from));
    by_ending.into_iter().find(|found| *found != Where::Unnamed).unwrap_or_else(|| of_middle(written, lower))
}

/// "outside the United States", which names the country that it is not.
fn beyond(lower: &[String]) -> Option<Where> {
    let has = |words: &[&str]| lower.iter().any(|word| words.contains(&word.as_str()));
    let is_denied = has(&["no", "not", "none", "nobody", "never", "nothing"]);
    let outside = has(&["outside", "beyond"]) || lower.windows(2).any(|two| two[0] == "non" && two[1] == "us");
    (outside && names_home(lower)).then_some(if is_denied { Where::Inside } else { Where::Outside })
}

/// Whether the United States stand anywhere in these words.
fn names_home(lower: &[String]) -> bool {
    lower.iter().any(|word| matches!(word.as_str(), "usa" | "us"))
        || lower.windows(2).any(|two| two[0] == "united" && two[1] == "states")
}

/// Words by which "US" is of the hours, the customers or the owners, not of the place.
const NOT_OF_THE_PLACE: &str = "time hours hour shift zone zones person persons citizen citizens customer customers \
                                client clients owned holidays law dollars";

fn of_middle(written: &[&str], lower: &[String]) -> Where {
    let is_of_place = !lower.iter().any(|word| stands_in(word, NOT_OF_THE_PLACE));
    let is_pronoun = written.contains(&"us");
    if is_of_place && !is_pronoun && names_home(lower) { Where::Inside } else { Where::Unnamed }
}

/// Words that make a place of the United States out of the name of a country: West Jordan, New Holland.
const PREFIXES: &str = "new west east south north lake port fort mount little san santa saint st";

/// What the words from here to the end name.
fn of_ending(written: &[&str], lower: &[String], from: usize) -> Where {
    let name = lower[from..].join(" ");
    let is_whole = from == 0;
    let is_code = name.len() == 2 && (is_whole || written[from] == written[from].to_uppercase());
    let before = from.checked_sub(1).map_or("", |before| lower[before].as_str());
    let is_named = |names: &str| names.lines().any(|known| known == name) && (name != "us" || is_code);
    if is_code && CODES.contains(&name.as_str()) {
        Where::Inside
    } else if stands_in(before, PREFIXES) {
        Where::Unnamed
    } else if is_named(INSIDE) {
        Where::Inside
    } else if is_named(OUTSIDE) || is_foreign_code(written, from, is_whole) {
        Where::Outside
    } else {
        Where::Unnamed
    }
}

/// Letters that stand for another country, and for no state: in capitals and alone.
fn is_foreign_code(written: &[&str], from: usize, is_whole: bool) -> bool {
    is_whole && written.len() == 1 && FOREIGN_CODES.contains(&written[from])
}

/// The United States, the states and the territories, in lower case.
const INSIDE: &str = include_str!("country/inside.txt");

const CODES: &[&str] = &[
    "al", "ak", "az", "ar", "ca", "co", "ct", "de", "fl", "ga", "hi", "id", "il", "in", "ia", "ks", "ky", "la", "me",
    "md", "ma", "mi", "mn", "ms", "mo", "mt", "ne", "nv", "nh", "nj", "nm", "ny", "nc", "nd", "oh", "ok", "or", "pa",
    "ri", "sc", "sd", "tn", "tx", "ut", "vt", "va", "wa", "wv", "wi", "wy", "dc", "pr", "gu", "as", "mp", "vi",
];

/// Codes that people write; those that are also a word of English or a state are left out.
const FOREIGN_CODES: &[&str] = &[
    "AU", "BG", "BR", "CN", "CZ", "EG", "EU", "FR", "GB", "HK", "HU", "IE", "JP", "KE", "KR", "MX", "NL", "NZ", "PH",
    "PK", "PL", "RO", "RU", "SG", "TR", "TW", "UA", "UAE", "UK", "VN", "ZA", "AB", "BC", "MB", "NB", "NS", "ON", "QC",
];

/// Other countries in lower case, with names by which people call them and parts of the world; of a name with "and" in
/// it the halves, since a text is divided there.
const OUTSIDE: &str = include_str!("country/outside.txt");

#[cfg(test)]
mod tests {
    use super::*;

    fn all(expected: Where, texts: &[&str]) {
        for text in texts {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn no_name_stands_on_both_sides() {
        let both: Vec<&str> = INSIDE.lines().filter(|name| OUTSIDE.lines().any(|other| other == *name)).collect();
        assert_eq!(both, Vec::<&str>::new());
    }

    #[test]
    fn every_spelling_of_the_united_states_is_inside() {
        all(
            Where::Inside,
            &["United States", "United States of America", "the United States", "US", "U.S.", "USA", "U.S.A."],
        );
        all(
            Where::Inside,
            &["us", "usa", "united states", "UNITED STATES", "U. S.", "United States, two regions", "CONUS"],
        );
        all(
            Where::Inside,
            &["Columbus, Ohio, United States", "Columbus, OH", "Columbus, OH 43215", "Columbus OH", "Ohio"],
        );
        all(
            Where::Inside,
            &["Columbus, Ohio 43215-1234", "Washington, D.C.", "Washington DC", "San Juan, Puerto Rico", "Guam"],
        );
        all(
            Where::Inside,
            &["Remote (US)", "Remote - US", "US-based", "United States only", "Two US regions", "remote, us"],
        );
        all(
            Where::Inside,
            &["Data centers in the United States", "St. Thomas, U.S. Virgin Islands", "Santa Fe, New Mexico"],
        );
        all(
            Where::Inside,
            &["Columbus and Dayton, OH", "Dayton, OH; Tucson, AZ", "New England", "Pago Pago, American Samoa"],
        );
        all(Where::Inside, &["Nobody outside the United States", "1 Mill Road, Dayton, Ohio"]);
    }

    #[test]
    fn a_place_of_the_united_states_with_the_name_of_a_country_is_inside() {
        all(
            Where::Inside,
            &["Lebanon, Ohio", "Peru, IN", "Mexico, Missouri", "Cuba, NY", "China, ME", "Norway, Maine"],
        );
        all(
            Where::Inside,
            &["Atlanta, Georgia", "Georgia", "Jordan, MN, USA", "Poland, OH 44514", "Paris, Texas", "New Jersey"],
        );
        all(Where::Inside, &["Las Vegas New Mexico", "China Lake, CA", "Panama City, FL"]);
    }

    #[test]
    fn another_country_is_outside_wherever_it_stands_in_an_address() {
        all(
            Where::Outside,
            &["India", "Bangalore, India", "Bengaluru, Karnataka, India", "Pune India", "INDIA", "india"],
        );
        all(
            Where::Outside,
            &["Manila, Philippines", "the Philippines", "London, UK", "London, U.K.", "Leeds, England"],
        );
        all(
            Where::Outside,
            &["Toronto, Ontario, Canada", "Toronto, ON", "Mexico", "Monterrey, Mexico", "S\u{e3}o Paulo, Brazil"],
        );
        all(
            Where::Outside,
            &["India office", "Remote (India)", "Krakow, Poland (remote)", "Help desk: Cebu, Philippines"],
        );
        all(
            Where::Outside,
            &["United States and India", "US/Canada", "Columbus, OH; Pune, India", "Columbus, OH (nights: India)"],
        );
        all(
            Where::Outside,
            &["Pune, India (US hours)", "Manila, Philippines, U.S. persons only", "Europe", "offshore", "EMEA"],
        );
        all(
            Where::Outside,
            &["Outside the United States", "non-US", "Trinidad and Tobago", "Tijuana, Baja California", "OCONUS"],
        );
        all(
            Where::Outside,
            &[
                "Auckland, New Zealand",
                "Seoul, South Korea",
                "Prague, Czech Republic",
                "Kyiv, UA",
                "Tortola, British Virgin Islands",
            ],
        );
    }

    #[test]
    fn a_text_that_names_no_country_is_not_guessed_at() {
        all(
            Where::Unnamed,
            &["", "  ", "Headquarters", "Remote", "Columbus", "London", "various", "N/A", "see annex B", "24/7"],
        );
        all(
            Where::Unnamed,
            &[
                "New Delhi",
                "contact us for the list",
                "West Jordan",
                "North America",
                "IT desk",
                "no",
                "-",
                "\u{1f30e}",
            ],
        );
    }
}
