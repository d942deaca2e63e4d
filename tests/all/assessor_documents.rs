//! What an assessor works through: objective sheets, policies, the roster, and the plan's own sections.

use std::collections::{BTreeMap, BTreeSet};

use demarcate::catalog::{Catalog, Nature};
use demarcate::render::template::Templates;
use demarcate::render::{self, Document, Format, Options};
use demarcate::rule::Facts;
use demarcate::view::objective::Speaker;
use demarcate::view::practice;
use demarcate::view::roster::{PartyRoster, Session};
use demarcate::view::{self, Tool, View};

use super::base::{AS_OF, Repository, sample_files};

fn view_of(facts: &Facts) -> View {
    view::of(facts, Tool { name: "demarcate".into(), version: "9.9.9".into() })
}

fn seen(repository: &Repository, with_history: bool) -> View {
    view_of(&repository.look(with_history).expect("it is readable").0)
}

/// The sample on the fixed day.
fn sample() -> Facts {
    sample_files(AS_OF)
}

/// The documents of these kinds by file name.
fn printed(documents: &[Document], view: &View) -> BTreeMap<String, String> {
    let templates = Templates::new(&BTreeMap::new()).expect("the built-in templates can be read");
    let options = Options { evidence: Some("../".into()), ..Options::default() };
    let made = render::documents(documents, &Format::TEXTS, &options, view, &templates).expect("they can be printed");
    made.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).expect("documents are UTF-8"))).collect()
}

/// Rows by column.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("there is a header").clone();
    let own = |record: csv::StringRecord| {
        header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect::<BTreeMap<_, _>>()
    };
    reader.records().map(|record| own(record.expect("every row is as wide as the header"))).collect()
}

/// Letters and digits alone, entities resolved: what a reader sees, whatever the format escapes.
fn letters(text: &str) -> String {
    let plain = text
        .replace("<br>", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#x2f;", "/")
        .replace("&amp;", "&");
    plain.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

fn sheet<'a>(page: &'a str, id: &str) -> &'a str {
    let from = page.find(&format!("<article class=\"practice leaf\" id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}"));
    let text = &page[from..];
    &text[..text.find("</article>").expect("a sheet ends")]
}

fn of_party<'a>(view: &'a View, id: Option<&str>) -> &'a PartyRoster {
    let is = |found: &&PartyRoster| found.party.as_ref().map(|party| party.id.as_str()) == id;
    view.roster.parties.iter().find(is).unwrap_or_else(|| panic!("the roster lacks {id:?}"))
}

fn names(session: &Session) -> Vec<(Option<&str>, Option<&str>)> {
    session.whom.iter().map(|who| (who.name.as_deref(), who.role.as_deref())).collect()
}

#[test]
fn each_of_the_320_objectives_has_its_sheet() {
    let made = printed(&[Document::Objectives], &view_of(&sample()));
    let rows = rows(&made["objectives.csv"]);
    let ids: BTreeSet<&String> = rows.iter().map(|row| &row["objective"]).collect();
    assert_eq!((rows.len(), ids.len()), (320, 320));
    let page = &made["objectives.html"];
    assert_eq!(page.matches("<article class=\"practice leaf\"").count(), 320);
    let markdown: BTreeSet<&str> =
        made["objectives.md"].lines().filter_map(|line| line.strip_prefix("### ")?.split(' ').next()).collect();
    assert_eq!(markdown.len(), 320);
    for id in ids {
        assert!(markdown.contains(id.as_str()), "objectives.md lacks {id}");
        assert_eq!(page.matches(&format!("href=\"#{id}\"")).count(), 2, "{id} is in the contents and heads its sheet");
    }
}

