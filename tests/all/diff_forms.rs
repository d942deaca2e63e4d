//! The forms of `diff`: what a screen, the comment of a pull request, a program and a runner are given.

use std::collections::{BTreeMap, BTreeSet};

use comrak::nodes::NodeValue;
use comrak::{Arena, Options};
use demarcate::date::Date;
use demarcate::ids::RequirementId;
use demarcate::model::changes::{
    Approval, Ask, Change, Changes, Figures, Finding, Findings, Given, Mark, Point, Section, Spot, Stretch, Unread,
    Weight, What,
};
use demarcate::report::changes::{azure, github, json, markdown, text};
use serde_json::Value;

const BASE: &str = "3f2a1b9c0d4e5f60718293a4b5c6d7e8f9012345";
const HEAD: &str = "9a8b7c6d5e4f30213243546576879809a1b2c3d4";
const TIP: &str = "77aa66bb55cc44dd33ee22ff1100aa99bb88cc77";

fn spot(path: &str, line: usize) -> Spot {
    Spot { path: path.to_owned(), line: Some(line), column: Some(1), gone: false }
}

fn gone(path: &str, line: Option<usize>) -> Spot {
    Spot { path: path.to_owned(), line, column: line.map(|_| 1), gone: true }
}

/// A change with what the tests set of it.
struct Made(Change);

impl Made {
    fn new(section: Section, what: What, subject: &str, sentence: &str) -> Self {
        Self(Change::new(section, what, subject, sentence))
    }

    fn stands_out(mut self) -> Self {
        self.0.weight = Weight::StandsOut;
        self
    }

    fn slight(mut self) -> Self {
        self.0.weight = Weight::Slight;
        self
    }

    fn of(mut self, practice: &str, objective: Option<char>) -> Self {
        self.0.practice = Some(practice.parse::<RequirementId>().expect("an id"));
        self.0.objective = objective;
        self
    }

    fn follows(mut self, follows: &[&str]) -> Self {
        self.0.follows = follows.iter().map(|text| (*text).to_owned()).collect();
        self
    }

    fn words(mut self, words: &[(Mark, &str)]) -> Self {
        self.0.words = words.iter().map(|(mark, text)| Stretch { mark: *mark, text: (*text).to_owned() }).collect();
        self
    }

    fn at(mut self, spot: Spot) -> Change {
        self.0.spot = Some(spot);
        self.0
    }
}

fn strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}

fn point(name: &str, commit: Option<&str>, merge_base_of: Option<&str>) -> Point {
    let own = |text: &str| text.to_owned();
    Point { name: own(name), commit: commit.map(own), merge_base_of: merge_base_of.map(own) }
}

/// Two sides between which nothing differs.
fn unchanged() -> Changes {
    let figures = Figures { score: Some(96), allows: "conditional", objectives: [316, 2, 2, 0] };
    Changes {
        before: point("main", Some(BASE), None),
        after: point("HEAD", Some(HEAD), None),
        as_of: "2026-11-22".parse::<Date>().expect("a day"),
        score: [figures.clone(), figures],
        changes: Vec::new(),
        unread: Vec::new(),
        approvals: Vec::new(),
        findings: None,
        with_history: true,
    }
}

/// A pull request that moves an objective to the MSP and does much besides.
fn pull_request() -> Changes {
    let mut changes = unchanged();
    changes.before = point("main", Some(BASE), Some(TIP));
    changes.score[1] = Figures { score: Some(91), allows: "none", objectives: [312, 6, 2, 0] };
    changes.changes = request_changes();
    changes.approvals = request_approvals();
    changes.unread = vec![Unread {
        side: "after",
        spot: spot("providers/backup-co.toml", 14),
        message: "a conflict marker stands here, `<<<<<<< HEAD`".to_owned(),
        help: "decide which side stands, and remove the markers".to_owned(),
    }];
    changes.findings = Some(request_findings());
    changes
}

