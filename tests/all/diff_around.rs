//! What a comparison says of everything around the practices: no key of any table is left out, nothing reads as
//! dropped that could only not be read, and what loosens stands out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use demarcate::cache::Cache;
use demarcate::diagnostic::Diagnostic;
use demarcate::diff::{self, Side, Sides, documents};
use demarcate::facts::{self, Wanted};
use demarcate::git::Oid;
use demarcate::model::changes::{Change, Changes, Mark, Point, Section, Weight, What};
use demarcate::model::{artifact, assets, config, crm, crypto, incident, practice, provider, weakness};
use demarcate::render::template::Templates;
use demarcate::render::{self, Format, Options};
use demarcate::rule::Facts;
use demarcate::source::Tree;
use demarcate::table::{Kind, Record, Shape};
use demarcate::view::{self, Tool};
use tempfile::TempDir;

use super::base::{AS_OF, day};
use super::docs::writing;
use super::screen::run;
use super::scripted::Scripted;

type Read = (Facts, Vec<Diagnostic>);

#[expect(clippy::option_option, reason = "the outer one leaves the log out")]
fn wanted(history: Option<Option<Oid>>, cache: &Cache) -> Wanted<'_> {
    Wanted { as_of: day(AS_OF), today: None, trust_root: None, shared: None, history, progress: &|_| {}, cache }
}

fn compared(before: &Read, after: &Read) -> Changes {
    let point = || Point { name: "a side".to_owned(), commit: None, merge_base_of: None };
    diff::of(&Sides {
        before: Side { point: point(), facts: &before.0, found: &before.1, checked: None },
        after: Side { point: point(), facts: &after.0, found: &after.1, checked: None },
    })
}

/// What differs between two commits of a scripted repository.
fn between(repository: &Scripted, from: &str, to: &str, with_history: bool) -> Changes {
    let git = repository.open();
    let read = |revision: &str| -> Read {
        let id: Oid = repository.git(&["rev-parse", revision]).parse().expect("git prints ids");
        let tree = Tree::revision(&git, id, repository.prefix()).expect("the commit can be read");
        let cache = Cache::none();
        facts::of(&tree, &wanted(with_history.then_some(Some(id)), &cache)).expect("the commit holds a root")
    };
    compared(&read(from), &read(to))
}

/// What the last commit changed.
fn last(repository: &Scripted) -> Changes {
    between(repository, "HEAD~1", "HEAD", false)
}

/// What one edit of the scripted root changes.
fn edited(path: &str, old: &str, new: &str) -> Changes {
    let repository = Scripted::root();
    repository.edit(path, old, new);
    repository.commit("Edit", "2026-01-02");
    last(&repository)
}

/// What an addition to a file of the scripted root changes.
fn appended(path: &str, text: &str) -> Changes {
    let repository = Scripted::root();
    repository.write(path, &format!("{}\n{text}", repository.read(path)));
    repository.commit("Add", "2026-01-02");
    last(&repository)
}

/// The changes but for the documents that follow from them, a line each, with a mark where one stands out.
fn lines(changes: &Changes) -> Vec<String> {
    let shown = changes.changes.iter().filter(|change| change.section != Section::Documents);
    let mark = |change: &Change| match change.weight {
        Weight::StandsOut => "! ",
        Weight::Plain => "  ",
        Weight::Slight => ". ",
    };
    shown.map(|change| format!("{}{}", mark(change), change.line())).collect()
}

// Every key.

/// A value of a file, to be written inline.
enum Value {
    Word(String),
    List(Vec<Self>),
    Table(Vec<(&'static str, Self)>),
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::text).collect::<Vec<_>>().join(", ")),
            Self::Table(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key} = {}", value.text())).collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }
}

/// What becomes of one key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turn {
    To(usize),
    Dropped,
}

/// Writes a file with every key of its shape, in which one may be another.
struct Writer {
    at: usize,
    turn: Option<(usize, Turn)>,
    seen: Vec<(&'static str, &'static str, Vec<Turn>)>,
}

impl Writer {
    fn file(shape: &'static Shape, turn: Option<(usize, Turn)>) -> (String, Self) {
        let mut writer = Self { at: 0, turn, seen: Vec::new() };
        let Value::Table(entries) = writer.table(shape) else { unreachable!("a table was asked for") };
        let text =
            entries.iter().map(|(key, value)| format!("{key} = {}\n", value.text())).collect::<Vec<_>>().concat();
        (text, writer)
    }

