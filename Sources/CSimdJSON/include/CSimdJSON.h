/* One JSON document in, one flat tape of nodes out. The tape and all text it points to are owned by the parser or by
   the caller's bytes, and are valid until the next call with the same parser. */
#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes which must be readable behind a document; their content is of no matter. */
#define CSIMDJSON_PADDING 64

typedef enum {
    CSIMDJSON_KIND_NULL = 0,
    CSIMDJSON_KIND_TRUE = 1,
    CSIMDJSON_KIND_FALSE = 2,
    CSIMDJSON_KIND_NUMBER = 3,
    CSIMDJSON_KIND_STRING = 4,
    CSIMDJSON_KIND_ARRAY = 5,
    CSIMDJSON_KIND_OBJECT = 6,
    CSIMDJSON_KIND_KEY = 7
} csimdjson_kind;

typedef enum {
    CSIMDJSON_OK = 0,
    CSIMDJSON_EMPTY = 1,
    CSIMDJSON_SYNTAX = 2,
    CSIMDJSON_NUMBER = 3,
    CSIMDJSON_STRING = 4,
    CSIMDJSON_UTF8 = 5,
    CSIMDJSON_TRUNCATED = 6,
    CSIMDJSON_TRAILING = 7,
    CSIMDJSON_DEPTH = 8,
    CSIMDJSON_NODES = 9,
    CSIMDJSON_SIZE = 10,
    CSIMDJSON_MEMORY = 11
} csimdjson_status;

/* `bytes` and `length`: text of a number, string or key (decoded, without quotes). `length` of an array is the number
   of its elements, of an object the number of its members. `span`: nodes this value occupies, itself included; for a
   key, the key and its value. So `node + node->span` is the node just behind. */
typedef struct {
    const uint8_t *bytes;
    uint32_t length;
    uint32_t span;
    uint32_t kind;
} csimdjson_node;

typedef struct csimdjson_parser csimdjson_parser;

/* NULL when memory is short. */
csimdjson_parser *csimdjson_create(uint32_t max_nodes, uint32_t max_depth);
void csimdjson_destroy(csimdjson_parser *parser);

/* Parses one document of `length` bytes, behind which CSIMDJSON_PADDING bytes are readable. On success `*root` is the
   first node. On failure `*offset` is the byte at which reading stopped, or -1 when it is not known. */
csimdjson_status csimdjson_parse(
    csimdjson_parser *parser, const uint8_t *bytes, size_t length, const csimdjson_node **root, int64_t *offset);

#ifdef __cplusplus
}
#endif

#endif