fn request_changes() -> Vec<Change> {
    use Section as S;
    let practice = "practices/AC.L2-3.1.12.toml";
    vec![
        Made::new(S::Ownership, What::Changed, "AC.L2-3.1.12[b]", "contractor to acme-msp")
            .stands_out()
            .of("AC.L2-3.1.12", Some('b'))
            .follows(&[
                "duty dropped: \"Reviews remote sessions every week and keeps the record for a year\"",
                "duty of acme-msp: \"Reviews the sessions of its own engineers\"",
                "clause remote of acme-msp now covers nothing",
                "acceptance of acme-msp of 2026-03-02 is stale",
                "score unchanged",
            ])
            .at(spot(practice, 22)),
        Made::new(S::Ownership, What::Removed, "AC.L2-3.1.13", "the contractor leaves the practice")
            .stands_out()
            .of("AC.L2-3.1.13", None)
            .follows(&["nobody at the contractor has a part in it any more"])
            .at(gone("practices/AC.L2-3.1.13.toml", Some(9))),
        Made::new(S::Ownership, What::Changed, "AC.L2-3.1.12[c]", "duty of acme-msp reworded")
            .of("AC.L2-3.1.12", Some('c'))
            .words(&[
                (Mark::Same, "Disconnects a remote session after "),
                (Mark::Dropped, "15"),
                (Mark::Added, "60"),
                (Mark::Same, " minutes without input"),
                (Mark::Added, ", if the engineer agrees"),
            ])
            .at(spot(practice, 31)),
        Made::new(S::Ownership, What::Changed, "AC.L2-3.1.14[a]", "maintained by isso, before it-lead")
            .of("AC.L2-3.1.14", Some('a'))
            .at(spot("practices/AC.L2-3.1.14.toml", 12)),
        Made::new(S::Determinations, What::Changed, "AC.L2-3.1.12[b]", "met to not-met; reason: no record since May")
            .of("AC.L2-3.1.12", Some('b'))
            .follows(&["score 96 to 91"])
            .at(spot(practice, 48)),
        Made::new(S::Evidence, What::Changed, "artifact alert-test", "other bytes at the same path")
            .stands_out()
            .follows(&["evidence/acme-mssp/alert-test-2026-09.pdf was collected on 2026-09-03 and replaced since"])
            .at(spot("evidence.lock", 41)),
        Made::new(S::Evidence, What::Added, "artifact remote-sessions", "new, cited by AC.L2-3.1.12[b]")
            .at(spot("evidence/acme-msp/artifacts.toml", 30)),
        Made::new(S::Verification, What::Removed, "AU.L2-3.3.4[c]", "verification of acme-mssp dropped")
            .stands_out()
            .of("AU.L2-3.3.4", Some('c'))
            .follows(&["it was: \"Stop one collector and watch for the alert.\", every 3 months, by isso"])
            .at(gone("practices/AU.L2-3.3.4.toml", Some(37))),
        Made::new(S::Providers, What::Renamed, "provider acme-msp", "named \"Acme Managed Services LLC\" before")
            .at(spot("providers/acme-msp.toml", 2)),
        Made::new(S::Reviews, What::Changed, "AC.L2-3.1.12", "review of 2026-05-11 by Dana Lee is stale")
            .of("AC.L2-3.1.12", None)
            .follows(&["duty, determination and evidence plan differ"])
            .at(spot(practice, 1)),
        Made::new(S::Allows, What::Added, "allow of verification-missing", "in AU.L2-3.3.4, until 2027-06-30")
            .stands_out()
            .follows(&["reason: \"until the new collector stands\""])
            .at(spot("demarcate.toml", 61)),
        Made::new(S::Prose, What::Changed, "statement of AC.L2-3.1.12", "reworded")
            .slight()
            .of("AC.L2-3.1.12", None)
            .words(&[
                (Mark::Omitted, "24"),
                (Mark::Same, "The "),
                (Mark::Dropped, "contractor's ISSO reviews"),
                (Mark::Added, "MSP's engineers review"),
                (Mark::Same, " remote sessions; what is found goes to the contractor's ISSO "),
                (Mark::Dropped, "within one day"),
                (Mark::Added, "when there is time"),
                (Mark::Same, "."),
            ])
            .at(spot(practice, 5)),
        Made::new(S::Documents, What::Changed, "ssp, crm, binder", "will read otherwise").slight().0,
    ]
}

