//! Documents: the same bytes, every word of the repository in them, nothing that acts, and no template without end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use demarcate::failure::{Cause, Failure};
use demarcate::render::template::Templates;
use demarcate::render::{self, By, Document, File, Format, Options};
use demarcate::rule::Facts;
use demarcate::source::Tree;
use demarcate::view::{self, Tool, View};

use super::base::{AS_OF, Repository, sample_files};

fn view_of(facts: &Facts) -> View {
    view::of(facts, Tool { name: "demarcate".into(), version: "9.9.9".into() })
}

fn base() -> View {
    view_of(&Repository::base().look(true).expect("the base is readable").0)
}

/// The sample on the fixed day.
fn sample() -> Facts {
    sample_files(AS_OF)
}

fn own(templates: &[(&str, &str)]) -> Templates {
    let own = templates.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Templates::new(&own).expect("the templates can be read")
}

fn all(view: &View) -> BTreeMap<String, String> {
    texts(render::all(&Format::TEXTS, &Options::default(), view, &own(&[])).expect("every document can be printed"))
}

fn texts(files: Vec<File>) -> BTreeMap<String, String> {
    files.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).expect("documents are UTF-8"))).collect()
}

/// Whether a file has this ending.
fn is(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found == ending)
}

/// What printing the score with this template in place of the built-in one fails with.
fn failure(template: &str) -> Failure {
    let templates = own(&[("score.md", template)]);
    render::document(Document::Score, Format::Markdown, &Options::default(), &base(), &templates)
        .expect_err("the template is wrong")
}

/// The rows of a file of comma-separated values, the header apart.
fn rows(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let own = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<String>>();
    let header = own(reader.headers().expect("there is a header"));
    (header, reader.records().map(|record| own(&record.expect("every row is as wide as the header"))).collect())
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

#[test]
fn the_same_commit_gives_the_same_bytes() {
    let (first, second) = (all(&base()), all(&base()));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (name, text) in &first {
        assert!(second[name] == *text, "{name} differs");
    }
}

#[test]
fn every_document_comes_in_its_formats() {
    let view = base();
    let made = render::all(&Format::ALL, &Options::default(), &view, &own(&[])).expect("they can be printed");
    let names: BTreeSet<String> = made.into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names.into_iter().collect::<Vec<_>>().join(" "),
        "affirmation.html affirmation.md binder.csv binder.html binder.md connections.csv connections.html connections.md crm-by-objective.csv crm-by-objective.html crm-by-objective.md crm-by-practice.csv crm-by-practice.html crm-by-practice.md crm.xlsx emass.csv index.html index.md objectives.csv objectives.html objectives.md poam.csv poam.html poam.md poam.xlsx policies.csv policies.html policies.md providers.csv providers.html providers.md providers.xlsx requests.csv requests.html requests.md requests.xlsx reviews.csv reviews.html reviews.md roster.csv roster.html roster.md score.csv score.html score.md ssp.html ssp.md"
    );
    let refused = render::document(Document::Ssp, Format::Csv, &Options::default(), &view, &own(&[]));
    let refused = refused.expect_err("a plan is no table");
    assert_eq!((refused.cause, refused.message.as_str()), (Cause::Usage, "ssp has no csv form; it has html, md"));
}

#[test]
fn the_built_in_templates_are_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the templates stand beside the sources")
        .map(|entry| entry.expect("the folder is readable").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files, Templates::built_in().map(str::to_owned).collect());
}

#[test]
fn a_template_of_the_root_replaces_the_built_in_one() {
    let repository = Repository::base();
    repository.write("templates/score.md", "{{ organization.name }}: {{ score.score }} of {{ score.maximum }}\n");
    let tree = Tree::folder(&repository.root(), None).expect("the base is readable");
    let templates = Templates::new(&render::overrides(&tree).expect("templates/ is readable")).expect("it is right");
    let made = render::document(Document::Score, Format::Markdown, &Options::default(), &base(), &templates);
    assert_eq!(made.expect("it prints"), [("score.md".to_owned(), b"Northwind Machining LLC: 110 of 110\n".to_vec())]);
}