#[test]
fn everything_asked_tried_and_checked_is_on_the_sheets_and_in_the_roster() {
    let facts = sample();
    let view = view_of(&facts);
    let made = printed(&[Document::Objectives, Document::Roster], &view);
    let read: BTreeMap<&str, String> = made.iter().map(|(name, text)| (name.as_str(), letters(text))).collect();
    let (mut methods, mut checks) = (0, 0);
    for practice in facts.assessment.practices.values() {
        for method in &practice.method {
            methods += 1;
            let expect = method.expect.as_ref().expect("each method of the sample says what to expect");
            for (name, text) in read.iter().filter(|(name, _)| **name != "objectives.csv") {
                assert!(text.contains(&letters(&method.action)), "{name} leaves out: {}", method.action.value);
                assert!(text.contains(&letters(expect)), "{name} leaves out: {}", expect.value);
            }
        }
        for check in practice.responsibility.iter().filter_map(|part| part.verification.as_ref()) {
            checks += 1;
            for (name, text) in &read {
                assert!(text.contains(&letters(&check.how)), "{name} leaves out: {}", check.how.value);
            }
        }
    }
    assert!(methods > 60 && checks > 60, "{methods} methods, {checks} checks");
    assert_eq!(rows(&made["roster.csv"]).len(), methods + checks);
    assert_eq!(made["roster.html"].matches("<tr data-item").count(), methods + checks);
    let count = |found: &PartyRoster| {
        [found.interviews, found.tests, found.checks].map(|count| count.open + count.done).iter().sum::<usize>()
    };
    assert_eq!(view.roster.parties.iter().map(count).sum::<usize>(), methods + checks);
}

#[test]
fn a_sheet_has_duty_value_artifact_person_and_test() {
    let view = view_of(&sample());
    let made = printed(&[Document::Objectives], &view);
    let sheet = sheet(&made["objectives.html"], "AC.L2-3.1.1[d]");
    for wanted in [
        "Acme Managed Services, LLC",
        "Creates and disables accounts, service accounts and device certificates within 4 hours",
        "service Help desk and account administration; clause 3.1 (accounts)",
        "Account and role export",
        "columns state, groups, last sign-in",
        "Dana Lee",
        "keeps the part of the contractor; checks the part of Acme Managed Services, LLC",
        "Tara Boyle",
        "named for the test; works for a party that has a part",
        "Sign in with a disabled account on a shop terminal",
        "Compare the account export with the list of authorized users",
    ] {
        assert!(letters(sheet).contains(&letters(wanted)), "the sheet lacks: {wanted}\n{sheet}");
    }
    assert!(sheet.contains("<a href=\"..&#x2f;evidence&#x2f;acme-msp&#x2f;account-export-2026-"), "a link to the file");
    let with_value = self::sheet(&made["objectives.html"], "AC.L2-3.1.1[a]");
    assert!(with_value.contains("140 employees and 9 privileged accounts"));
    let person = |name: &str| {
        let practice = view.practices().next().expect("there is a first");
        let objective = practice.objectives.iter().find(|objective| objective.letter == "d").expect("it has a [d]");
        objective.speakers.iter().filter(|speaker| speaker.name.as_deref() == Some(name)).count()
    };
    assert_eq!((person("Tara Boyle"), person("Sam Whitfield"), person("Dana Lee")), (1, 1, 1), "nobody twice");
}

#[test]
fn a_role_that_nobody_holds_is_said() {
    let repository = Repository::base();
    let config = repository.text("demarcate.toml");
    repository.write("demarcate.toml", config.replace("roles = [\"it-lead\"]", "roles = []"));
    let view = seen(&repository, false);
    let made = printed(&[Document::Objectives, Document::Roster], &view);
    let sheet = sheet(&made["objectives.html"], "AT.L2-3.2.1[a]");
    assert!(sheet.contains("nobody holds this role</span>, <span class=\"soft\">IT lead"), "{sheet}");
    assert!(made["objectives.md"].contains("*nobody holds this role* | IT lead"));
    assert!(rows(&made["objectives.csv"])[0]["interview"].starts_with("nobody yet (IT lead, Northwind"));
    let kept = view.roster.people.iter().find(|load| load.who.name.is_none()).expect("the role is in the list");
    assert_eq!((kept.keeps, kept.asked), (320, 0));
}