    fn table(&mut self, shape: &'static Shape) -> Value {
        let mut entries = Vec::new();
        for key in shape.keys {
            let number = self.at;
            self.at += 1;
            let mut turns: Vec<Turn> = (1..=others(key.kind)).map(Turn::To).collect();
            turns.extend((!key.required).then_some(Turn::Dropped));
            self.seen.push((shape.name, key.name, turns));
            match self.turn.filter(|(wanted, _)| *wanted == number) {
                Some((_, Turn::Dropped)) => {}
                Some((_, Turn::To(which))) => {
                    entries.push((key.name, self.value(key.kind, shape.name, key.name, which)));
                }
                None => entries.push((key.name, self.value(key.kind, shape.name, key.name, 0))),
            }
        }
        Value::Table(entries)
    }

    fn value(&mut self, kind: Kind, shape: &str, key: &'static str, which: usize) -> Value {
        match kind {
            Kind::Table(inner) => self.table(inner),
            Kind::List(of) | Kind::OneOrMany(of) => Value::List(vec![self.value(*of, shape, key, which)]),
            Kind::Map(of) => {
                let entry = if key == "rules" { "review-due" } else { "a" };
                Value::Table(vec![(entry, self.value(*of, shape, key, which))])
            }
            Kind::Either(_, long) => self.value(*long, shape, key, which),
            _ => Value::Word(word(kind, shape, key, which)),
        }
    }
}

/// How many other values a key is tried with.
fn others(kind: Kind) -> usize {
    match kind {
        Kind::Table(_) | Kind::Either(..) => 0,
        Kind::List(of) | Kind::OneOrMany(of) | Kind::Map(of) => others(*of),
        Kind::Choice(words) => words.len() - 1,
        _ => 1,
    }
}

fn word(kind: Kind, shape: &str, key: &str, which: usize) -> String {
    let one_of = |words: &[&str]| format!("\"{}\"", words[which.min(words.len() - 1)]);
    match kind {
        Kind::Date => ["2026-10-01", "2026-10-20"][which].to_owned(),
        Kind::Duration => one_of(&["3 hours", "4 days"]),
        Kind::Integer => ["3", "4"][which].to_owned(),
        Kind::Bool => ["true", "false"][which].to_owned(),
        Kind::Choice(words) => format!("\"{}\"", words[which].0),
        Kind::Id => match shape {
            "Provider" => one_of(&["acme", "zeta"]),
            "Role" => one_of(&["isso", "head"]),
            "Person" => one_of(&["dana", "robin"]),
            "Group" => one_of(&["enclave", "vault"]),
            _ => format!("\"{}-{}\"", shape.to_lowercase(), ["a", "z"][which]),
        },
        Kind::Ref(what) => match (shape, key, what) {
            ("Handoff", "to", _) => one_of(&["contractor", "beta"]),
            ("ProviderCrm", ..) => one_of(&["acme", "beta"]),
            (_, _, "party") => one_of(&["acme", "contractor"]),
            (_, _, "provider") => one_of(&["beta", "acme"]),
            (_, _, "role") => one_of(&["isso", "it"]),
            (_, _, "person") => one_of(&["dana", "kim"]),
            (_, _, "group") => one_of(&["enclave", "office"]),
            _ => format!("\"{what}-{}\"", ["a", "z"][which]),
        },
        _ => match (shape, key) {
            ("Responsibility" | "Method" | "Evidence", "objectives") => one_of(&["a", "b"]),
            (_, "objectives") => one_of(&["AC.L2-3.1.1[a]", "AC.L2-3.1.1[b]"]),
            ("Exempt" | "CrmRow", "from" | "for") => one_of(&["3.1.1", "3.1.2"]),
            ("Practice", "practice") => one_of(&["AC.L2-3.1.1", "AC.L2-3.1.2"]),
            ("Allow", "rule") => one_of(&["review-due", "review-overdue"]),
            ("Edition", "path") => one_of(&["report.txt", "other.txt"]),
            (_, "email") => one_of(&["kim@acme.example", "lee@acme.example"]),
            _ => format!("\"{shape} {key}, as it {}\"", ["was", "is now"][which]),
        },
    }
}

