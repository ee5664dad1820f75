//! The contents of files that were sent in chats: one file on the disk for each, named by its id, in a folder beside the database. Which chat
//! they belong to, and who may read them, is in the database; only `request` asks it.

mod folder;
mod picture;
mod request;
mod sweep;
mod swept_folder;

pub(crate) use folder::FilesFolder;
pub(crate) use picture::picture;
pub use request::{Contents, Earlier, FileRequest};
pub(crate) use sweep::keep_swept;
pub use sweep::{SweepError, Swept, sweep};
pub use swept_folder::SweptFolder;
