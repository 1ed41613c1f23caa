-- Sources that are pulled: what their reading goes on with, and how they are.

-- Whatever a source's reader needs besides the position, in a form of its own: fingerprints, windows, cursors.
ALTER TABLE source_checkpoints ADD state text;

-- One row for each source that was ever pulled; counts are those of all runs that came to their end.
CREATE TABLE source_status (
    source_id integer PRIMARY KEY REFERENCES sources,
    kind text NOT NULL,
    last_attempt_at timestamptz NOT NULL,
    last_success_at timestamptz,
    last_error text,          -- of the last run; NULL when it was good
    last_error_at timestamptz,
    next_run_at timestamptz,
    covered_until timestamptz,  -- up to when the statements or records of an API were asked for
    pending_bytes bigint,       -- known and not read yet; NULL when that cannot be known
    runs bigint NOT NULL DEFAULT 0,
    failures bigint NOT NULL DEFAULT 0,
    records_read bigint NOT NULL DEFAULT 0,
    stored bigint NOT NULL DEFAULT 0,
    duplicate bigint NOT NULL DEFAULT 0,
    unpriced bigint NOT NULL DEFAULT 0,
    rejected bigint NOT NULL DEFAULT 0,
    statements bigint NOT NULL DEFAULT 0,
    holder text NOT NULL        -- the process that ran it last: another one reads the checkpoints anew
);
