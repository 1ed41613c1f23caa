// What is known of each socket libcurl uses, and which of them are to be looked at again.

#ifndef TALLY_SOCKETS_H
#define TALLY_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>

#include "poller.h"

/// What libcurl waits for on one descriptor, and what the kernel was told; bits of `POLLER_*`.
typedef struct {
    uint8_t wanted;
    uint8_t told;
    /// Made by `on_open`, and so closed by `on_close`; libcurl closes others, such as its resolver's, without a word.
    bool ours;
    /// Several transfers use it at once, or may: it is that of an HTTP/2 connection.
    bool shared;
    /// It is among those to be looked at again.
    bool listed;
    /// The last transfer that came to use it, as long as there is one.
    const void *user;
    /// The bytes it had received in all when libcurl last began to look at it, if it is shared.
    uint64_t received;
} socket_entry;

typedef struct {
    /// By descriptor.
    socket_entry *entries;
    int count;
    /// Sockets to be looked at again.
    int *again;
    int again_count;
    int again_capacity;
} socket_table;

void sockets_free(socket_table *table);

/// The entry of a descriptor, until the next call; NULL when there is no memory for one.
socket_entry *sockets_entry(socket_table *table, int socket);

/// Makes the kernel know what is wanted; 0, or -1 with errno set.
int sockets_settle(poller *poller, int socket, socket_entry *entry);

/// Notes that a socket is shared, and is to be looked at again.
void sockets_look_again(socket_table *table, int socket);

/// Takes so many off the list of those to be looked at again, the first ones.
void sockets_forget(socket_table *table, int count);

/// The bytes a TCP socket has received in all; 0 where the system does not tell.
uint64_t sockets_received(int socket);

#endif