#[test]
fn what_is_not_defined_is_an_error_that_points_into_the_template() {
    let wrong = failure("# Score\n\n{% if true %}\n  {{ organization.nmae }}\n{% endif %}\n");
    assert_eq!(wrong.cause, Cause::Template);
    assert_eq!(wrong.message, "templates/score.md:4: `organization.nmae` is not defined");
    let filtered = failure("\n{{ nobody | cell }}\n");
    assert!(filtered.message.starts_with("templates/score.md:2: this is not defined"), "{}", filtered.message);
    let tested = failure("{% if nobody %}x{% endif %}");
    assert!(tested.message.starts_with("templates/score.md:1: `nobody` is not defined"), "{}", tested.message);
}

#[test]
fn an_error_in_a_part_points_into_the_part() {
    let templates = own(&[("parts.md", "a\nb\n{{ gone }}\n")]);
    let failed = render::document(Document::Index, Format::Markdown, &Options::default(), &base(), &templates);
    let message = failed.expect_err("the part is wrong").message;
    assert!(message.starts_with("templates/parts.md:3: `gone` is not defined"), "{message}");
}

#[test]
fn a_template_that_cannot_be_read_is_refused_with_its_line() {
    let wrong = BTreeMap::from([("score.md".to_owned(), "fine\n{% for %}\n".to_owned())]);
    let failed = Templates::new(&wrong).err().expect("it is no template");
    assert_eq!(failed.cause, Cause::Template);
    assert!(failed.message.starts_with("templates/score.md:2: syntax error"), "{}", failed.message);
}

#[test]
fn a_template_without_end_ends() {
    let loops = failure("{% for a in range(90000) %}{% for b in range(90000) %}{{ b }}{% endfor %}{% endfor %}");
    assert!(loops.message.contains("more steps than a document may"), "{}", loops.message);
    let includes = failure("{% include 'score.md' %}");
    assert!(includes.message.contains("recursion"), "{}", includes.message);
    let macros = failure("{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}");
    assert!(macros.message.contains("recursion"), "{}", macros.message);
    let grows = failure("{% for a in range(9000) %}{{ 'x' * 100000 }}{% endfor %}");
    assert_eq!(grows.cause, Cause::Template);
    for failure in [loops, includes, macros] {
        assert_eq!(failure.cause, Cause::Template);
    }
}

#[test]
fn a_template_reads_no_file() {
    for name in ["/etc/hostname", "../demarcate.toml", "demarcate.toml", "templates/score.md"] {
        let failed = failure(&format!("{{% include \"{name}\" %}}"));
        assert!(failed.message.contains("template not found"), "{}", failed.message);
    }
}

#[test]
fn nothing_written_in_the_repository_acts_in_a_document() {
    let repository = Repository::base();
    let id = "AT.L2-3.2.1";
    let path = format!("practices/{id}.toml");
    let text = repository.text(&path);
    let duty = text.lines().find(|line| line.starts_with("duty")).expect("a practice has a duty").to_owned();
    let hostile = "=HYPERLINK(\\\"x\\\") | [click](javascript:alert(1)) <script>alert(2)</script>";
    let text = text.replacen(&duty, &format!("duty = \"{hostile}\""), 1);
    let text = text.replacen("statement = ", "statement = \"<img src=x onerror=alert(3)>\" # ", 1);
    repository.write(&path, text);
    let view = view_of(&repository.look(false).expect("it is readable").0);
    let practice = view.practices().find(|practice| practice.id == id).expect("it was read");
    assert_eq!(practice.statement.as_deref(), Some("<img src=x onerror=alert(3)>"));

    let made = all(&view);
    for (name, text) in made.iter().filter(|(name, _)| !is(name, "csv")) {
        assert!(!text.contains("<script>alert"), "{name}");
        assert!(!text.contains("<img"), "{name}");
        assert!(!text.contains("[click](javascript") || is(name, "html"), "{name}");
    }
    assert!(made["ssp.html"].contains("&lt;img src=x onerror=alert(3)&gt;"));
    assert!(made["crm-by-practice.html"].contains("&lt;script&gt;alert(2)"));
    let (header, rows) = rows(&made["crm-by-objective.csv"]);
    let column = header.iter().position(|name| name == "contractor_responsibility").expect("there is such a column");
    let row = rows.iter().find(|row| row[1] == id).expect("it has objectives");
    assert!(row[column].starts_with("'=HYPERLINK"), "{}", row[column]);
    let line = made["crm-by-practice.md"].lines().find(|line| line.contains(id)).expect("it has a row");
    assert_eq!(cells(line), 7, "{line}");
}

