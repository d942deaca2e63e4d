//! The pipelines that `init` writes: one that makes a release bundle of a signed tag, one that reviews changes, and one
//! that reminds of what is due.

use super::File;
use crate::digest;

/// What a job on GitHub does to have demarcate.
const TOOL: &str = include_str!("tool.github.yml");

/// What is due, from the JSON of `status` and `history`: the action's own, written into jobs that have no source.
const REMINDER: &str = include_str!("../../action/reminder.jq");

/// A forge that has pipelines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Forge {
    /// GitHub, its own or Enterprise Server.
    GitHub,
    /// GitLab, self-managed or not.
    GitLab,
    /// Azure DevOps, Services or Server.
    Azure,
}

impl Forge {
    /// Where its pipelines lie.
    fn folder(self) -> &'static str {
        match self {
            Self::GitHub => ".github/workflows",
            Self::GitLab => ".gitlab",
            Self::Azure => ".azure-pipelines",
        }
    }

    /// Name and text of each of its pipelines.
    fn templates(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::GitHub => &[
                ("compliance-release", include_str!("compliance-release.github.yml")),
                ("compliance-review", include_str!("compliance-review.github.yml")),
                ("compliance-reminder", include_str!("compliance-reminder.github.yml")),
            ],
            Self::GitLab => &[
                ("compliance-release", include_str!("compliance-release.gitlab.yml")),
                ("compliance-review", include_str!("compliance-review.gitlab.yml")),
            ],
            Self::Azure => &[("compliance-review", include_str!("compliance-review.azure.yml"))],
        }
    }
}

/// Its pipelines for a root below this folder of the repository, by its path from the top of the repository; `None` where
/// the folder's name cannot be written there. `stands` gives the text that stands at a path: where that is a pipeline of
/// another root whose name is spelled alike, as `a/b` and `a-b` are, these are told apart by a few digits,
/// before the name so that no pattern of the other's tags fits.
pub fn pipelines(forge: Forge, prefix: &str, stands: &dyn Fn(&str) -> Option<String>) -> Option<Vec<File>> {
    let root = root(forge, prefix)?;
    let named = |slug: &str| -> Vec<File> {
        forge.templates().iter().map(|(name, text)| filled(forge, name, text, slug, &root)).collect()
    };
    let files = named(&slug(prefix));
    let is_anothers = files.iter().filter_map(|(path, _)| stands(path)).any(|text| is_of_another(&text, &root));
    Some(if is_anothers { named(&format!("-{}{}", digits(prefix), slug(prefix))) } else { files })
}

/// Whether a pipeline is one of another root.
fn is_of_another(text: &str, root: &str) -> bool {
    let mut lines = text.lines().map(str::trim).peekable();
    let mut roots = std::iter::from_fn(|| {
        let line = lines.next()?;
        let named = line.strip_prefix("ROOT: ");
        let valued = || lines.peek().filter(|_| line == "- name: ROOT").and_then(|next| next.strip_prefix("value: "));
        Some(named.or_else(valued).map(str::to_owned))
    });
    roots.find_map(|found| found).is_some_and(|found| found != root)
}

/// A few digits that are a folder's own.
fn digits(prefix: &str) -> String {
    digest::hex(&digest::of(prefix.as_bytes()))[..6].to_owned()
}

fn filled(forge: Forge, name: &str, template: &str, slug: &str, root: &str) -> File {
    let path = format!("{}/{name}{slug}.yml", forge.folder());
    let named = if slug.is_empty() { String::new() } else { format!(" ({})", &slug[1..]) };
    let text = with_block(&with_block(template, "@TOOL@", TOOL), "@REMINDER@", REMINDER)
        .replace("@ROOT@", root)
        .replace("@FILE@", &path)
        .replace("@SLUG@", slug)
        .replace("@NAME@", &named)
        .replace("@TAGS@", &format!("assessment{slug}-*"))
        .replace("@TAGEXPRESSION@", &format!("^assessment{slug}-"));
    (path, text)
}

/// A template with a text in the place of a line, as deep as the line after it or as the text itself is.
fn with_block(template: &str, blank: &str, text: &str) -> String {
    let line = format!("{blank}\n");
    let Some((before, after)) = template.split_once(&line) else { return template.to_owned() };
    let depth = if text.starts_with(' ') { 0 } else { after.len() - after.trim_start_matches(' ').len() };
    let pad = " ".repeat(depth);
    let block: String = text.lines().map(|line| format!("{pad}{line}").trim_end().to_owned() + "\n").collect();
    [before, &block, after].concat()
}

