-- Rolls back 0004_volunteering_events.
-- Restores: a platform without events; their triggers and indexes go with the tables.
-- Cannot bring back: events, registrations and the hours that people volunteered.

DROP TABLE public.event_registrations;
DROP TABLE public.events;
DROP TYPE public.registration_status;
DROP TYPE public.event_status;
