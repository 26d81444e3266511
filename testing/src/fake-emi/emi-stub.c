/* Stands for the calls of cfgmgr32.dll and kernel32.dll that reading Windows' Energy Meter Interface takes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 8, FIRST_HANDLE = 100 };

static const uint8_t GUID[16] = {0x44, 0x83, 0xbd, 0x45, 0xd6, 0x7e, 0xcf, 0x49,
                                 0xa4, 0x40, 0xc2, 0x76, 0xc9, 0x33, 0xb0, 0x53};

typedef struct {
  uint16_t version;
  uint8_t metadata[1024], measurement[1024];
  uint32_t metadata_bytes, measurement_bytes;
  int failing, open;
} Device;

static Device devices[MOST];
static int count;

void fake_devices(int number) {
  memset(devices, 0, sizeof devices);
  count = number;
}
void fake_metadata(int at, int version, const void *bytes, uint32_t length) {
  devices[at].version = (uint16_t)version;
  memcpy(devices[at].metadata, bytes, length);
  devices[at].metadata_bytes = length;
}
void fake_measurement(int at, const void *bytes, uint32_t length) {
  memcpy(devices[at].measurement, bytes, length);
  devices[at].measurement_bytes = length;
}
void fake_failing(int at, int failing) { devices[at].failing = failing; }
int fake_open(void) {
  int open = 0;
  for (int at = 0; at < MOST; at++) open += devices[at].open;
  return open;
}

/* Paths are `emi0`, `emi1`, …, each with a zero behind it, and one more at the end. */
enum { PATH = 5 };

uint32_t CM_Get_Device_Interface_List_SizeW(void *length, void *guid, void *device, uint32_t flags) {
  if (memcmp(guid, GUID, sizeof GUID) != 0 || device || flags) return 13;
  uint32_t characters = (uint32_t)(count * PATH + 1);
  memcpy(length, &characters, 4);
  return 0;
}
uint32_t CM_Get_Device_Interface_ListW(void *guid, void *device, void *buffer, uint32_t length, uint32_t flags) {
  if (memcmp(guid, GUID, sizeof GUID) != 0 || device || flags) return 13;
  if (length < (uint32_t)(count * PATH + 1)) return 26;
  uint16_t *out = buffer;
  for (int at = 0; at < count; at++) {
    const uint16_t path[PATH] = {'e', 'm', 'i', (uint16_t)('0' + at), 0};
    memcpy(out + at * PATH, path, sizeof path);
  }
  out[count * PATH] = 0;
  return 0;
}
intptr_t CreateFileW(void *path, uint32_t access, uint32_t share, void *security, uint32_t creation, uint32_t flags,
                     intptr_t template_file) {
  const uint16_t *name = path;
  int at = name[3] - '0';
  if (access != 0x80000000u || share != 3 || security || creation != 3 || flags || template_file) return -1;
  if (at < 0 || at >= count || name[4] != 0 || devices[at].failing == 2) return -1;
  devices[at].open++;
  return FIRST_HANDLE + at;
}
int DeviceIoControl(intptr_t handle, uint32_t code, void *in, uint32_t in_bytes, void *out, uint32_t out_bytes,
                    void *returned, void *overlapped) {
  Device *device = &devices[handle - FIRST_HANDLE];
  const void *answer;
  uint32_t bytes;
  if (in || in_bytes || overlapped || !device->open || device->failing) return 0;
  if (code == 0x224000) answer = &device->version, bytes = 2;
  else if (code == 0x224004) answer = &device->metadata_bytes, bytes = 4;
  else if (code == 0x224008) answer = device->metadata, bytes = device->metadata_bytes;
  else if (code == 0x22400c) answer = device->measurement, bytes = device->measurement_bytes;
  else return 0;
  if (bytes > out_bytes) return 0;
  memcpy(out, answer, bytes);
  memcpy(returned, &bytes, 4);
  return 1;
}
int CloseHandle(intptr_t handle) {
  devices[handle - FIRST_HANDLE].open--;
  return 1;
}
