//! Private disks for tests, and their contents.

use super::program::Folder;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Keeps mounts from showing outside: it starts at the real root, which a process in a chroot does not see.
const PRIVATE: &str = "nsenter --mount=/proc/self/ns/mnt mount --make-rprivate /";

/// A folder in which `data` is a separate disk, visible only to programs that are started in it. Needs root.
pub(crate) struct SmallDisk {
    pub(crate) folder: Folder,
    // Holds the disk; it ends when its input does, with this process at the latest.
    holder: Child,
}

impl SmallDisk {
    pub(crate) fn new(mount: &str) -> Self {
        let mut folder = Folder::new();
        std::fs::create_dir_all(folder.data()).unwrap();
        let script = format!("data=$1; {PRIVATE} && {mount} >&2 && echo mounted && exec cat");
        let mut holder = Command::new("unshare")
            .args(["--mount", "--propagation", "unchanged", "sh", "-c", &script, "sh"])
            .arg(folder.data())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(holder.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "mounted\n", "is this root?");
        let holder_id = holder.id().to_string();
        folder.by = ["nsenter", "--target", &holder_id, "--mount", "--root", "--wd=/", "--"]
            .map(str::to_owned)
            .to_vec();
        Self { folder, holder }
    }

    /// Does something with the disk, whose folder is `$data`.
    pub(crate) fn run(&self, script: &str) {
        let mut command = Command::new(&self.folder.by[0]);
        command.args(&self.folder.by[1..]).args(["sh", "-c", &format!("data=$1; {script}"), "sh"]);
        assert!(command.arg(self.folder.data()).status().unwrap().success(), "{script}");
    }

    /// The path of the service's folder from outside.
    pub(crate) fn data(&self) -> PathBuf {
        let data = self.folder.data();
        PathBuf::from(format!("/proc/{}/root", self.holder.id())).join(data.strip_prefix("/").unwrap())
    }

    /// Fills the disk to its last byte.
    pub(crate) fn fill(&self) {
        let mut file = std::fs::File::create(self.data().join("fill")).unwrap();
        while file.write(&[0; 512]).is_ok_and(|written| written > 0) {}
    }

    pub(crate) fn make_room(&self) {
        std::fs::remove_file(self.data().join("fill")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// The files in the service's folder that contain stored data.
pub(crate) fn stored(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for name in ["deskbell.db", "deskbell.db-wal"] {
        // An empty log counts as a missing one.
        if let Some(bytes) = std::fs::read(folder.data().join(name)).ok().filter(|bytes| !bytes.is_empty()) {
            files.insert(name.to_owned(), bytes);
        }
    }
    files
}
