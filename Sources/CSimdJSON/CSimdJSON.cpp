#include "CSimdJSON.h"
#include "grammar.hpp"

// Errors come back as codes: nothing may be thrown across the C boundary.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace ondemand = simdjson::ondemand;
using namespace tally_json;

namespace {

static_assert(CSIMDJSON_PADDING >= simdjson::SIMDJSON_PADDING, "callers pad by less than the library reads");

// Smallest sizes, so that a stream of short documents never allocates after the first.
constexpr size_t first_capacity = 64 * 1024;
constexpr uint32_t first_nodes = 512;

}  // namespace

struct csimdjson_parser {
    ondemand::parser engine;
    csimdjson_node *nodes = nullptr;
    uint32_t node_count = 0;
    uint32_t node_capacity = 0;
    uint32_t max_nodes = 0;
    uint32_t max_depth = 0;
    uint8_t *text = nullptr;
    size_t text_used = 0;
    size_t text_capacity = 0;
    const uint8_t *begin = nullptr;
    const uint8_t *end = nullptr;
    // Where a fault found by this file (not by the library) lies.
    const uint8_t *fault = nullptr;

    ~csimdjson_parser() {
        std::free(nodes);
        std::free(text);
    }

    csimdjson_status fail(csimdjson_status status, const uint8_t *at) {
        fault = at;
        return status;
    }

    csimdjson_status append(uint32_t kind, const uint8_t *bytes, size_t length, uint32_t *index) {
        if (node_count == node_capacity) {
            if (node_count >= max_nodes) { return fail(CSIMDJSON_NODES, bytes); }
            uint64_t wanted = node_capacity == 0 ? first_nodes : uint64_t(node_capacity) * 2;
            if (wanted > max_nodes) { wanted = max_nodes; }
            void *grown = std::realloc(nodes, size_t(wanted) * sizeof(csimdjson_node));
            if (grown == nullptr) { return fail(CSIMDJSON_MEMORY, bytes); }
            nodes = static_cast<csimdjson_node *>(grown);
            node_capacity = uint32_t(wanted);
        }
        csimdjson_node &node = nodes[node_count];
        node.bytes = bytes;
        node.length = uint32_t(length);
        node.span = 1;
        node.kind = kind;
        *index = node_count++;
        return CSIMDJSON_OK;
    }

    // `first` is behind the opening quote, `last` at the closing one.
    csimdjson_status append_text(uint32_t kind, const uint8_t *first, const uint8_t *last, uint32_t *index) {
        if (!has_escape(first, last)) { return append(kind, first, size_t(last - first), index); }
        return append_escaped(kind, first, last, index);
    }

    csimdjson_status append_escaped(uint32_t kind, const uint8_t *first, const uint8_t *last, uint32_t *index) {
        if (text_capacity < size_t(end - begin)) {
            // Nothing points into the buffer yet, since one as long as the document holds all its strings.
            std::free(text);
            text_capacity = 0;
            size_t wanted = size_t(end - begin) < first_capacity ? first_capacity : size_t(end - begin);
            text = static_cast<uint8_t *>(std::malloc(wanted));
            if (text == nullptr) { return fail(CSIMDJSON_MEMORY, first); }
            text_capacity = wanted;
        }
        uint8_t *out = text + text_used;
        const uint8_t *at = first;
        uint8_t *out_end = unescape(at, last, out);
        if (out_end == nullptr) { return fail(CSIMDJSON_STRING, at); }
        text_used += size_t(out_end - out);
        return append(kind, out, size_t(out_end - out), index);
    }

    // A token as the library cuts it: up to the next structural character, so with the white space behind.
    csimdjson_status append_scalar(std::string_view token) {
        const uint8_t *first = reinterpret_cast<const uint8_t *>(token.data());
        if (first >= end || token.size() > size_t(end - first)) { return fail(CSIMDJSON_TRUNCATED, end); }
        const uint8_t *last = first + token.size();
        while (last != first && is_space(last[-1])) { --last; }
        size_t length = size_t(last - first);
        uint32_t index = 0;
        if (length == 0) { return fail(CSIMDJSON_SYNTAX, first); }
        switch (*first) {
            case '"':
                if (length < 2 || last[-1] != '"') { return fail(CSIMDJSON_SYNTAX, first); }
                return append_text(CSIMDJSON_KIND_STRING, first + 1, last - 1, &index);
            case 'n':
                if (length != 4 || std::memcmp(first, "null", 4) != 0) { return fail(CSIMDJSON_SYNTAX, first); }
                return append(CSIMDJSON_KIND_NULL, first, length, &index);
            case 't':
                if (length != 4 || std::memcmp(first, "true", 4) != 0) { return fail(CSIMDJSON_SYNTAX, first); }
                return append(CSIMDJSON_KIND_TRUE, first, length, &index);
            case 'f':
                if (length != 5 || std::memcmp(first, "false", 5) != 0) { return fail(CSIMDJSON_SYNTAX, first); }
                return append(CSIMDJSON_KIND_FALSE, first, length, &index);
            case '-': case '0': case '1': case '2': case '3': case '4':
            case '5': case '6': case '7': case '8': case '9':
                if (!is_number(first, last)) { return fail(CSIMDJSON_NUMBER, first); }
                return append(CSIMDJSON_KIND_NUMBER, first, length, &index);
            default:
                return fail(*first == '+' || *first == '.' ? CSIMDJSON_NUMBER : CSIMDJSON_SYNTAX, first);
        }
    }

