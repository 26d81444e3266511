/* Loaded before libc: everything that changes files below SLOW_DISK_PATH takes SLOW_DISK_MS longer. How often the main
 * thread had to wait for it is counted in the file SLOW_DISK_WAITS. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int64_t *waits;

__attribute__((constructor)) static void map(void) {
  const char *path = getenv("SLOW_DISK_WAITS");
  int fd = path ? openat(AT_FDCWD, path, O_RDWR) : -1;
  if (fd < 0) return;
  void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped != MAP_FAILED) waits = mapped;
  close(fd);
}

static void wait_if_slow(const char *path) {
  const char *slow = getenv("SLOW_DISK_PATH"), *ms = getenv("SLOW_DISK_MS");
  if (!slow || !ms || !path || strncmp(path, slow, strlen(slow)) != 0) return;
  if (waits && gettid() == getpid()) ++*waits;
  long left = atol(ms);
  struct timespec time = {left / 1000, left % 1000 * 1000000L};
  nanosleep(&time, NULL);
}

static void wait_if_slow_fd(int fd) {
  char link[32], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return;
  path[length] = 0;
  wait_if_slow(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t count) {
  wait_if_slow_fd(fd);
  return REAL(write)(fd, bytes, count);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  wait_if_slow_fd(fd);
  return REAL(pwrite64)(fd, bytes, count, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  wait_if_slow_fd(fd);
  return REAL(writev)(fd, parts, count);
}
int ftruncate64(int fd, off64_t length) {
  wait_if_slow_fd(fd);
  return REAL(ftruncate64)(fd, length);
}
int fsync(int fd) {
  wait_if_slow_fd(fd);
  return REAL(fsync)(fd);
}
int rename(const char *from, const char *to) {
  wait_if_slow(to);
  return REAL(rename)(from, to);
}
int mkdir(const char *path, mode_t mode) {
  wait_if_slow(path);
  return REAL(mkdir)(path, mode);
}
int unlink(const char *path) {
  wait_if_slow(path);
  return REAL(unlink)(path);
}
static int open_slowly(__typeof__(&open) real, const char *path, int flags, mode_t mode) {
  if (flags & O_CREAT) wait_if_slow(path);
  return real(path, flags, mode);
}
#define MODE(flags, mode) \
  mode_t mode = 0; \
  if (flags & O_CREAT) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }
int open(const char *path, int flags, ...) {
  MODE(flags, mode)
  return open_slowly(REAL(open), path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE(flags, mode)
  return open_slowly(REAL(open64), path, flags, mode);
}
