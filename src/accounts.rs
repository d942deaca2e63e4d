//! What people and teams are called at a forge, and which of these names that forge could ever accept.

use crate::diagnostic::Diagnostic;
use crate::ids::Spanned;
use crate::model::Filed;
use crate::model::config::{Accounts, Config};
use crate::model::provider::Provider;

/// A place where pull requests are reviewed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Forge {
    /// GitHub, its own or Enterprise Server.
    GitHub,
    /// GitLab, self-managed or not.
    GitLab,
    /// Gitea and Forgejo.
    Gitea,
    /// Azure DevOps, Services or Server.
    Azure,
}

/// Whose name it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// A person's.
    Person,
    /// That of a team of people.
    Team,
}

impl Forge {
    /// Every forge.
    pub const ALL: [Self; 4] = [Self::GitHub, Self::GitLab, Self::Gitea, Self::Azure];

    /// The key of `accounts` and `teams`.
    pub fn key(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Gitea => "gitea",
            Self::Azure => "azure",
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
            Self::Gitea => "Gitea",
            Self::Azure => "Azure DevOps",
        }
    }

    /// The name written for it, if there is one.
    pub fn of(self, accounts: &Accounts) -> Option<&Spanned<String>> {
        match self {
            Self::GitHub => accounts.github.as_ref(),
            Self::GitLab => accounts.gitlab.as_ref(),
            Self::Gitea => accounts.gitea.as_ref(),
            Self::Azure => accounts.azure.as_ref(),
        }
    }

    /// A name as its rules write it, one `@` before it or none; `None` for what it could never accept.
    pub fn written(self, whose: Whose, name: &str) -> Option<String> {
        let bare = name.strip_prefix('@').unwrap_or(name);
        let fits = match (self, whose) {
            (Self::GitHub | Self::GitLab, Whose::Person) if bare.contains('@') => {
                return is_address(bare).then(|| bare.to_owned());
            }
            (Self::GitHub, Whose::Person) => is_login(bare),
            (Self::GitHub, Whose::Team) => in_two(bare, is_login, is_slug),
            (Self::GitLab | Self::Gitea, Whose::Person) => is_path_part(bare),
            (Self::GitLab, Whose::Team) => bare.split('/').all(is_path_part),
            (Self::Gitea, Whose::Team) => in_two(bare, is_path_part, is_path_part),
            (Self::Azure, Whose::Person) => return is_address(bare).then(|| bare.to_owned()),
            (Self::Azure, Whose::Team) => return is_group(bare).then(|| bare.to_owned()),
        };
        fits.then(|| format!("@{bare}"))
    }

    /// What to write there.
    pub fn form(self, whose: Whose) -> &'static str {
        match (self, whose) {
            (Self::GitHub, Whose::Person) => "write the login, as `dana-lee`, or the address of the account",
            (Self::GitHub | Self::Gitea, Whose::Team) => {
                "write organization/team, as `kestrel/security-officers`: letters, digits and hyphens"
            }
            (Self::GitLab, Whose::Person) => "write the user name, as `dana.lee`, or the address of the account",
            (Self::GitLab, Whose::Team) => {
                "write the path of the group, as `kestrel/security-officers`; a GitLab role, as @@developer, is nobody's"
            }
            (Self::Gitea, Whose::Person) => "write the user name, as `dana.lee`; an address is not read there",
            (Self::Azure, Whose::Person) => "write the sign-in address, as `dana@contractor.example`",
            (Self::Azure, Whose::Team) => r"write project and group, as '[Compliance]\Security Officers'",
        }
    }
}

/// A login: letters, digits and hyphens, and after an underscore the short name of a company that manages its users.
fn is_login(text: &str) -> bool {
    let (name, company) = text.split_once('_').unwrap_or((text, "managed"));
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let name_fits = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !name.starts_with('-');
    !name.is_empty() && name_fits && plain(company) && text.len() <= 39
}

fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// A user, group or team of GitLab or Gitea.
fn is_path_part(text: &str) -> bool {
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    let fits = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    let first_and_last = edge(text.bytes().next()) && text.bytes().last().is_some_and(|b| b != b'.');
    fits && first_and_last && !text.contains("..")
}

fn in_two(text: &str, first: fn(&str) -> bool, second: fn(&str) -> bool) -> bool {
    text.split_once('/').is_some_and(|(one, other)| first(one) && second(other))
}

fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let local_fits = local.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'+' | b'-'));
    let label = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let domain_fits = domain.contains('.') && domain.split('.').all(label);
    local_fits && domain_fits && local.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// `[Project]\Group`: what the command line takes as one reviewer among several.
