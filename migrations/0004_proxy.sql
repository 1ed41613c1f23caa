-- The metering proxy: what only a relay knows of a call, and the keys that applications and people use.

-- Details of a call that was relayed; NULL where they are not known. No rollup has them. They are checked where they
-- are read: a check here would be made for every row of every import, and now for every row there is.
ALTER TABLE events
    ADD upstream text,  -- by its name in the configuration
    ADD requested_model text,
    ADD request_bytes bigint,
    ADD response_bytes bigint,
    ADD error_type text,
    ADD estimated_time_ms integer,
    ADD retry_after_ms integer,
    ADD rate_limit_remaining bigint,
    ADD rate_limit_reset_ms integer;

-- API tokens and proxy keys. A secret is random and 256 bits long, so a plain hash of it cannot be guessed from.
-- Rows stay when a key is revoked; its name is then free again.
CREATE TABLE api_keys (
    key_id text PRIMARY KEY CHECK (key_id ~ '^key_[0-9a-zA-Z]+$'),
    name text NOT NULL CHECK (name <> '' AND name !~ '^key_'),
    scopes text[] NOT NULL
        CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['read', 'ingest', 'proxy', 'admin']),
    secret_hash bytea NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),  -- SHA-256
    hint text NOT NULL,  -- the last characters of the secret, to recognise it by
    project text,
    user_name text,
    tags jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    revoked_at timestamptz
);
CREATE UNIQUE INDEX api_keys_live_name ON api_keys (name) WHERE revoked_at IS NULL;