/// A base whose 3.7.5 also has these methods; Acme works on it, the contractor writes.
fn with_methods(methods: &str) -> Repository {
    let repository = Repository::base();
    let path = "practices/MA.L2-3.7.5.toml";
    let text = repository.text(path);
    repository.write(path, text.replace("\n[determinations]\n", &format!("\n{methods}\n[determinations]\n")));
    repository
}

#[test]
fn the_roster_tells_planned_open_and_done_apart() {
    let repository = with_methods(
        r#"
[[method]]
kind = "test"
objectives = ["a"]
do = "Call without a code"
[[method]]
kind = "interview"
objectives = ["a", "b"]
do = "Ask who hands out codes"
party = "contractor"
with = "isso"
on = 2026-12-01
[[method]]
kind = "test"
objectives = ["b"]
do = "Leave a session open"
party = "acme-msp"
with = "Sam Ortiz, engineer on duty"
on = 2026-11-20
[[method]]
kind = "test"
objectives = ["b"]
do = "Use an old code"
party = "acme-msp"
with = "Sam Ortiz"
on = 2026-11-20
by = "isso"
result = "failed"
"#,
    );
    let view = seen(&repository, false);
    let acme = of_party(&view, Some("acme-msp"));
    assert_eq!((acme.tests.open, acme.tests.done, acme.tests.failed), (2, 1, 1));
    assert_eq!(acme.unscheduled.len(), 1, "the test without party falls to who does the work, and has no day");
    assert_eq!(acme.unscheduled[0].state, "planned");
    let day = acme.days.iter().find(|day| day.date == "2026-11-20").expect("there is such a day");
    let states: Vec<&str> = day.sessions.iter().map(|session| session.state.as_str()).collect();
    assert_eq!((states, day.ahead), (vec!["open", "failed"], false));
    assert_eq!(names(&day.sessions[0]), [(Some("Sam Ortiz"), Some("engineer on duty"))]);
    assert_eq!(
        names(&day.sessions[1]),
        [(Some("Sam Ortiz"), Some("engineer"))],
        "the provider's file knows what Sam is"
    );
    assert_eq!(acme.people, 1, "one person, however written");
    let own = of_party(&view, Some("contractor"));
    assert_eq!((own.days[0].date.as_str(), own.days[0].ahead), ("2026-12-01", true));
    assert_eq!(own.days[0].sessions[0].state, "planned");
    assert_eq!(names(&own.days[0].sessions[0]), [(Some("Dana Lee"), Some("Information system security officer"))]);
    let room: Vec<Option<&str>> = own.days[0].sessions[0].room.iter().map(|who| who.name.as_deref()).collect();
    assert_eq!(room, [Some("Robin Park")], "whoever keeps the part is in the room");

    let made = printed(&[Document::Roster], &view);
    assert!(made["roster.html"].contains(">Not yet scheduled</th>") && made["roster.html"].contains("still to come"));
    assert!(made["roster.md"].contains("### Not yet scheduled") && made["roster.md"].contains("### 2026-12-01, still"));
    let undated: Vec<_> = rows(&made["roster.csv"]).into_iter().filter(|row| row["day"].is_empty()).collect();
    assert_eq!(undated.len(), 1);
    assert_eq!((undated[0]["party"].as_str(), undated[0]["whom"].as_str()), ("Acme Managed IT Inc.", ""));
}

#[test]
fn a_method_that_could_be_anybodys_is_nobodys() {
    let repository = with_methods("[[method]]\nkind = \"test\"\nobjectives = [\"a\"]\ndo = \"Try it\"\n");
    let path = "practices/MA.L2-3.7.5.toml";
    let text = repository.text(path);
    repository.write(path, text.replacen("[\"policy\", \"procedure\"]", "[\"policy\", \"operation\"]", 1));
    let view = seen(&repository, false);
    assert_eq!(of_party(&view, None).unscheduled.len(), 1);
    let made = printed(&[Document::Roster], &view);
    assert!(made["roster.html"].contains("Party not stated") && made["roster.md"].contains("## Party not stated"));
}

