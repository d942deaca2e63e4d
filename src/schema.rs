//! The JSON Schema and the format pages, from the keys that the reader uses.