fn is_group(text: &str) -> bool {
    let named = |text: &str| {
        let fits = text.chars().all(|c| c.is_alphanumeric() || " .-_()&'+,".contains(c));
        fits && !text.trim().is_empty() && text.trim() == text
    };
    let parts = text.strip_prefix('[').and_then(|rest| rest.split_once("]\\"));
    parts.is_some_and(|(project, group)| named(project) && named(group))
}

/// Names that a forge could never accept, each where it is written.
pub fn report<'p>(
    config: &Config,
    providers: impl Iterator<Item = &'p Filed<Provider>>,
    forges: &[Forge],
    out: &mut Vec<Diagnostic>,
) {
    let people = config.person.iter().map(|person| (Whose::Person, person.accounts.as_ref()));
    let roles = config.role.iter().map(|role| (Whose::Team, role.teams.as_ref()));
    let providers = providers.map(|provider| (Whose::Team, provider.teams.as_ref()));
    for (whose, accounts) in people.chain(roles).chain(providers) {
        let Some(accounts) = accounts else { continue };
        let names = forges.iter().filter_map(|forge| Some((*forge, forge.of(accounts)?)));
        out.extend(names.filter_map(|(forge, name)| refused(forge, whose, name)));
    }
}

fn refused(forge: Forge, whose: Whose, name: &Spanned<String>) -> Option<Diagnostic> {
    if forge.written(whose, name).is_some() {
        return None;
    }
    let what = match whose {
        Whose::Person => "an account",
        Whose::Team => "a team",
    };
    let message = format!("`{}` cannot be {what} at {}", name.escape_debug(), forge.name());
    Some(Diagnostic::new("wrong-value", message, name.span).label("no such name").help(forge.form(whose)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_forge_takes_are_written_with_one_at_sign() {
        for (forge, whose, name, written) in [
            (Forge::GitHub, Whose::Person, "dana-lee", "@dana-lee"),
            (Forge::GitHub, Whose::Person, "@dana-lee_kestrel", "@dana-lee_kestrel"),
            (Forge::GitHub, Whose::Person, "dana@contractor.example", "dana@contractor.example"),
            (Forge::GitHub, Whose::Team, "@kestrel/isso", "@kestrel/isso"),
            (Forge::GitLab, Whose::Person, "dana.lee", "@dana.lee"),
            (Forge::GitLab, Whose::Team, "kestrel", "@kestrel"),
            (Forge::GitLab, Whose::Team, "kestrel/it/security", "@kestrel/it/security"),
            (Forge::Gitea, Whose::Team, "kestrel/isso", "@kestrel/isso"),
            (Forge::Azure, Whose::Person, "dana@contractor.example", "dana@contractor.example"),
            (Forge::Azure, Whose::Team, "[Kestrel GRC]\\Officers (all)", "[Kestrel GRC]\\Officers (all)"),
        ] {
            assert_eq!(forge.written(whose, name).as_deref(), Some(written), "{forge:?} {name}");
        }
    }

    #[test]
    fn names_that_a_forge_could_never_accept_are_refused() {
        for (forge, whose, name) in [
            (Forge::GitHub, Whose::Person, "Dana Lee"),
            (Forge::GitHub, Whose::Person, "@@dana"),
            (Forge::GitHub, Whose::Person, "kestrel/isso"),
            (Forge::GitHub, Whose::Person, "-dana"),
            (Forge::GitHub, Whose::Person, "dana#lee"),
            (Forge::GitHub, Whose::Person, "dana\n* @mallory"),
            (Forge::GitHub, Whose::Person, "dana@contractor"),
            (Forge::GitHub, Whose::Person, "d@a b.example"),
            (Forge::GitHub, Whose::Person, ""),
            (Forge::GitHub, Whose::Team, "isso"),
            (Forge::GitHub, Whose::Team, "kestrel/it/isso"),
            (Forge::GitHub, Whose::Team, "kestrel/"),
            (Forge::GitLab, Whose::Team, "@@developer"),
            (Forge::GitLab, Whose::Team, "kestrel//isso"),
            (Forge::GitLab, Whose::Team, "kestrel/../other"),
            (Forge::Gitea, Whose::Person, "dana@contractor.example"),
            (Forge::Gitea, Whose::Team, "isso"),
            (Forge::Azure, Whose::Person, "dana"),
            (Forge::Azure, Whose::Person, "dana@contractor.example;eve@evil.example"),
            (Forge::Azure, Whose::Team, "Officers"),
            (Forge::Azure, Whose::Team, "[Kestrel]\\A;B"),
            (Forge::Azure, Whose::Team, "[Kestrel]\\$(id)"),
        ] {
            assert_eq!(forge.written(whose, name), None, "{forge:?} {name:?}");
        }
    }
}
