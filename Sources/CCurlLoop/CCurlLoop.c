// See the header. libcurl adds and removes interest in a socket with every transfer, also where the connection stays:
// the kernel is told of the end of interest only when an event comes nevertheless, or when the socket is closed.

#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "CCurlLoop.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "poller.h"
#include "sockets.h"

/// The most events taken from the kernel at once; the rest is there at the next turn.
#define EVENTS_AT_ONCE 256

struct ccurl_loop {
    CURLM *multi;
    poller poller;
    socket_table sockets;
    void (*used)(void *context, int socket);
    /// The most connections kept without a transfer.
    int idle_connections;
    /// The transfers libcurl was last told to keep connections for.
    int running;
    /// When libcurl's timer is due, UINT64_MAX for never.
    uint64_t due;
};

uint64_t ccurl_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *socket_context) {
    (void)socket_context;
    ccurl_loop *loop = context;
    socket_entry *known = sockets_entry(&loop->sockets, socket);
    if (known == NULL) {
        return -1;
    }
    switch (what) {
    case CURL_POLL_IN:
        known->wanted = POLLER_READ;
        break;
    case CURL_POLL_OUT:
        known->wanted = POLLER_WRITE;
        break;
    case CURL_POLL_INOUT:
        known->wanted = POLLER_READ | POLLER_WRITE;
        break;
    default:
        known->wanted = 0;
        known->user = NULL;
        // Most often the next transfer wants the connection soon; an event that comes before will be told.
        if (known->ours) {
            return 0;
        }
    }
    // libcurl tells of every new user, also where it wants no more than those before.
    if (known->ours && known->wanted != 0 && known->user != easy) {
        char *context = NULL;
        if (curl_easy_getinfo(easy, CURLINFO_PRIVATE, &context) == CURLE_OK && context != NULL) {
            loop->used(context, socket);
        }
        if (known->user != NULL) {
            sockets_look_again(&loop->sockets, socket);
        }
        known->user = easy;
    }
    return sockets_settle(&loop->poller, socket, known) == 0 || known->wanted == 0 ? 0 : -1;
}

static int on_timer(CURLM *multi, long milliseconds, void *context) {
    (void)multi;
    ccurl_loop *loop = context;
    loop->due = milliseconds < 0 ? UINT64_MAX : ccurl_now() + (uint64_t)milliseconds * 1000000u;
    return 0;
}

static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    ccurl_loop *loop = context;
    (void)purpose;
#if defined(SOCK_CLOEXEC)
    int made = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
    int made = socket(address->family, address->socktype, address->protocol);
    if (made >= 0) {
        fcntl(made, F_SETFD, FD_CLOEXEC);
    }
#endif
    socket_entry *known = made >= 0 ? sockets_entry(&loop->sockets, made) : NULL;
    if (known != NULL) {
        *known = (socket_entry){.ours = true};
    }
    return made;
}

static int on_close(void *context, curl_socket_t socket) {
    ccurl_loop *loop = context;
    socket_entry *known = sockets_entry(&loop->sockets, socket);
    // Told before it is closed: a child forked meanwhile would otherwise keep it among the events.
    if (known != NULL) {
        known->wanted = 0;
        sockets_settle(&loop->poller, socket, known);
        *known = (socket_entry){0};
    }
    return close(socket);
}

ccurl_loop *ccurl_loop_make(int idle_connections, void (*used)(void *context, int socket)) {
    ccurl_loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL) {
        return NULL;
    }
    loop->due = UINT64_MAX;
    loop->idle_connections = idle_connections;
    loop->used = used;
    if (poller_open(&loop->poller) != 0) {
        free(loop);
        return NULL;
    }
    loop->multi = curl_multi_init();
    if (loop->multi == NULL
        || curl_multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, on_socket) != CURLM_OK
        || curl_multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop) != CURLM_OK
        || curl_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, on_timer) != CURLM_OK
        || curl_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop) != CURLM_OK
        || curl_multi_setopt(loop->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX) != CURLM_OK
        || curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, (long)idle_connections) != CURLM_OK) {
        ccurl_loop_free(loop);
        errno = ENOMEM;
        return NULL;
    }
    return loop;
}