fn ask(subject: &str, why: &[&str], who: &[&str], how: &str) -> Ask {
    Ask {
        subject: subject.to_owned(),
        why: strings(why),
        stands_out: false,
        who: strings(who),
        how: how.to_owned(),
        given: None,
        refused: Vec::new(),
    }
}

fn request_approvals() -> Vec<Approval> {
    let dana = "Dana Lee <dana@northwind.example>, isso";
    let mut own = ask(
        "AC.L2-3.1.12",
        &["the contractor gives objective b away", "the determination of objective b changes"],
        &[dana, "Kim Osei <kim@northwind.example>, affirming-official"],
        "demarcate review AC.L2-3.1.12 --outcome changed",
    );
    own.stands_out = true;
    own.refused = strings(&["the review in 5e6f70818293 is unsigned, and [review] accept asks for signed"]);
    let mut given = ask("AU.L2-3.3.4", &["a verification goes"], &[dana], "demarcate review AU.L2-3.3.4");
    given.given =
        Some(Given { by: "Dana Lee <dana@northwind.example>".into(), grade: "signed".into(), commit: HEAD.into() });
    let duties = ask(
        "duties",
        &["AC.L2-3.1.12[b] becomes its duty"],
        &["Sam Ortiz <sam@acme.example>, service lead"],
        "demarcate accept acme-msp",
    );
    vec![
        Approval { party: "contractor".into(), name: "Northwind Machining".into(), asks: vec![given, own] },
        Approval { party: "acme-msp".into(), name: "Acme Managed Services".into(), asks: vec![duties] },
    ]
}

fn finding(rule: &'static str, level: &'static str, message: &str, spot: Spot) -> Finding {
    Finding {
        rule,
        level,
        message: message.to_owned(),
        help: "say how it is checked, how often and by whom".into(),
        spot,
    }
}

fn request_findings() -> Findings {
    let path = "practices/AU.L2-3.3.4.toml";
    Findings {
        now: [1, 3],
        added: vec![
            finding("verification-missing", "deny", "nobody checks `AU.L2-3.3.4[c]` of acme-mssp", spot(path, 30)),
            finding(
                "review-stale",
                "warn",
                "the review of `AC.L2-3.1.12` is stale",
                spot("practices/AC.L2-3.1.12.toml", 1),
            ),
        ],
        gone: vec![finding(
            "evidence-overdue",
            "warn",
            "`alert-test` is overdue by 12 days",
            gone("evidence.lock", None),
        )],
    }
}

const ROOM: usize = 60_000;

#[test]
fn nothing_changed_is_one_plain_sentence() {
    let none = unchanged();
    assert!(text(&none, false).starts_with("Nothing changed that an assessor would read.\n"));
    assert!(markdown(&none, "", ROOM).contains("\n## Nothing changed that an assessor would read\n"));
    let mut torn = unchanged();
    torn.unread = pull_request().unread;
    assert!(text(&torn, false).starts_with("Nothing changed in what could be read.\n"), "it must not sound clean");
}