const FILES: [(&str, &Shape); 10] = [
    ("demarcate.toml", &config::Config::SHAPE),
    ("practices/AC.L2-3.1.1.toml", &practice::Practice::SHAPE),
    ("providers/acme.toml", &provider::Provider::SHAPE),
    ("providers/acme.crm.toml", &crm::ProviderCrm::SHAPE),
    ("evidence/contractor/artifacts.toml", &artifact::ArtifactsFile::SHAPE),
    ("poam/poam-a.toml", &weakness::Poam::SHAPE),
    ("exceptions/exception-a.toml", &weakness::Exception::SHAPE),
    ("assets.toml", &assets::Assets::SHAPE),
    ("incident.toml", &incident::Incident::SHAPE),
    ("crypto.toml", &crypto::Crypto::SHAPE),
];

/// A root in which every key of every table stands.
struct Rich(TempDir);

impl Rich {
    fn new() -> Self {
        let rich = Self(TempDir::new().expect("tests may write to the temporary folder"));
        for (path, shape) in FILES {
            rich.write(path, &Writer::file(shape, None).0);
        }
        rich.write("providers/beta.toml", "id = \"beta\"\nname = \"Beta\"\n");
        rich.write("policies/access.md", "# Access\n\nAccounts are approved.\n");
        rich.write("evidence/contractor/report.txt", "a report\n");
        rich
    }

    fn write(&self, path: &str, text: &str) {
        let full = self.0.path().join(path);
        std::fs::create_dir_all(full.parent().expect("a file has a folder")).expect("the folder can be made");
        std::fs::write(full, text).expect("the file can be written");
    }

    fn read(&self) -> Read {
        let tree = Tree::folder(self.0.path(), None).expect("the root can be opened");
        facts::of(&tree, &wanted(None, &Cache::none())).expect("the root can be read")
    }

    /// What is read where a key of a file holds another value, or none: each key in turn, each word that it may be up
    /// to so many.
    fn each(
        &self,
        path: &str,
        shape: &'static Shape,
        most: usize,
        mut look: impl FnMut((&'static str, &'static str), Turn, &Read),
    ) {
        let (text, writer) = Writer::file(shape, None);
        for (number, (shape_name, key, turns)) in writer.seen.iter().enumerate() {
            let is_wanted = |turn: &&Turn| !matches!(turn, Turn::To(which) if *which > most);
            for turn in turns.iter().filter(is_wanted) {
                self.write(path, &Writer::file(shape, Some((number, *turn))).0);
                look((shape_name, key), *turn, &self.read());
            }
        }
        self.write(path, &text);
    }
}

/// Sections about the practices, which have tests of their own.
const OF_PRACTICES: [Section; 5] =
    [Section::Ownership, Section::Determinations, Section::Evidence, Section::Verification, Section::Values];

#[test]
fn a_change_of_any_key_of_any_file_around_the_practices_is_told() {
    let rich = Rich::new();
    let before = rich.read();
    let (mut untold, mut tried) = (Vec::new(), 0);
    for (path, shape) in
        FILES.iter().filter(|(path, _)| !path.starts_with("practices") && !path.starts_with("evidence"))
    {
        rich.each(path, shape, usize::MAX, |(table, key), turn, after| {
            let changes = compared(&before, after);
            let told =
                |change: &&Change| change.section != Section::Documents && !OF_PRACTICES.contains(&change.section);
            let is_told = changes.changes.iter().any(|change| told(&change));
            tried += 1;
            if !is_told {
                untold.push(format!("{table}.{key} {turn:?}"));
            }
        });
    }
    assert!(untold.is_empty(), "{untold:#?}");
    assert!(tried > 400, "{tried}");
}

#[test]
fn files_that_are_only_laid_out_otherwise_differ_in_nothing() {
    let rich = Rich::new();
    let before = rich.read();
    for (path, shape) in FILES {
        let text = Writer::file(shape, None).0;
        let spaced = text.lines().rev().map(|line| format!("# a note\n\n{}  # why\n", line.replace(" = ", "   =  ")));
        let spaced = spaced.collect::<Vec<_>>().concat();
        rich.write(path, &spaced);
    }
    let changes = compared(&before, &rich.read());
    assert_eq!(changes.changes, [], "{:#?}", lines(&changes));
    assert_eq!(compared(&before, &before).changes, []);
}

