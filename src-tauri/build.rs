//! Tauri's build step, pointed at this layout.
fn main() {}
