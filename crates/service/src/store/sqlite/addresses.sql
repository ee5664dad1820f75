-- Addresses of the organisation's own systems, as templates (`protocol::address_template`).
ALTER TABLE organisation ADD COLUMN ticket_address TEXT;
ALTER TABLE organisation ADD COLUMN technician_portal TEXT;
ALTER TABLE organisation ADD COLUMN client_portal TEXT;