/// What somebody could write into any string of a repository to make a forge do something.
const HOSTILE: &[&str] = &[
    "**b** _i_ ~~s~~ # h [l](http://x.example) ![i](http://x.example/i.png) [^1]",
    "` one ``` two `` <b>",
    "</details></summary><img src=x onerror=alert(1)><!-- demarcate-diff --> -->",
    "@dana #12 kestrel/repo#3 GH-12 :tada: !12 $x$",
    "http://x.example www.x.example a@b.example https://x.example",
    "a | b\n|---|---|\n| c | d |",
    "- [x] done\n# heading\n> quote\n1. one\n---\n",
    "\n\n- [x] done",
    "\u{202e}bidi\u{200f} \u{1b}[31mred\u{1b}[0m",
    "3f2a1b9c0d4e5f60718293a4b5c6d7e8f9012345 kestrel/repo@3f2a1b9c0d4e5f60718293a4b5c6d7e8f9012345",
];

/// Every string of the request that its authors write, as this one.
fn poisoned(text: &str) -> Changes {
    let mut changes = pull_request();
    let own = || text.to_owned();
    changes.before.name = own();
    changes.after.name = own();
    for change in &mut changes.changes {
        (change.subject, change.sentence) = (own(), own());
        change.groups = vec![own(), format!("{text}2")];
        change.follows.iter_mut().for_each(|follows| *follows = own());
        change.words.iter_mut().for_each(|stretch| stretch.text = own());
        change.spot.iter_mut().for_each(|spot| spot.path = own());
    }
    for unread in &mut changes.unread {
        (unread.message, unread.help, unread.spot.path) = (own(), own(), own());
    }
    for approval in &mut changes.approvals {
        (approval.party, approval.name) = (own(), own());
        for ask in &mut approval.asks {
            (ask.subject, ask.how, ask.why, ask.who, ask.refused) =
                (own(), own(), vec![own(), own()], vec![own(); 6], vec![own()]);
            ask.given.iter_mut().for_each(|given| (given.by, given.grade) = (own(), own()));
        }
    }
    let findings = changes.findings.iter_mut().flat_map(|found| found.added.iter_mut().chain(&mut found.gone));
    findings.for_each(|finding| (finding.message, finding.help, finding.spot.path) = (own(), own(), own()));
    changes
}

/// How often each tag opens.
fn tags(html: &str) -> std::collections::BTreeMap<String, usize> {
    let mut tags = std::collections::BTreeMap::new();
    for piece in html.split('<').skip(1) {
        let name: String = piece.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '!')).collect();
        *tags.entry(name).or_default() += 1;
    }
    tags
}

/// What stands outside tags and code, where forges look for mentions and references.
fn loose(html: &str) -> String {
    let (mut out, mut in_code) = (String::new(), false);
    for piece in html.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        in_code = (in_code || tag.starts_with("code")) && !tag.starts_with("/code");
        if !in_code {
            out.push_str(text);
        }
    }
    out
}

#[test]
fn no_string_of_a_repository_does_anything_in_the_comment() {
    let ours = "! /b /blockquote /code /del /details /div /h2 /h3 /i /ins /li /p /strong /sub /summary /ul \
                b blockquote code del details div h2 h3 i input ins li p strong sub summary ul";
    let ours: BTreeSet<&str> = ours.split_whitespace().collect();
    let clean = tags(&html(&markdown(&poisoned("plain"), "", ROOM)));
    for text in HOSTILE {
        let source = markdown(&poisoned(text), "", ROOM);
        let page = html(&source);
        let found = tags(&page);
        for (tag, n) in &found {
            assert!(
                ours.contains(tag.trim_start_matches('!').trim()) || tag == "!",
                "{text:?}: <{tag}> ({n})\n{source}"
            );
        }
        for tag in ["h2", "h3", "input", "details", "/details", "summary", "/summary", "strong", "blockquote", "!"] {
            assert_eq!(found.get(tag), clean.get(tag), "{text:?}: <{tag}>\n{source}");
        }
        assert!(source.starts_with("<!-- demarcate-diff -->\n"));
        assert_eq!(source.lines().filter(|line| line.trim_start().starts_with("<!--")).count(), 1, "{text:?}");
        assert_eq!(page.matches("checked").count(), 1, "{text:?}: one task alone is done");
        let loose = loose(&page);
        for acting in
            ["@dana", "#12", "repo#3", "://x", "www.x", "@b", "GH-12", ":tada:", "!12", "\u{202e}", "\u{1b}", BASE]
        {
            assert!(!loose.contains(acting), "{text:?}: {acting:?} in\n{loose}");
        }
    }
}

