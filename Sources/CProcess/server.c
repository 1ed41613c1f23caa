// One question to a PostgreSQL server: would you let me in? Only the first exchange of its protocol is spoken.

#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/// Protocol 3.0.
#define PROTOCOL_VERSION 196608u
/// Room for the greeting: two names of at most 63 bytes and some words.
#define GREETING_BYTES 256
/// The longest refusal that is read; the SQLSTATE stands near its beginning.
#define REFUSAL_BYTES 1024
#define SQLSTATE_BYTES 5

#if defined(MSG_NOSIGNAL)
#define SEND_FLAGS MSG_NOSIGNAL
#else
#define SEND_FLAGS 0
#endif

static void put_number(unsigned char *at, uint32_t value) {
    at[0] = (unsigned char)(value >> 24);
    at[1] = (unsigned char)(value >> 16);
    at[2] = (unsigned char)(value >> 8);
    at[3] = (unsigned char)value;
}

/// Appends a text with its final zero; 0 when there is no room.
static size_t put_text(unsigned char *buffer, size_t used, const char *text) {
    size_t length = strlen(text) + 1;
    if (used == 0 || used + length > GREETING_BYTES - 1) {
        return 0;
    }
    memcpy(buffer + used, text, length);
    return used + length;
}

static pid_t listener_of(int fd) {
#if defined(SO_PEERCRED)
    struct ucred peer;
    socklen_t length = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 ? peer.pid : 0;
#elif defined(LOCAL_PEERPID)
    pid_t peer = 0;
    socklen_t length = sizeof peer;
    return getsockopt(fd, SOL_LOCAL, LOCAL_PEERPID, &peer, &length) == 0 ? peer : 0;
#else
    (void)fd;
    return 0;
#endif
}

static ssize_t receive(int fd, void *buffer, size_t capacity) {
    ssize_t got;
    do {
        got = recv(fd, buffer, capacity, 0);
    } while (got < 0 && errno == EINTR);
    return got;
}

/// Reads the fields of an ErrorResponse until the one with the SQLSTATE.
static cprocess_answer read_refusal(int fd, char *sqlstate) {
    char buffer[REFUSAL_BYTES];
    size_t used = 0;
    for (;;) {
        ssize_t got = receive(fd, buffer + used, sizeof buffer - used);
        if (got > 0) {
            used += (size_t)got;
        }
        // Four bytes of length, then fields: a letter and a text with a final zero.
        size_t at = 4;
        while (at < used && buffer[at] != '\0') {
            const char *end = memchr(buffer + at, '\0', used - at);
            if (end == NULL) {
                break;
            }
            if (buffer[at] == 'C' && (size_t)(end - (buffer + at)) == SQLSTATE_BYTES + 1) {
                memcpy(sqlstate, buffer + at + 1, SQLSTATE_BYTES);
                return CPROCESS_ANSWER_REFUSAL;
            }
            at = (size_t)(end - buffer) + 1;
        }
        if (got <= 0 || used == sizeof buffer) {
            return CPROCESS_ANSWER_SILENT;
        }
    }
}

static cprocess_answer converse(int fd, const char *user, const char *database, char *sqlstate) {
    unsigned char greeting[GREETING_BYTES];
    put_number(greeting + 4, PROTOCOL_VERSION);
    size_t used = put_text(greeting, 8, "user");
    used = put_text(greeting, used, user);
    used = put_text(greeting, used, "database");
    used = put_text(greeting, used, database);
    if (used == 0) {
        return CPROCESS_ANSWER_SILENT;
    }
    greeting[used++] = 0;
    put_number(greeting, (uint32_t)used);
    if (send(fd, greeting, used, SEND_FLAGS) != (ssize_t)used) {
        return CPROCESS_ANSWER_SILENT;
    }
    char kind;
    if (receive(fd, &kind, 1) != 1) {
        return CPROCESS_ANSWER_SILENT;
    }
    if (kind == 'R') {
        // A word of farewell, so that the server does not note a broken connection.
        const unsigned char farewell[] = {'X', 0, 0, 0, 4};
        ssize_t sent = send(fd, farewell, sizeof farewell, SEND_FLAGS);
        (void)sent;
        return CPROCESS_ANSWER_WELCOME;
    }
    return kind == 'E' ? read_refusal(fd, sqlstate) : CPROCESS_ANSWER_SILENT;
}

cprocess_answer cprocess_ask_server(const char *socket_path, const char *user, const char *database, int timeout_ms,
                                    char *sqlstate, pid_t *listener) {
    memset(sqlstate, 0, SQLSTATE_BYTES + 1);
    *listener = 0;
    struct sockaddr_un address;
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    if (strlen(socket_path) >= sizeof address.sun_path) {
        return CPROCESS_ANSWER_ABSENT;
    }
    memcpy(address.sun_path, socket_path, strlen(socket_path));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0) {
        return CPROCESS_ANSWER_SILENT;
    }
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
#if defined(SO_NOSIGPIPE)
    int on = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    struct timeval limit = {.tv_sec = timeout_ms / 1000, .tv_usec = (timeout_ms % 1000) * 1000};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    cprocess_answer answer;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        answer = errno == ENOENT || errno == ECONNREFUSED ? CPROCESS_ANSWER_ABSENT : CPROCESS_ANSWER_SILENT;
    } else {
        *listener = listener_of(fd);
        answer = converse(fd, user, database, sqlstate);
    }
    close(fd);
    return answer;
}
