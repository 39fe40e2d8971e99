/* Which version this is. */
#ifndef HEADCOUNT_VERSION_H
#define HEADCOUNT_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

#define HC_VERSION "0.1.0"

/* The version of the library that is running, as "MAJOR.MINOR.PATCH"; static storage. */
const char *hc_version(void);

#ifdef __cplusplus
}
#endif
#endif
