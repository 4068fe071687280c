-- When a delivery was last known to be in somebody's hand. One whose end could not be stored, although its process lives on,
-- would otherwise wait for ever.
alter table deliveries add column sent_at timestamptz;
update deliveries set sent_at = now() where state = 'sent';
