/* A name is what stands between two operators, so that blanks inside of it need no quotes. */
#include "numeric/token.h"

#include <ctype.h>
#include <string.h>

void hc_token_skip(const char **at) {
  while (isspace((unsigned char)**at)) ++*at;
}

bool hc_token_name(const char **at, const char *stops, hc_token *name) {
  hc_token_skip(at);
  const char *begin = *at, *end;
  if (*begin == '`') {
    end = strchr(++begin, '`');
    if (!end) return false;
    *at = end + 1;
  } else {
    *at = end = begin + strcspn(begin, stops);
    while (end > begin && isspace((unsigned char)end[-1])) end--;
  }
  *name = (hc_token){begin, (size_t)(end - begin)};
  return true;
}

bool hc_token_is(hc_token token, const char *text) {
  return strlen(text) == token.length && memcmp(text, token.begin, token.length) == 0;
}
