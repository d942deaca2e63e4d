//! Questions to a person at a terminal.

use super::Context;
use super::outcome::Ended;

/// Asks until one of these answers is given, by its first letter or in full; `None` where the input ends.
pub(crate) fn choice<'w>(
    question: &str,
    answers: &[&'w str],
    context: &mut Context<'_>,
) -> Result<Option<&'w str>, Ended> {
    let named: Vec<String> = answers.iter().map(|word| format!("[{}]{}", &word[..1], &word[1..])).collect();
    while let Some(said) = line(&format!("{question} {}", named.join(", ")), context)? {
        let said = said.to_ascii_lowercase();
        let is_meant = |word: &&&str| !said.is_empty() && (**word == said || word[..1] == said);
        if let Some(word) = answers.iter().find(is_meant) {
            return Ok(Some(word));
        }
    }
    Ok(None)
}

/// Asks for a line of text; `None` where the input ends.
pub(crate) fn line(question: &str, context: &mut Context<'_>) -> Result<Option<String>, Ended> {
    context.say(&format!("{question}: "))?;
    context.out.flush()?;
    let mut said = String::new();
    let length = context.input.read_line(&mut said)?;
    Ok((length > 0).then(|| said.trim().to_owned()))
}

/// Asks once; anything but yes is no, and so is the end of the input.
pub(crate) fn is_yes(question: &str, context: &mut Context<'_>) -> Result<bool, Ended> {
    let said = line(question, context)?;
    if said.is_none() {
        context.say("\n")?;
    }
    Ok(said.is_some_and(|said| ["y", "yes"].contains(&said.to_ascii_lowercase().as_str())))
}
