//! The cover page of a package: from requirement to artifact in one click, without a network, without scripting.

use std::collections::{BTreeMap, BTreeSet};

use demarcate::render::template::Templates;
use demarcate::render::{self, Document, Format, Options};
use demarcate::rule::Facts;
use demarcate::view::{self, Tool, View};
use tempfile::TempDir;

use super::base::{AS_OF, Repository, sample_files};

fn view_of(facts: &Facts) -> View {
    view::of(facts, Tool { name: "demarcate".into(), version: "9.9.9".into() })
}

/// The sample on the fixed day.
fn sample() -> View {
    view_of(&sample_files(AS_OF))
}

fn templates(own: &[(&str, &str)]) -> Templates {
    let own = own.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Templates::new(&own).expect("the templates can be read")
}

fn printed(view: &View, options: &Options) -> BTreeMap<String, String> {
    let made = render::all(&Format::TEXTS, options, view, &templates(&[])).expect("every document can be printed");
    made.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).expect("documents are UTF-8"))).collect()
}

/// Every edition that is a file of the repository and whose artifact carries no marking, below `../evidence/`.
fn held(view: &View) -> BTreeMap<String, String> {
    let plain = view.portal.artifacts.values().filter(|entry| entry.marking.is_none());
    let editions = plain.flat_map(|entry| &entry.editions).filter(|edition| edition.inside);
    editions.map(|edition| (edition.location.clone(), format!("../evidence/{}", edition.location))).collect()
}

fn bundled(view: &View) -> Options {
    Options { held: Some(held(view)), evidence: Some("../".into()), ..Options::default() }
}

fn is_page(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending == "html")
}

fn resolved(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    named.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

/// What stands in each attribute of this name, entities resolved.
fn attributes(page: &str, name: &str) -> Vec<String> {
    let begins = format!(" {name}=\"");
    page.match_indices(&begins)
        .map(|(at, _)| {
            let rest = &page[at + begins.len()..];
            resolved(&rest[..rest.find('"').expect("an attribute ends")])
        })
        .collect()
}

fn decoded(link: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = link.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match hex.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).expect("a path is UTF-8")
}

/// A package on disk: documents, the evidence that is held, and what the page names beside them.
fn package(view: &View) -> (TempDir, BTreeMap<String, String>) {
    let home = TempDir::new().expect("the tests may write to the folder for temporary files");
    let write = |path: &str, bytes: &[u8]| {
        let full = home.path().join(path);
        std::fs::create_dir_all(full.parent().expect("it lies in the package")).expect("the package has room");
        std::fs::write(full, bytes).expect("the package has room");
    };
    let made = printed(view, &bundled(view));
    for (name, text) in &made {
        write(&format!("documents/{name}"), text.as_bytes());
    }
    for path in held(view).values() {
        write(path.trim_start_matches("../"), b"evidence");
    }
    for name in ["README.txt", "SHA256SUMS", "manifest.json"] {
        write(name, b"beside");
    }
    (home, made)
}

#[test]
fn every_link_of_a_package_leads_somewhere() {
    let view = sample();
    let (home, made) = package(&view);
    let ids: BTreeMap<&str, BTreeSet<String>> =
        made.iter().map(|(name, page)| (name.as_str(), attributes(page, "id").into_iter().collect())).collect();
    let mut followed = 0;
    for (name, page) in made.iter().filter(|(name, _)| is_page(name)) {
        for link in attributes(page, "href") {
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if path.is_empty() { name.clone() } else { decoded(path) };
            let full = home.path().join("documents").join(&target);
            assert!(full.is_file(), "{name} leads to {link}, where nothing is");
            if let Some(known) = ids.get(target.as_str()).filter(|_| !anchor.is_empty()) {
                assert!(known.contains(&decoded(anchor)), "{name} leads to {link}, which has no such place");
            }
            followed += 1;
        }
    }
    assert!(followed > 5000, "{followed} links");
}

