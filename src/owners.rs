//! Code-owner rules from the responsibilities, in the form of each forge.
