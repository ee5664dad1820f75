//! What users read, in their language: the catalogue of the folder `words` beside it, for the programs. Pure: the language comes in.
//!
//! The pages read the same files on their own (`ui/src/catalogue.ts`). That each language has each text is checked by `cargo xtask
//! tidy`, not here.

mod catalogue;
mod language;

pub use catalogue::{Catalogue, Surface};
pub use fluent_bundle::FluentValue as Value;
pub use language::Language;
