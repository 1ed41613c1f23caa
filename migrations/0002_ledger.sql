-- The ledger: which price tables were applied, and which charges were computed anew.

-- One row for every application that changed anything. `configured_digest` is the table that the configuration of
-- whoever applied named at that time, whatever was applied instead of it: files that have not changed since are not
-- applied again over what somebody applied by hand.
CREATE TABLE price_applications (
    application_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now(),
    table_digest text NOT NULL,
    configured_digest text NOT NULL,
    is_built_in boolean NOT NULL,  -- nobody named a file: the table that comes with the program
    files text[] NOT NULL,
    added integer NOT NULL,
    withdrawn integer NOT NULL
);

-- The other names of models, as the table in force has them: of two that fit a name alike, the lower position counts.
CREATE TABLE model_aliases (
    position integer PRIMARY KEY,
    biller text NOT NULL,
    provider text,  -- NULL is any provider of this biller
    name text NOT NULL,  -- * is any run of characters, # one digit
    model text NOT NULL
);

-- One row for every `tally reprice` that may write. What was reached is moved with each batch, in its transaction.
CREATE TABLE reprice_runs (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    range_from timestamptz NOT NULL,
    range_to timestamptz NOT NULL,
    filters jsonb NOT NULL,
    note text,
    application_id bigint NOT NULL,  -- the prices in force; 0 before the first application
    reached_time timestamptz,
    reached_event uuid,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);

-- What a run has found so far, by model: all events it looked at, changed or not.
CREATE TABLE reprice_sums (
    run_id bigint NOT NULL REFERENCES reprice_runs,
    model text,
    event_count bigint NOT NULL,
    changed_count bigint NOT NULL,
    old_priced_count bigint NOT NULL,
    new_priced_count bigint NOT NULL,
    newly_priced_count bigint NOT NULL,
    newly_unpriced_count bigint NOT NULL,
    old_cost numeric(38,12) NOT NULL CHECK (old_cost <> 'NaN'),
    new_cost numeric(38,12) NOT NULL CHECK (new_cost <> 'NaN'),
    UNIQUE NULLS NOT DISTINCT (run_id, model)
);

-- The audit: one row for every event whose charge a run changed, written with the change. NULL is unpriced.
CREATE TABLE reprices (
    event_id uuid NOT NULL,
    run_id bigint NOT NULL,
    time timestamptz NOT NULL,
    old_cost numeric(38,12) CHECK (old_cost <> 'NaN'),
    new_cost numeric(38,12) CHECK (new_cost <> 'NaN'),
    old_basis_id integer NOT NULL,
    new_basis_id integer NOT NULL,
    repriced_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, run_id)
);

-- Which other identities a merged event answers to; nearly every identity is its event's own and not in here.
CREATE INDEX event_identities_merged ON event_identities (event_id) WHERE event_id IS NOT NULL;

-- Attributions are made from ids that were looked up the moment before, of names that are never removed: checking both
-- took a third of the time a new combination costs.
ALTER TABLE attributions DROP CONSTRAINT attributions_project_id_fkey, DROP CONSTRAINT attributions_key_id_fkey;

-- What nearly every row holds need not be sent with every row.
ALTER TABLE events ALTER usage_known SET DEFAULT true, ALTER is_partly_priced SET DEFAULT false;
ALTER TABLE usage_by_quarter
    ALTER unpriced_count SET DEFAULT 0, ALTER partly_priced_count SET DEFAULT 0, ALTER billed_cost SET DEFAULT 0,
    ALTER reported_cost SET DEFAULT 0;
