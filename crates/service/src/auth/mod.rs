//! Who somebody is: secrets and their forms, and whose token it is.

pub(crate) mod secrets;
pub(crate) mod token_lookup;