/// What tells the root from others of its repository, in names of files and tags.
fn slug(prefix: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    if prefix.is_empty() { String::new() } else { format!("-{}", prefix.chars().map(plain).collect::<String>()) }
}

/// The folder as the value of a variable: neither forge may read an expression out of it, nor a shell an option.
fn root(forge: Forge, prefix: &str) -> Option<String> {
    let prefix = if prefix.is_empty() { "." } else { prefix };
    let evaluated = ["${{", "$(", "$["].into_iter().any(|opening| prefix.contains(opening));
    let is_odd = evaluated || prefix.starts_with('-') || prefix.contains(|c: char| c.is_control() || c == '@');
    let quoted = serde_json::to_string(prefix).ok().filter(|_| !is_odd)?;
    Some(if forge == Forge::GitLab { quoted.replace('$', "$$") } else { quoted })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(forge: Forge, prefix: &str) -> std::collections::BTreeMap<String, String> {
        pipelines(forge, prefix, &|_| None).expect("a plain name").into_iter().collect()
    }

    #[test]
    fn a_root_below_the_top_has_names_of_its_own() {
        let github = texts(Forge::GitHub, "systems/kcms");
        let text = &github[".github/workflows/compliance-release-systems-kcms.yml"];
        assert!(
            text.contains("\n  ROOT: \"systems/kcms\"\n") && text.contains("tags: [\"assessment-systems-kcms-*\"]")
        );
        let review = &github[".github/workflows/compliance-review-systems-kcms.yml"];
        assert!(review.contains("\nname: Compliance review (systems-kcms)\n"), "{review}");
        let gitlab = texts(Forge::GitLab, "");
        let text = &gitlab[".gitlab/compliance-release.yml"];
        assert!(text.contains("    ROOT: \".\"\n") && text.contains("=~ /^assessment-/ &&"));
        assert_eq!(
            texts(Forge::Azure, "a/b").keys().collect::<Vec<_>>(),
            [".azure-pipelines/compliance-review-a-b.yml"]
        );
    }

    #[test]
    fn roots_whose_names_are_spelled_alike_have_pipelines_of_their_own() {
        for forge in [Forge::GitHub, Forge::GitLab, Forge::Azure] {
            let first = texts(forge, "a/b");
            let stands = |path: &str| first.get(path).cloned();
            let names = |prefix: &str| -> Vec<String> {
                let files = pipelines(forge, prefix, &stands).expect("a plain name");
                let mut names: Vec<String> = files.into_iter().map(|(path, _)| path).collect();
                names.sort();
                names
            };
            assert_eq!(names("a/b"), first.keys().cloned().collect::<Vec<_>>(), "it is its own");
            assert!(names("a-b").iter().all(|name| !first.contains_key(name)), "{:?}", names("a-b"));
            assert_ne!(names("a-b"), names("a_b"));
        }
    }

    #[test]
    fn every_blank_is_filled() {
        let blanks = ["@ROOT@", "@FILE@", "@TAGS@", "@TAGEXPRESSION@", "@SLUG@", "@NAME@", "@TOOL@", "@REMINDER@"];
        for (path, text) in [Forge::GitHub, Forge::GitLab, Forge::Azure].into_iter().flat_map(|forge| texts(forge, "a"))
        {
            assert!(!blanks.into_iter().any(|blank| text.contains(blank)), "{path}");
        }
    }

    #[test]
    fn a_block_stands_as_deep_as_the_line_after_it() {
        assert_eq!(with_block("a:\n@X@\n    END\n", "@X@", "b\nc\n"), "a:\n    b\n    c\n    END\n");
        assert_eq!(with_block("a:\n@X@\n    END\n", "@X@", "  b\n"), "a:\n  b\n    END\n");
        assert_eq!(with_block("a:\n", "@X@", "b\n"), "a:\n");
    }

    #[test]
    fn a_folder_that_a_forge_would_read_as_more_than_a_name_is_refused_or_written_so_that_it_is_not() {
        for odd in ["${{ secrets.KEY }}", "a\nb", "-C", "@ROOT@", "$(System.AccessToken)", "$[variables.x]"] {
            for forge in [Forge::GitHub, Forge::GitLab, Forge::Azure] {
                assert!(pipelines(forge, odd, &|_| None).is_none(), "{odd}");
            }
        }
        let text = &texts(Forge::GitLab, "a $CI_JOB_TOKEN \"b\"")[".gitlab/compliance-release-a--CI-JOB-TOKEN--b-.yml"];
        assert!(text.contains(r#"ROOT: "a $$CI_JOB_TOKEN \"b\"""#), "{text}");
    }
}
