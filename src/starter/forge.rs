//! The pipelines that make a release bundle of a signed tag, as `init` writes them.

use super::File;

const GITHUB: &str = include_str!("compliance-release.github.yml");
const GITLAB: &str = include_str!("compliance-release.gitlab.yml");

/// A forge that has pipelines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Forge {
    /// GitHub, its own or Enterprise Server.
    GitHub,
    /// GitLab, self-managed or not.
    GitLab,
}

/// Its pipeline for a root below this folder of the repository, by its path from the top of the repository; `None` where
/// the folder's name cannot be written there.
pub fn pipeline(forge: Forge, prefix: &str) -> Option<File> {
    let name = slug(prefix);
    let (folder, template) = match forge {
        Forge::GitHub => (".github/workflows", GITHUB),
        Forge::GitLab => (".gitlab", GITLAB),
    };
    let path = format!("{folder}/compliance-release{name}.yml");
    let text = template
        .replace("@ROOT@", &root(forge, prefix)?)
        .replace("@FILE@", &path)
        .replace("@TAGS@", &format!("assessment{name}-*"))
        .replace("@TAGEXPRESSION@", &format!("^assessment{name}-"));
    Some((path, text))
}

/// What tells the root from others of its repository, in names of files and tags.
fn slug(prefix: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    if prefix.is_empty() { String::new() } else { format!("-{}", prefix.chars().map(plain).collect::<String>()) }
}

/// The folder as the value of a variable: neither forge may read an expression out of it, nor a shell an option.
fn root(forge: Forge, prefix: &str) -> Option<String> {
    let prefix = if prefix.is_empty() { "." } else { prefix };
    let is_odd =
        prefix.contains("${{") || prefix.starts_with('-') || prefix.contains(|c: char| c.is_control() || c == '@');
    let quoted = serde_json::to_string(prefix).ok().filter(|_| !is_odd)?;
    Some(if forge == Forge::GitLab { quoted.replace('$', "$$") } else { quoted })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_below_the_top_has_names_of_its_own() {
        let (path, text) = pipeline(Forge::GitHub, "systems/kcms").expect("a plain name");
        assert_eq!(path, ".github/workflows/compliance-release-systems-kcms.yml");
        assert!(
            text.contains("\n  ROOT: \"systems/kcms\"\n") && text.contains("tags: [\"assessment-systems-kcms-*\"]")
        );
        let (path, text) = pipeline(Forge::GitLab, "").expect("the top");
        assert_eq!(path, ".gitlab/compliance-release.yml");
        assert!(text.contains("    ROOT: \".\"\n") && text.contains("=~ /^assessment-/ &&"));
        let blanks = ["@ROOT@", "@FILE@", "@TAGS@", "@TAGEXPRESSION@"];
        assert!(!blanks.into_iter().any(|blank| text.contains(blank)), "every blank is filled");
    }

    #[test]
    fn a_folder_that_a_forge_would_read_as_more_than_a_name_is_refused_or_written_so_that_it_is_not() {
        for odd in ["${{ secrets.KEY }}", "a\nb", "-C", "@ROOT@"] {
            assert!(pipeline(Forge::GitHub, odd).is_none(), "{odd}");
        }
        let (_, text) = pipeline(Forge::GitLab, "a $CI_JOB_TOKEN \"b\"").expect("odd, and only a name");
        assert!(text.contains(r#"ROOT: "a $$CI_JOB_TOKEN \"b\"""#), "{text}");
    }
}
