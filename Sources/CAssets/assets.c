#include "CAssets.h"

// #embed is C23; clang has it in every C mode and says so.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define FILE_OF(name, array) {(name), (array), sizeof(array)}
#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

static const uint8_t config_tally[] = {
#embed "../../config/tally.yaml"
};

static const uint8_t config_prices[] = {
#embed "../../config/prices.yaml"
};

static const uint8_t config_plans[] = {
#embed "../../config/plans.yaml"
};

static const struct tally_asset configs[] = {
    FILE_OF("tally.yaml", config_tally),
    FILE_OF("prices.yaml", config_prices),
    FILE_OF("plans.yaml", config_plans),
};

static const uint8_t openapi[] = {
#embed "../TallyService/API/openapi.json"
};

static const struct tally_asset description = FILE_OF("openapi.json", openapi);

const struct tally_asset *tally_openapi(void) { return &description; }

// A new migration is an array here and a row in the table below.
static const uint8_t migration_0001[] = {
#embed "../../migrations/0001_foundation.sql"
};

static const uint8_t migration_0002[] = {
#embed "../../migrations/0002_ledger.sql"
};

static const uint8_t migration_0003[] = {
#embed "../../migrations/0003_cached_kinds.sql"
};

static const uint8_t migration_0004[] = {
#embed "../../migrations/0004_proxy.sql"
};

static const uint8_t migration_0005[] = {
#embed "../../migrations/0005_merging.sql"
};

static const uint8_t migration_0006[] = {
#embed "../../migrations/0006_statements.sql"
};

static const uint8_t migration_0007[] = {
#embed "../../migrations/0007_sources.sql"
};

static const struct tally_asset migrations[] = {
    FILE_OF("0001_foundation.sql", migration_0001),
    FILE_OF("0002_ledger.sql", migration_0002),
    FILE_OF("0003_cached_kinds.sql", migration_0003),
    FILE_OF("0004_proxy.sql", migration_0004),
    FILE_OF("0005_merging.sql", migration_0005),
    FILE_OF("0006_statements.sql", migration_0006),
    FILE_OF("0007_sources.sql", migration_0007),
};

size_t tally_config_count(void) { return COUNT_OF(configs); }

const struct tally_asset *tally_config_at(size_t index) {
    return index < COUNT_OF(configs) ? &configs[index] : NULL;
}

size_t tally_migration_count(void) { return COUNT_OF(migrations); }

const struct tally_asset *tally_migration_at(size_t index) {
    return index < COUNT_OF(migrations) ? &migrations[index] : NULL;
}

size_t tally_asset_count(void) { return COUNT_OF(configs) + COUNT_OF(migrations); }

const struct tally_asset *tally_asset_at(size_t index) {
    return index < COUNT_OF(configs) ? &configs[index] : tally_migration_at(index - COUNT_OF(configs));
}