#[test]
fn every_objective_has_its_place_and_its_artifacts_beside_it() {
    let view = sample();
    let made = printed(&view, &bundled(&view));
    let page = &made["index.html"];
    let links = held(&view);
    let ids = attributes(page, "id");
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "an id stands there twice");
    let ids: BTreeSet<String> = ids.into_iter().collect();
    let mut objectives = 0;
    for practice in view.practices() {
        assert!(ids.contains(&practice.id), "{}", practice.id);
        for objective in &practice.objectives {
            objectives += 1;
            let begins = format!("<article class=\"objective\" id=\"{}\"", objective.id);
            let from = page.find(&begins).unwrap_or_else(|| panic!("no {}", objective.id));
            let place = &page[from..][..page[from..].find("</article>").expect("an objective ends")];
            let (hrefs, text) = (attributes(place, "href"), resolved(place));
            for item in objective.parts.iter().flat_map(|part| &part.evidence) {
                let path = item.path.as_deref().expect("every artifact of the sample is in hand");
                let digest = item.sha256.as_deref().expect("and has its digest");
                assert!(text.contains(&item.title) && text.contains(&digest[..16]), "{}: {path}", objective.id);
                let link = links.get(path).is_some_and(|href| hrefs.iter().any(|found| found.starts_with(href)));
                assert_eq!(link, links.contains_key(path), "{}: {path}", objective.id);
            }
            for part in &objective.parts {
                assert!(text.contains(&part.duty), "{}: {}", objective.id, part.duty);
            }
        }
    }
    assert_eq!(objectives, 320);
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
}

#[test]
fn what_is_not_in_the_package_is_no_link_in_any_document_and_has_its_digest() {
    let view = sample();
    let made = printed(&view, &bundled(&view));
    let marked: Vec<_> = view.portal.artifacts.values().filter(|entry| entry.marking.is_some()).collect();
    assert!(!marked.is_empty(), "the sample has marked artifacts");
    for edition in marked.iter().flat_map(|entry| &entry.editions) {
        for (name, text) in &made {
            let name_of_file = edition.location.rsplit('/').next().expect("a path has a name");
            assert!(!attributes(text, "href").iter().any(|href| href.contains(name_of_file)), "{name}: {name_of_file}");
            assert!(!text.contains(&format!("]({}", edition.location)), "{name} links {name_of_file}");
        }
        let digest = edition.sha256.as_deref().expect("the sample is locked");
        assert!(made["index.html"].contains(digest), "{}", edition.location);
    }
    assert!(made["index.html"].contains("not in this package</b>, as it is marked SPD"));
    let unpacked = printed(&view, &Options { evidence: Some("../".into()), ..Options::default() });
    assert!(!unpacked["index.html"].contains("this package</b>"));
    assert!(attributes(&unpacked["index.html"], "href").contains(&"../policies/access-control.md".to_owned()));
}

#[test]
fn nothing_is_fetched_and_only_the_script_of_the_page_may_run() {
    let made = printed(&sample(), &Options::default());
    for (name, page) in made.iter().filter(|(name, _)| is_page(name)) {
        for attribute in ["href", "src", "srcset", "action", "data", "poster"] {
            for target in attributes(page, attribute) {
                assert!(!target.contains("://") && !target.starts_with("//"), "{name}: {attribute} {target}");
            }
        }
        for word in ["<img", "<link", "<iframe", "@import", "url(", " onclick", " onload", " onerror", "unsafe-eval"] {
            assert!(!page.contains(word), "{name} has {word}");
        }
        let (from, to) = (page.find("<script>").expect("it has a script") + 8, page.find("</script>").expect("an end"));
        assert_eq!(page.matches("<script").count(), 1, "{name}");
        let allowed = format!("script-src '{}'", demarcate::digest::source_expression(&page.as_bytes()[from..to]));
        let policy = &attributes(page, "content")[0];
        assert!(policy.starts_with("default-src 'none'") && policy.contains(&allowed), "{name}: {policy}");
        assert!(!policy.split("script-src").nth(1).expect("it is there").contains("unsafe"), "{name}: {policy}");
    }
}

#[test]
fn without_scripting_everything_stands_there_but_the_filters() {
    let view = sample();
    let page = &printed(&view, &Options::default())["index.html"];
    let from = page.find("<body").expect("it has a body");
    let body = &page[from..page.find("<script>").expect("it has a script")];
    assert_eq!(body.matches(" hidden>").count(), 1, "only the form waits for the script");
    assert!(body.contains("data-noun=\"objectives\" hidden>"));
    for filter in &view.portal.filters {
        assert!(!filter.choices.is_empty(), "{}", filter.name);
        assert!(body.contains(&format!("<select name=\"{}\">", filter.name)));
        for choice in &filter.choices {
            let words = attributes(body, &format!("data-{}", filter.name));
            let found = words.iter().filter(|words| words.split(' ').any(|word| word == choice.value)).count();
            assert_eq!((found, words.len()), (choice.count, 320), "{} {}", filter.name, choice.value);
        }
    }
    for query in attributes(body, "data-view") {
        let (name, value) = query.split_once('=').expect("a view asks one thing");
        let filter = view.portal.filters.iter().find(|filter| filter.name == name).expect("there is such a filter");
        assert!(filter.choices.iter().any(|choice| choice.value == value), "{query}");
    }
}

