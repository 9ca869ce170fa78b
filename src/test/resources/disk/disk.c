/*
 * Stands between a process and its disk (LD_PRELOAD). The calls that change files below DISK_ROOT
 * are counted and can be made to fail (DISK_CONTROL, a file shared with the process, see Faults.java),
 * and are written down in the order of their effects (DISK_LOG, see DiskLog.java).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OPEN = 'o', CLOSE = 'c', WRITE = 'w', TRUNCATE = 't', SYNC = 's', SYNCED = 'd',
            UNSYNCED = 'e', UNLINK = 'u', RENAME = 'r', MKDIR = 'm' };

/* How a call fails. */
enum { REFUSED, DONE_BUT_SAID_FAILED, SHORT, KILLED };

/* Four-byte numbers, in the order of Faults.java. */
static volatile struct {
  int32_t armed;   /* fails this one of the calls to come, counted from 1; 0: none */
  int32_t error;   /* with this errno */
  int32_t how;     /* REFUSED, DONE_BUT_SAID_FAILED, SHORT, KILLED */
  int32_t lasting; /* and so do all after it */
  int32_t calls;   /* since the process began */
  int32_t failed;  /* since the process began */
  int32_t last;    /* kind of the latest that failed */
  int32_t only;    /* counts only calls of this kind; 0: all */
} *control, none;

#define FILES 65536
static char root[4096];
static char watched[FILES];
static int log_fd = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_ftruncate)(int, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);
static int (*real_mkdir)(const char *, mode_t);

__attribute__((constructor)) static void begin(void) {
  real_open = dlsym(RTLD_NEXT, "open64");
  real_close = dlsym(RTLD_NEXT, "close");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_mkdir = dlsym(RTLD_NEXT, "mkdir");
  const char *path = getenv("DISK_ROOT");
  strncpy(root, path ? path : "/nowhere", sizeof root - 1);
  control = &none;
  path = getenv("DISK_CONTROL");
  if (path) {
    int fd = real_open(path, O_RDWR);
    control = mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    real_close(fd);
  }
  path = getenv("DISK_LOG");
  if (path) {
    log_fd = real_open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  }
}

static int is_ours(const char *path) { return strncmp(path, root, strlen(root)) == 0; }

static int is_watched(int fd) { return fd >= 0 && fd < FILES && watched[fd]; }

/* Returns -1 if the call goes well, else how it fails, errno set. */
static int failure(enum kind kind) {
  if (control->only && control->only != (int) kind) {
    return -1;
  }
  __sync_add_and_fetch(&control->calls, 1);
  if (control->armed == 0) {
    return -1;
  }
  if (control->armed > 1) {
    __sync_sub_and_fetch(&control->armed, 1);
    return -1;
  }
  if (control->error == ENOSPC && kind != WRITE && kind != OPEN && kind != MKDIR) {
    return -1; /* needs no room */
  }
  int how = control->how;
  if (!control->lasting) {
    control->armed = 0;
  } else if (how == SHORT) {
    control->how = REFUSED; /* the half that was written took the last room */
  }
  if (how == KILLED) {
    kill(getpid(), SIGKILL);
  }
  control->failed++;
  control->last = kind;
  errno = control->error;
  return how;
}

static void note(enum kind kind, int fd, int64_t offset, const void *data, uint32_t length) {
  if (log_fd < 0) {
    return;
  }
  int saved = errno;
  struct __attribute__((packed)) {
    uint8_t kind;
    int32_t fd;
    int64_t offset;
    uint32_t length;
  } head = {kind, fd, offset, length};
  struct iovec parts[2] = {{&head, sizeof head}, {(void *) data, length}};
  if (syscall(SYS_writev, log_fd, parts, 2) != (long) (sizeof head + length)) {
    abort();
  }
  errno = saved;
}