/// The request ten thousand times over, with a change of a megabyte.
fn many() -> Changes {
    let mut changes = pull_request();
    let more = (0..10_000).map(|n| request_changes()[2 + n % 11].clone());
    changes.changes.extend(more.filter(|change| change.weight != Weight::StandsOut));
    let mut long = Made::new(Section::Ownership, What::Changed, "AC.L2-3.1.1[a]", &"`<@".repeat(350_000)).0;
    long.follows = vec!["<".repeat(1_000_000); 20];
    changes.changes.insert(0, long);
    changes
}

fn balanced(source: &str) -> bool {
    source.matches("<details>").count() == source.matches("</details>").count()
}

#[test]
fn a_comment_keeps_to_its_limit_and_counts_what_it_leaves_out() {
    for limit in [2_000, 4_000, 10_000, ROOM] {
        let source = markdown(&many(), "systems/enclave", limit);
        assert!(source.len() <= limit && balanced(&source), "{limit}: {}", source.len());
        assert!(source.contains("## 2 changes of liability; 3 more stand out; score 96 to 91"), "{limit}\n{source}");
        assert!(source.contains("are left out here**"), "{limit}\n{source}");
        assert!(source.contains("Who does what ") && source.contains("Prose "), "{limit}\n{source}");
    }
    let source = markdown(&many(), "", ROOM);
    assert!(source.contains("### Who does what") && source.contains("too long to stand here"), "{source}");
    assert!(!source.contains("<summary>Evidence"), "who does what is cut last");
}

#[test]
fn thousands_of_approvals_leave_room_for_the_changes() {
    let mut changes = pull_request();
    let ask = changes.approvals[0].asks[1].clone();
    changes.approvals[0].asks.extend(vec![ask; 5_000]);
    for limit in [2_000, ROOM] {
        let source = markdown(&changes, "", limit);
        assert!(source.len() <= limit && source.contains("5002 approvals missing"), "{limit}: {source}");
        assert!(source.contains("Left out besides: ") && source.contains("approvals "), "{limit}\n{source}");
    }
    let source = markdown(&changes, "", ROOM);
    assert!(source.contains("### What stands out") && source.contains("### Who does what"), "{source}");
}

#[test]
fn what_must_be_known_stands_first() {
    let source = markdown(&pull_request(), "", ROOM);
    let order = [
        "\n## ",
        "could not be read is not compared",
        "### What stands out",
        "### Who has to approve",
        "### Who does what",
        "<summary>Evidence",
    ];
    let at: Vec<usize> = order.iter().map(|part| source.find(part).expect(part)).collect();
    assert!(at.is_sorted(), "{at:?}\n{source}");
    assert!(source.contains("- [ ] <b>`AC.L2-3.1.12`</b>: the contractor gives objective b away\n"), "{source}");
    assert!(source.contains("<summary>What check says anew: 1 denied, 1 warned</summary>"), "{source}");
    assert!(source.contains("<b>Documents that will read otherwise</b>: ssp, crm, binder\n"), "{source}");
}

