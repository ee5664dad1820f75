-- Addresses of the organisation's own systems, as templates (`protocol::address_template`).
ALTER TABLE organisation ADD COLUMN ticket_address TEXT;
