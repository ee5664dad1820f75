//! A laid out package → a .deb, by Debian's own tools: `dpkg-shlibdeps` finds what the programs link, `dpkg-deb` packs.

use super::build::{Build, package_version, source_date};
use super::package::{How, Package};
use super::stage::{make_folder, set_mode};
use crate::steps::{output, root};
use anyhow::{Context, Result};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The maintainer in the package's fields; there is no real mailbox.
const MAINTAINER: &str = "The Deskbell developers <packages@deskbell.invalid>";

/// Longest line of a description, in bytes: what package managers show is as wide as a terminal.
const LINE: usize = 76;

/// The file's name, by Debian's custom.
pub(super) fn file_name(name: &str, version: &str) -> Result<String> {
    Ok(format!("{name}_{}_{}.deb", package_version(version), architecture()?))
}

/// Packs what lies in `stage` to `file`.
pub(super) fn make(package: &Package, stage: &Path, version: &str, build: Build, file: &Path) -> Result<()> {
    let control = stage.join("DEBIAN");
    let libraries = libraries(package, stage)?;
    let sums = checksums(stage)?;
    let kibibytes =
        output(Command::new("du").args(["--summarize", "--apparent-size", "--block-size=1K"]).arg(stage))?;
    let kibibytes = kibibytes.split_whitespace().next().context("du prints a number")?;
    make_folder(&control)?;
    let write = |name: &str, text: &str, mode: u32| -> Result<()> {
        let path = control.join(name);
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        set_mode(&path, mode)
    };
    write("control", &fields(package, version, &libraries, kibibytes)?, 0o644)?;
    write("md5sums", &format!("{sums}\n"), 0o644)?;
    let settings: String = package.settings().map(|path| format!("/{path}\n")).collect();
    write("conffiles", &settings, 0o644)?;
    for (name, path) in package.scripts {
        let text = fs::read_to_string(root().join(path)).with_context(|| format!("reading {path}"))?;
        write(name, &text, 0o755)?;
    }
    let mut pack = Command::new("dpkg-deb");
    pack.env("SOURCE_DATE_EPOCH", source_date()?).arg("--root-owner-group");
    pack.args(match build {
        Build::Debug => ["-Zgzip", "-z1"],
        Build::Release => ["-Zxz", "-z6"],
    });
    output(pack.arg("--build").arg(stage).arg(file))?;
    // The folder is laid out for other formats, too.
    fs::remove_dir_all(&control).with_context(|| format!("removing {}", control.display()))
}

/// The control file.
fn fields(package: &Package, version: &str, libraries: &str, kibibytes: &str) -> Result<String> {
    let mut text = String::new();
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            writeln!(text, "{name}: {value}").expect("a string takes all that is written to it");
        }
    };
    let named = |how| package.needs(how).map(|need| need.deb).collect::<Vec<_>>().join(", ");
    field("Package", package.name);
    field("Version", &package_version(version));
    field("Architecture", &architecture()?);
    field("Maintainer", MAINTAINER);
    field("Installed-Size", kibibytes);
    field("Depends", &format!("{libraries}, {}", named(How::Depends)));
    field("Recommends", &named(How::Recommends));
    field("Suggests", &named(How::Suggests));
    field("Section", package.section);
    field("Priority", "optional");
    let paragraphs: Vec<String> = package.description.iter().map(|text| folded(text)).collect();
    field("Description", &format!("{}\n{}", package.summary, paragraphs.join("\n .\n")));
    Ok(text)
}

/// A paragraph in lines as terminals show them, each after a space.
fn folded(paragraph: &str) -> String {
    let mut lines = vec![String::new()];
    for word in paragraph.split(' ') {
        if lines.last().is_some_and(|line| line.len() + word.len() > LINE) {
            lines.push(String::new());
        }
        let line = lines.last_mut().expect("there is a line from the beginning on");
        line.push(' ');
        line.push_str(word);
    }
    lines.join("\n")
}

/// The packages of the libraries that the programs link, with the least versions that have what is used of them.
fn libraries(package: &Package, stage: &Path) -> Result<String> {
    // The tool requires a source package's control file, but reads nothing from it.
    let source = stage.with_extension("source");
    make_folder(&source.join("debian"))?;
    let list = source.join("debian/control");
    let text = format!("Source: {0}\n\nPackage: {0}\nArchitecture: any\n", package.name);
    fs::write(&list, text).with_context(|| format!("writing {}", list.display()))?;
    let programs = package.programs().map(|program| stage.join(program));
    let found = output(Command::new("dpkg-shlibdeps").current_dir(&source).arg("-O").args(programs))?;
    let list =
        found.strip_prefix("shlibs:Depends=").context("dpkg-shlibdeps names the libraries' packages")?;
    Ok(list.to_owned())
}

/// What `dpkg --verify` compares with. Files of settings are not in it: dpkg has these in a list of its own.
fn checksums(stage: &Path) -> Result<String> {
    let find = "find usr -type f | LC_ALL=C sort | xargs -d '\\n' md5sum";
    output(Command::new("sh").current_dir(stage).args(["-c", find]))
}

fn architecture() -> Result<String> {
    output(Command::new("dpkg").arg("--print-architecture"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_fits_a_terminal() {
        let text = folded(&"seventy-six bytes hold this line no more than twice ".repeat(3));
        assert!(text.lines().count() > 1);
        assert!(text.lines().all(|line| line.starts_with(' ') && line.len() <= LINE), "{text}");
    }
}
