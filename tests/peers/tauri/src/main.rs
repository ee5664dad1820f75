//! A bare tray app made with Tauri: an icon with a menu, and a window when it is asked for. It is connected to nothing.

use tauri::menu::{Menu, MenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{App, AppHandle, RunEvent, WebviewUrl, WebviewWindowBuilder};

fn main() {
    let app = tauri::Builder::default().setup(|app| Ok(show_tray(app)?));
    let app = app.build(tauri::generate_context!()).expect("there is a display");
    app.run(|_, event| {
        // It stays in the tray when its window is closed.
        if let RunEvent::ExitRequested { api, code: None, .. } = event {
            api.prevent_exit();
        }
    });
}

fn show_tray(app: &App) -> tauri::Result<()> {
    let open = MenuItem::with_id(app, "open", "Open", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, "quit", "Quit", true, None::<&str>)?;
    let menu = Menu::with_items(app, &[&open, &quit])?;
    let icon = app.default_window_icon().expect("the configuration names one").clone();
    let tray = TrayIconBuilder::with_id("bare-tauri").icon(icon).menu(&menu);
    tray.on_menu_event(|app, event| match event.id().as_ref() {
        "open" => open_window(app).expect("there is a display"),
        _ => app.exit(0),
    })
    .build(app)?;
    Ok(())
}

fn open_window(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, "main", WebviewUrl::default()).title("Bare").build()?;
    Ok(())
}
