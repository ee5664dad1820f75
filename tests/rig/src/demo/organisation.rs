//! The demonstration organisation: made at the first start, found at every later one.

use anyhow::Result;
use rig::Service;

/// The organisation.
pub(crate) const ORGANISATION: &str = "Acme IT";
/// Whose app is started.
pub(crate) const TECHNICIAN: &str = "Priya Shah";
/// Who watches from elsewhere.
pub(crate) const OTHER_TECHNICIAN: &str = "Tom Walsh";
/// Who asks for help, or whose app is started with `--as client`.
pub(crate) const CLIENT: &str = "Dana Reyes";
/// A client of another company.
pub(crate) const OTHER_CLIENT: &str = "Omar Haddad";
/// Short enough to be watched.
pub(crate) const IDLE_AFTER: &str = "5s";

/// Adds who is missing.
pub(crate) fn find_or_make(service: &Service) -> Result<()> {
    let known = service.admin(&["person", "list"])?;
    for name in [TECHNICIAN, OTHER_TECHNICIAN] {
        if !known.contains(name) {
            service.add_technician(ORGANISATION, name)?;
        }
    }
    for (name, company) in [(CLIENT, "Northwind Dental"), (OTHER_CLIENT, "Harbour Law")] {
        if !known.contains(name) {
            service.add_client(ORGANISATION, name, company)?;
        }
    }
    service.set_idle_after(ORGANISATION, IDLE_AFTER)
}

/// A new one-time link for somebody.
pub(crate) fn new_link(service: &Service, name: &str) -> Result<String> {
    service.link(&["person", "link", "--org", ORGANISATION, "--name", name])
}
