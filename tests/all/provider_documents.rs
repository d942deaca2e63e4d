//! Inventory, binder, connections and requests of providers, and what a provider may be sent: its own and nothing of
//! others.

use std::collections::{BTreeMap, BTreeSet};

use demarcate::render::template::Templates;
use demarcate::render::{self, Format, Options};
use demarcate::rule::Facts;
use demarcate::view::{self, Tool, View};

use super::base::{Repository, sample_files};
use super::books::parts;
use super::screen::{Sample, run};

fn view_of(facts: &Facts) -> View {
    view::of(facts, Tool { name: "demarcate".into(), version: "9.9.9".into() })
}

/// The base with these changes: path, old text, new text.
fn changed(changes: &[(&str, &str, &str)]) -> Repository {
    let repository = Repository::base();
    for (path, old, new) in changes {
        let text = repository.text(path);
        assert!(text.contains(old), "{path} holds {old}");
        repository.write(path, text.replacen(old, new, 1));
    }
    repository
}

fn looked_at(repository: &Repository) -> View {
    view_of(&repository.look(true).expect("it is readable").0)
}

/// The documents of a view, or of a provider's slice of it, by file name.
fn made(view: &View, provider: Option<&str>) -> BTreeMap<String, String> {
    let options = Options { provider: provider.map(str::to_owned), ..Options::default() };
    let templates = Templates::new(&BTreeMap::new()).expect("the built-in templates can be read");
    let files = render::all(&Format::TEXTS, &options, view, &templates).expect("it can be printed");
    files.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).expect("documents are UTF-8"))).collect()
}

/// The rows of a file of comma-separated values, each by the names of its columns.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("every row is as wide as the header")).collect()
}

/// What nobody but a provider and the contractor may read: names, people, addresses, artifacts and duties.
fn secrets(facts: &Facts, provider: &str) -> BTreeSet<String> {
    let assessment = &facts.assessment;
    let mut secrets = BTreeSet::new();
    for (id, other) in assessment.providers.iter().filter(|(id, _)| *id != provider) {
        secrets.extend(assessment.names_of(id));
        secrets.extend(other.people.iter().map(|person| person.name.to_string()));
        let reached = other.contact.iter().flat_map(|contact| [&contact.email, &contact.phone]);
        let reached = reached.chain(other.people.iter().map(|person| &person.email));
        let number = other.contract.iter().map(|contract| &contract.number);
        secrets.extend(reached.chain(number).flatten().map(ToString::to_string));
        secrets.extend(other.contact.iter().map(|contact| contact.name.to_string()).filter(|name| name.contains(' ')));
        secrets.extend(other.access.iter().map(|access| access.id.to_string()));
        secrets.extend(assessment.duties_of(id).map(|(_, part)| part.duty.trim().to_owned()));
        let made = assessment.artifacts.values().filter(|series| series.producer() == id);
        secrets.extend(made.map(|series| series.artifact.id.to_string()));
    }
    secrets
}

/// Words of an id that another provider uses for something of its own, too.
fn is_own(facts: &Facts, provider: &str, secret: &str) -> bool {
    let found = &facts.assessment.providers[provider];
    found.access.iter().any(|access| &*access.id == secret)
}

/// Whether a text holds these words, and not only inside a longer id.
fn tells(text: &str, secret: &str) -> bool {
    let is_of_id = |c: char| c.is_alphanumeric() || c == '-';
    let alone =
        |(at, _): (usize, &str)| !text[..at].ends_with(is_of_id) && !text[at + secret.len()..].starts_with(is_of_id);
    text.match_indices(secret).any(alone)
}

/// The view without what a provider's own papers say, and whom they name.
fn without_papers(view: &View, provider: &str) -> View {
    let mut view = view.clone();
    for found in view.providers.iter_mut().filter(|found| found.id == provider) {
        found.via = None;
        found.contract.iter_mut().for_each(|contract| contract.reseller = None);
        found.terms.iter_mut().for_each(|clause| clause.says = None);
    }
    view
}

