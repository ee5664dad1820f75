//! The folder with the contents of files. A file is written, synced and closed before anybody is told of it, and never changed after that.

use super::swept_folder::SweptFolder;
use crate::platform;
use crate::store::FileId;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

/// The folder. It is created with its first file.
#[derive(Clone, Debug)]
pub(crate) struct FilesFolder(PathBuf);

impl FilesFolder {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn path(&self, id: FileId) -> PathBuf {
        self.0.join(id.0.to_string())
    }

    /// A new file, for this user only. It is removed again unless it is completed.
    pub(crate) async fn create(&self) -> Result<NewFile> {
        let (id, folder) = (FileId(Uuid::new_v4()), self.0.clone());
        let path = self.path(id);
        let of = path.clone();
        let file = tokio::task::spawn_blocking(move || {
            platform::private_folder(&folder)?;
            let mut options = OpenOptions::new();
            platform::private_file(options.read(true).write(true).create_new(true)).open(of)
        });
        let file = file.await.map_err(std::io::Error::other)??;
        let removed = Removed { path, is_complete: false };
        Ok(NewFile { file: tokio::fs::File::from_std(file), id, removed })
    }

    /// The contents of a file, and how many bytes they are.
    pub(crate) async fn read(&self, id: FileId) -> Result<(tokio::fs::File, u64)> {
        let file = tokio::fs::File::open(self.path(id)).await?;
        let bytes = file.metadata().await?.len();
        Ok((file, bytes))
    }

    /// How many bytes a file has on the disk; `None`: it is not there. Blocks.
    pub(crate) fn bytes(&self, id: FileId) -> Result<Option<u64>> {
        match std::fs::metadata(self.path(id)) {
            Ok(found) => Ok(Some(found.len())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes all files look as if they were written at this time, so that none is swept for a while. Blocks.
    pub(crate) fn touch(&self, time: SystemTime) -> Result<()> {
        for (_, path) in self.all()? {
            OpenOptions::new().write(true).open(path)?.set_modified(time)?;
        }
        Ok(())
    }

    fn all(&self) -> Result<Vec<(FileId, PathBuf)>> {
        let entries = match std::fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut all = Vec::new();
        for entry in entries {
            let entry = entry?;
            if let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) {
                all.push((FileId(id), entry.path()));
            }
        }
        Ok(all)
    }
}

impl SweptFolder for FilesFolder {
    /// What is not named by an id is not ours, and is left alone.
    fn older_than(&self, time: SystemTime) -> Result<Vec<FileId>> {
        let mut found = Vec::new();
        for (id, path) in self.all()? {
            // It may have been removed meanwhile.
            let changed = std::fs::metadata(path).and_then(|found| found.modified());
            if changed.is_ok_and(|changed| changed < time) {
                found.push(id);
            }
        }
        Ok(found)
    }

    fn remove(&self, id: FileId) -> Result<()> {
        match std::fs::remove_file(self.path(id)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// A file that is being written.
pub(crate) struct NewFile {
    file: tokio::fs::File,
    id: FileId,
    removed: Removed,
}

impl NewFile {
    /// Appends to it.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).await
    }

    /// Makes sure that it is on the disk, and its name too; then reads something from it. From now on it stays until somebody removes it.
    pub(crate) async fn finish<T: Send + 'static>(
        mut self,
        read: impl FnOnce(&mut std::fs::File) -> Result<T> + Send + 'static,
    ) -> Result<(FileId, T)> {
        self.file.flush().await?;
        let mut file = self.file.into_std().await;
        let folder = self.removed.path.parent().unwrap_or(Path::new(".")).to_owned();
        let done = tokio::task::spawn_blocking(move || {
            file.sync_all()?;
            platform::sync_folder(&folder)?;
            std::io::Seek::rewind(&mut file)?;
            read(&mut file)
        });
        let read = done.await.map_err(std::io::Error::other)??;
        self.removed.is_complete = true;
        Ok((self.id, read))
    }
}

/// Removes a file that was not completed.
struct Removed {
    path: PathBuf,
    is_complete: bool,
}

impl Drop for Removed {
    fn drop(&mut self) {
        if !self.is_complete
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::debug!(target: "service", %error, "an unfinished file was not removed; the sweep does it later");
        }
    }
}
