//! Who somebody is: secrets and their formats, and whose token it is.

pub(crate) mod secrets;
pub(crate) mod token_lookup;