#[test]
fn a_set_for_a_provider_holds_no_byte_of_another() {
    let facts = sample_files("2026-11-21");
    let whole = view_of(&facts);
    let mut looked_for = 0;
    for provider in facts.assessment.providers.keys() {
        let view = without_papers(&whole, provider);
        let mut set = made(&view, Some(provider));
        let slice = view.slice(provider).expect("it is a provider");
        set.insert("context".into(), serde_json::to_string(&slice).expect("it is plain data"));
        let set: Vec<(String, String)> = set.into_iter().map(|(name, text)| (name, text.to_lowercase())).collect();
        let secrets = secrets(&facts, provider);
        for secret in secrets.iter().filter(|secret| !is_own(&facts, provider, secret)) {
            looked_for += 1;
            for (name, text) in &set {
                assert!(!tells(text, &secret.to_lowercase()), "{provider}: {name} tells of {secret}");
            }
        }
    }
    assert!(looked_for > 400, "{looked_for}");
}

/// The workbooks that a provider can be sent, unpacked: by file and part.
fn unpacked(view: &View, provider: &str) -> BTreeMap<String, String> {
    let options = Options { provider: Some(provider.to_owned()), ..Options::default() };
    let templates = Templates::new(&BTreeMap::new()).expect("the built-in templates can be read");
    let files = render::all(&[Format::Xlsx], &options, view, &templates).expect("it can be made");
    assert!(!files.is_empty());
    let parts = |(name, bytes): (String, Vec<u8>)| {
        parts(&bytes).into_iter().map(move |(part, text)| (format!("{name}, {part}"), text.to_lowercase()))
    };
    files.into_iter().flat_map(parts).collect()
}

#[test]
fn a_workbook_for_a_provider_holds_no_byte_of_another() {
    let facts = sample_files("2026-11-21");
    let whole = view_of(&facts);
    let mut looked_for = 0;
    for provider in facts.assessment.providers.keys() {
        let set = unpacked(&without_papers(&whole, provider), provider);
        for secret in secrets(&facts, provider).iter().filter(|secret| !is_own(&facts, provider, secret)) {
            looked_for += 1;
            for (name, text) in &set {
                let secret = secret.to_lowercase().replace('&', "&amp;");
                assert!(!tells(text, &secret), "{provider}: {name} tells of {secret}");
            }
        }
    }
    assert!(looked_for > 400, "{looked_for}");
}

#[test]
fn a_workbook_for_a_provider_says_its_own_matrix_in_its_own_words_and_hides_others_elsewhere() {
    let duty =
        ("practices/SI.L2-3.14.1.toml", "duty = \"Writes", "duty = \"Tells GCC High's desk and gcc-high; Writes");
    let matrix = "providers/acme-msp.crm.toml";
    let own = Repository::base().text(matrix).lines().find(|line| line.starts_with("provider-does")).map(str::to_owned);
    let own = own.expect("its matrix says what it does");
    let said = own.replacen('"', "\"Hands over to GCC High. ", 1);
    let view = looked_at(&changed(&[duty, (matrix, &own, &said)]));
    let set = unpacked(&view, "acme-msp");
    let strings = |sheet: &str| {
        let (_, text) = set.iter().find(|(name, _)| name.ends_with(sheet)).expect("the part is there");
        text.clone()
    };
    let shared = strings("xl/sharedStrings.xml");
    assert!(shared.contains("hands over to gcc high. "), "its own words come back as they are");
    assert!(shared.contains("tells another provider"), "{shared}");
    assert!(!tells(&shared, "gcc-high"), "the contractor's words name no other provider");
}

#[test]
fn a_name_of_another_provider_in_a_text_of_the_contractor_is_not_told() {
    let path = "practices/SI.L2-3.14.1.toml";
    let said = "duty = \"Tells GCC High's desk and gcc-high which flaws Acme has not mended; Writes";
    let repository = changed(&[
        (path, "duty = \"Writes", said),
        (path, "Compare ten hosts", "With GCC High Cloud compare ten hosts"),
    ]);
    let set = made(&looked_at(&repository), Some("acme-msp"));
    let by_practice = rows(&set["crm-acme-msp-by-practice.csv"]);
    let row = by_practice.iter().find(|row| row["practice"] == "SI.L2-3.14.1").expect("it has a part of it");
    let told = &row["contractor_does"];
    assert!(
        told.starts_with("Tells another provider's desk and another provider which flaws Acme has not mended"),
        "{told}"
    );
    for (name, text) in &set {
        let text = text.to_lowercase();
        assert!(!text.contains("gcc high") && !text.contains("gcc-high"), "{name}");
    }
}