/// Every document in words, by name.
fn documents_of(facts: &Facts) -> BTreeMap<String, BTreeMap<String, Vec<u8>>> {
    let mut view = view::of(facts, Tool::this());
    view.commit = None;
    let templates = Templates::new(&BTreeMap::new()).expect("the built-in templates can be read");
    // What a page of Markdown says stands on the page for browsers too.
    let formats = [Format::Html, Format::Csv];
    let files = render::all(&formats, &Options::default(), &view, &templates).expect("documents can be printed");
    let mut documents: BTreeMap<String, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for (name, bytes) in files {
        let document = name.split(['.', '-']).next().unwrap_or_default().to_owned();
        documents.entry(document).or_default().insert(name, bytes);
    }
    documents
}

/// The documents whose bytes differ.
fn other_documents(before: &BTreeMap<String, BTreeMap<String, Vec<u8>>>, after: &Facts) -> BTreeSet<String> {
    let after = documents_of(after);
    before.iter().filter(|(name, files)| after.get(*name) != Some(files)).map(|(name, _)| name.clone()).collect()
}

#[test]
fn the_documents_that_are_named_are_those_whose_bytes_differ() {
    let rich = Rich::new();
    let before = rich.read();
    let printed = documents_of(&before.0);
    let mut found: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    let mut missed = Vec::new();
    let mut look = |key: (&'static str, &'static str), turn: Option<Turn>, before: &Read, printed: &_, after: &Read| {
        let other = other_documents(printed, &after.0);
        let named: BTreeSet<String> =
            compared(before, after).of(Section::Documents).map(|change| change.subject.clone()).collect();
        if !other.is_subset(&named) {
            missed.push(format!("{}.{} {turn:?}: {:?}", key.0, key.1, other.difference(&named).collect::<Vec<_>>()));
        }
        found.entry(key).or_default().extend(other);
    };
    for (path, shape) in FILES {
        rich.each(path, shape, 1, |key, turn, after| look(key, Some(turn), &before, &printed, after));
    }
    rich.write("policies/access.md", "# Access\n\nNobody is approved.\n");
    look(("Policy", "text"), None, &before, &printed, &rich.read());
    rich.write("policies/access.md", "# Access\n\nAccounts are approved.\n");
    rich.write("evidence/contractor/report.txt", "another report\n");
    look(("Edition", "bytes"), None, &before, &printed, &rich.read());
    let repository = Scripted::reviewed();
    let git = repository.open();
    let read = |revision: &str| -> Read {
        let id: Oid = repository.git(&["rev-parse", revision]).parse().expect("git prints ids");
        let tree = Tree::revision(&git, id, "").expect("the commit can be read");
        facts::of(&tree, &wanted(Some(Some(id)), &Cache::none())).expect("the commit holds a root")
    };
    let (unreviewed, reviewed) = (read("HEAD~1"), read("HEAD"));
    look(("History", "reviews"), None, &unreviewed, &documents_of(&unreviewed.0), &reviewed);
    found.retain(|_, documents| !documents.is_empty());
    let table: String = std::iter::once(
        "# The documents that print a key: table, key, documents. A test renders both sides of a change of each key.\n"
            .to_owned(),
    )
    .chain(found.iter().map(|((table, key), documents)| {
        format!("{table}\t{key}\t{}\n", documents.iter().cloned().collect::<Vec<_>>().join(" "))
    }))
    .collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diff/documents.tsv");
    if writing() {
        std::fs::write(&path, &table).expect("the table can be written");
        return;
    }
    assert!(missed.is_empty(), "{missed:#?}");
    assert_eq!(table, std::fs::read_to_string(&path).expect("the table is there"), "UPDATE_DOCS=1 writes it");
    assert!(documents::printed().values().flatten().all(|name| render::Document::of(name).is_some()));
}

// What a reviewer reads.

const PROVIDER: &str = "providers/acme-msp.toml";

