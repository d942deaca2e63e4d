//! Diagnostics in a form for people and machines.
