// The kernel's queue of ready sockets, with a way to end a wait from another thread: epoll or kqueue.

#ifndef TALLY_POLLER_H
#define TALLY_POLLER_H

#include <stdint.h>

#define POLLER_READ 1
#define POLLER_WRITE 2
/// Only ever given, never asked for.
#define POLLER_ERROR 4

typedef struct {
    int queue;
    /// What a wake-up is written to; the queue itself where it can be.
    int bell;
} poller;

typedef struct {
    int socket;
    /// Bits of `POLLER_*`.
    int ready;
} poller_event;

/// 0, or -1 with errno set.
int poller_open(poller *poller);

void poller_close(poller *poller);

/// Changes what is waited for on a socket; 0, or -1 with errno set.
int poller_change(poller *poller, int socket, int before, int after);

/// Ends the wait under way, or the next; for any thread.
void poller_wake(poller *poller);

/// Waits until there is an event, a wake-up, or it is `until` (of `ccurl_now`); the number of events written, maybe 0.
int poller_wait(poller *poller, poller_event *events, int capacity, uint64_t until);

#endif
