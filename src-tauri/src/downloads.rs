//! Where a download is saved: in the user's download folder, under a name that no other file has.
//!
//! The name comes from the page, so it is reduced to a plain file name: never a path, never hidden, never too long.

use std::path::{Path, PathBuf};

/// Longest name of a download, in bytes: leaves room for a number below the 255 that file systems allow.
const NAME_BYTES: usize = 200;
/// How many files with one name may exist before a download is refused: nobody saves one thing a thousand times.
const MOST_OF_ONE_NAME: u32 = 999;
/// The name of a download that has none.
const NAMELESS: &str = "download";

/// A free place for `wanted` in `folder`; `None` if there is no free one left.
///
/// `is_taken` says whether a path exists.
#[must_use]
pub fn free_place(folder: &Path, wanted: &str, is_taken: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let name = plain_name(wanted);
    let (stem, ending) = match name.rfind('.') {
        Some(dot) if dot > 0 => name.split_at(dot),
        Some(_) | None => (name.as_str(), ""),
    };
    (1..=MOST_OF_ONE_NAME)
        .map(|n| if n == 1 { folder.join(&name) } else { folder.join(format!("{stem} ({n}){ending}")) })
        .find(|place| !is_taken(place))
}

fn plain_name(wanted: &str) -> String {
    let last = wanted.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name: String = last.chars().filter(|c| !c.is_control() && !"<>:\"|?*".contains(*c)).collect();
    while name.len() > NAME_BYTES {
        name.pop();
    }
    let shown = name.trim().trim_start_matches('.').trim_end_matches('.');
    if shown.is_empty() { NAMELESS.to_owned() } else { shown.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(wanted: &str, taken: &[&str]) -> Option<String> {
        let place = free_place(Path::new("/d"), wanted, |path| {
            taken.iter().any(|name| Path::new("/d").join(name) == path)
        });
        place.map(|path| path.to_string_lossy().into_owned())
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number_before_its_ending() {
        assert_eq!(placed("log.txt", &[]).unwrap(), "/d/log.txt");
        assert_eq!(placed("log.txt", &["log.txt", "log (2).txt"]).unwrap(), "/d/log (3).txt");
        assert_eq!(placed("README", &["README"]).unwrap(), "/d/README (2)");
    }

    #[test]
    fn a_name_never_leaves_the_folder_nor_hides() {
        assert_eq!(placed("../../.bashrc", &[]).unwrap(), "/d/bashrc");
        assert_eq!(placed("..\\..\\x.exe", &[]).unwrap(), "/d/x.exe");
        assert_eq!(placed("/etc/passwd", &[]).unwrap(), "/d/passwd");
        for empty in ["", "..", "/", "...", "\n"] {
            assert_eq!(placed(empty, &[]).unwrap(), "/d/download", "{empty:?}");
        }
        assert!(placed(&"é".repeat(500), &[]).unwrap().len() <= NAME_BYTES + 3);
    }

    #[test]
    fn a_folder_full_of_one_name_takes_no_more() {
        assert_eq!(free_place(Path::new("/d"), "x", |_| true), None);
    }
}
