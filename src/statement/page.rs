//! The page that tells how the statements are read and checked without this tool.

/// The page, in Markdown.
pub fn page() -> String {
    String::new()
}