#[test]
fn a_provider_with_many_people_is_not_listed_by_the_dozen() {
    let repository = with_methods(
        "[[method]]\nkind = \"interview\"\nobjectives = [\"a\"]\ndo = \"Ask\"\nparty = \"acme-msp\"\nwith = \"Person 3\"\n",
    );
    let people = (1..=9).map(|n| format!("\n[[people]]\nname = \"Person {n}\"\nrole = \"engineer {n}\"\n"));
    let people = people.collect::<Vec<String>>().concat();
    repository.append("providers/acme-msp.toml", &people);
    let view = seen(&repository, false);
    let practice = view.practices().find(|practice| practice.id == "MA.L2-3.7.5").expect("it was read");
    let of_acme = practice.objectives[0].speakers.iter().filter(|speaker| !speaker.party.contractor);
    let found: Vec<(Option<&str>, Option<&str>)> = of_acme.map(|s| (s.name.as_deref(), s.role.as_deref())).collect();
    assert_eq!(found, [(Some("Person 3"), Some("engineer 3")), (Some("Sam Ortiz"), Some("service lead"))]);
}

#[test]
fn a_definition_needs_a_section_of_a_policy_of_the_contractors() {
    let view = seen(&Repository::base(), false);
    assert!(view.policy_families.iter().all(|family| family.missing.is_empty() && family.policies.len() == 1));
    let objectives = Catalog::rev2().requirements().flat_map(|requirement| &requirement.objectives);
    let defined = objectives.filter(|objective| objective.nature == Nature::Defined).count();
    assert_eq!(view.policy_families.iter().map(|family| family.wanted).sum::<usize>(), defined);

    let repository = Repository::base();
    let path = "practices/AC.L2-3.1.8.toml";
    let text = repository.text(path);
    repository.write(path, text.replace(", at = \"section 2\"", ""));
    let path = "practices/AC.L2-3.1.10.toml";
    let text = repository.text(path);
    repository.write(path, text.replace("{ artifact = \"policy-ac\", at = \"section 2\" }, ", ""));
    let view = seen(&repository, false);
    let missing: Vec<_> = view.policy_families.iter().flat_map(|family| &family.missing).collect();
    let ids: Vec<&str> = missing.iter().map(|missing| missing.id.as_str()).collect();
    assert_eq!(ids, ["AC.L2-3.1.8[a]", "AC.L2-3.1.10[a]"]);
    assert_eq!(missing[0].somewhere, ["Access Control policy"], "cited, and nowhere in particular");
    assert!(
        missing[1].somewhere.is_empty() && missing[1].instead == ["IT work instructions", "Tickets of the quarter"]
    );
    let made = printed(&[Document::Policies], &view);
    for name in ["policies.html", "policies.md"] {
        assert!(made[name].contains("AC.L2-3.1.8[a]") && made[name].contains("AC.L2-3.1.10[a]"), "{name}");
    }
    let uncovered: Vec<_> = rows(&made["policies.csv"]).into_iter().filter(|row| row["policy"].is_empty()).collect();
    assert_eq!(uncovered.len(), 2);
    assert_eq!((uncovered[0]["practice"].as_str(), uncovered[0]["covered"].as_str()), ("AC.L2-3.1.8", "no"));
}

