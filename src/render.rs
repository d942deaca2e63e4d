//! A document in a format: bytes from the view.