/// The part of a practice that the contractor does beside Acme MSP, with this said of another provider.
fn told(duty: &str) -> String {
    let other = "providers/gcc-high.toml";
    let people = "\n[[people]]\nname = \"Noor Haddad\"\nemail = \"noor.haddad@soc.example\"\n\
                  [[contact]]\nname = \"Kim Osei\"\nphone = \"+1 614 555 0140\"\nemail = \"kim@gcc-high.example\"\n";
    let practice = "practices/SI.L2-3.14.1.toml";
    let repository = changed(&[(practice, "duty = \"Writes", &format!("duty = \"{duty} Writes"))]);
    let text = repository.text(other);
    let number = text.lines().find(|line| line.starts_with("number")).expect("the contract has a number").to_owned();
    repository.write(other, text.replacen(&number, "number = \"ASO-0231\"", 1) + people);
    let set = made(&looked_at(&repository), Some("acme-msp"));
    let by_practice = rows(&set["crm-acme-msp-by-practice.csv"]);
    let row = by_practice.iter().find(|row| row["practice"] == "SI.L2-3.14.1").expect("it has a part of it");
    row["contractor_does"].split(" Writes").next().expect("it begins so").to_owned()
}

#[test]
fn people_addresses_and_numbers_of_another_provider_in_a_text_are_not_told() {
    for (duty, expected) in [
        (
            "Asks Noor Haddad (noor.haddad@soc.example, +1 614 555 0140, contract ASO-0231).",
            "Asks another provider (withheld, withheld, contract withheld).",
        ),
        ("Mails help.desk@gcc-high.example.", "Mails withheld."),
        ("Looks at https://portal.gcc-high.example/a?b=c, then acts.", "Looks at withheld, then acts."),
        ("The GCC High desk calls Kim Osei's deputy.", "Another provider desk calls another provider's deputy."),
        ("Tells the GCC High's desk; bathe GCC High.", "Tells another provider's desk; bathe another provider."),
        ("Asks the service desk for report 0231.", "Asks the service desk for report 0231."),
    ] {
        assert_eq!(told(duty), expected);
    }
}

#[test]
fn what_its_own_contract_says_and_names_stays_as_written() {
    let path = "providers/acme-msp.toml";
    let text = Repository::base().text(path);
    let until = text.lines().find(|line| line.starts_with("until")).expect("the contract has a last day").to_owned();
    let repository = changed(&[
        (path, &until, &format!("{until}\nreseller = \"GCC High\"")),
        (path, "Evidence on request.", "Reaches the tenant through GCC High."),
    ]);
    let set = made(&looked_at(&repository), Some("acme-msp"));
    for name in ["providers-acme-msp.html", "providers-acme-msp.md"] {
        assert!(set[name].contains("Reaches the tenant through GCC High."), "{name}");
        assert!(set[name].contains("GCC High") && !set[name].contains("another provider"), "{name}");
    }
}

#[test]
fn authorities_stand_in_the_plan_and_in_no_slice() {
    let path = "incident.toml";
    let repository = Repository::base();
    let authority = "\n[[authority]]\nname = \"Sheriff of Franklin County\"\nabout = \"theft\"\ncontact = \"555-0188\"\n\
                     within = \"24 hours\"\nchecked = 2025-01-05\n";
    repository.write(path, repository.text(path) + authority);
    let view = looked_at(&repository);
    let set = made(&view, None);
    for name in ["ssp.html", "ssp.md"] {
        let at = set[name].find("Sheriff of Franklin County").expect(name);
        let row = set[name][at..].lines().next().expect("it is a row");
        assert!(["theft", "555-0188", "24 hours", "over a year ago"].iter().all(|said| row.contains(said)), "{row}");
        assert!(set[name].contains("medium assurance certificate until"), "{name}");
    }
    assert!(view.slice("acme-msp").expect("it is a provider").incident.authorities.is_empty());
}

#[test]
fn a_provider_that_is_no_esp_or_holds_nothing_is_asked_about_no_matrix() {
    let facts = sample_files("2026-11-21");
    let view = view_of(&facts);
    for known in view.providers.iter().filter(|known| !known.esp && known.matrix.is_none()) {
        let set = made(&view, Some(&known.id));
        for name in ["html", "md"].map(|ending| format!("crm-{}-by-practice.{ending}", known.id)) {
            assert!(
                ["says its own matrix", "says the provider's matrix", "No matrix on record", "Your matrix"]
                    .iter()
                    .all(|words| !set[&name].contains(words)),
                "{name}"
            );
            assert_eq!(set[&name].contains("Nothing is assigned to you."), known.practices.is_empty(), "{name}");
        }
    }
    let mut idle = view.clone();
    idle.providers.iter_mut().filter(|known| known.id == "acme-msp").for_each(|known| known.id = "idle".into());
    idle.parties.iter_mut().filter(|party| party.id == "acme-msp").for_each(|party| party.id = "idle".into());
    let set = made(&idle, Some("idle"));
    assert!(set["crm-idle-by-practice.html"].contains("Nothing is assigned to you."));
    assert!(set["crm-idle-by-practice.md"].contains("Nothing is assigned to you."));
}

