//! How many files the process may open: every connection is one.

/// Raises the limit as far as the system lets a program do it by itself, and says where it is then.
#[cfg(unix)]
pub(super) fn allowed() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // Shells start programs with 1,024, for the sake of very old ones.
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let limit = if setrlimit(Resource::Nofile, raised).is_ok() { raised } else { limit };
    limit.current.and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX)
}

/// Other systems have no such limit.
#[cfg(not(unix))]
pub(super) fn allowed() -> usize {
    usize::MAX
}
