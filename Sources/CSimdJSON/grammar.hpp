// What the grammar says of single texts, and why a document does not parse. Knows nothing of the library.
#ifndef TALLY_JSON_GRAMMAR_HPP
#define TALLY_JSON_GRAMMAR_HPP

#include "CSimdJSON.h"

#include <cstring>

namespace tally_json {

inline bool is_space(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }
inline bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

// Whether any of eight bytes has this value: subtracting 1 from each, only a zero borrows into its highest bit.
inline bool has_byte(uint64_t word, uint8_t value) {
    word ^= 0x0101010101010101u * value;
    return ((word - 0x0101010101010101u) & ~word & 0x8080808080808080u) != 0;
}

// Whether there is an escape in [at, end). Text is mostly short: eight bytes are looked at together, the last of them
// perhaps behind `end`, in the padding, where an escape does no harm.
inline bool has_escape(const uint8_t *at, const uint8_t *end) {
    for (; at < end; at += 8) {
        uint64_t word;
        std::memcpy(&word, at, sizeof word);
        if (has_byte(word, '\\')) { return true; }
    }
    return false;
}

// The closing quote of the string that begins behind its opening one at `at`; `end` or just behind it when there is
// none. Keys are short and mostly plain: eight bytes are looked at together. They may lie behind `end`, in the padding.
inline const uint8_t *string_end(const uint8_t *at, const uint8_t *end) {
    while (at < end) {
        uint64_t word;
        std::memcpy(&word, at, sizeof word);
        if (!has_byte(word, '"') && !has_byte(word, '\\')) {
            at += sizeof word;
            continue;
        }
        while (*at != '"' && *at != '\\') { ++at; }
        if (*at == '"') { return at; }
        at += 2;
    }
    return at;
}

// The number grammar of RFC 8259 over the whole slice.
inline bool is_number(const uint8_t *at, const uint8_t *end) {
    if (at != end && *at == '-') { ++at; }
    if (at == end || !is_digit(*at)) { return false; }
    if (*at == '0') {
        ++at;
    } else {
        while (at != end && is_digit(*at)) { ++at; }
    }
    if (at != end && *at == '.') {
        ++at;
        if (at == end || !is_digit(*at)) { return false; }
        while (at != end && is_digit(*at)) { ++at; }
    }
    if (at != end && (*at == 'e' || *at == 'E')) {
        ++at;
        if (at != end && (*at == '+' || *at == '-')) { ++at; }
        if (at == end || !is_digit(*at)) { return false; }
        while (at != end && is_digit(*at)) { ++at; }
    }
    return at == end;
}

inline int hex_digit(uint8_t byte) {
    if (is_digit(byte)) { return byte - '0'; }
    if (byte >= 'a' && byte <= 'f') { return byte - 'a' + 10; }
    if (byte >= 'A' && byte <= 'F') { return byte - 'A' + 10; }
    return -1;
}

// The code unit of the four digits at `at`, or -1.
inline int32_t hex_unit(const uint8_t *at, const uint8_t *end) {
    if (end - at < 4) { return -1; }
    int32_t unit = 0;
    for (int index = 0; index < 4; ++index) {
        int digit = hex_digit(at[index]);
        if (digit < 0) { return -1; }
        unit = unit * 16 + digit;
    }
    return unit;
}

inline uint8_t *put_utf8(uint8_t *out, uint32_t scalar) {
    if (scalar < 0x80) {
        *out++ = uint8_t(scalar);
    } else if (scalar < 0x800) {
        *out++ = uint8_t(0xC0 | (scalar >> 6));
        *out++ = uint8_t(0x80 | (scalar & 0x3F));
    } else if (scalar < 0x10000) {
        *out++ = uint8_t(0xE0 | (scalar >> 12));
        *out++ = uint8_t(0x80 | ((scalar >> 6) & 0x3F));
        *out++ = uint8_t(0x80 | (scalar & 0x3F));
    } else {
        *out++ = uint8_t(0xF0 | (scalar >> 18));
        *out++ = uint8_t(0x80 | ((scalar >> 12) & 0x3F));
        *out++ = uint8_t(0x80 | ((scalar >> 6) & 0x3F));
        *out++ = uint8_t(0x80 | (scalar & 0x3F));
    }
    return out;
}

// Decodes [at, end) to `out`, which has room for as many bytes: no escape is shorter than what it stands for. Returns
// the end of the output, or nullptr with `at` moved to the bad escape. A lone surrogate becomes U+FFFD: writers which
// cut text in UTF-16 leave one behind, and it is no reason to lose the numbers of the line.
inline uint8_t *unescape(const uint8_t *&at, const uint8_t *end, uint8_t *out) {
    while (at != end) {
        const void *found = std::memchr(at, '\\', size_t(end - at));
        const uint8_t *slash = found ? static_cast<const uint8_t *>(found) : end;
        std::memcpy(out, at, size_t(slash - at));
        out += slash - at;
        at = slash;
        if (at == end) { break; }
        if (end - at < 2) { return nullptr; }
        uint8_t plain = 0;
        switch (at[1]) {
            case '"': plain = '"'; break;
            case '\\': plain = '\\'; break;
            case '/': plain = '/'; break;
            case 'b': plain = '\b'; break;
            case 'f': plain = '\f'; break;
            case 'n': plain = '\n'; break;
            case 'r': plain = '\r'; break;
            case 't': plain = '\t'; break;
            case 'u': break;
            default: return nullptr;
        }
        if (plain != 0) {
            *out++ = plain;
            at += 2;
            continue;
        }
        int32_t unit = hex_unit(at + 2, end);
        if (unit < 0) { return nullptr; }
        at += 6;
        uint32_t scalar = uint32_t(unit);
        if (scalar >= 0xD800 && scalar < 0xE000) {
            int32_t low = -1;
            if (scalar < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') { low = hex_unit(at + 2, end); }
            if (low >= 0xDC00 && low < 0xE000) {
                scalar = 0x10000 + ((scalar - 0xD800) << 10) + (uint32_t(low) - 0xDC00);
                at += 6;
            } else {
                scalar = 0xFFFD;
            }
        }
        out = put_utf8(out, scalar);
    }
    return out;
}

// Says why a document that does not parse does not: cut short, or something behind its end, or neither. Only run on
// failure, so it may read the document once more. `fallback` is where the parser stopped.
inline csimdjson_status classify(const uint8_t *bytes, size_t length, int64_t *offset, int64_t fallback) {
    size_t depth = 0;
    uint64_t objects = 0;  // One bit for each open bracket, the innermost lowest: set for a brace.
    bool started = false;
    for (size_t at = 0; at < length; ++at) {
        uint8_t byte = bytes[at];
        if (is_space(byte)) { continue; }
        if (started && depth == 0) {
            *offset = int64_t(at);
            return CSIMDJSON_TRAILING;
        }
        if (byte == '"') {
            for (++at; at < length && bytes[at] != '"'; ++at) {
                if (bytes[at] == '\\') { ++at; }
            }
            if (at >= length) {
                *offset = int64_t(length);
                return CSIMDJSON_TRUNCATED;
            }
            started = true;
        } else if (byte == '{' || byte == '[') {
            started = true;
            ++depth;
            objects = (objects << 1) | (byte == '{' ? 1 : 0);
        } else if (byte == '}' || byte == ']') {
            if (depth == 0 || ((objects & 1) != 0) != (byte == '}')) {
                if (depth <= 64) { fallback = int64_t(at); }
                break;
            }
            --depth;
            objects >>= 1;
        } else if (depth == 0) {
            break;
        }
        // A fault before the place where brackets run out is what to show, not its consequence.
        if (fallback >= 0 && int64_t(at) > fallback && depth > 0) { break; }
    }
    if (started && depth > 0 && (fallback < 0 || fallback >= int64_t(length))) {
        *offset = int64_t(length);
        return CSIMDJSON_TRUNCATED;
    }
    *offset = fallback;
    return CSIMDJSON_SYNTAX;
}

// Offset of the first byte which begins no well-formed UTF-8 sequence.
inline int64_t invalid_utf8_offset(const uint8_t *bytes, size_t length) {
    size_t at = 0;
    while (at < length) {
        uint8_t lead = bytes[at];
        size_t more = lead < 0x80 ? 0 : lead >= 0xC2 && lead < 0xE0 ? 1 : (lead & 0xF0) == 0xE0 ? 2 : 3;
        if (lead >= 0x80 && (lead < 0xC2 || lead > 0xF4)) { return int64_t(at); }
        if (length - at <= more) { return int64_t(at); }
        for (size_t index = 1; index <= more; ++index) {
            if ((bytes[at + index] & 0xC0) != 0x80) { return int64_t(at); }
        }
        uint8_t second = more > 0 ? bytes[at + 1] : 0;
        if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90)
            || (lead == 0xF4 && second > 0x8F)) {
            return int64_t(at);
        }
        at += more + 1;
    }
    return -1;
}

}  // namespace tally_json

#endif