#[test]
fn annotations_are_few_escaped_and_the_errors_first() {
    let prefix = "##vso[task.logissue type=";
    for (all, kinds) in [
        (github(&many(), "root"), ["::error ", "::warning ", "::notice "]),
        (azure(&many(), "root"), [&*format!("{prefix}error;"), &*format!("{prefix}warning;"), "who does what: "]),
    ] {
        let lines: Vec<&str> = all.lines().collect();
        for kind in kinds {
            let n = lines.iter().filter(|line| line.starts_with(kind)).count();
            assert!((1..=10).contains(&n), "{kind}: {n}\n{all}");
        }
        assert!(lines[0].starts_with(kinds[0]), "{all}");
        assert!(lines.last().is_some_and(|line| line.contains("more are not shown here")), "{all}");
    }
    for text in ["a\n::error::b ##vso[task.x]y ##[group]z", "%0A%25,:;]=\r\n::stop-commands::x"] {
        let clean = github(&poisoned("plain"), "").lines().count();
        let lines = github(&poisoned(text), "");
        assert_eq!(lines.lines().count(), clean, "{lines}");
        assert!(lines.lines().all(|line| line.starts_with("::") && !line.contains("##vso[")), "{lines}");
        let lines = azure(&poisoned(text), "");
        assert!(lines.lines().all(|line| line.matches("##vso[").count() <= 1 && !line.contains("##[")), "{lines}");
        assert!(!lines.lines().any(|line| line.starts_with("::")), "{lines}");
    }
}

#[test]
fn a_place_that_is_gone_has_no_line() {
    let told = github(&pull_request(), "root");
    assert!(told.contains("::warning file=root/practices/AC.L2-3.1.13.toml,title="), "{told}");
    assert!(told.contains("file=root/practices/AC.L2-3.1.12.toml,line=22,col=1,"), "{told}");
    assert!(azure(&pull_request(), "").contains("sourcepath=practices/AC.L2-3.1.13.toml;]"));
}

#[test]
fn json_fits_its_schema_whatever_stands_in_it() {
    for changes in [unchanged(), pull_request(), poisoned(HOSTILE[2])] {
        let told: Value = serde_json::from_str(&json(&changes)).expect("JSON");
        super::outputs::assert_fits("diff", &told);
    }
    let mut turned = pull_request();
    turned.changes.reverse();
    assert_eq!(json(&turned), json(&pull_request()), "the order in which changes are found is not told");
}

#[test]
fn json_of_a_real_pull_request_fits_its_schema() {
    let sample = super::pull_request::pull_request();
    let words = ["diff", "main", "handover", "--with-check", "--as-of", "2026-11-21", "--format", "json"];
    let told = sample.run(&words).json();
    super::outputs::assert_fits("diff", &told);
    assert!(told["summary"]["approvals_missing"].as_u64() > Some(0), "{told}");
}

/// Everything in a comment that is more than words: kinds of nodes and every piece of HTML, counted.
fn skeleton(source: &str) -> BTreeMap<String, usize> {
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, source, &options());
    let mut found = BTreeMap::new();
    for node in root.descendants() {
        let name = match &node.data().value {
            NodeValue::Text(_) | NodeValue::Code(_) | NodeValue::SoftBreak => continue,
            NodeValue::HtmlBlock(html) => format!("html block {}", html.literal.trim()),
            NodeValue::HtmlInline(html) => format!("html {html}"),
            other => format!("{other:?}").chars().take_while(|c| c.is_alphanumeric()).collect(),
        };
        *found.entry(name).or_default() += 1;
    }
    found
}

/// The words of a comment outside code, as the filters of a forge see them.
fn words_outside_code(source: &str) -> String {
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, source, &options());
    let mut out = String::new();
    for node in root.descendants() {
        match &node.data().value {
            NodeValue::Text(text) => out.push_str(text),
            NodeValue::Code(_) => out.push('\u{fffc}'),
            _ => out.push('\n'),
        }
    }
    out
}