#[test]
fn a_longer_notification_limit_stands_out_and_a_shorter_does_not() {
    let repository = Scripted::root();
    let clause =
        "\n[[contract.clause]]\nid = \"notify\"\nkind = \"incident-notification\"\nat = \"8\"\nwithin = \"8 hours\"\n";
    repository.write(PROVIDER, &(repository.read(PROVIDER) + clause));
    repository.commit("Agree", "2026-01-02");
    assert_eq!(
        lines(&last(&repository)),
        [
            "  provider acme-msp, clause notify: added: incident-notification, place in the contract 8, time limit 8 hours"
        ]
    );
    repository.edit(PROVIDER, "8 hours", "72 hours");
    repository.commit("Loosen", "2026-01-03");
    assert_eq!(
        lines(&last(&repository)),
        ["! provider acme-msp, clause notify: notification limit 8 hours to 72 hours"]
    );
    repository.edit(PROVIDER, "72 hours", "3 days");
    repository.commit("Say it otherwise", "2026-01-04");
    assert_eq!(
        lines(&last(&repository)),
        ["  provider acme-msp, clause notify: notification limit 72 hours to 3 days"]
    );
    repository.edit(PROVIDER, "within = \"3 days\"\n", "");
    repository.commit("Drop", "2026-01-05");
    assert_eq!(lines(&last(&repository)), ["! provider acme-msp, clause notify: notification limit 3 days dropped"]);
}

#[test]
fn a_provider_with_another_legal_name_is_renamed() {
    assert_eq!(
        lines(&edited(PROVIDER, "name = \"Acme MSP\"", "name = \"Apex Managed Services, LLC\"")),
        ["  provider acme-msp: renamed Acme MSP to Apex Managed Services, LLC"]
    );
}

#[test]
fn a_provider_with_another_id_is_one_change_and_not_one_that_came_and_one_that_went() {
    let repository = Scripted::root();
    let text = repository.read(PROVIDER).replace("\"acme-msp\"", "\"acme\"");
    repository.git(&["rm", "-q", PROVIDER]);
    repository.write("providers/acme.toml", &text);
    repository.edit("practices/AC.L2-3.1.1.toml", "party = \"acme-msp\"", "party = \"acme\"");
    repository.commit("Rename", "2026-01-02");
    let changes = last(&repository);
    let told: Vec<&Change> = changes.of(Section::Providers).collect();
    assert_eq!(told.len(), 1, "{:#?}", lines(&changes));
    assert_eq!(told[0].line(), "provider acme: renamed from acme-msp to acme; named so in AC.L2-3.1.1");
    assert_eq!(told[0].what, What::Renamed);
}

#[test]
fn somebody_who_may_accept_duties_stands_out_and_somebody_who_left_is_told() {
    let changes = appended(PROVIDER, "[[people]]\nname = \"Eve\"\nemail = \"eve@acme.example\"\naccepts = true\n");
    assert_eq!(lines(&changes), ["! provider acme-msp, person Eve: added: email eve@acme.example, may accept duties"]);
    let gone = "[[people]]\nname = \"Kim Ode\"\nemail = \"kim@acme.example\"\ntrained = 2025-12-01\n";
    let changes = edited(PROVIDER, gone, "");
    assert_eq!(
        lines(&changes),
        ["  provider acme-msp, person Kim Ode: left: email kim@acme.example, trained 2025-12-01"]
    );
}

#[test]
fn its_own_matrix_that_no_longer_claims_what_is_assigned_stands_out() {
    let repository = Scripted::root();
    let path = "providers/acme-msp.crm.toml";
    repository.write(
        path,
        "provider = \"acme-msp\"\nedition = \"4\"\n[[row]]\nfor = [\"3.1.1\"]\ninheritance = \"partial\"\n",
    );
    repository.commit("Publish", "2026-01-02");
    assert_eq!(lines(&last(&repository)), ["  provider acme-msp, its own matrix: added, edition 4, 1 row"]);
    repository.edit(path, "partial", "none");
    repository.commit("Disclaim", "2026-01-03");
    assert_eq!(
        lines(&last(&repository)),
        [
            "! provider acme-msp: its own matrix (edition 4) now says that it does nothing for duties assigned to it: AC.L2-3.1.1[d, e, f]",
            "! provider acme-msp, its own matrix, statement on 3.1.1: inheritance partial to none",
        ]
    );
}

