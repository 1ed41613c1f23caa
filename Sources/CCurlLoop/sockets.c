#include "sockets.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#if defined(__linux__)
// That of the C library lacks the newer fields.
#include <linux/tcp.h>
#endif

void sockets_free(socket_table *table) {
    free(table->entries);
    free(table->again);
}

socket_entry *sockets_entry(socket_table *table, int socket) {
    if (socket >= table->count) {
        int count = table->count > 0 ? table->count : 64;
        while (count <= socket) {
            count *= 2;
        }
        socket_entry *grown = realloc(table->entries, (size_t)count * sizeof *grown);
        if (grown == NULL) {
            return NULL;
        }
        for (int i = table->count; i < count; i++) {
            grown[i] = (socket_entry){0};
        }
        table->entries = grown;
        table->count = count;
    }
    return &table->entries[socket];
}

int sockets_settle(poller *poller, int socket, socket_entry *entry) {
    if (entry->told == entry->wanted) {
        return 0;
    }
    int status = poller_change(poller, socket, entry->told, entry->wanted);
    entry->told = status == 0 ? entry->wanted : 0;
    return status;
}

void sockets_look_again(socket_table *table, int socket) {
    socket_entry *known = sockets_entry(table, socket);
    if (known == NULL) {
        return;
    }
    known->shared = true;
    if (known->listed) {
        return;
    }
    if (table->again_count == table->again_capacity) {
        int capacity = table->again_capacity > 0 ? table->again_capacity * 2 : 16;
        int *grown = realloc(table->again, (size_t)capacity * sizeof *grown);
        if (grown == NULL) {
            return;
        }
        table->again = grown;
        table->again_capacity = capacity;
    }
    table->again[table->again_count++] = socket;
    known->listed = true;
}

void sockets_forget(socket_table *table, int count) {
    table->again_count -= count;
    memmove(table->again, table->again + count, (size_t)table->again_count * sizeof *table->again);
}

uint64_t sockets_received(int socket) {
#if defined(__linux__)
    struct tcp_info info = {0};
    socklen_t length = sizeof info;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) == 0) {
        return info.tcpi_bytes_received;
    }
#endif
    return 0;
}
