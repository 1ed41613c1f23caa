#if defined(__linux__)

#include "poller.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "CCurlLoop.h"

/// The most events of one call of the kernel.
#define CAPACITY 256

int poller_open(poller *poller) {
    poller->queue = epoll_create1(EPOLL_CLOEXEC);
    if (poller->queue < 0) {
        return -1;
    }
    poller->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    // Edge-triggered: every write is an event of its own, and nobody needs to read.
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = poller->bell};
    if (poller->bell < 0 || epoll_ctl(poller->queue, EPOLL_CTL_ADD, poller->bell, &event) != 0) {
        int error = errno;
        poller_close(poller);
        errno = error;
        return -1;
    }
    return 0;
}

void poller_close(poller *poller) {
    if (poller->bell >= 0) {
        close(poller->bell);
    }
    close(poller->queue);
}

int poller_change(poller *poller, int socket, int before, int after) {
    struct epoll_event event = {
        .events = ((after & POLLER_READ) ? EPOLLIN : 0u) | ((after & POLLER_WRITE) ? EPOLLOUT : 0u),
        .data.fd = socket,
    };
    if (after == 0) {
        return epoll_ctl(poller->queue, EPOLL_CTL_DEL, socket, &event);
    }
    int status = epoll_ctl(poller->queue, before == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
    // A descriptor that libcurl closes without a word, and the system gives out again, is not the one we knew.
    if (status != 0 && before != 0 && errno == ENOENT) {
        status = epoll_ctl(poller->queue, EPOLL_CTL_ADD, socket, &event);
    }
    return status;
}

void poller_wake(poller *poller) {
    const uint64_t one = 1;
    // Fails only when 2^64 - 2 wake-ups were written, and then there is one to be seen.
    ssize_t written = write(poller->bell, &one, sizeof one);
    (void)written;
}

static int milliseconds(uint64_t until) {
    if (until == UINT64_MAX) {
        return -1;
    }
    uint64_t now = ccurl_now();
    if (until <= now) {
        return 0;
    }
    // Rounded up: a wait that ends before its time is one for nothing.
    uint64_t left = (until - now + 999999) / 1000000;
    return left < INT_MAX ? (int)left : INT_MAX;
}

int poller_wait(poller *poller, poller_event *events, int capacity, uint64_t until) {
    struct epoll_event ready[CAPACITY];
    int count = epoll_wait(poller->queue, ready, capacity < CAPACITY ? capacity : CAPACITY, milliseconds(until));
    int written = 0;
    for (int i = 0; i < count; i++) {
        if (ready[i].data.fd == poller->bell) {
            continue;
        }
        uint32_t bits = ready[i].events;
        // libcurl reads a hang-up from the socket itself, after what was sent before it.
        events[written++] = (poller_event){
            .socket = ready[i].data.fd,
            .ready = ((bits & (EPOLLIN | EPOLLHUP)) ? POLLER_READ : 0) | ((bits & EPOLLOUT) ? POLLER_WRITE : 0)
                | ((bits & EPOLLERR) ? POLLER_ERROR : 0),
        };
    }
    return written;
}

#endif
