#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "CScheduling.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__linux__)
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The shortest slice there is.
#define SLICE_NANOSECONDS 100000u

/// `struct sched_attr` in its first version, which older C libraries do not declare.
typedef struct {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    /// Of an ordinary thread the length of its slices; 0 stands for the usual.
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
} scheduling;

static void shorten_slices(void) {
#if defined(SYS_sched_getattr) && defined(SYS_sched_setattr)
    scheduling own = {0};
    // What else was set for the process by its starter stays.
    if (syscall(SYS_sched_getattr, 0, &own, sizeof own, 0) != 0 || own.policy != SCHED_OTHER) {
        return;
    }
    own.size = sizeof own;
    own.flags = 0;
    own.runtime = SLICE_NANOSECONDS;
    (void)syscall(SYS_sched_setattr, 0, &own, 0);
#endif
}
#endif

void cscheduling_wait_little(const char *name) {
#if defined(__linux__)
    if (name != NULL) {
        pthread_setname_np(pthread_self(), name);
    }
    shorten_slices();
#elif defined(__APPLE__)
    if (name != NULL) {
        pthread_setname_np(name);
    }
#endif
}
