/* Stands for libamd_smi.so: the calls that epochwatt makes, over GPUs that fake_* functions describe, each in a socket of
 * its own. Energy grows with the real clock. Forms and return codes are those of amdsmi.h. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { OK = 0, INVALID = 1, NOT_SUPPORTED = 2, NOT_INIT = 32 };
enum { GPUS = 16 };
static const float STEP = 15.259f;

static struct {
  uint64_t bdf;
  char name[64];
  double microjoules, since, watts;
  int status, frozen;
} gpus[GPUS], *g;
static int count, initialised, inits, initMs;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}
static void settle(int i) {
  if (!gpus[i].frozen) gpus[i].microjoules += gpus[i].watts * 1e6 * (now() - gpus[i].since);
  gpus[i].since = now();
}

void fake_gpus(int n, const char *name) {
  memset(gpus, 0, sizeof gpus);
  count = n;
  for (int i = 0; i < n; i++) {
    gpus[i].bdf = ((uint64_t)(3 + 0x40 * i)) << 8;
    snprintf(gpus[i].name, sizeof gpus[i].name, "%s", name);
    gpus[i].since = now();
  }
}
void fake_set(int i, double joules, double watts) {
  gpus[i].microjoules = joules * 1e6;
  gpus[i].watts = watts;
  gpus[i].since = now();
}
void fake_frozen(int i, int frozen) { settle(i); gpus[i].frozen = frozen; }
void fake_status(int i, int status) { gpus[i].status = status; }
void fake_address(int i, uint32_t domain, uint32_t bus, uint32_t device, uint32_t function) {
  gpus[i].bdf = (uint64_t)domain << 16 | bus << 8 | device << 3 | function;
}
void fake_init_ms(int ms) { initMs = ms; }
int fake_inits(void) { return inits; }
void fake_reload(void) { initialised = 0; for (int i = 0; i < count; i++) fake_set(i, 0, gpus[i].watts); }

int amdsmi_init(uint64_t flags) { if (flags != 2) return INVALID; usleep(initMs * 1000); initialised = 1; inits++; return OK; }
int amdsmi_get_socket_handles(uint32_t *n, void **list) {
  if (!initialised) return NOT_INIT;
  for (uint32_t i = 0; list && i < *n && i < (uint32_t)count; i++) list[i] = &gpus[i];
  *n = count;
  return OK;
}
int amdsmi_get_processor_handles(void *socket, uint32_t *n, void **list) {
  if (!initialised) return NOT_INIT;
  if (list && *n > 0) list[0] = socket;
  *n = 1;
  return OK;
}
#define GPU(handle) if (!initialised) return NOT_INIT; g = (void *)(handle)
int amdsmi_get_gpu_device_bdf(void *h, uint64_t *bdf) { GPU(h); *bdf = g->bdf; return OK; }
int amdsmi_get_gpu_asic_info(void *h, char *info) { GPU(h); memset(info, 0xab, 512); snprintf(info, 64, "%s", g->name); return OK; }
int amdsmi_get_energy_count(void *h, uint64_t *accumulator, float *resolution, uint64_t *timestamp) {
  GPU(h);
  if (g->status) return g->status;
  settle((int)(g - gpus));
  *accumulator = (uint64_t)(g->microjoules / STEP);
  *resolution = STEP;
  *timestamp = (uint64_t)(now() * 1e9);
  return OK;
}