#[test]
fn a_policy_has_its_approval_its_reviews_and_what_cites_it() {
    let view = seen(&Repository::base(), true);
    let policy = view.policies.iter().find(|policy| policy.id == "ac").expect("the base has fourteen");
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    assert_eq!(said(&policy.family), "AC");
    assert_eq!(
        [said(&policy.version), said(&policy.approver), said(&policy.approved), said(&policy.maintained_by)],
        ["1.0", "Dana Lee", "2026-01-15", "Information system security officer"]
    );
    assert_eq!((said(&policy.state).as_str(), said(&policy.review_due).as_str()), ("current", "2027-10-01"));
    assert_eq!(
        (policy.reviews.len(), policy.reviews[0].date.as_str(), policy.reviews[0].counts),
        (1, "2026-10-01", true)
    );
    assert_eq!(policy.cited.len(), 22, "every practice of the family");
    assert!(policy.cited.iter().all(|place| place.at.as_deref() == Some("section 2") && place.party.contractor));
    assert_eq!(policy.cited[0].objectives.join(""), "abcdef");
    let made = printed(&[Document::Policies], &view);
    assert_eq!(rows(&made["policies.csv"]).len(), 110);
}

#[test]
fn the_text_of_a_policy_is_copied_and_acts_nowhere() {
    let repository = Repository::base();
    let hostile = "# Access Control policy\r\n\r\n<script>alert(1)</script></pre></div>\r\
                   # not a heading\r\n- **1.1** [x](javascript:alert(2)) <img src=x onerror=alert(3)>\r\n\
                   ```\r\n</article>\r\n";
    repository.write("policies/ac.md", hostile);
    let view = seen(&repository, false);
    let made = printed(&[Document::Policies], &view);
    let page = &made["policies.html"];
    assert!(page.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt;&lt;&#x2f;pre&gt;"), "the words are there");
    assert!(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("href=\"javascript"));
    assert!(page.contains("<b>1.1</b> [x](javascript:alert(2))"));
    let lines: Vec<&str> = made["policies.md"].lines().skip_while(|line| !line.contains("alert(1)")).take(5).collect();
    assert!(lines.iter().all(|line| line.is_empty() || line.starts_with("    ")), "{lines:?}");
    assert!(!made["policies.md"].contains('\r'), "a lone return would end the copy");
}

#[test]
fn a_marked_policy_keeps_its_text_to_itself() {
    let repository = Repository::base();
    let path = "evidence/contractor/artifacts.toml";
    let text = repository.text(path);
    repository.write(path, text.replacen("kind = \"policy\"\n", "kind = \"policy\"\nmarking = \"CUI\"\n", 1));
    repository.write("policies/ac.md", "# Access Control policy\n\nThe quiet sentence.\n");
    let made = printed(&[Document::Policies], &seen(&repository, false));
    for (name, text) in &made {
        assert!(!text.contains("The quiet sentence"), "{name}");
    }
    assert!(made["policies.html"].contains("It is marked CUI; its text is left out here."));
    assert!(made["policies.md"].contains("It is marked CUI; its text is left out here."));
}

#[test]
fn a_policy_that_no_artifact_has_says_so() {
    let repository = Repository::base();
    repository.write("policies/visitors.md", "No heading at all.\n");
    repository.write("policies/media-protection-at-home.md", "# At home\n");
    let view = seen(&repository, false);
    let found: Vec<(&str, Option<&str>, usize)> = view
        .policies
        .iter()
        .filter(|policy| policy.artifact.is_none())
        .map(|policy| (policy.title.as_str(), policy.family.as_deref(), policy.cited.len()))
        .collect();
    assert_eq!(found, [("At home", Some("MP"), 0), ("visitors", None, 0)]);
    let made = printed(&[Document::Policies], &view);
    assert_eq!(made["policies.html"].matches("none has this file, so no practice can cite it").count(), 2);
    let own = rows(&made["policies.csv"]).into_iter().find(|row| row["policy"] == "visitors").expect("it has a row");
    assert_eq!(own["practice"], "");
}

#[test]
fn no_cell_of_these_sheets_is_a_formula() {
    let repository = with_methods(
        "[[method]]\nkind = \"test\"\nobjectives = [\"a\"]\ndo = \"=cmd|' /C calc'!A0\"\nexpect = \"@SUM(A1)\"\nwith = \"+1\"\n",
    );
    repository.write("policies/ac.md", "# =HYPERLINK(\"x\")\n");
    let made = printed(&[Document::Objectives, Document::Policies, Document::Roster], &seen(&repository, false));
    for (name, text) in made.iter().filter(|(name, _)| name.ends_with("csv")) {
        for cell in rows(text).iter().flat_map(BTreeMap::values) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {cell}");
        }
    }
    assert!(made["roster.csv"].contains("'=cmd|"));
}

