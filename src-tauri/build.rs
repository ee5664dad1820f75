//! Tauri's build step, adapted to this layout: the root package is the app, and its Tauri files are under `src-tauri/`.
//!
//! Knows nothing about the pages themselves: the `ui` project makes `ui/dist`, which is embedded as it is.

use std::fs;
use std::path::Path;

fn main() {
    // This lets the programs build on a machine where the pages are not built yet.
    fs::create_dir_all("ui/dist").expect("ui/dist can be created beside the sources");
    println!("cargo:rerun-if-changed=ui/dist");
    tauri_build::try_build(
        tauri_build::Attributes::new()
            .capabilities_path_pattern("./src-tauri/capabilities/**/*")
            .app_manifest(
                tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*"),
            ),
    )
    .expect("tauri.conf.json, capabilities and permissions are valid");
    // Schemas for editors. Their location cannot be chosen, and they do not belong to the sources.
    if Path::new("gen").is_dir() {
        fs::remove_dir_all("gen").expect("gen/, just written, can be removed");
    }
}