    // The values are handed on by reference: copied for each call, one would be read back before it is written.
    csimdjson_status walk_array(ondemand::array &array, uint32_t depth);
    csimdjson_status walk_object(ondemand::object &object, uint32_t depth);
    csimdjson_status walk(ondemand::value &value, uint32_t depth);
    csimdjson_status walk_root(ondemand::document &document);
};

csimdjson_status csimdjson_parser::walk_array(ondemand::array &array, uint32_t depth) {
    if (depth > max_depth) { return fail(CSIMDJSON_DEPTH, nullptr); }
    uint32_t index = 0;
    uint32_t count = 0;
    csimdjson_status status = append(CSIMDJSON_KIND_ARRAY, nullptr, 0, &index);
    if (status != CSIMDJSON_OK) { return status; }
    for (auto element : array) {
        ondemand::value value;
        if (element.get(value) != simdjson::SUCCESS) { return CSIMDJSON_SYNTAX; }
        status = walk(value, depth);
        if (status != CSIMDJSON_OK) { return status; }
        ++count;
    }
    nodes[index].length = count;
    nodes[index].span = node_count - index;
    return CSIMDJSON_OK;
}

csimdjson_status csimdjson_parser::walk_object(ondemand::object &object, uint32_t depth) {
    if (depth > max_depth) { return fail(CSIMDJSON_DEPTH, nullptr); }
    uint32_t index = 0;
    uint32_t count = 0;
    csimdjson_status status = append(CSIMDJSON_KIND_OBJECT, nullptr, 0, &index);
    if (status != CSIMDJSON_OK) { return status; }
    for (auto member : object) {
        ondemand::field field;
        if (std::move(member).get(field) != simdjson::SUCCESS) { return CSIMDJSON_SYNTAX; }
        const uint8_t *first = reinterpret_cast<const uint8_t *>(field.key().raw());
        const uint8_t *last = string_end(first, end);
        if (last >= end) { return fail(CSIMDJSON_TRUNCATED, end); }
        uint32_t key = 0;
        status = append_text(CSIMDJSON_KIND_KEY, first, last, &key);
        if (status != CSIMDJSON_OK) { return status; }
        status = walk(field.value(), depth);
        if (status != CSIMDJSON_OK) { return status; }
        nodes[key].span = node_count - key;
        ++count;
    }
    nodes[index].length = count;
    nodes[index].span = node_count - index;
    return CSIMDJSON_OK;
}

csimdjson_status csimdjson_parser::walk(ondemand::value &value, uint32_t depth) {
    std::string_view token = value.raw_json_token();
    if (reinterpret_cast<const uint8_t *>(token.data()) >= end) { return fail(CSIMDJSON_TRUNCATED, end); }
    switch (token.data()[0]) {
        case '[': {
            ondemand::array array;
            if (value.get_array().get(array) != simdjson::SUCCESS) { return CSIMDJSON_SYNTAX; }
            return walk_array(array, depth + 1);
        }
        case '{': {
            ondemand::object object;
            if (value.get_object().get(object) != simdjson::SUCCESS) { return CSIMDJSON_SYNTAX; }
            return walk_object(object, depth + 1);
        }
        case '"': {
            // Consumed by name: skipping it would take a colon behind it for part of a key.
            ondemand::raw_json_string raw;
            if (value.get_raw_json_string().get(raw) != simdjson::SUCCESS) { return CSIMDJSON_SYNTAX; }
            return append_scalar(token);
        }
        default:
            return append_scalar(token);
    }
}

