//! Addresses of an organisation's own systems.

use crate::store::{AddressOf, Addresses, OrgId, Store};
use presence::Role;

pub(super) fn are_kept(store: &impl Store, org: OrgId) {
    let addresses = || {
        let loaded = store.load(org).unwrap().unwrap().organisation.addresses;
        assert_eq!(store.organisations().unwrap()[0].addresses, loaded);
        loaded
    };
    assert_eq!(addresses(), Addresses::default());
    store.set_address_template(org, AddressOf::Ticket, Some("https://x.example/{reference}")).unwrap();
    assert_eq!(addresses().ticket.as_deref(), Some("https://x.example/{reference}"));
    for role in [Role::Technician, Role::Client] {
        let own = format!("https://{role:?}.example/{{session}}");
        store.set_address_template(org, AddressOf::Portal(role), Some(&own)).unwrap();
    }
    let ticket = Some("https://x.example/{reference}".to_owned());
    let technician_portal = Some("https://Technician.example/{session}".to_owned());
    let client_portal = Some("https://Client.example/{session}".to_owned());
    assert_eq!(addresses(), Addresses { ticket, technician_portal, client_portal });
    for of in [AddressOf::Ticket, AddressOf::Portal(Role::Technician), AddressOf::Portal(Role::Client)] {
        store.set_address_template(org, of, None).unwrap();
    }
    assert_eq!(addresses(), Addresses::default());
}
