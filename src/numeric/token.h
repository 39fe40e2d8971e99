/* Names in the small languages of models: what terms of lists and formulas of columns read alike. */
#ifndef HC_NUMERIC_TOKEN_H
#define HC_NUMERIC_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct hc_token {
  const char *begin; /* within the text that was read */
  size_t length;
} hc_token;

/* Moves past blanks. */
void hc_token_skip(const char **at);

/* The name at *at: up to the first character of `stops`, blanks around it left out; or all between two backquotes. Moves past
 * it. The length is 0 where there is none. False when a backquote is not closed. */
bool hc_token_name(const char **at, const char *stops, hc_token *name);

bool hc_token_is(hc_token token, const char *text);

#endif
