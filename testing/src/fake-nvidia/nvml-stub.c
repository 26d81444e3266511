/* Stands for libnvidia-ml.so.1: the calls that epochwatt makes, over boards that fake_* functions describe. Energy
 * grows with the real clock. Struct layouts and return codes are those of nvml.h, API version 13. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { OK = 0, UNINITIALIZED = 1, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, TOO_SMALL = 7 };
enum { BOARDS = 16, PROCESSES = 300 };

typedef struct { uint32_t pid; uint64_t timestamp; uint32_t sm, mem, enc, dec; } Sample;
typedef struct { uint32_t pid; uint64_t memory; uint32_t gpuInstance, computeInstance; } Process;
typedef struct { uint32_t id, scope; int64_t timestamp, latency; int32_t type, rc; uint64_t value; } Field;

static struct {
  char uuid[48], name[64];
  double millijoules, since;
  uint32_t milliwatts, busy, pids, samples;
  int energyRc, instantRc;
  Process process[PROCESSES];
  Sample sample[PROCESSES];
} boards[BOARDS], *b;
static int count, initialised, inits, initMs;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}
static void settle(int i) {
  boards[i].millijoules += boards[i].milliwatts * (now() - boards[i].since);
  boards[i].since = now();
}

void fake_boards(int n, const char *name) {
  memset(boards, 0, sizeof boards);
  count = n;
  for (int i = 0; i < n; i++) {
    snprintf(boards[i].uuid, sizeof boards[i].uuid, "GPU-%08x-fake", 0xa0000000u + i);
    snprintf(boards[i].name, sizeof boards[i].name, "%s", name);
    boards[i].since = now();
  }
}
void fake_set(int i, uint64_t millijoules, uint32_t milliwatts) {
  boards[i].millijoules = millijoules;
  boards[i].milliwatts = milliwatts;
  boards[i].since = now();
}
void fake_returns(int i, int energyRc, int instantRc) { boards[i].energyRc = energyRc; boards[i].instantRc = instantRc; }
void fake_busy(int i, uint32_t percent) { boards[i].busy = percent; }
void fake_init_ms(int ms) { initMs = ms; }
int fake_inits(void) { return inits; }
/* The driver is loaded anew: counters at 0, everybody must initialise again. */
void fake_reload(void) { initialised = 0; for (int i = 0; i < count; i++) fake_set(i, 0, boards[i].milliwatts); }
void fake_processes(int i, uint32_t n) { boards[i].pids = boards[i].samples = n; }
void fake_process(int i, uint32_t at, uint32_t pid, uint64_t timestamp, uint32_t sm) {
  boards[i].process[at].pid = pid;
  boards[i].sample[at] = (Sample){ .pid = pid, .timestamp = timestamp, .sm = sm };
}

#define BOARD(handle) if (!initialised) return UNINITIALIZED; b = (void *)(handle)
int nvmlInit_v2(void) { usleep(initMs * 1000); initialised = 1; inits++; return OK; }
int nvmlDeviceGetCount_v2(uint32_t *n) { BOARD(0); *n = count; return OK; }
int nvmlDeviceGetHandleByIndex_v2(uint32_t i, void **h) { BOARD(0); if (i >= (uint32_t)count) return INVALID; *h = &boards[i]; return OK; }
int nvmlDeviceGetHandleByUUID(const char *uuid, void **h) {
  BOARD(0);
  for (int i = 0; i < count; i++) if (!strcmp(boards[i].uuid, uuid)) { *h = &boards[i]; return OK; }
  return NOT_FOUND;
}
int nvmlDeviceGetUUID(void *h, char *out, uint32_t n) { BOARD(h); snprintf(out, n, "%s", b->uuid); return OK; }
int nvmlDeviceGetName(void *h, char *out, uint32_t n) { BOARD(h); snprintf(out, n, "%s", b->name); return OK; }
int nvmlDeviceGetTotalEnergyConsumption(void *h, uint64_t *out) {
  BOARD(h);
  if (b->energyRc) return b->energyRc;
  settle((int)(b - boards));
  *out = (uint64_t)b->millijoules;
  return OK;
}
int nvmlDeviceGetPowerUsage(void *h, uint32_t *out) { BOARD(h); *out = b->milliwatts; return OK; }
int nvmlDeviceGetFieldValues(void *h, int n, Field *f) {
  BOARD(h);
  for (int i = 0; i < n; i++) { f[i].rc = f[i].id == 186 ? b->instantRc : NOT_SUPPORTED; f[i].value = b->milliwatts + 1000; }
  return OK;
}
int nvmlDeviceGetPowerManagementLimitConstraints(void *h, uint32_t *min, uint32_t *max) { BOARD(h); *min = 100000; *max = 700000; return OK; }
int nvmlDeviceGetUtilizationRates(void *h, uint32_t *rates) { BOARD(h); rates[0] = b->busy; rates[1] = 0; return OK; }
int nvmlDeviceGetComputeRunningProcesses_v3(void *h, uint32_t *n, Process *out) {
  BOARD(h);
  uint32_t room = *n;
  *n = b->pids;
  if (room < b->pids) return TOO_SMALL;
  memcpy(out, b->process, b->pids * sizeof *out);
  return OK;
}
int nvmlDeviceGetProcessUtilization(void *h, Sample *out, uint32_t *n, uint64_t since) {
  BOARD(h);
  uint32_t room = *n, found = 0;
  for (uint32_t i = 0; i < b->samples; i++) if (b->sample[i].timestamp > since) { if (found < room) out[found] = b->sample[i]; found++; }
  *n = found;
  return found == 0 ? NOT_FOUND : found > room ? TOO_SMALL : OK;
}
/* nvmlDeviceGetMigMode and its relatives are missing, as in drivers before 450. */
