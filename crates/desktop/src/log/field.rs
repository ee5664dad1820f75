//! Longest text of a part of a line in the log.

/// Longest value of a field, in characters: a path and a sentence fit.
pub(super) const FIELD_CHARS: usize = 1_000;
