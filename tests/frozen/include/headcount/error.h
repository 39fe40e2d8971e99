/* What went wrong, where, and what it means for the caller. */
#ifndef HEADCOUNT_ERROR_H
#define HEADCOUNT_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum hc_status {
  HC_OK = 0,
  HC_EREFUSED,  /* the data do not identify the answer; hc_error.code names the reason */
  HC_EUSAGE,    /* an option, a name or an argument is wrong                            */
  HC_EDATA,     /* the input cannot be understood; file, line and column are set        */
  HC_EIO,       /* reading or writing failed                                            */
  HC_EINTERNAL, /* a defect of this library                                             */
  HC_ENOMEM,    /* memory ran out                                                       */
  HC_ECANCELLED /* the progress callback asked to stop                                  */
} hc_status;

enum { HC_CODE_SIZE = 40, HC_FILE_SIZE = 256, HC_MESSAGE_SIZE = 512, HC_EXCERPT_SIZE = 240, HC_ADVICE_SIZE = 4096 };

/* Fixed size and allocated by the caller, so that running out of memory can be reported. */
typedef struct hc_error {
  hc_status status;
  char code[HC_CODE_SIZE];       /* stable reason of a refusal, e.g. "no-overlap"; "" otherwise   */
  char file[HC_FILE_SIZE];       /* "" where no file is concerned                                  */
  uint64_t line, column;         /* 1-based; 0 where unknown; column counts characters             */
  char message[HC_MESSAGE_SIZE]; /* one sentence, lower case, no full stop                         */
  char excerpt[HC_EXCERPT_SIZE]; /* the offending line, as UTF-8, "" where there is none           */
  /* of a file that can be read in several ways, a line for each: what it would count, a tab, and the options of the
   * command line that say so; "" otherwise */
  char advice[HC_ADVICE_SIZE];
} hc_error;

#if defined(__GNUC__)
#define HC_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define HC_PRINTF(f, a)
#endif

/* HC_EUSAGE: "unknown <kind> '<word>'; did you mean ...", or what there is where nothing is like it. */
hc_status hc_unknown(hc_error *err, const char *kind, const char *word, const char *const *candidates, size_t n);
/* The candidate most like the word, NULL if none is like it. */
const char *hc_nearest(const char *word, const char *const *candidates, size_t n);

/* The documented exit code of the program: 0 done, 1 not estimable, 2 usage, 3 bad data,
 * 4 input/output, 5 internal (out of memory included), 130 stopped by the user. */
int hc_status_exit_code(hc_status status);

#ifdef __cplusplus
}
#endif
#endif
