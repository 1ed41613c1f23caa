#if defined(__APPLE__)

#include "poller.h"

#include <errno.h>
#include <stddef.h>
#include <sys/event.h>
#include <time.h>
#include <unistd.h>

#include "CCurlLoop.h"

/// The most events of one call of the kernel.
#define CAPACITY 256

/// The longest single wait in seconds; the caller only finds that nothing came.
#define LONGEST_WAIT 86400

int poller_open(poller *poller) {
    poller->queue = kqueue();
    poller->bell = poller->queue;
    if (poller->queue < 0) {
        return -1;
    }
    struct kevent bell;
    EV_SET(&bell, 0, EVFILT_USER, EV_ADD | EV_CLEAR, 0, 0, NULL);
    if (kevent(poller->queue, &bell, 1, NULL, 0, NULL) != 0) {
        int error = errno;
        close(poller->queue);
        errno = error;
        return -1;
    }
    return 0;
}

void poller_close(poller *poller) { close(poller->queue); }

static int change(poller *poller, int socket, int16_t filter, int before, int after) {
    if (!before == !after) {
        return 0;
    }
    struct kevent event;
    EV_SET(&event, (uintptr_t)socket, filter, after ? EV_ADD : EV_DELETE, 0, 0, NULL);
    int status = kevent(poller->queue, &event, 1, NULL, 0, NULL);
    return status != 0 && !after && errno == ENOENT ? 0 : status;
}

int poller_change(poller *poller, int socket, int before, int after) {
    int reading = change(poller, socket, EVFILT_READ, before & POLLER_READ, after & POLLER_READ);
    int writing = change(poller, socket, EVFILT_WRITE, before & POLLER_WRITE, after & POLLER_WRITE);
    return reading != 0 ? reading : writing;
}

void poller_wake(poller *poller) {
    struct kevent bell;
    EV_SET(&bell, 0, EVFILT_USER, 0, NOTE_TRIGGER, 0, NULL);
    kevent(poller->queue, &bell, 1, NULL, 0, NULL);
}

int poller_wait(poller *poller, poller_event *events, int capacity, uint64_t until) {
    uint64_t now = ccurl_now();
    uint64_t left = until > now ? until - now : 0;
    struct timespec wait = {.tv_sec = LONGEST_WAIT, .tv_nsec = 0};
    if (left / 1000000000u < LONGEST_WAIT) {
        wait = (struct timespec){.tv_sec = (time_t)(left / 1000000000u), .tv_nsec = (long)(left % 1000000000u)};
    }
    struct kevent ready[CAPACITY];
    int count = kevent(poller->queue, NULL, 0, ready, capacity < CAPACITY ? capacity : CAPACITY, &wait);
    int written = 0;
    for (int i = 0; i < count; i++) {
        if (ready[i].filter == EVFILT_USER) {
            continue;
        }
        // libcurl reads the end of a connection from the socket itself, after what was sent before it.
        events[written++] = (poller_event){
            .socket = (int)ready[i].ident,
            .ready = ready[i].filter == EVFILT_READ ? POLLER_READ : POLLER_WRITE,
        };
    }
    return written;
}

#endif
