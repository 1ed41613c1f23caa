// An event loop that drives one multi handle of libcurl, and the thread it runs on.
//
// Work is in proportion to what happens, however many transfers are open: libcurl says through its socket and timer
// functions what it waits for, and epoll (Linux) or kqueue (macOS) says what came. A loop belongs to the thread that turns
// it; only `ccurl_loop_wake` may be called by others. Handles of libcurl are `void *` here, so that this module and that of
// libcurl need not agree on who declares them.

#ifndef TALLY_CCURL_LOOP_H
#define TALLY_CCURL_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/// A loop with its multi handle.
typedef struct ccurl_loop ccurl_loop;

/// A thread that runs one function.
typedef struct ccurl_thread ccurl_thread;

/// Nanoseconds of a clock that never goes back.
uint64_t ccurl_now(void);

/// Makes a loop that keeps about so many connections without a transfer; NULL, with errno set, when the system or libcurl
/// has nothing left for one. `used` is told which socket an easy handle has come to use, by the handle's CURLOPT_PRIVATE.
ccurl_loop *ccurl_loop_make(int idle_connections, void (*used)(void *context, int socket));

/// Frees a loop and closes its connections; all its easy handles have been removed before.
void ccurl_loop_free(ccurl_loop *loop);

/// The loop's `CURLM *`, lent.
void *ccurl_loop_multi(ccurl_loop *loop);

/// Has the sockets of a `CURL *` made and closed by the loop, which outlives it; false when libcurl refuses.
bool ccurl_loop_adopt(ccurl_loop *loop, void *easy);

/// Ends the wait under way, or the next one; for any thread, while the loop lives.
void ccurl_loop_wake(ccurl_loop *loop);

/// Does what libcurl's timer has due; false when there was nothing.
bool ccurl_loop_run_timer(ccurl_loop *loop);

/// Has libcurl look once more at a socket that transfers share, within the next wait; for a socket on which something moved.
///
/// Over HTTP/2 libcurl (7.88 at least) keeps what it has read for one stream while another is at work, and what lets one
/// stream go on it may find while it works for another. It comes back to neither by itself unless the socket has an event.
void ccurl_loop_look_again(ccurl_loop *loop, int socket);

/// Waits for sockets, libcurl's timer, a wake-up, or `until` (of `ccurl_now`; UINT64_MAX waits for ever), and lets libcurl
/// deal with the sockets that are ready.
void ccurl_loop_wait(ccurl_loop *loop, uint64_t until);

/// Starts a thread on which no signal is delivered; NULL, with errno set, when the system has none left.
ccurl_thread *ccurl_thread_start(void (*run)(void *context), void *context);

/// Whether the caller runs on this thread.
bool ccurl_thread_is_current(const ccurl_thread *thread);

/// Waits for the thread's end and frees it; not from the thread itself.
void ccurl_thread_join(ccurl_thread *thread);

/// Frees the handle and leaves the thread to end by itself.
void ccurl_thread_detach(ccurl_thread *thread);

#endif
