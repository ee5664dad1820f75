//! Reads `tauri.conf.json`, and leaves nothing behind.

fn main() {
    tauri_build::build();
    // Schemas for editors, which Tauri writes beside the sources.
    drop(std::fs::remove_dir_all("gen"));
}
