-- Merging: a call that several sources tell of is one event.

-- Two forms under one name are two sources. What was imported before did not note its form.
ALTER TABLE sources
    ADD form text NOT NULL DEFAULT 'tally',
    ADD rank smallint NOT NULL DEFAULT 1 CHECK (rank >= 0);  -- whose word counts more: the lower
UPDATE sources SET form = 'proxy', rank = 0 WHERE name = 'proxy';
ALTER TABLE sources
    ALTER form DROP DEFAULT, ALTER rank DROP DEFAULT, DROP CONSTRAINT sources_name_key, ADD UNIQUE (name, form);

-- Whether biller and provider are only assumed; NULL is no, so that rows stay narrow. No rollup has it.
ALTER TABLE events ADD is_seller_assumed boolean;

-- What was told under one id of the provider, in the order it came: `match` is the first half of the id's SHA-256.
-- Nobody merges without a lock on the row at 0. What has no such id is not in here.
CREATE TABLE event_matches (
    match uuid NOT NULL,
    ordinal smallint NOT NULL CHECK (ordinal BETWEEN 0 AND 31),  -- an id that more share tells no calls apart
    identity uuid NOT NULL,
    PRIMARY KEY (match, ordinal)
);
-- What is stored already stays as it is, and is found by what comes.
INSERT INTO event_matches (match, ordinal, identity)
SELECT match, ordinal, event_id
FROM (
    SELECT encode(substring(sha256(convert_to(request_id, 'UTF8')) FROM 1 FOR 16), 'hex')::uuid AS match, event_id,
        row_number() OVER (PARTITION BY request_id ORDER BY time, event_id) - 1 AS ordinal
    FROM events WHERE request_id <> ''
) m
WHERE ordinal <= 31;

-- What each source said of an event that more than one has told of, in the columns of `events`. The event is made from
-- these alone, so that it is the same in whatever order they came. `basis_id` is 0 where the event was repriced since.
CREATE TABLE event_contributions (
    LIKE events INCLUDING DEFAULTS,
    identity uuid NOT NULL,
    PRIMARY KEY (event_id, identity)
);

-- Where sources contradict each other, as it stands: by which one the event goes, and what the other one says.
CREATE TABLE merge_conflicts (
    event_id uuid NOT NULL,
    field text NOT NULL,
    refused_source integer NOT NULL,
    kept_source integer NOT NULL,
    refused text NOT NULL,
    kept text NOT NULL,
    time timestamptz NOT NULL,  -- of the event
    noted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, field, refused_source)
);
CREATE INDEX merge_conflicts_noted ON merge_conflicts (noted_at, event_id);
