//! What a template sees: plain data, printable as JSON, from Facts.