#[test]
fn what_a_provider_is_shown_names_no_other() {
    let view = view_of(&sample());
    let slice = view.slice("vaultline").expect("the sample has it");
    assert!(slice.roster.parties.is_empty() && slice.roster.people.is_empty() && slice.policies.is_empty());
    let families = serde_json::to_string(&slice.families).expect("it is plain data");
    let speakers: Vec<&Speaker> =
        slice.practices().flat_map(|practice| &practice.objectives).flat_map(|objective| &objective.speakers).collect();
    assert!(!speakers.is_empty(), "it sees its own people and the contractor's");
    assert!(speakers.iter().all(|who| who.party.contractor || who.party.id == "vaultline"));
    assert!(speakers.iter().all(|who| who.because.is_empty()));
    assert!(!families.contains("Noor Haddad") && !families.contains("Tara Boyle"));
}

#[test]
fn every_section_of_the_plan_has_its_number_and_3_12_4_its_places() {
    let made = printed(&[Document::Ssp], &view_of(&sample()));
    let numbers = |text: &str, heads: &[&str]| -> Vec<String> {
        let mut found = Vec::new();
        for line in text.lines() {
            let Some(rest) = heads.iter().find_map(|head| line.trim().strip_prefix(head)) else { continue };
            let title = rest.split_once('>').filter(|_| line.contains("<h")).map_or(rest, |(_, title)| title);
            found.push(title.trim_start_matches(' ').split([' ', '<']).next().unwrap_or_default().to_owned());
        }
        found
    };
    let sections = |text: &str, heads: &[&str]| -> Vec<String> {
        numbers(text, heads).into_iter().filter(|number| number.starts_with("2.")).collect()
    };
    let wanted: Vec<String> = (1..=11).map(|number| format!("2.{number}")).collect();
    assert_eq!(sections(&made["ssp.html"], &["<h3"]), wanted);
    assert_eq!(sections(&made["ssp.md"], &["###"]), wanted);
    for number in numbers(&made["ssp.html"], &["<h2", "<h3"]) {
        assert!(number.starts_with(|c: char| c.is_ascii_digit()) || number == "Annex", "{number} is no number");
    }
    let annex = made["ssp.html"].split("id=\"annex-a\"").nth(1).expect("there is an annex A");
    let annex = annex.split("</section>").next().unwrap_or_default();
    assert_eq!(annex.matches("<tr><th scope=\"row\">").count(), 8, "3.12.4 has eight objectives");
    for place in ["#boundary", "#environment", "#annex-b", "#s3", "#connections", "#providers", "#s4"] {
        assert!(annex.contains(&format!("href=\"{place}\"")), "annex A does not lead to {place}");
    }
}