const INCIDENT: &str = "[[handoff]]\nid = \"alarm\"\nfrom = \"acme-msp\"\nto = \"contractor\"\ntrigger = \"An alarm\"\nwithin = \"2 hours\"\n";

#[test]
fn a_longer_handoff_stands_out_with_what_is_left_to_report() {
    let repository = Scripted::root();
    repository.write("incident.toml", INCIDENT);
    repository.commit("Agree", "2026-01-02");
    repository.edit("incident.toml", "2 hours", "30 hours");
    repository.commit("Loosen", "2026-01-03");
    assert_eq!(
        lines(&last(&repository)),
        [
            "! handoff alarm: time limit 2 hours to 30 hours",
            "! longest way of an incident to the contractor: 2 hours to 30 hours; by alarm; 42 hours of the 72 hours to report are left",
        ]
    );
}

#[test]
fn a_group_that_leaves_the_scope_and_an_exemption_stand_out() {
    let out = edited("assets.toml", "title = \"Office\"\n", "title = \"Office\"\nin-scope = false\n");
    assert_eq!(lines(&out), ["! group office: now out of scope"]);
    let exempt = "title = \"Office\"\nexempt = [{ from = [\"3.1.1\"], reason = \"No accounts.\" }]\n";
    let exempt = edited("assets.toml", "title = \"Office\"\n", exempt);
    assert_eq!(lines(&exempt), ["! group office, exemption of 3.1.1: added: No accounts."]);
    let renamed = edited("assets.toml", "id = \"office\"", "id = \"front-office\"");
    assert_eq!(lines(&renamed), ["  group front-office: renamed from office to front-office"]);
}

#[test]
fn an_item_that_is_put_off_stands_out_and_one_that_is_deleted_while_open_too() {
    let later = edited("poam/alerts.toml", "due = 2026-06-30", "due = 2026-12-31");
    assert_eq!(lines(&later), ["! POA&M item alerts: to be closed by 2026-06-30 to 2026-12-31"]);
    let sooner = edited("poam/alerts.toml", "due = 2026-06-30", "due = 2026-05-31");
    assert_eq!(lines(&sooner), ["  POA&M item alerts: to be closed by 2026-06-30 to 2026-05-31"]);
    let repository = Scripted::root();
    repository.git(&["rm", "-q", "poam/alerts.toml"]);
    repository.commit("Forget", "2026-01-02");
    let changes = last(&repository);
    let gone = changes.of(Section::Poam).next().expect("it is told");
    assert_eq!((gone.what, gone.weight), (What::Removed, Weight::StandsOut));
    assert!(gone.spot.as_ref().is_some_and(|spot| spot.gone && spot.path == "poam/alerts.toml"));
}

#[test]
fn what_loosens_the_review_policy_and_widens_a_role_stands_out() {
    let loose =
        edited("demarcate.toml", "interval = \"1 year\"", "interval = \"1 year\"\naccept = [\"signed\", \"unsigned\"]");
    assert_eq!(lines(&loose), ["! review policy: grades that count signed and unsigned added"]);
    let role = edited("demarcate.toml", "title = \"ISSO\"", "title = \"ISSO\"\nreviews = [\"practices\"]");
    assert_eq!(lines(&role), ["  role isso: what it may review practices added"]);
    let stage = edited("demarcate.toml", "[organization]", "stage = \"building\"\n[organization]");
    assert_eq!(lines(&stage), ["! demarcate.toml: stage building added"]);
    let address =
        edited("demarcate.toml", "[\"dana@contractor.example\"]", "[\"dana@contractor.example\", \"d@x.example\"]");
    assert_eq!(lines(&address), ["! person dana: addresses d@x.example added"]);
    let account = edited(
        "demarcate.toml",
        "phone = \"+1 555 0101\"",
        "accounts = { github = \"dana-lee\" }\nphone = \"+1 555 0101\"",
    );
    assert_eq!(lines(&account), ["! person dana: added: account at GitHub dana-lee"]);
}

