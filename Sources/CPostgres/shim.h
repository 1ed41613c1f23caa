// The reference client of PostgreSQL, as the system installed it; pkg-config finds its folder.
#ifndef TALLY_CPOSTGRES_SHIM_H
#define TALLY_CPOSTGRES_SHIM_H

#include <libpq-fe.h>

#endif
