/// The files the binary carries, so that it needs nothing beside it: the shipped settings, the
/// migrations and the description of the API.
#pragma once

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// One carried file. All pointers are to constants that live as long as the process.
struct tally_asset {
    /// The file's name without its folder, e.g. `prices.yaml`, ended by a zero byte.
    const char *name;
    /// The file's bytes, exactly; not ended by a zero byte.
    const uint8_t *bytes;
    /// How many bytes there are.
    size_t length;
};

/// How many files are carried, of every kind.
size_t tally_asset_count(void);
/// A carried file: first those of `config/`, then those of `migrations/`; NULL past the last.
const struct tally_asset *_Nullable tally_asset_at(size_t index);

/// How many files of `config/` are carried.
size_t tally_config_count(void);
/// A carried file of `config/`, NULL past the last.
const struct tally_asset *_Nullable tally_config_at(size_t index);

/// How many files of `migrations/` are carried.
size_t tally_migration_count(void);
/// A carried file of `migrations/`, in the order of their numbers, NULL past the last.
const struct tally_asset *_Nullable tally_migration_at(size_t index);

/// The description of the API, in OpenAPI 3.1.
const struct tally_asset *tally_openapi(void);

#pragma clang assume_nonnull end