int open64(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  if (!is_ours(path)) {
    return real_open(path, flags, mode);
  }
  if ((flags & (O_CREAT | O_TRUNC)) && failure(OPEN) >= 0) {
    return -1;
  }
  pthread_mutex_lock(&lock);
  int existed = syscall(SYS_access, path, F_OK) == 0;
  int fd = real_open(path, flags, mode);
  if (fd >= 0 && fd < FILES) {
    watched[fd] = 1;
    note(OPEN, fd, (existed ? 0 : 1) | (flags & O_TRUNC ? 2 : 0), path, strlen(path));
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

int open(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  return open64(path, flags, mode);
}

int close(int fd) {
  if (!is_watched(fd)) {
    return real_close(fd);
  }
  pthread_mutex_lock(&lock);
  watched[fd] = 0;
  note(CLOSE, fd, 0, NULL, 0);
  int result = real_close(fd);
  pthread_mutex_unlock(&lock);
  return result;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  if (!is_watched(fd)) {
    return real_pwrite(fd, data, length, offset);
  }
  int how = failure(WRITE);
  if (how == REFUSED) {
    return -1;
  }
  int error = errno;
  if (how == SHORT) {
    length = length / 2;
  }
  pthread_mutex_lock(&lock);
  ssize_t written = real_pwrite(fd, data, length, offset);
  if (written > 0) {
    note(WRITE, fd, offset, data, written);
  }
  pthread_mutex_unlock(&lock);
  if (how == DONE_BUT_SAID_FAILED || (how == SHORT && length == 0)) {
    errno = error;
    return -1;
  }
  return written;
}

ssize_t write(int fd, const void *data, size_t length) {
  if (!is_watched(fd)) {
    return real_write(fd, data, length);
  }
  ssize_t written = pwrite64(fd, data, length, lseek(fd, 0, SEEK_CUR));
  if (written > 0) {
    lseek(fd, written, SEEK_CUR);
  }
  return written;
}

int ftruncate64(int fd, off64_t length) {
  if (!is_watched(fd)) {
    return real_ftruncate(fd, length);
  }
  int how = failure(TRUNCATE);
  if (how == REFUSED) {
    return -1;
  }
  pthread_mutex_lock(&lock);
  int result = real_ftruncate(fd, length);
  note(TRUNCATE, fd, length, NULL, 0);
  pthread_mutex_unlock(&lock);
  return how >= 0 ? -1 : result;
}

static int force(int fd, int (*real)(int)) {
  if (!is_watched(fd)) {
    return real(fd);
  }
  int how = failure(SYNC);
  pthread_mutex_lock(&lock);
  /* A force that fails leaves nothing to be forced again: what it had to force is lost. */
  note(how == REFUSED ? UNSYNCED : SYNC, fd, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  if (how == REFUSED) {
    return -1;
  }
  int result = real(fd);
  pthread_mutex_lock(&lock);
  note(SYNCED, fd, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  return how >= 0 ? -1 : result;
}

int fsync(int fd) { return force(fd, real_fsync); }

int fdatasync(int fd) { return force(fd, real_fdatasync); }

int unlink(const char *path) {
  if (!is_ours(path)) {
    return real_unlink(path);
  }
  int how = failure(UNLINK);
  if (how == REFUSED) {
    return -1;
  }
  pthread_mutex_lock(&lock);
  int result = real_unlink(path);
  if (result == 0) {
    note(UNLINK, -1, 0, path, strlen(path));
  }
  pthread_mutex_unlock(&lock);
  return how >= 0 ? -1 : result;
}

int rename(const char *from, const char *to) {
  if (!is_ours(to)) {
    return real_rename(from, to);
  }
  int how = failure(RENAME);
  if (how == REFUSED) {
    return -1;
  }
  pthread_mutex_lock(&lock);
  int result = real_rename(from, to);
  if (result == 0) {
    char both[2 * 4096 + 1];
    size_t first = strlen(from);
    memcpy(both, from, first + 1);
    strcpy(both + first + 1, to);
    note(RENAME, -1, 0, both, first + 1 + strlen(to));
  }
  pthread_mutex_unlock(&lock);
  return how >= 0 ? -1 : result;
}

int mkdir(const char *path, mode_t mode) {
  if (!is_ours(path)) {
    return real_mkdir(path, mode);
  }
  int how = failure(MKDIR);
  if (how == REFUSED) {
    return -1;
  }
  pthread_mutex_lock(&lock);
  int result = real_mkdir(path, mode);
  if (result == 0) {
    note(MKDIR, -1, 0, path, strlen(path));
  }
  pthread_mutex_unlock(&lock);
  return how >= 0 ? -1 : result;
}
