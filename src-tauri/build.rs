//! Tauri's build step, pointed at this layout: the root package is the app, its Tauri files lie under `src-tauri/`.
//!
//! Knows nothing of the pages themselves: `ui/dist` is made by the `ui` project and embedded as it lies there.

use std::fs;
use std::path::Path;

fn main() {
    // So that the programs build on a machine where the pages were not built yet.
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
    // Schemas for editors, whose place cannot be chosen; they do not belong to the sources.
    if Path::new("gen").is_dir() {
        fs::remove_dir_all("gen").expect("gen/, just written, can be removed");
    }
}