/// Cells of a row of a Markdown table.
fn cells(line: &str) -> usize {
    line.replace("\\|", "").matches('|').count() - 1
}

#[test]
fn the_matrix_has_a_row_for_each_practice_and_each_objective() {
    let made = all(&base());
    for (by, count, width) in [("practice", 110, 7), ("objective", 320, 8)] {
        let (header, rows) = rows(&made[&format!("crm-by-{by}.csv")]);
        assert_eq!((header[0].as_str(), rows.len()), (by, count));
        let ids: BTreeSet<&String> = rows.iter().map(|row| &row[0]).collect();
        assert_eq!(ids.len(), count);

        let markdown = &made[&format!("crm-by-{by}.md")];
        let first = markdown.lines().position(|line| line.starts_with("| AC.L2-3.1.1")).expect("it is the first row");
        assert!(first <= 15, "{first} lines stand before the first row");
        let rows: Vec<&str> = markdown.lines().skip(first).collect();
        assert_eq!(rows.len(), count);
        assert!(rows.iter().all(|row| cells(row) == width));

        let page = &made[&format!("crm-by-{by}.html")];
        assert_eq!(page.matches("<tr data-item").count(), count);
        assert_eq!(page.matches("<tr").count(), count + 1);
    }
}

#[test]
fn a_provider_is_shown_its_rows_and_nothing_of_others() {
    let view = base();
    let options = Options { provider: Some("acme-msp".into()), ..Options::default() };
    let made = texts(render::all(&Format::TEXTS, &options, &view, &own(&[])).expect("the slice can be printed"));
    let names: Vec<&String> = made.keys().collect();
    assert_eq!(names.len(), 18, "{names:?}");
    let (_, by_practice) = rows(&made["crm-acme-msp-by-practice.csv"]);
    let ids: Vec<&str> = by_practice.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(ids, ["MA.L2-3.7.5", "SI.L2-3.14.1"]);
    let with_part = view.practices().flat_map(|practice| &practice.objectives);
    let with_part = with_part.filter(|objective| objective.parties.iter().any(|party| party.id == "acme-msp"));
    let (_, by_objective) = rows(&made["crm-acme-msp-by-objective.csv"]);
    assert_eq!(by_objective.len(), with_part.count());
    let other = view.providers.iter().find(|provider| provider.id == "gcc-high").expect("the base has two providers");
    for (name, text) in &made {
        assert!(!text.contains(&other.name) && !text.contains("gcc-high"), "{name} tells of another provider");
    }
    for (options, document) in [
        (Options { provider: Some("nobody".into()), ..Options::default() }, Document::Crm),
        (options.clone(), Document::Score),
    ] {
        let failed =
            render::document(document, Format::Csv, &options, &view, &own(&[])).expect_err("it makes no sense");
        assert_eq!(failed.cause, Cause::Usage);
    }
    let one = Options { by: Some(By::Objective), ..options };
    let one = render::document(Document::Crm, Format::Csv, &one, &view, &own(&[])).expect("it can be printed");
    assert_eq!(one[0].0, "crm-acme-msp-by-objective.csv");
}

