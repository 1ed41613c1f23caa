// The system calls the private PostgreSQL needs and Swift cannot make safely: fork with dropped privileges, locks the
// kernel releases, private files and folders, and one question to a server's socket.
//
// Every function returns 0 or an errno value unless it says otherwise, retries EINTR, and allocates nothing that the
// caller has to free. Strings are borrowed for the length of the call. Every descriptor it makes is close-on-exec.

#ifndef CPROCESS_H
#define CPROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The most supplementary groups a child is given; further ones are left out.
#define CPROCESS_MAX_GROUPS 64

/// Room for a user's name with its final zero.
#define CPROCESS_NAME_BYTES 64

/// Whom a child becomes, or who shall own a file. Ignored unless the caller is root.
typedef struct {
    uid_t uid;
    gid_t gid;
    gid_t groups[CPROCESS_MAX_GROUPS];
    int group_count;
    /// For messages; a longer name is cut.
    char name[CPROCESS_NAME_BYTES];
} cprocess_identity;

/// The step of a spawn that failed.
typedef enum {
    CPROCESS_STAGE_NONE = 0,
    CPROCESS_STAGE_FORK = 1,
    CPROCESS_STAGE_STDIO = 2,
    CPROCESS_STAGE_IDENTITY = 3,
    CPROCESS_STAGE_EXEC = 4,
} cprocess_stage;

/// How to start a child. `stdio` are the descriptors that become 0, 1 and 2; all others are closed in the child.
typedef struct {
    const char *path;
    char *const *argv;
    char *const *envp;
    int stdio[3];
    /// NULL keeps the caller's identity; otherwise privileges are dropped for good before exec (root only).
    const cprocess_identity *identity;
    /// The child leads a session of its own, so the terminal's signals pass it by.
    bool new_session;
    /// The child is handed to init by a second fork: nobody has to reap it and its pid is not reported.
    bool detached;
    /// Linux: the child is sent SIGINT when the calling *thread* ends, however it ends. Elsewhere: no effect.
    bool interrupt_with_parent;
} cprocess_request;

/// Starts a child with all signals at their defaults and `/` as its working directory, and waits until exec has
/// succeeded or failed. On failure `stage` says where. `pid` is 0 for a detached child.
int cprocess_spawn(const cprocess_request *request, pid_t *pid, cprocess_stage *stage);

/// Waits until the child has ended, without reaping it, so its pid stays valid for signals.
int cprocess_await_end(pid_t pid);

/// Reaps a child. With `wait` false and the child still running: EAGAIN. `status` is the exit code, or 128 plus the
/// signal that ended it.
int cprocess_reap(pid_t pid, bool wait, int *status);

/// Sends a signal; refuses pids below 2, which would mean groups or init.
int cprocess_signal(pid_t pid, int signal);

/// Looks up a user with its primary and supplementary groups by name, or by uid when `name` is NULL. ENOENT: no such.
int cprocess_lookup_user(const char *name, uid_t uid, cprocess_identity *identity);

/// Whether `identity` may make `path` its working directory; asked by a child that dropped its privileges.
int cprocess_can_enter(const char *path, const cprocess_identity *identity);

/// Opens a regular file for reading and appending, creating it with mode 0600. Refuses symbolic links (ELOOP), other
/// kinds of file and files with a second name (EPERM). Under root a new file is given to `owner` when not NULL.
int cprocess_open_private(const char *path, const cprocess_identity *owner, int *fd);

/// Makes a folder with mode 0700, or checks the one that is there: EPERM when it is a symbolic link, no folder, or of
/// another owner than `owner` (NULL: the caller), EACCES when others may enter it and `tighten` is false. Under root a
/// folder of root's is given to `owner`. `created` says whether it is new.
int cprocess_private_folder(const char *path, const cprocess_identity *owner, bool tighten, bool *created);

/// Makes the entries of a folder durable.
int cprocess_sync_folder(const char *path);

/// Takes a lock on an open file, shared or exclusive. Without `wait`: EAGAIN when another holds it. The kernel drops it
/// with the last descriptor of the same opening, so also when the holder is killed.
int cprocess_lock(int fd, bool exclusive, bool wait);

/// Drops a lock.
void cprocess_unlock(int fd);

/// Makes a pipe.
int cprocess_pipe(int *read_end, int *write_end);

/// Copies a descriptor to a new one above the standard three, close-on-exec.
int cprocess_duplicate(int fd, int *copy);

/// Makes `to` another name of `from`; `to` is kept across exec.
int cprocess_redirect(int from, int to);

/// Waits up to `timeout_ms` for input and reads it. `count` is 0 at the end of the stream. ETIMEDOUT: nothing came.
int cprocess_read(int fd, void *buffer, int capacity, int timeout_ms, int *count);

/// Writes all of it. A reader that is gone is EPIPE, provided SIGPIPE is ignored.
int cprocess_write(int fd, const void *bytes, int length);

/// Cuts a file to nothing when it is longer than `limit` bytes.
int cprocess_bound_file(int fd, int64_t limit);

/// Sleeps; a signal may cut it short.
void cprocess_pause(int milliseconds);

/// Ignores the signals that ask a process to end (hang-up, interrupt, terminate) and broken pipes.
void cprocess_ignore_requests_to_end(void);

/// The bytes of memory of this machine, 0 when unknown.
uint64_t cprocess_memory(void);

/// What a server's socket had to say.
typedef enum {
    /// Nobody listens.
    CPROCESS_ANSWER_ABSENT = 0,
    /// Somebody listens but does not answer in time, or speaks another protocol.
    CPROCESS_ANSWER_SILENT = 1,
    /// PostgreSQL lets us in.
    CPROCESS_ANSWER_WELCOME = 2,
    /// PostgreSQL refuses; the SQLSTATE says why.
    CPROCESS_ANSWER_REFUSAL = 3,
} cprocess_answer;

/// Asks the PostgreSQL behind a unix socket whether it would let `user` into `database`, and hangs up. Each of its
/// waits is bounded by `timeout_ms`. `sqlstate` has room for 6 bytes; `listener` is the pid of the process that
/// listens, 0 when unknown.
cprocess_answer cprocess_ask_server(const char *socket_path, const char *user, const char *database, int timeout_ms,
                                    char *sqlstate, pid_t *listener);

#ifdef __cplusplus
}
#endif

/// Keeps threads from each having a heap of their own, where the C library does that: what one thread has freed,
/// another then uses, and a process that hands batches from thread to thread stays small. Before other threads start.
void cprocess_share_heaps(void);

#endif