#[test]
fn hostile_names_stay_words_and_links_stay_links() {
    let repository = Repository::base();
    let name = "\u{e4} b#1%20'q' & <i>.pdf";
    let title = "A </script><script>alert(1)</script> \\u202Egnp.exe\\\" onclick=\\\"x";
    repository.append(
        "evidence/contractor/artifacts.toml",
        &format!(
            "\n[[artifact]]\nid = \"odd\"\ntitle = \"{title}\"\nkind = \"report\"\nmarking = \"<b>X</b>\"\n\n\
             [[artifact.edition]]\npath = \"{name}\"\ncollected = 2026-10-01\n\n\
             [[artifact]]\nid = \"far\"\ntitle = \"Far\"\nkind = \"report\"\n\n\
             [[artifact.edition]]\nurl = \"https://portal.example/a?b=c#d\"\ncollected = 2026-10-01\n"
        ),
    );
    repository.write(&format!("evidence/contractor/{name}"), "odd");
    let path = "practices/AC.L2-3.1.1.toml";
    let cites = "{ artifact = \"odd\", at = \"page 4 <img src=x onerror=alert(1)>\" }, { artifact = \"far\" }";
    repository.write(path, repository.text(path).replace("{ artifact = \"ticket-log\" }", cites));
    let view = view_of(&repository.look(false).expect("it is readable").0);
    let location = format!("evidence/contractor/{name}");
    let held = BTreeMap::from([(location.clone(), format!("../{location}"))]);
    let page = &printed(&view, &Options { held: Some(held), ..Options::default() })["index.html"];
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (1, 1));
    for word in ["<img", "<i>", "<b>X", "\u{202e}", " onclick=\"", "href=\"https"] {
        assert!(!page.contains(word), "{word}");
    }
    let link = "../evidence/contractor/%C3%A4%20b%231%2520%27q%27%20%26%20%3Ci%3E.pdf#page=4";
    assert!(attributes(page, "href").contains(&link.to_owned()), "no {link}");
    assert_eq!(decoded(link.split('#').next().expect("it has a path")), format!("../{location}"));
    assert!(resolved(page).contains("https://portal.example/a?b=c#d"), "what lies elsewhere is text");
}

#[test]
fn the_same_view_gives_the_same_page_and_a_page_alone_leads_to_no_other() {
    let view = view_of(&Repository::base().look(true).expect("the base is readable").0);
    let page = &printed(&view, &bundled(&view))["index.html"];
    assert_eq!(page, &printed(&view, &bundled(&view))["index.html"]);
    let alone = |document| {
        let made = render::document(document, Format::Html, &Options::default(), &view, &templates(&[]));
        String::from_utf8(made.expect("it can be printed").remove(0).1).expect("documents are UTF-8")
    };
    assert!(!alone(Document::Poam).contains("index.html"), "it was made alone");
    assert!(!alone(Document::Index).contains("objectives.html#"), "the sheets were not made");
    assert!(page.contains("objectives.html#AC.L2-3.1.1[a]"), "they were made together");
    assert!(printed(&view, &Options::default())["poam.html"].contains("href=\"index.html\""));
    let slice = Options { provider: Some("acme-msp".into()), ..Options::default() };
    let sent = render::all(&[Format::Html], &slice, &view, &templates(&[])).expect("a slice can be printed");
    assert!(sent.iter().all(|(_, bytes)| !String::from_utf8_lossy(bytes).contains("index.html")));
    assert!(view.slice("acme-msp").expect("it is known").portal.artifacts.is_empty());
}

#[test]
fn templates_written_for_what_was_there_before_still_print() {
    let view = view_of(&Repository::base().look(true).expect("the base is readable").0);
    let own = [
        (
            "index.html",
            "{% extends \"base.html\" %}{% block content %}{% for entry in files %}{{ entry.title }} {% endfor %}{% endblock %}",
        ),
        (
            "binder.html",
            "{% import \"parts.html\" as p %}{% for x in artifacts %}{{ p.look({\"title\": x.title, \"inside\": x.inside, \"path\": x.path, \"at\": none}, evidence) }}{% endfor %}",
        ),
    ];
    let options = Options { evidence: Some("../".into()), ..Options::default() };
    let made = render::all(&[Format::Html], &options, &view, &templates(&own)).expect("they print");
    let text = |name: &str| {
        let found = made.iter().find(|(known, _)| known == name).expect("it was asked for");
        resolved(&String::from_utf8_lossy(&found.1))
    };
    assert!(text("index.html").contains("System Security Plan"));
    assert!(text("binder.html").contains("<a href=\"../evidence/contractor/"));
}
