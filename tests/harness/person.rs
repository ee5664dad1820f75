//! The people of a world.

/// Somebody in the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their name.
    pub name: &'static str,
    /// The customer, for clients.
    pub company: Option<&'static str>,
}

/// A technician.
pub const PRIYA: Person = Person { name: "Priya Shah", company: None };
/// Another technician.
pub const SAM: Person = Person { name: "Sam Hill", company: None };
/// A client.
pub const DANA: Person = Person { name: "Dana Reyes", company: Some("Northwind Dental") };
/// A client of another company.
pub const BO: Person = Person { name: "Bo Lind", company: Some("Larch Legal") };
