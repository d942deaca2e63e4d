//! stub
use crate::model::wording::Wording;
/// x
pub fn explain(_n: &str, _w: Option<&Wording>) -> Option<String> {
    None
}
/// x
pub fn near(_n: &str) -> Option<String> {
    None
}
/// x
pub fn rules_page() -> String {
    String::new()
}
