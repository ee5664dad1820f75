//! The contents of files that were sent in chats: one file on the disk for each, named by its id, in a folder beside the database. Which chat
//! they belong to, and who may read them, is in the database; nothing here knows that.

mod folder;
mod picture;
mod sweep;

pub(crate) use folder::FilesFolder;
pub(crate) use picture::picture;
pub(crate) use sweep::keep_swept;
