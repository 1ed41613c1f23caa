#include "CCurlLoop.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct ccurl_thread {
    pthread_t id;
};

typedef struct {
    void (*run)(void *context);
    void *context;
} errand;

static void *begin(void *given) {
    errand errand_of_thread = *(errand *)given;
    free(given);
    errand_of_thread.run(errand_of_thread.context);
    return NULL;
}

ccurl_thread *ccurl_thread_start(void (*run)(void *context), void *context) {
    ccurl_thread *thread = malloc(sizeof *thread);
    errand *given = malloc(sizeof *given);
    if (thread == NULL || given == NULL) {
        free(thread);
        free(given);
        errno = ENOMEM;
        return NULL;
    }
    *given = (errand){.run = run, .context = context};
    // Inherited by the thread: signals are for others, and a connection that broke is an error, not SIGPIPE.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int status = pthread_create(&thread->id, NULL, begin, given);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (status != 0) {
        free(thread);
        free(given);
        errno = status;
        return NULL;
    }
    return thread;
}

bool ccurl_thread_is_current(const ccurl_thread *thread) { return pthread_equal(thread->id, pthread_self()) != 0; }

void ccurl_thread_join(ccurl_thread *thread) {
    pthread_join(thread->id, NULL);
    free(thread);
}

void ccurl_thread_detach(ccurl_thread *thread) {
    pthread_detach(thread->id);
    free(thread);
}
