//! stub
/// x
pub struct FileKind {
    /// x
    pub name: &'static str,
    /// x
    pub pattern: &'static str,
}
/// x
pub fn kinds() -> Vec<FileKind> {
    Vec::new()
}
/// x
pub fn json_schema(_k: &str) -> Option<serde_json::Value> {
    None
}
/// x
pub fn page() -> String {
    String::new()
}