#[test]
fn what_the_record_of_a_provider_rests_on_is_in_its_binder_and_its_requests() {
    let path = "evidence/acme-msp/artifacts.toml";
    let repository = Repository::base();
    let text = repository.text(path);
    let id = text.find("id = \"acme-personnel\"").expect("it is declared");
    let edition = text[id..].find("edition").expect("it has an edition") + id;
    let end = text[edition..].find('\n').expect("it ends") + edition;
    repository.write(path, format!("{}state = \"planned\"{}", &text[..edition], &text[end..]));
    let view = looked_at(&repository);
    let binder = view.binder.iter().find(|binder| binder.provider.id == "acme-msp").expect("it holds duties");
    let missing: Vec<_> = binder.missing.iter().filter_map(|found| found.artifact.as_deref()).collect();
    assert_eq!(missing, ["acme-personnel"]);
    assert!(binder.grounds.iter().any(|ground| ground.what == "personnel list, U.S.-person attestation"));
    let set = made(&view, Some("acme-msp"));
    let asked = rows(&set["requests-acme-msp.csv"]);
    let row = asked.iter().find(|row| row["artifact"] == "acme-personnel").expect("it is asked for");
    assert!(row["serves"].contains("personnel list of Acme Managed IT Inc."), "{row:?}");
    assert!(row["how_it_stands"].starts_with("asked for now"), "{row:?}");
    assert!(set["binder-acme-msp.html"].contains("What the record of the provider rests on"));
    assert!(made(&view, None)["requests.md"].contains("nothing due within 30 days"));
}

#[test]
fn a_statement_and_the_score_stay_with_the_contractor() {
    let repository = Repository::base();
    let view = looked_at(&repository);
    let slice = view.slice("acme-msp").expect("it is a provider");
    assert!(view.practices().all(|practice| practice.statement.is_some()));
    assert!(slice.practices().all(|practice| practice.statement.is_none()));
    assert_eq!((slice.score.score, slice.poam.len(), slice.categories.len()), (None, 0, 0));
    let whole = run(&repository.root(), &["render", "--context", "--provider", "acme-msp"]);
    assert!(!whole.out.contains("gcc-high") && whole.json()["providers"].as_array().is_some_and(|all| all.len() == 1));
    let nobody = run(&repository.root(), &["render", "--context", "--provider", "nobody"]);
    assert_eq!(nobody.code, 2);
    assert!(nobody.err.contains("no provider is called `nobody`"), "{}", nobody.err);
}

#[test]
fn both_statements_stand_side_by_side_with_room_to_correct() {
    let crm = "providers/acme-msp.crm.toml";
    let silent = changed(&[(crm, "\"3.7.5\"", "\"3.7.4\"")]);
    let set = made(&looked_at(&silent), Some("acme-msp"));
    let by_objective = rows(&set["crm-acme-msp-by-objective.csv"]);
    let of =
        |practice: &str| by_objective.iter().find(|row| row["objective"].starts_with(practice)).expect("it is there");
    assert_eq!(of("MA.L2-3.7.5")["compared"], "its own matrix does not speak of it");
    let both = of("SI.L2-3.14.1");
    assert_eq!(both["compared"], "its own matrix claims it");
    for column in ["provider_duty", "provider_matrix_says_provider_does", "contractor_does", "evidence_expected"] {
        assert!(!both[column].is_empty(), "{column}");
    }
    assert_eq!((both["correction"].as_str(), both["acceptance"].as_str()), ("", "accepted"));
    assert!(set["crm-acme-msp-by-practice.html"].contains("Does not speak of it"));
    assert!(set["crm-acme-msp-by-practice.md"].contains("**Your matrix does not speak of it [a, b]**"));
}

