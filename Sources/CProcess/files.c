// Files, folders and locks that only their owner may touch.

#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/// The first descriptor above the standard three.
#define FIRST_OWN_FD 3

int cprocess_open_private(const char *path, const cprocess_identity *owner, int *fd) {
    int opened;
    do {
        opened = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    } while (opened < 0 && errno == EINTR);
    if (opened < 0) {
        return errno;
    }
    struct stat info;
    int error = fstat(opened, &info) == 0 ? 0 : errno;
    // Under root the folder may belong to the server's user, who could have put a link to a file of root's there.
    if (error == 0 && (!S_ISREG(info.st_mode) || info.st_nlink != 1)) {
        error = EPERM;
    }
    if (error == 0 && owner != NULL && geteuid() == 0 && info.st_uid != owner->uid
        && fchown(opened, owner->uid, owner->gid) != 0) {
        error = errno;
    }
    if (error != 0) {
        close(opened);
        return error;
    }
    *fd = opened;
    return 0;
}

int cprocess_private_folder(const char *path, const cprocess_identity *owner, bool tighten, bool *created) {
    *created = mkdir(path, 0700) == 0;
    if (!*created && errno != EEXIST) {
        return errno;
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return errno == ELOOP || errno == ENOTDIR ? EPERM : errno;
    }
    const uid_t wanted = owner != NULL ? owner->uid : geteuid();
    struct stat info;
    int error = fstat(fd, &info) == 0 ? 0 : errno;
    if (error == 0 && info.st_uid != wanted) {
        // Root's own is one that was just made, or one whose maker was killed before this line.
        if (geteuid() == 0 && owner != NULL && info.st_uid == 0) {
            error = fchown(fd, owner->uid, owner->gid) == 0 ? 0 : errno;
        } else {
            error = EPERM;
        }
    }
    if (error == 0 && (info.st_mode & 07777) != 0700) {
        if (tighten || *created) {
            error = fchmod(fd, 0700) == 0 ? 0 : errno;
        } else {
            error = EACCES;
        }
    }
    close(fd);
    return error;
}

int cprocess_sync_folder(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int error = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    return error;
}

int cprocess_lock(int fd, bool exclusive, bool wait) {
    const int operation = (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB);
    int result;
    do {
        result = flock(fd, operation);
    } while (result != 0 && errno == EINTR);
    if (result == 0) {
        return 0;
    }
    return errno == EWOULDBLOCK ? EAGAIN : errno;
}

void cprocess_unlock(int fd) {
    (void)flock(fd, LOCK_UN);
}

int cprocess_pipe(int *read_end, int *write_end) {
    int ends[2];
#if defined(__linux__)
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return errno;
    }
#else
    if (pipe(ends) != 0) {
        return errno;
    }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#endif
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

int cprocess_duplicate(int fd, int *copy) {
    int made = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_OWN_FD);
    if (made < 0) {
        return errno;
    }
    *copy = made;
    return 0;
}

int cprocess_redirect(int from, int to) {
    int result;
    do {
        result = dup2(from, to);
    } while (result < 0 && errno == EINTR);
    return result < 0 ? errno : 0;
}

int cprocess_read(int fd, void *buffer, int capacity, int timeout_ms, int *count) {
    struct pollfd wanted = {.fd = fd, .events = POLLIN, .revents = 0};
    int ready = poll(&wanted, 1, timeout_ms);
    if (ready < 0) {
        // The caller holds the deadline and asks again.
        return errno == EINTR ? ETIMEDOUT : errno;
    }
    if (ready == 0) {
        return ETIMEDOUT;
    }
    ssize_t got;
    do {
        got = read(fd, buffer, (size_t)capacity);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return errno;
    }
    *count = (int)got;
    return 0;
}

int cprocess_write(int fd, const void *bytes, int length) {
    const char *next = bytes;
    int left = length;
    while (left > 0) {
        ssize_t written = write(fd, next, (size_t)left);
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            return errno;
        }
        next += written;
        left -= (int)written;
    }
    return 0;
}

int cprocess_bound_file(int fd, int64_t limit) {
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return errno;
    }
    if (info.st_size > limit && ftruncate(fd, 0) != 0) {
        return errno;
    }
    return 0;
}

uint64_t cprocess_memory(void) {
    long pages = sysconf(_SC_PHYS_PAGES);
    long size = sysconf(_SC_PAGESIZE);
    return pages <= 0 || size <= 0 ? 0 : (uint64_t)pages * (uint64_t)size;
}
