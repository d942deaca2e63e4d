//! Statements about a bundle: what they claim, and that nothing in them can be changed unnoticed.
