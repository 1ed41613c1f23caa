// Starting, watching and ending child processes. Everything done with another user's privileges is in this file.

#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "CProcess.h"

#ifdef __linux__
#include <malloc.h>
#endif

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

/// Where exec reports to; the lowest descriptor above the standard three, so that all others can be closed.
#define REPORT_FD 3
/// Descriptors are closed one by one up to here where the system has no call for it.
#define MAX_CLOSED_FD 65536
/// Room for one entry of the user database.
#define USER_ENTRY_BYTES 16384

/// What a child that could not start tells its parent.
typedef struct {
    int error;
    int stage;
} failure;

// --- In the child: between fork and exec only async-signal-safe calls are allowed, since another thread may have held
// --- any lock of the C library at the fork.

static void close_from(int first, int limit) {
#if defined(__linux__) && defined(SYS_close_range)
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0) {
        return;
    }
#endif
    for (int fd = first; fd < limit; fd++) {
        close(fd);
    }
}

/// Gives up the caller's identity for good. Groups first: after setuid there is no right left to change them.
static int drop_privileges(const cprocess_identity *identity) {
    if (geteuid() != 0) {
        return 0;
    }
    if (setgroups((size_t)identity->group_count, identity->groups) != 0 || setgid(identity->gid) != 0
        || setuid(identity->uid) != 0) {
        return errno;
    }
    // Proof that there is no way back.
    if (identity->uid != 0 && setuid(0) == 0) {
        return EPERM;
    }
    return 0;
}

static void reset_signals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) {
        // Some numbers refuse (SIGKILL, SIGSTOP, the C library's own); they need no reset.
        (void)sigaction(number, &action, NULL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void fail_child(int report, int error, cprocess_stage stage) {
    failure told = {.error = error, .stage = (int)stage};
    ssize_t written = write(report, &told, sizeof told);
    (void)written;
    _exit(127);
}

/// The rest of the child's life before exec. `parent` is the pid that must still be there after the wish to be told of
/// its end is set: it may have ended in between.
static _Noreturn void become_program(const cprocess_request *request, int report, pid_t parent, int fd_limit) {
    // Out of the way first, since the given descriptors may lie among 0 to 3 in any order.
    int safe_report = fcntl(report, F_DUPFD_CLOEXEC, 16);
    if (safe_report < 0) {
        fail_child(report, errno, CPROCESS_STAGE_STDIO);
    }
    int moved[3];
    for (int index = 0; index < 3; index++) {
        moved[index] = fcntl(request->stdio[index], F_DUPFD, 16);
        if (moved[index] < 0) {
            fail_child(safe_report, errno, CPROCESS_STAGE_STDIO);
        }
    }
    for (int index = 0; index < 3; index++) {
        if (dup2(moved[index], index) < 0) {
            fail_child(safe_report, errno, CPROCESS_STAGE_STDIO);
        }
    }
    if (dup2(safe_report, REPORT_FD) < 0 || fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC) != 0) {
        fail_child(safe_report, errno, CPROCESS_STAGE_STDIO);
    }
    close_from(REPORT_FD + 1, fd_limit);
    reset_signals();
    if (request->new_session) {
        // Fails only for a process that leads one already, which is as good.
        (void)setsid();
    }
    if (request->identity != NULL) {
        int error = drop_privileges(request->identity);
        if (error != 0) {
            fail_child(REPORT_FD, error, CPROCESS_STAGE_IDENTITY);
        }
    }
#if defined(__linux__)
    if (request->interrupt_with_parent) {
        // After setuid, which clears it.
        if (prctl(PR_SET_PDEATHSIG, SIGINT) != 0) {
            fail_child(REPORT_FD, errno, CPROCESS_STAGE_IDENTITY);
        }
        if (getppid() != parent) {
            _exit(127);
        }
    }
#else
    (void)parent;
#endif
    if (chdir("/") != 0) {
        fail_child(REPORT_FD, errno, CPROCESS_STAGE_EXEC);
    }
    execve(request->path, request->argv, request->envp);
    fail_child(REPORT_FD, errno, CPROCESS_STAGE_EXEC);
}

// --- In the parent.

static int wait_for(pid_t pid, int *status, int flags) {
    pid_t ended;
    do {
        ended = waitpid(pid, status, flags);
    } while (ended < 0 && errno == EINTR);
    if (ended < 0) {
        return errno;
    }
    return ended == 0 ? EAGAIN : 0;
}

static int descriptor_limit(void) {
    long limit = sysconf(_SC_OPEN_MAX);
    return limit < 0 || limit > MAX_CLOSED_FD ? MAX_CLOSED_FD : (int)limit;
}

/// Forks, and lets no handler of the parent's run in the child before the child has reset them.
static pid_t quiet_fork(sigset_t *previous) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, previous);
    return fork();
}

