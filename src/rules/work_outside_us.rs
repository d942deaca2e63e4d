use crate::country::{self, Where};
use crate::ids::Span;
use crate::model::provider::Provider;
use crate::rule::{Facts, Report, rule};
use crate::vetting::{self, Vetted};

rule! {
    /// A provider or one of its people works outside the United States.
    ///
    /// ## Why it matters
    ///
    /// Under the ITAR technical data that can be reached from abroad is exported, and a help desk that takes over a screen at
    /// night reaches it. Without the ITAR it is still what an assessor asks about, since much CUI is not to leave the country:
    /// there this is a warning. The country is read from the text of `locations` and `location`, whose last part with the name
    /// of a country or a state decides: "Columbus, OH", "Manila, Philippines". A text that names none is let pass, but under
    /// the ITAR warned of, since it cannot be told. Where somebody works is no question of nationality.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -locations = ["Columbus, Ohio, United States"]
    /// +locations = ["Columbus, Ohio, United States", "Pune, India"]
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -locations = ["Columbus, Ohio, United States"]
    /// +locations = ["Columbus, Ohio, United States", "Tucson, AZ"]
    /// ```
    "work-outside-us", Providers, Deny, check
}

/// A place in the file of a provider: whose it is, its text, and where it is written.
type Place<'a> = (String, &'a str, Span);

fn check(facts: &Facts, report: &mut Report<'_>) {
    let is_itar = vetting::is_itar(&facts.assessment);
    for vetted in vetting::vetted(&facts.assessment).iter().filter(|vetted| vetted.has_stake()) {
        let places = places(vetted.provider);
        let (named, unnamed): (Vec<Place<'_>>, Vec<Place<'_>>) =
            places.into_iter().partition(|(_, text, _)| country::of(text) != Where::Unnamed);
        let outside: Vec<Place<'_>> =
            named.into_iter().filter(|(_, text, _)| country::of(text) == Where::Outside).collect();
        say_outside(vetted, &outside, is_itar, report);
        if is_itar {
            say_unnamed(vetted, &unnamed, report);
        }
    }
}

fn places(provider: &Provider) -> Vec<Place<'_>> {
    let own = provider.locations.iter().map(|place| ("it".to_owned(), place.value.as_str(), place.span));
    let people = provider.people.iter().filter_map(|person| {
        let place = person.location.as_ref()?;
        Some((person.name.value.clone(), place.value.as_str(), place.span))
    });
    // Where a way in begins; what it names besides a country is no place.
    let sources = provider.access.iter().filter_map(|access| {
        let source = access.source.as_ref()?;
        let is_abroad = country::of(&source.value) == Where::Outside;
        is_abroad.then(|| (format!("access `{}`", access.id), source.value.as_str(), source.span))
    });
    own.chain(people).chain(sources).filter(|(_, text, _)| !text.trim().is_empty()).collect()
}

fn say_outside(vetted: &Vetted<'_>, places: &[Place<'_>], is_itar: bool, report: &mut Report<'_>) {
    let Some(((who, text, span), others)) = places.split_first() else { return };
    let subject = if who == "it" { format!("`{}`", vetted.id) } else { format!("{who} of `{}`", vetted.id) };
    let more = if others.is_empty() { String::new() } else { format!(" (and {} more)", others.len()) };
    let law = if is_itar { ", and technical data under the ITAR is in scope" } else { "" };
    let mut draft = report
        .add(format!("{subject} works outside the United States: {text}{more}, and `{}` {}{law}", vetted.id, vetted.stake()), *span)
        .label("outside the United States")
        .help(if is_itar {
            "have the provider keep its people there away from the system, by contract and by settings, and take the place out"
        } else {
            "find out whether people there can reach CUI; where they cannot, say how in an [[allow]] with the reason"
        })
        .provider(vetted.id);
    for (who, text, span) in others {
        draft = draft.related(format!("{who}: {text}"), *span);
    }
    if !is_itar {
        draft.warn();
    }
}

fn say_unnamed(vetted: &Vetted<'_>, places: &[Place<'_>], report: &mut Report<'_>) {
    let Some(((_, text, span), others)) = places.split_first() else { return };
    let more = if others.is_empty() { String::new() } else { format!(", nor of {} more", others.len()) };
    let mut draft = report
        .add(format!("in which country `{}` works cannot be told from \"{text}\"{more}", vetted.id), *span)
        .label("names no country or state")
        .help("write the country at the end: \"Columbus, OH, United States\"")
        .provider(vetted.id)
        .warn();
    for (who, text, span) in others {
        draft = draft.related(format!("{who}: {text}"), *span);
    }
}