csimdjson_status csimdjson_parser::walk_root(ondemand::document &document) {
    ondemand::json_type type;
    std::string_view token;
    if (document.raw_json_token().get(token) != simdjson::SUCCESS || token.empty()) { return CSIMDJSON_SYNTAX; }
    csimdjson_status status = CSIMDJSON_OK;
    if (token[0] != '[' && token[0] != '{') {
        // A document of one scalar: the token reaches to the end, or something else begins before it.
        status = append_scalar(token);
        if (status == CSIMDJSON_OK && reinterpret_cast<const uint8_t *>(token.data()) + token.size() < end) {
            return fail(CSIMDJSON_TRAILING, reinterpret_cast<const uint8_t *>(token.data()) + token.size());
        }
        return status;
    }
    if (document.type().get(type) != simdjson::SUCCESS) { return CSIMDJSON_SYNTAX; }
    if (type == ondemand::json_type::array) {
        ondemand::array array;
        if (document.get_array().get(array) != simdjson::SUCCESS) { return CSIMDJSON_SYNTAX; }
        status = walk_array(array, 1);
    } else {
        ondemand::object object;
        if (document.get_object().get(object) != simdjson::SUCCESS) { return CSIMDJSON_SYNTAX; }
        status = walk_object(object, 1);
    }
    if (status != CSIMDJSON_OK) { return status; }
    const char *location = nullptr;
    if (document.current_location().get(location) != simdjson::SUCCESS) { return CSIMDJSON_OK; }
    return fail(CSIMDJSON_TRAILING, reinterpret_cast<const uint8_t *>(location));
}

csimdjson_parser *csimdjson_create(uint32_t max_nodes, uint32_t max_depth) {
    csimdjson_parser *parser = new (std::nothrow) csimdjson_parser();
    if (parser == nullptr) { return nullptr; }
    parser->max_nodes = max_nodes == 0 ? 1 : max_nodes;
    parser->max_depth = max_depth;
    return parser;
}

void csimdjson_destroy(csimdjson_parser *parser) { delete parser; }

csimdjson_status csimdjson_parse(
    csimdjson_parser *parser, const uint8_t *bytes, size_t length, const csimdjson_node **root, int64_t *offset) {
    *root = nullptr;
    *offset = -1;
    const uint8_t *source = bytes;
    // The library came to skip a byte order mark only in later releases; here every release does.
    size_t mark = length >= 3 && std::memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    bytes += mark;
    length -= mark;
    // Offsets are 32 bits wide on the tape.
    if (length > UINT32_MAX / 2) { return CSIMDJSON_SIZE; }
    parser->node_count = 0;
    parser->text_used = 0;
    parser->begin = bytes;
    parser->end = bytes + length;
    parser->fault = nullptr;
    if (parser->engine.capacity() < length || parser->engine.capacity() == 0) {
        size_t wanted = first_capacity;
        while (wanted < length) { wanted *= 2; }
        if (parser->engine.allocate(wanted, simdjson::DEFAULT_MAX_DEPTH) != simdjson::SUCCESS) {
            return CSIMDJSON_MEMORY;
        }
    }
    ondemand::document document;
    simdjson::padded_string_view view(
        reinterpret_cast<const char *>(bytes), length, length + simdjson::SIMDJSON_PADDING);
    simdjson::error_code error = parser->engine.iterate(view).get(document);
    csimdjson_status status = CSIMDJSON_OK;
    switch (error) {
        case simdjson::SUCCESS: status = parser->walk_root(document); break;
        case simdjson::EMPTY: return CSIMDJSON_EMPTY;
        case simdjson::MEMALLOC: return CSIMDJSON_MEMORY;
        case simdjson::CAPACITY: return CSIMDJSON_SIZE;
        case simdjson::UNESCAPED_CHARS: return CSIMDJSON_STRING;
        case simdjson::UTF8_ERROR:
            *offset = invalid_utf8_offset(bytes, length);
            if (*offset >= 0) { *offset += int64_t(mark); }
            return CSIMDJSON_UTF8;
        default: status = CSIMDJSON_SYNTAX; break;
    }
    if (status == CSIMDJSON_OK) {
        *root = parser->nodes;
        return status;
    }
    if (parser->fault != nullptr) { *offset = parser->fault - source; }
    if (status == CSIMDJSON_SYNTAX) {
        int64_t fallback = parser->fault != nullptr ? parser->fault - bytes : -1;
        const char *location = nullptr;
        if (fallback < 0 && error == simdjson::SUCCESS
            && document.current_location().get(location) == simdjson::SUCCESS) {
            fallback = reinterpret_cast<const uint8_t *>(location) - bytes;
            // At the first byte, the library only saw that the last bracket does not fit: that is no place to show.
            if (fallback <= 0 || fallback > int64_t(length)) { fallback = -1; }
        }
        status = classify(bytes, length, offset, fallback);
        if (*offset >= 0) { *offset += int64_t(mark); }
    }
    return status;
}
