//! A laid out package → an .rpm, by `rpmbuild`, which finds the libraries that the programs link by their own names: these are
//! the same on Fedora and openSUSE.

use super::build::{Build, package_version, source_date};
use super::package::{From, How, Package};
use super::stage::make_folder;
use crate::steps::output;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The file's name, by the custom of rpm.
pub(super) fn file_name(name: &str, version: &str) -> Result<String> {
    Ok(format!("{name}-{}-1.{}.rpm", package_version(version), architecture()?))
}

/// Packs what lies in `stage` to `file`.
pub(super) fn make(package: &Package, stage: &Path, version: &str, build: Build, file: &Path) -> Result<()> {
    let work = stage.with_extension("rpmbuild");
    make_folder(&work)?;
    let spec = work.join("package.spec");
    fs::write(&spec, text(package, stage, version)).with_context(|| format!("writing {}", spec.display()))?;
    let mut pack = Command::new("rpmbuild");
    pack.env("SOURCE_DATE_EPOCH", source_date()?).arg("-bb");
    let payload = match build {
        Build::Debug => "w1.gzdio",
        Build::Release => "w6.xzdio",
    };
    for definition in [
        format!("_topdir {}", work.display()),
        format!("_binary_payload {payload}"),
        "_buildhost localhost".to_owned(),
        "use_source_date_epoch_as_buildtime 1".to_owned(),
        "clamp_mtime_to_source_date_epoch 1".to_owned(),
    ] {
        pack.args(["--define", &definition]);
    }
    output(pack.arg(&spec))?;
    let made = work.join("RPMS").join(architecture()?).join(file_name(package.name, version)?);
    fs::rename(&made, file).with_context(|| format!("moving {} to {}", made.display(), file.display()))?;
    fs::remove_dir_all(&work).with_context(|| format!("removing {}", work.display()))
}

fn text(package: &Package, stage: &Path, version: &str) -> String {
    let mut lines = vec![
        // The programs are stripped and come from no source that rpm knows.
        "%global debug_package %{nil}".to_owned(),
        "%global __os_install_post %{nil}".to_owned(),
        format!("Name: {}", package.name),
        format!("Version: {}", package_version(version)),
        "Release: 1".to_owned(),
        format!("Summary: {}", capitalised(package.summary)),
        "License: MIT OR Apache-2.0".to_owned(),
    ];
    for (how, tag) in
        [(How::Depends, "Requires"), (How::Recommends, "Recommends"), (How::Suggests, "Suggests")]
    {
        lines.extend(package.needs(how).filter_map(|need| need.rpm).map(|name| format!("{tag}: {name}")));
    }
    lines.push(format!("\n%description\n{}", package.description.join("\n\n")));
    lines.push(format!("\n%install\ncp -a '{}/.' '%{{buildroot}}/'", stage.display()));
    lines.push("\n%files".to_owned());
    lines.push(format!("%dir %attr(0755,root,root) /usr/share/doc/{}", package.name));
    for file in package.files {
        let kind = match file.from {
            From::Settings(_) => "%config(noreplace) ",
            From::Program(_) | From::Repository(_) => "",
        };
        lines.push(format!("{kind}%attr({:04o},root,root) /{}", file.mode(), file.to));
    }
    lines.join("\n") + "\n"
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn architecture() -> Result<String> {
    output(Command::new("rpm").args(["--eval", "%{_target_cpu}"]))
}
