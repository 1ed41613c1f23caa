-- Statements of billers: sums over days, models and projects, as their APIs and exports tell them, for reconciling with
-- what was metered. They are never events, and no report of usage adds them up.

-- One row for each line, in its latest version: billers' numbers change until they are settled. `line_id` is a hash of
-- what tells a line from others: biller, account, kind, period, dimensions, and how many equal ones stand before it in
-- its statement (`ordinal`). NULL in a dimension is everything, or not known.
CREATE TABLE statement_lines (
    line_id uuid PRIMARY KEY,
    biller text NOT NULL,
    account text,
    kind text NOT NULL CHECK (kind IN ('usage', 'charge', 'included_credits', 'limit')),
    period_from timestamptz,
    period_to timestamptz,
    provider text,
    model text,
    endpoint text,
    project text,
    resource_group text,
    user_name text,
    api_key text,  -- the biller's id of it, never the key
    session text,
    service_tier text,
    is_batch boolean,
    line_item text,
    ordinal integer NOT NULL,
    requests bigint,
    amount numeric(38,12) CHECK (amount <> 'NaN'),
    upstream_amount numeric(38,12) CHECK (upstream_amount <> 'NaN'),
    currency text NOT NULL,
    quantities jsonb NOT NULL,  -- decimal strings by the names of measures
    as_of timestamptz,  -- until when the biller says the numbers are true
    fetched_at timestamptz NOT NULL,  -- when they were told last
    first_fetched_at timestamptz NOT NULL,
    changes integer NOT NULL DEFAULT 0,  -- how often the numbers have changed since
    source_id integer NOT NULL REFERENCES sources,
    CHECK (period_from < period_to),
    CHECK ((period_from IS NULL) = (period_to IS NULL))
);
CREATE INDEX statement_lines_period ON statement_lines (biller, period_from);
