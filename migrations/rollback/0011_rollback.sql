-- Rolls back 0011_outbox.
-- Restores: a database without the outbox; its sequence goes with it.
-- Cannot bring back: events that were not delivered yet. They never will be: look first
-- (SELECT count(*) FROM outbox WHERE delivered_at IS NULL), and let the relay drain it where that is possible.

DROP TABLE public.outbox;
