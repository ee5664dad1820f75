//! An item of the menu, as panels see it.

/// An item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::platform::linux::tray) struct MenuItem {
    /// Its number.
    pub(in crate::platform::linux::tray) id: i32,
    /// What is seen of it.
    pub(in crate::platform::linux::tray) look: Look,
    /// The items of its submenu.
    pub(in crate::platform::linux::tray) children: Vec<MenuItem>,
}

/// What is seen of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::platform::linux::tray) enum Look {
    /// The menu itself.
    Root,
    /// A line between groups.
    Separator,
    /// Words that do something if they are enabled.
    Words { label: String, enabled: bool },
    /// One of several, marked or not.
    Choice { label: String, marked: bool },
    /// Opens a submenu if it is enabled.
    Submenu { label: String, enabled: bool },
}

/// The item of this number, among it and those below it.
pub(super) fn find(item: &MenuItem, id: i32) -> Option<&MenuItem> {
    if item.id == id { Some(item) } else { item.children.iter().find_map(|child| find(child, id)) }
}
