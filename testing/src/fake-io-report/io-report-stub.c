/* Stands for libIOReport.dylib and for the few calls of CoreFoundation that reading it takes, with the same signatures. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { UTF8 = 0x08000100, MOST = 64 };

typedef struct {
  char text[128];
  bool ours; /* not to be released by the caller */
} Thing;

typedef struct {
  Thing name, unit;
  int64_t value;
} Channel;

static Channel channels[MOST];
static int count, live, samples_taken;
static bool has_model = true;
static Thing list;

static Thing *make(const char *text) {
  Thing *thing = calloc(1, sizeof *thing);
  strncpy(thing->text, text, sizeof thing->text - 1);
  live++;
  return thing;
}

static void put(Thing *thing, const char *text) {
  memset(thing, 0, sizeof *thing);
  strncpy(thing->text, text, sizeof thing->text - 1);
  thing->ours = true;
}

void fake_channel(int at, const char *name, const char *unit, int64_t value) {
  put(&channels[at].name, name);
  put(&channels[at].unit, unit);
  channels[at].value = value;
  if (at >= count) count = at + 1;
}
void fake_reset(void) { count = 0; has_model = true; }
void fake_model(int present) { has_model = present; }
/* Things that were made and not released. */
int fake_live(void) { return live; }

void *CFStringCreateWithCString(void *allocator, const char *text, uint32_t encoding) {
  (void)allocator;
  return encoding == UTF8 ? make(text) : NULL;
}
bool CFStringGetCString(void *string, void *buffer, long size, uint32_t encoding) {
  Thing *thing = string;
  if (encoding != UTF8 || (long)strlen(thing->text) >= size) return false;
  strcpy(buffer, thing->text);
  return true;
}
void *CFDictionaryGetValue(void *dictionary, void *key) {
  bool is_samples = strcmp(((Thing *)dictionary)->text, "samples") == 0;
  return is_samples && strcmp(((Thing *)key)->text, "IOReportChannels") == 0 ? &list : NULL;
}
void *CFDictionaryCreateMutableCopy(void *allocator, long capacity, void *dictionary) {
  (void)allocator;
  return capacity == 0 ? make(((Thing *)dictionary)->text) : NULL;
}
long CFArrayGetCount(void *array) { return array == &list ? count : 0; }
void *CFArrayGetValueAtIndex(void *array, long at) { return array == &list && at < count ? &channels[at] : NULL; }
void CFRelease(void *thing) {
  if (((Thing *)thing)->ours) abort();
  live--;
  free(thing);
}

void *IOReportCopyChannelsInGroup(void *group, void *subgroup, uint64_t a, uint64_t b, uint64_t c) {
  bool is_asked = strcmp(((Thing *)group)->text, "Energy Model") == 0 && !subgroup && !a && !b && !c;
  return is_asked && has_model ? make("channels") : NULL;
}
void *IOReportCreateSubscription(void *a, void *wanted, void **subscribed, uint64_t id, void *b) {
  if (a || b || id || strcmp(((Thing *)wanted)->text, "channels") != 0) return NULL;
  *subscribed = make("subscribed");
  return make("subscription");
}
void *IOReportCreateSamples(void *subscription, void *subscribed, void *a) {
  if (a || strcmp(((Thing *)subscription)->text, "subscription") != 0) return NULL;
  if (strcmp(((Thing *)subscribed)->text, "subscribed") != 0) return NULL;
  samples_taken++;
  return make("samples");
}
void *IOReportChannelGetChannelName(void *channel) { return &((Channel *)channel)->name; }
void *IOReportChannelGetUnitLabel(void *channel) { return &((Channel *)channel)->unit; }
int64_t IOReportSimpleGetIntegerValue(void *channel, int32_t at) {
  return at == 0 ? ((Channel *)channel)->value : -1;
}
