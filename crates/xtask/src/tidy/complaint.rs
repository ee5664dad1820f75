//! What a house rule says when it is broken.

/// What is wrong, where, and what to do.
pub(super) type Complaint = String;