#[test]
fn the_plan_counts_pieces_by_group_and_category_and_lists_every_value() {
    let facts = sample();
    let view = view_of(&facts);
    let enclave = view.groups.iter().find(|group| group.id == "enclave").expect("the sample has it");
    let assets = facts.assessment.assets.iter().flat_map(|assets| &assets.asset);
    let pieces: i64 = assets
        .filter(|asset| asset.group.as_deref() == Some("enclave"))
        .filter_map(|asset| asset.count.as_ref())
        .map(|count| count.value)
        .sum();
    assert_eq!((enclave.pieces, enclave.counts.iter().sum::<i64>()), (pieces, pieces));
    let owners: Vec<&str> = enclave.providers.iter().map(|party| party.id.as_str()).collect();
    assert_eq!(owners, ["acme-mssp", "gcc-high", "vaultline"]);
    let isso = view.roles.iter().find(|role| role.id == "isso").expect("the sample has one");
    assert!(isso.keeps.contains(&"AC.L2-3.1.1".to_owned()));

    let made = printed(&[Document::Ssp], &view);
    for name in ["ssp.html", "ssp.md"] {
        let annex = letters(made[name].split("Annex F: values").last().expect("there is an annex F"));
        for value in facts.assessment.practices.values().flat_map(|practice| practice.values.values()) {
            assert!(annex.contains(&letters(&value.value)), "annex F of {name} leaves out: {}", value.value.value);
        }
    }
}

#[test]
fn a_root_without_anything_prints_sheets_that_say_so() {
    let repository = Repository::empty();
    repository.write("demarcate.toml", "");
    let made = printed(&[Document::Objectives, Document::Policies, Document::Roster], &seen(&repository, false));
    assert_eq!(made["objectives.html"].matches("<article class=\"practice leaf\"").count(), 320);
    assert!(made["objectives.md"].matches("*not stated*").count() > 900);
    assert!(made["roster.html"].contains("No interview, test or check is on record."));
    assert!(made["policies.html"].contains("there is no file in policies/"));
    assert_eq!(rows(&made["roster.csv"]).len(), 0);
    assert!(rows(&made["policies.csv"]).iter().all(|row| row["covered"] == "no"));
}

#[test]
fn what_the_assessor_copies_has_a_row_an_objective_and_keeps_the_limits_of_the_workbook() {
    let mut view = view_of(&sample());
    let long = "x".repeat(450);
    let objective = &mut view.families[0].practices[0].objectives[0];
    let shown = objective.parts[0].evidence[0].clone();
    objective.parts[0].evidence = (0..300)
        .map(|number| {
            let path = Some(format!("evidence/contractor/a-rather-long-name-{number}.pdf"));
            practice::Evidence { path, ..shown.clone() }
        })
        .collect();
    let odd = |path: Option<String>| practice::Evidence { path, ..shown.clone() };
    let other = &mut view.families[0].practices[0].objectives[1];
    other.parts[0].evidence = vec![odd(Some(long)), odd(Some("two; names".into())), odd(None)];
    let made = printed(&[Document::Emass], &view);
    let rows = rows(&made["emass.csv"]);
    assert_eq!(rows.len(), 320);
    assert!(
        rows.iter().all(|row| row["artifacts"].chars().count() <= 4_000 && row["esp_name"].chars().count() <= 2_000)
    );
    assert!(rows[0]["remarks"].contains("more artifacts do not fit"), "{}", rows[0]["remarks"]);
    assert_eq!(
        rows[1]["artifacts"], shown.artifact,
        "a name that is too long or holds a semicolon is the artifact's id"
    );
    assert!(rows[1]["remarks"].contains("is not here yet"), "{}", rows[1]["remarks"]);
    for row in &rows {
        let practice = view.practices().find(|practice| practice.id == row["requirement_number"]).expect("it is known");
        let of = |objective: &&practice::Objective| objective.id == row["objective_number"];
        let objective = practice.objectives.iter().find(of).expect("it is one of its practice");
        let does = objective.parts.iter().any(|part| part.party.contractor);
        match row["inherited"].as_str() {
            "None" => assert_eq!(row["esp_name"], "", "{row:?}"),
            "Partial" => assert!(does && !row["esp_name"].is_empty(), "{row:?}"),
            "Full" => assert!(!does && !row["esp_name"].is_empty(), "{row:?}"),
            other => panic!("{other} is no word of the workbook"),
        }
        assert!(row["hash_value"].is_empty() && row["remarks"].contains("no log of hashes"), "{row:?}");
    }
}
