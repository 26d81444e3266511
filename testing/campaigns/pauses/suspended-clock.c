/* Loaded before libc: the monotonic clock is behind by the nanoseconds in the file SUSPENDED_NS, as on a machine that has
 * slept for so long. Waiting goes on by the kernel's clock, which knows nothing of it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *suspended;

__attribute__((constructor)) static void map(void) {
  const char *path = getenv("SUSPENDED_NS");
  int fd = path ? open(path, O_RDONLY) : -1;
  if (fd < 0) return;
  void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
  if (mapped != MAP_FAILED) suspended = mapped;
  close(fd);
}

static void shift(struct timespec *time, int64_t by) {
  int64_t ns = time->tv_sec * 1000000000LL + time->tv_nsec + by;
  time->tv_sec = ns / 1000000000LL;
  time->tv_nsec = ns % 1000000000LL;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int clock_gettime(clockid_t clock, struct timespec *time) {
  static __typeof__(&clock_gettime) real;
  if (!real) real = REAL(clock_gettime);
  int result = real(clock, time);
  if (result == 0 && suspended &&
      (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_MONOTONIC_COARSE))
    shift(time, -*suspended);
  return result;
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
  static __typeof__(&pthread_cond_timedwait) real;
  if (!real) real = REAL(pthread_cond_timedwait);
  struct timespec shifted = *until;
  if (suspended) shift(&shifted, *suspended);
  return real(condition, mutex, &shifted);
}