#[test]
fn a_key_that_is_trusted_and_one_that_is_taken_off_the_revoked_stand_out() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN0xUm1IS4eAGLY4UUgX5B9rTGjTQ1W2gfCiMjnWvYHX";
    let repository = Scripted::root();
    repository.write("trust/allowed_signers", &format!("dana@contractor.example {key}\n"));
    repository.write("trust/revoked", &format!("# stolen\n{key}\n"));
    repository.commit("Trust", "2026-01-02");
    let changes = last(&repository);
    let told: Vec<&Change> = changes.of(Section::Trust).collect();
    assert_eq!(told[0].subject, "signer dana@contractor.example");
    assert!(told[0].sentence.starts_with("key SHA256:") && told[0].weight == Weight::StandsOut, "{:?}", told[0]);
    assert_eq!(told[1].line(), "trust/revoked: 1 more revoked");
    repository.write("trust/revoked", "# nobody\n");
    repository.commit("Forgive", "2026-01-03");
    assert_eq!(lines(&last(&repository)), ["! trust/revoked: 1 no longer revoked"]);
}

#[test]
fn a_lowered_rule_and_an_allow_stand_out_with_the_reason() {
    let lowered = appended("demarcate.toml", "[rules]\nmet-without-evidence = \"warn\"\n");
    assert_eq!(lines(&lowered), ["! rule met-without-evidence: lowered, deny to warn"]);
    let allow = "[[allow]]\nrule = \"review-due\"\nin = \"AC.L2-3.1.1\"\nreason = \"The visit is next week.\"\nuntil = 2026-12-01\n";
    let repository = Scripted::root();
    repository.write("demarcate.toml", &format!("{}\n{allow}", repository.read("demarcate.toml")));
    repository.commit("Allow", "2026-01-02");
    assert_eq!(
        lines(&last(&repository)),
        ["! allow of review-due in AC.L2-3.1.1: added: The visit is next week., last day 2026-12-01"]
    );
    repository.edit("demarcate.toml", "2026-12-01", "2026-11-01");
    repository.commit("Shorten", "2026-01-03");
    assert_eq!(
        lines(&last(&repository)),
        [
            "  allow of review-due in AC.L2-3.1.1: lapsed on 2026-11-01: what it allowed is reported again",
            "  allow of review-due in AC.L2-3.1.1: last day 2026-12-01 to 2026-11-01",
        ]
    );
}

#[test]
fn prose_is_told_by_word_and_a_policy_that_moved_is_no_new_one() {
    let statement =
        edited("practices/AC.L2-3.1.1.toml", "Acme creates it within a day.", "Acme creates it within an hour.");
    let told = statement.of(Section::Prose).next().expect("it is told");
    assert_eq!(told.line(), "AC.L2-3.1.1, statement: 2 words added, 2 dropped");
    let words = |mark: Mark| told.words.iter().filter(|s| s.mark == mark).map(|s| s.text.trim()).collect::<Vec<_>>();
    assert_eq!((words(Mark::Dropped), words(Mark::Added)), (vec!["a day."], vec!["an hour."]));
    let repository = Scripted::root();
    repository.git(&["mv", "policies/access.md", "policies/accounts.md"]);
    repository.commit("Move", "2026-01-02");
    assert_eq!(lines(&last(&repository)), ["  policy accounts: moved policies/access.md to policies/accounts.md"]);
    let broken = edited("policies/access.md", "approved\nby", "approved by");
    assert_eq!(lines(&broken), [". policy access: set in other lines, in the same words"]);
}

#[test]
fn a_review_that_no_longer_covers_a_duty_is_told_with_what_differs() {
    let repository = Scripted::reviewed();
    repository.edit("practices/AC.L2-3.1.1.toml", "Creates accounts", "Makes accounts");
    repository.commit("Edit", "2026-03-01");
    let changes = between(&repository, "HEAD~1", "HEAD", true);
    let told: Vec<String> = changes.of(Section::Reviews).map(Change::line).collect();
    assert!(
        told.iter().any(|line| line.starts_with("AC.L2-3.1.1: the review by Dana Lee on 2026-02-01 in ")
            && line.ends_with("no longer covers it: duty of acme-msp")),
        "{told:#?}"
    );
    assert!(!told.iter().any(|line| line.contains("AC.L2-3.1.2")), "{told:#?}");
    assert_eq!(between(&repository, "HEAD~1", "HEAD", false).of(Section::Reviews).count(), 0);
}

