//! A line of the menu, as panels see it.

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::platform::linux::tray) struct Line {
    /// Its number.
    pub(in crate::platform::linux::tray) id: i32,
    /// What is seen of it.
    pub(in crate::platform::linux::tray) look: Look,
    /// The lines of its submenu.
    pub(in crate::platform::linux::tray) children: Vec<Line>,
}

/// What is seen of a line.
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

/// The line of this number, among it and those below it.
pub(super) fn find(line: &Line, id: i32) -> Option<&Line> {
    if line.id == id { Some(line) } else { line.children.iter().find_map(|child| find(child, id)) }
}
