//! The app's figures.

use super::figure::Figure;
use super::{Form, Options};
use anyhow::Result;

pub(crate) fn figures(options: &Options) -> Result<Vec<Figure>> {
    match options.form {
        Form::Short | Form::Long => Ok(Vec::new()),
    }
}