#[test]
fn a_review_of_everything_that_is_recorded_is_one_line() {
    let repository = Scripted::reviewed();
    let changes = between(&repository, "HEAD~1", "HEAD", true);
    let told: Vec<String> = changes.of(Section::Reviews).map(Change::line).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].starts_with("2 practices and 7 other records: reviewed by Dana Lee on 2026-02-01 in "),
        "{told:#?}"
    );
}

// Bad input.

#[test]
fn a_file_that_no_longer_parses_is_named_and_nothing_of_it_reads_as_dropped() {
    for (path, old, new) in [
        ("assets.toml", "title = \"Office\"", "title = \"Office"),
        (
            "assets.toml",
            "[[group]]\nid = \"office\"",
            "<<<<<<< HEAD\n[[group]]\nid = \"office\"\n=======\n>>>>>>> other",
        ),
        (PROVIDER, "id = \"acme-msp\"", "id = acme-msp"),
        (PROVIDER, "kind = \"backup\"", "kind = \"bakup\""),
        ("poam/alerts.toml", "due = 2026-06-30", "due = \"2026-06-30\""),
        ("exceptions/lathe.toml", "reason = ", "raison = "),
        ("demarcate.toml", "roles = [\"isso\"]", "roles = [\"isso\""),
    ] {
        let changes = edited(path, old, new);
        let gone: Vec<String> =
            lines(&changes).into_iter().filter(|line| line.contains("dropped") || line.contains("left")).collect();
        assert_eq!(gone, Vec::<String>::new(), "{path}: {new}");
        assert!(
            changes.unread.iter().any(|unread| unread.side == "after" && unread.spot.path == path),
            "{path}: {new}"
        );
    }
}

#[test]
fn hostile_text_goes_through_as_it_is() {
    let evil = "\\u001b[31m<script>alert(1)</script> ::error::x | **bold**";
    let changes = edited(PROVIDER, "name = \"Acme MSP\"", &format!("name = \"{evil}\""));
    let told = changes.of(Section::Providers).next().expect("it is told");
    assert_eq!(told.after.as_deref(), Some("\u{1b}[31m<script>alert(1)</script> ::error::x | **bold**"));
}

#[test]
fn ten_thousand_changes_are_told_one_by_one() {
    let repository = Scripted::root();
    let assets = |count: i32| -> String {
        let asset = |n: i32| {
            format!("[[asset]]\nid = \"host-{n}\"\ntitle = \"Host {n}\"\ncategory = \"cui\"\ncount = {count}\n")
        };
        (0..10_000).map(asset).collect()
    };
    repository.write("assets.toml", &assets(1));
    repository.commit("List", "2026-01-02");
    repository.write("assets.toml", &assets(2));
    repository.commit("Count", "2026-01-03");
    let begun = std::time::Instant::now();
    let changes = last(&repository);
    assert_eq!(changes.of(Section::Scope).count(), 10_000);
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn a_policy_as_large_as_is_read_is_held_against_another_in_bounded_time() {
    let policy = |seed: u64| -> String {
        let mut state = seed;
        let mut text = String::from("# Access\n");
        while text.len() < 7_900_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(&format!("{}\n", (state >> 33) % 3_000));
        }
        text
    };
    let repository = Scripted::root();
    repository.write("policies/access.md", &policy(1));
    repository.commit("Write", "2026-01-02");
    repository.write("policies/access.md", &policy(2));
    repository.commit("Write anew", "2026-01-03");
    let begun = std::time::Instant::now();
    let changes = last(&repository);
    assert!(begun.elapsed().as_secs() < 120, "{:?}", begun.elapsed());
    let told = changes.of(Section::Prose).next().expect("it is told");
    assert_eq!(told.follows, ["not all words that differ are shown"]);
    assert!(told.words.iter().map(|stretch| stretch.text.len()).sum::<usize>() < 100_000);
}

#[test]
fn the_command_tells_them_as_json() {
    let repository = Scripted::root();
    repository.edit("poam/alerts.toml", "due = 2026-06-30", "due = 2026-12-31");
    repository.commit("Put off", "2026-01-02");
    let screen = run(repository.dir(), &["diff", "HEAD~1", "HEAD", "--format", "json"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let told = screen.json();
    let subjects: Vec<&str> =
        told["changes"].as_array().into_iter().flatten().filter_map(|change| change["subject"].as_str()).collect();
    assert!(subjects.contains(&"POA&M item alerts"), "{subjects:?}");
}