#[test]
fn the_matrix_of_the_contractor_says_what_it_said() {
    let set = made(&looked_at(&Repository::base()), None);
    let header = set["crm-by-practice.csv"].lines().next().expect("there is a header");
    assert_eq!(
        header,
        "practice,requirement,title,asks,ownership,status,parties,contractor_responsibility,provider_responsibility,\
         groups,evidence,interviews_and_tests,verification,provider_matrix"
    );
}

#[test]
fn what_has_lapsed_or_is_not_stated_says_so_in_words() {
    let path = "providers/acme-msp.toml";
    let text = Repository::base().text(path);
    let until = text.lines().find(|line| line.starts_with("until")).expect("the contract has a last day").to_owned();
    let last = text.lines().find(|line| line.starts_with("review-last")).expect("access is reviewed").to_owned();
    let device = text.lines().find(|line| line.starts_with("device")).expect("access has a device").to_owned();
    let repository = changed(&[
        (path, &until, "until = 2026-11-01"),
        (path, &last, "review-last = 2026-01-05"),
        (path, &device, ""),
    ]);
    let set = made(&looked_at(&repository), None);
    for name in ["providers.html", "providers.md", "providers.csv"] {
        assert!(set[name].contains("lapsed 20 days ago"), "{name}");
        assert!(set[name].contains("overdue since 2026-04-05"), "{name}");
        assert!(set[name].contains("not stated"), "{name}");
    }
}

/// The base where an artifact of Acme has these lines in place of its edition.
fn collected(lines: &str) -> View {
    let path = "evidence/acme-msp/artifacts.toml";
    let repository = Repository::base();
    let text = repository.text(path);
    let edition = text.lines().find(|line| line.contains("report-2026-09.txt")).expect("the base has it");
    repository.write(path, text.replacen(edition, lines, 1));
    looked_at(&repository)
}

/// How the binder of Acme counts its objectives: in hand, overdue, waiting, refused, missing.
fn counted(view: &View) -> Vec<usize> {
    let binder = view.binder.iter().find(|binder| binder.provider.id == "acme-msp").expect("it holds duties");
    let counts: Vec<usize> = binder.figures.iter().map(|figure| figure.objectives).collect();
    assert_eq!(counts.iter().sum::<usize>(), binder.objectives);
    counts
}

#[test]
fn a_binder_counts_each_objective_by_its_best_artifact() {
    let all = looked_at(&Repository::base());
    let objectives =
        all.binder.iter().find(|binder| binder.provider.id == "acme-msp").expect("it holds duties").objectives;
    assert_eq!(counted(&all), [objectives, 0, 0, 0, 0]);
    for (lines, standing, words) in [
        ("state = \"planned\"", 2, "planned, not yet asked for"),
        ("state = \"requested\"\nrequested = 2026-11-02\ndue = 2026-12-02", 2, "asked for on 2026-11-02"),
        ("state = \"requested\"\nrequested = 2026-10-02\ndue = 2026-11-01", 1, "asked for on 2026-10-02, 20 days late"),
        ("state = \"refused\"\nrefused = 2026-10-09", 3, "refused on 2026-10-09"),
        ("state = \"view-only\"", 0, ""),
    ] {
        let view = collected(lines);
        let counts = counted(&view);
        assert!(counts[standing] > 0 && counts[standing] == objectives, "{lines}: {counts:?}");
        let missing = &view.binder[0].missing;
        assert_eq!(missing.is_empty(), standing == 0, "{lines}: {missing:?}");
        assert!(missing.iter().all(|found| found.what.ends_with(words)), "{lines}: {missing:?}");
    }
}

#[test]
fn a_check_that_failed_or_was_never_done_is_missing_from_the_binder() {
    let path = "practices/SI.L2-3.14.1.toml";
    let text = Repository::base().text(path);
    let at = text.find("last = ").expect("the part is checked");
    let last = text[at..].split([',', '}']).next().expect("it ends").trim().to_owned();
    let never = changed(&[(path, &format!("{last},"), ""), (path, "result = \"passed\"", "")]);
    let failed = changed(&[(path, "result = \"passed\"", "result = \"failed\"")]);
    let late = changed(&[(path, &last, "last = 2026-01-05")]);
    for (repository, kind) in [(&never, "unverified"), (&failed, "failed"), (&late, "check-overdue")] {
        let view = looked_at(repository);
        let binder = view.binder.iter().find(|binder| binder.provider.id == "acme-msp").expect("it holds duties");
        let kinds: Vec<&str> = binder.missing.iter().map(|found| found.kind.as_str()).collect();
        assert_eq!(kinds, [kind], "{:?}", binder.missing);
    }
}

