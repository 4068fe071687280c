-- As of when the row tells what the CRM holds: when the read began that it was taken from, or when our own write was
-- confirmed. A read that began earlier says nothing new, however late its answer arrives.
alter table contacts add column known_at timestamptz;