#[test]
fn a_page_stands_alone_and_may_run_nothing_from_elsewhere() {
    for (name, text) in all(&base()).iter().filter(|(name, _)| is(name, "html")) {
        assert!(text.contains("Content-Security-Policy\" content=\"default-src 'none';"), "{name}");
        for loads in [" src=", "<link", "@import", "url(", "href=\"http", "<iframe", "<object", "xmlns"] {
            assert!(!text.contains(loads), "{name} has {loads}");
        }
        assert!(!text.contains("http://") && !text.contains("https://"), "{name} names a host");
    }
}

/// The elements of HTML that have no end.
const VOID: [&str; 4] = ["meta", "input", "br", "rect"];

#[test]
fn a_page_is_well_formed_and_its_ids_are_unique() {
    for (name, text) in all(&view_of(&sample())).iter().filter(|(name, _)| is(name, "html")) {
        assert_well_formed(name, text);
        let mut ids = BTreeSet::new();
        for id in text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.insert(id), "{name} has two elements with the id {id}");
        }
        for target in text.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.contains(target), "{name} leads to {target}, which is nowhere");
        }
    }
}

/// Every element that begins ends in its place; style and script are passed over.
fn assert_well_formed(name: &str, text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let inside = &rest[at + 1..];
        let end = inside.find('>').unwrap_or_else(|| panic!("{name} ends within an element"));
        let element = &inside[..end];
        rest = &inside[end + 1..];
        let tag = element.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if element.starts_with('!') || VOID.contains(&tag) || element.ends_with('/') {
            continue;
        }
        if element.starts_with('/') {
            assert_eq!(open.pop(), Some(tag), "{name} before {}", rest.chars().take(80).collect::<String>());
        } else if tag == "style" || tag == "script" {
            let close = rest.find(&format!("</{tag}>")).unwrap_or_else(|| panic!("{name} does not end its {tag}"));
            rest = &rest[close + tag.len() + 3..];
        } else {
            open.push(tag);
        }
    }
    assert!(open.is_empty(), "{name} leaves {open:?} open");
}

#[test]
fn every_word_of_the_practices_is_in_the_plan_and_every_duty_in_the_matrix() {
    let facts = sample();
    let made = all(&view_of(&facts));
    let read: BTreeMap<&str, String> = made.iter().map(|(name, text)| (name.as_str(), letters(text))).collect();
    let stands = |name: &str, what: &str| {
        assert!(read[name].contains(&letters(what)), "{name} leaves out: {what}");
    };
    let mut words = 0;
    for practice in facts.assessment.practices.values() {
        for (value, name) in practice.values.values().flat_map(|entry| {
            ["ssp.html", "ssp.md", "crm-by-objective.html", "crm-by-objective.md", "crm-by-objective.csv"]
                .map(|name| (entry.value.as_str(), name))
        }) {
            stands(name, value);
            words += 1;
        }
        let statement = practice.statement.as_ref().expect("every practice of the sample has a statement");
        for name in ["ssp.html", "ssp.md"] {
            stands(name, statement);
        }
        for part in &practice.responsibility {
            for name in ["ssp.html", "ssp.md"] {
                stands(name, &part.duty);
            }
            for name in made.keys().filter(|name| name.starts_with("crm-by-")) {
                stands(name, &part.duty);
            }
            words += 1;
        }
    }
    assert!(words > 400, "the sample has {words} duties and values");
}

#[test]
fn the_plan_has_the_headings_of_the_template_in_order() {
    let made = all(&base());
    let headings = [
        "1 System Identification",
        "1.1 System name and title",
        "1.1.1 Categorization",
        "1.1.2 Unique identifier",
        "1.2 Responsible organization",
        "1.2.1 Information owner",
        "1.3 General description and purpose",
        "1.3.1 Number of users",
        "1.4 General description of information",
        "2 System Environment",
        "2.1 Hardware listing",
        "2.2 Software listing",
        "2.3 Hardware and software maintenance and ownership",
        "3 Requirements",
        "4 Record of Changes",
        "Annex A: what 3.12.4 asks",
        "Annex B: requirements determined not applicable",
    ];
    for name in ["ssp.html", "ssp.md"] {
        let body = made[name].split("<main").last().expect("there is a text");
        let mut from = 0;
        for heading in headings {
            let at = body[from..].find(heading).unwrap_or_else(|| panic!("{name} lacks {heading} in its place"));
            from += at + heading.len();
        }
    }
    let requirements = made["ssp.html"].matches("<article class=\"practice\"").count();
    assert_eq!(requirements, 110);
    assert_eq!(made["ssp.md"].lines().filter(|line| line.starts_with("#### 3.")).count(), 110);
}

