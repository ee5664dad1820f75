//! The bare programs that are measured beside ours: each is built apart, in a workspace of its own and the profile of ours.

use crate::bundle::{self, Build};
use crate::steps::{cargo, root, succeed};
use anyhow::Result;
use std::path::PathBuf;

/// Builds the one in this folder of `tests/peers`, and says where its program lies.
pub(super) fn build(name: &str, build: Build) -> Result<PathBuf> {
    let target = bundle::target()?.join("peers").join(name);
    let manifest = root().join("tests/peers").join(name).join("Cargo.toml");
    let mut command = cargo();
    command.args(["build", "--locked", "--manifest-path"]).arg(manifest);
    command.arg("--target-dir").arg(&target);
    match build {
        Build::Debug => {}
        Build::Release => {
            command.arg("--release");
        }
    }
    succeed(&mut command)?;
    Ok(target.join(build.folder()).join(format!("bare-{name}")))
}