int cprocess_spawn(const cprocess_request *request, pid_t *pid, cprocess_stage *stage) {
    *pid = 0;
    *stage = CPROCESS_STAGE_FORK;
    int reports[2];
    int error = cprocess_pipe(&reports[0], &reports[1]);
    if (error != 0) {
        return error;
    }
    const int fd_limit = descriptor_limit();
    const pid_t parent = getpid();
    sigset_t previous;
    pid_t child = quiet_fork(&previous);
    if (child == 0) {
        if (request->detached) {
            pid_t grandchild = fork();
            if (grandchild < 0) {
                fail_child(reports[1], errno, CPROCESS_STAGE_FORK);
            }
            if (grandchild > 0) {
                _exit(0);
            }
        }
        become_program(request, reports[1], parent, fd_limit);
    }
    error = child < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    close(reports[1]);
    if (error != 0) {
        close(reports[0]);
        return error;
    }
    // Ends with the exec that closed the other end, or with a failure in it.
    failure told;
    ssize_t count;
    do {
        count = read(reports[0], &told, sizeof told);
    } while (count < 0 && errno == EINTR);
    close(reports[0]);
    const bool failed = count == (ssize_t)sizeof told;
    int status;
    if (failed || request->detached) {
        (void)wait_for(child, &status, 0);
    }
    if (failed) {
        *stage = (cprocess_stage)told.stage;
        return told.error;
    }
    *stage = CPROCESS_STAGE_NONE;
    *pid = request->detached ? 0 : child;
    return 0;
}

int cprocess_await_end(pid_t pid) {
    siginfo_t info;
    int result;
    do {
        result = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
    } while (result < 0 && errno == EINTR);
    return result < 0 ? errno : 0;
}

int cprocess_reap(pid_t pid, bool wait, int *status) {
    int raw = 0;
    int error = wait_for(pid, &raw, wait ? 0 : WNOHANG);
    if (error == 0) {
        *status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    }
    return error;
}

int cprocess_signal(pid_t pid, int signal) {
    if (pid < 2) {
        return EINVAL;
    }
    return kill(pid, signal) == 0 ? 0 : errno;
}

int cprocess_lookup_user(const char *name, uid_t uid, cprocess_identity *identity) {
    char buffer[USER_ENTRY_BYTES];
    struct passwd entry;
    struct passwd *found = NULL;
    int error = name != NULL ? getpwnam_r(name, &entry, buffer, sizeof buffer, &found)
                             : getpwuid_r(uid, &entry, buffer, sizeof buffer, &found);
    if (error != 0) {
        return error;
    }
    if (found == NULL) {
        return ENOENT;
    }
    identity->uid = found->pw_uid;
    identity->gid = found->pw_gid;
    memset(identity->name, 0, sizeof identity->name);
    strncpy(identity->name, found->pw_name, sizeof identity->name - 1);
#if defined(__APPLE__)
    int groups[CPROCESS_MAX_GROUPS];
    int count = 16;  // The most setgroups takes there.
    int listed = getgrouplist(found->pw_name, (int)found->pw_gid, groups, &count);
#else
    gid_t groups[CPROCESS_MAX_GROUPS];
    int count = CPROCESS_MAX_GROUPS;
    int listed = getgrouplist(found->pw_name, found->pw_gid, groups, &count);
#endif
    if (listed < 0) {
        // More groups than room: the primary one is what matters here.
        groups[0] = found->pw_gid;
        count = 1;
    }
    for (int index = 0; index < count; index++) {
        identity->groups[index] = (gid_t)groups[index];
    }
    identity->group_count = count;
    return 0;
}

int cprocess_can_enter(const char *path, const cprocess_identity *identity) {
    sigset_t previous;
    pid_t child = quiet_fork(&previous);
    if (child == 0) {
        int error = drop_privileges(identity);
        if (error == 0 && chdir(path) != 0) {
            error = errno;
        }
        _exit(error & 0xff);
    }
    int error = child < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    if (error != 0) {
        return error;
    }
    int status = 0;
    error = cprocess_reap(child, true, &status);
    return error != 0 ? error : status;
}

void cprocess_pause(int milliseconds) {
    struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = (long)(milliseconds % 1000) * 1000000L};
    nanosleep(&time, NULL);
}

void cprocess_ignore_requests_to_end(void) {
    const int ignored[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE};
    for (size_t index = 0; index < sizeof ignored / sizeof ignored[0]; index++) {
        signal(ignored[index], SIG_IGN);
    }
}

void cprocess_share_heaps(void) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 2);
#endif
}