void ccurl_loop_free(ccurl_loop *loop) {
    // Closes connections, and so still uses the poller and the entries.
    curl_multi_cleanup(loop->multi);
    poller_close(&loop->poller);
    sockets_free(&loop->sockets);
    free(loop);
}

void *ccurl_loop_multi(ccurl_loop *loop) { return loop->multi; }

bool ccurl_loop_adopt(ccurl_loop *loop, void *easy) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open) == CURLE_OK
        && curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, loop) == CURLE_OK
        && curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close) == CURLE_OK
        && curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, loop) == CURLE_OK;
}

void ccurl_loop_wake(ccurl_loop *loop) { poller_wake(&loop->poller); }

/// Has libcurl deal with what came.
static void act(ccurl_loop *loop, curl_socket_t socket, int what) {
    socket_entry *known = socket == CURL_SOCKET_TIMEOUT ? NULL : sockets_entry(&loop->sockets, socket);
    if (known != NULL && known->shared) {
        // What comes now may matter to a transfer that has had its turn when another reads it.
        uint64_t received = sockets_received(socket);
        if (received != known->received) {
            known->received = received;
            sockets_look_again(&loop->sockets, socket);
        }
    }
    int running;
    curl_multi_socket_action(loop->multi, socket, what, &running);
    // libcurl counts busy connections, too, and closes an idle one for each transfer that ends above its limit.
    if (running != loop->running) {
        loop->running = running;
        curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, (long)running + loop->idle_connections);
    }
}

bool ccurl_loop_run_timer(ccurl_loop *loop) {
    if (loop->due == UINT64_MAX || loop->due > ccurl_now()) {
        return false;
    }
    loop->due = UINT64_MAX;
    act(loop, CURL_SOCKET_TIMEOUT, 0);
    return true;
}

void ccurl_loop_look_again(ccurl_loop *loop, int socket) { sockets_look_again(&loop->sockets, socket); }

/// Looks at the sockets that are listed by now; those listed meanwhile are for the next time.
static void look_again(ccurl_loop *loop) {
    int count = loop->sockets.again_count;
    for (int i = 0; i < count; i++) {
        int socket = loop->sockets.again[i];
        socket_entry *known = sockets_entry(&loop->sockets, socket);
        // Unless it was closed, or nobody wants it any more.
        if (known != NULL && known->listed) {
            known->listed = false;
            if (known->wanted != 0) {
                act(loop, socket, CURL_CSELECT_IN);
            }
        }
    }
    sockets_forget(&loop->sockets, count);
}

void ccurl_loop_wait(ccurl_loop *loop, uint64_t until) {
    poller_event events[EVENTS_AT_ONCE];
    if (loop->sockets.again_count > 0) {
        until = 0;
    }
    int count = poller_wait(&loop->poller, events, EVENTS_AT_ONCE, until < loop->due ? until : loop->due);
    for (int i = 0; i < count; i++) {
        int socket = events[i].socket;
        socket_entry *known = sockets_entry(&loop->sockets, socket);
        if (known == NULL) {
            continue;
        }
        if (known->wanted == 0) {
            // Of a connection nobody uses, or of one closed by an earlier event of this turn.
            sockets_settle(&loop->poller, socket, known);
            continue;
        }
        int what = ((events[i].ready & POLLER_READ) ? CURL_CSELECT_IN : 0)
            | ((events[i].ready & POLLER_WRITE) ? CURL_CSELECT_OUT : 0)
            | ((events[i].ready & POLLER_ERROR) ? CURL_CSELECT_ERR : 0);
        act(loop, socket, what);
    }
    if (loop->sockets.again_count > 0) {
        look_again(loop);
    }
}