#[test]
fn an_empty_root_prints_and_says_what_is_not_stated() {
    let repository = Repository::empty();
    repository.write("demarcate.toml", "");
    let facts = repository.look(false).expect("it is readable").0;
    let made = all(&view_of(&facts));
    for name in ["ssp.html", "ssp.md"] {
        assert!(made[name].matches("not stated").count() > 400, "{name}");
    }
    for (name, text) in made.iter().filter(|(name, _)| is(name, "html")) {
        assert_well_formed(name, text);
    }
    assert_eq!(rows(&made["crm-by-practice.csv"]).1.len(), 110);
    assert!(made["reviews.md"].contains("The history was not read"));
}

#[test]
fn whoever_relies_on_reviews_reads_what_grades_and_dates_are_worth() {
    let made = all(&base());
    for name in ["ssp.html", "ssp.md", "reviews.html", "reviews.md", "index.html", "index.md"] {
        assert!(made[name].contains("rests on what the commit says of itself"), "{name}");
    }
    let (header, rows) = rows(&made["reviews.csv"]);
    let grade = header.iter().position(|name| name == "grade").expect("there is such a column");
    assert!(rows.iter().all(|row| row[grade] == "unsigned" || row[6].is_empty()));
    assert!(rows.iter().filter(|row| row[grade] == "unsigned").count() >= 110);
}

#[test]
fn each_acceptance_has_a_line_of_its_own() {
    let made = all(&base());
    let lines: Vec<&str> = made["reviews.md"].lines().filter(|line| line.contains("accepted by")).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| line.ends_with(" (unsigned)")), "{lines:?}");
    assert!(lines.iter().all(|line| line.matches("accepted by").count() == 1), "{lines:?}");
}

#[test]
fn the_figures_of_the_pictures_add_up() {
    let view = base();
    for stack in [&view.pictures.ownership, &view.pictures.status, &view.pictures.reviews] {
        assert_eq!(stack.totals.iter().sum::<usize>(), 110);
        for row in &stack.rows {
            assert_eq!(row.counts.iter().sum::<usize>(), row.total);
            assert!(row.pieces.iter().all(|piece| piece.x + piece.width <= 1000));
        }
    }
    assert_eq!(view.pictures.ownership.totals, [106, 4, 0, 0, 0]);
    let calendar = &view.pictures.calendar;
    let months: Vec<&str> = calendar.months.iter().map(|month| month.id.as_str()).collect();
    assert_eq!((months.len(), months[0], months[12], months[24]), (25, "2025-11", "2026-11", "2027-11"));
    let october = calendar.months.iter().find(|month| month.id == "2026-10").expect("it is shown");
    assert_eq!(october.done, view.reviews.subjects.len());
    let next = calendar.months.iter().find(|month| month.id == "2027-10").expect("it is shown");
    assert_eq!((next.due, calendar.late), (view.reviews.subjects.len(), 0));
}

#[test]
fn the_view_is_plain_data_that_prints_as_json() {
    let json = serde_json::to_value(base()).expect("it is plain data");
    assert_eq!(json["version"], 1);
    assert_eq!(json["tool"]["version"], "9.9.9");
    assert_eq!(json["families"].as_array().map(Vec::len), Some(14));
    assert_eq!(json["families"][0]["practices"][0]["objectives"][0]["id"], "AC.L2-3.1.1[a]");
    assert_eq!(json["commit"].as_str().map(str::len), Some(40));
}