#[test]
fn requests_stand_by_party_and_day_with_what_they_are_for() {
    let view = collected("state = \"requested\"\nrequested = 2026-10-02\ndue = 2026-11-01");
    let set = made(&view, None);
    let asked = rows(&set["requests.csv"]);
    let row = asked.iter().find(|row| row["artifact"] == "acme-report").expect("it is asked for");
    assert_eq!(row["how_it_stands"], "asked for on 2026-10-02, overdue by 20 days");
    assert_eq!(row["days_overdue"], "20");
    assert!(row["shows"].contains("SI.L2-3.14.1[") && !row["whom_to_ask"].is_empty(), "{row:?}");
    for name in ["requests.html", "requests.md"] {
        assert!(set[name].contains("20 days late"), "{name}");
    }
    let sent = made(&view, Some("acme-msp"));
    assert!(rows(&sent["requests-acme-msp.csv"]).iter().all(|row| row["party"] == row_party(&view)));
    assert_eq!(
        rows(&sent["requests-acme-msp.csv"]).len(),
        asked.iter().filter(|row| row["party"] == row_party(&view)).count()
    );
}

fn row_party(view: &View) -> String {
    view.parties.iter().find(|party| party.id == "acme-msp").expect("it is a party").title.clone()
}

#[test]
fn requests_of_the_sample_are_sorted_and_name_whom_to_ask() {
    let view = view_of(&sample_files("2026-11-21"));
    let mut asked = 0;
    for party in &view.requests {
        let days: Vec<&str> =
            party.asked.iter().filter_map(|found| found.due.as_ref()).map(|due| due.date.as_str()).collect();
        assert!(days.is_sorted(), "{}: {days:?}", party.party.id);
        assert!(party.asked.iter().all(|found| !found.whom.is_empty() && !found.shows.is_empty()), "{party:#?}");
        asked += party.asked.len();
    }
    assert!(asked > 10, "{asked}");
    let late = view_of(&sample_files("2027-03-01"));
    let overdue: usize = late.requests.iter().map(|party| party.overdue).sum();
    assert!(overdue > 20, "{overdue}");
}

#[test]
fn every_connection_names_its_agreement_and_what_uses_it() {
    let facts = sample_files("2026-11-21");
    let view = view_of(&facts);
    let written = facts.assessment.providers.values().map(|provider| provider.connection.len()).sum::<usize>();
    let own = facts.assessment.config.system.as_ref().map_or(0, |system| system.connection.len());
    assert_eq!(view.connections.len(), written + own);
    let cited = facts.assessment.practices.values().flat_map(|practice| &practice.responsibility);
    let cited = cited.filter(|part| part.connection.is_some()).count();
    assert_eq!(view.connections.iter().map(|found| found.uses.len()).sum::<usize>(), cited);
    let bare = "providers/acme-msp.toml";
    let connection = "\n[[connection]]\nid = \"bare-line\"\ndata = \"=cmd()\"\n";
    let repository = Repository::base();
    repository.write(bare, repository.text(bare) + connection);
    let set = made(&looked_at(&repository), None);
    let all = rows(&set["connections.csv"]);
    let row = all.iter().find(|row| row["connection"] == "bare-line").expect("it is there");
    assert_eq!(row["not_stated"], "direction, method, authentication, controls, agreement");
    assert_eq!(row["data"], "'=cmd()", "no cell is a formula");
}

#[test]
fn a_set_of_a_provider_is_written_by_one_command_and_stays_the_same() {
    let sample = Sample::new();
    let screen = sample.run(&["render", "--provider", "acme-msp", "-o", "sent"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let written: Vec<&str> = screen.out.lines().skip(1).map(str::trim).collect();
    assert_eq!(written.len(), 18, "{written:?}");
    assert!(written.iter().all(|name| name.contains("acme-msp")), "{written:?}");
    let first: Vec<String> = written.iter().map(|name| sample.text(&format!("sent/{name}"))).collect();
    assert_eq!(sample.run(&["--no-cache", "render", "--provider", "acme-msp", "-o", "again"]).code, 0);
    for (name, text) in written.iter().zip(first) {
        assert!(sample.text(&format!("again/{name}")) == text, "{name} differs");
    }
    let refused = sample.run(&["render", "poam", "--provider", "acme-msp"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("crm, providers, binder, connections, requests"), "{}", refused.err);
}
