/* A disk that takes longer to confirm: every fdatasync and fsync is followed by a wait of SYNC_MICROSECONDS.
   `./dev bench walk --disk-ms 2` builds it and starts itself anew with it (LD_PRELOAD). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

typedef int (*sync_call)(int);

static int confirm(const char *name, int file) {
    sync_call real = (sync_call)dlsym(RTLD_NEXT, name);
    int result = real(file);
    const char *told = getenv("SYNC_MICROSECONDS");
    long wait = told ? atol(told) : 0;
    struct timespec pause = {wait / 1000000, wait % 1000000 * 1000};
    nanosleep(&pause, NULL);
    return result;
}

int fdatasync(int file) { return confirm("fdatasync", file); }
int fsync(int file) { return confirm("fsync", file); }