const NASTY: [&str; 58] = [
    "*bold* **bold** __bold__ ~~gone~~",
    "[link](http://evil.example)",
    "![img](http://evil.example/x.png)",
    "<img src=x onerror=alert(1)>",
    "</details>",
    "</summary></details><details>",
    "<!-- open",
    "-->",
    "--> <script>",
    "<b",
    "<http://evil.example>",
    "http://evil.example/a",
    "https://evil.example",
    "ftp://evil.example/",
    "irc://evil.example/x",
    "www.evil.example",
    "WWW.evil.example",
    "mallory@evil.example",
    "mailto:mallory@evil.example",
    "@everyone",
    "@org/team see this",
    "#123",
    "org/repo#12",
    "GH-12",
    "gh-7",
    "!45 &6 %\"milestone\" $9 ~label ^alert",
    "a `tick",
    "`a` and ``b``",
    "````",
    "`</details>`",
    "``` rust",
    "~~~",
    "# heading",
    "## heading",
    "> quote",
    "- item",
    "+ item",
    "1. item",
    "1) item",
    "- [x] done",
    "===",
    "---",
    "***",
    "| a | b |\n|---|---|",
    "[^1]",
    "[^1]: note",
    "[a]: http://evil.example",
    "\\*\\",
    "trailing \\",
    "&lt;b&gt; &#64;everyone &amp;",
    "$x$ $$y$$ $`z`$",
    ":tada: :octocat:",
    "line\nline\r\n\n# new\n\n</details>\n",
    "\t\tcode",
    "/close\n/approve",
    "\u{202e}txt.exe\u{2066}",
    "\u{1b}[31mred\u{7}\0",
    "##vso[task.setvariable variable=x]y\n::error::z",
];

/// Nasty texts alone, inside a sentence, at its ends and after each other.
fn nasty() -> Vec<String> {
    let around = NASTY.iter().flat_map(|text| {
        [(*text).to_owned(), format!("x {text}"), format!("x{text}y"), format!("{text} y"), format!("{text}{text}")]
    });
    let chained = NASTY.windows(2).map(|pair| pair.join(" "));
    around.chain(chained).collect()
}

#[test]
fn no_text_of_a_repository_is_markup_in_a_comment() {
    let plain = skeleton(&markdown(&poisoned("plain words"), "", ROOM));
    for text in nasty() {
        assert_eq!(skeleton(&markdown(&poisoned(&text), "", ROOM)), plain, "{text:?}");
    }
}

#[test]
fn no_text_of_a_repository_mentions_or_refers_in_a_comment() {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    for text in nasty() {
        let words = words_outside_code(&markdown(&poisoned(&text), "", ROOM));
        for sign in ['@', '#', '!', '$', '%', '&', '~', '^'] {
            let reads_on = words.split(sign).skip(1).any(|after| after.starts_with(is_word));
            assert!(!reads_on, "{sign} of {text:?}");
        }
        for begins in ["://", "www.", "gh-1", "gh-7", ":tada:", "mailto:mallory@e"] {
            assert!(!words.to_lowercase().contains(begins), "{begins} of {text:?}");
        }
        assert!(
            !words.chars().any(|c| (c != '\n' && c.is_control()) || ('\u{202a}'..='\u{202e}').contains(&c)),
            "{text:?}"
        );
    }
}

#[test]
fn runs_of_backticks_swallow_no_text() {
    let mut changes = pull_request();
    for said in ["```", "`` `x` ``", "a ```` b", "`a` and ``b``"] {
        changes.changes[0].sentence = format!("before {said} after");
        let page = html(&markdown(&changes, "", ROOM));
        let shown = page.replace("&#96;", "`");
        assert!(shown.contains(&format!("before {said} after")), "{said}: {page}");
    }
    changes.changes[0].sentence = "moves to `acme-msp` now".to_owned();
    assert!(html(&markdown(&changes, "", ROOM)).contains("moves to <code>acme-msp</code> now"));
}

#[test]
fn json_stays_the_same_to_the_byte() {
    super::outputs::assert_golden("diff", &json(&pull_request()));
}

/// As GitHub reads a comment.
fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.alerts = true;
    options.extension.math_dollars = true;
    options.extension.math_code = true;
    options.render.r#unsafe = true;
    options
}

fn html(source: &str) -> String {
    comrak::markdown_to_html(source, &options())
}
