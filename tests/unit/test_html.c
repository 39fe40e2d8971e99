/* The writer of HTML: nothing that it is given can be anything but text. */
#include "report/html.h"
#include "support.h"

static void check(hc_html *html, const char *expected) {
  char *text = hc_buffer_finish(&html->out);
  assert_non_null(text);
  assert_string_equal(text, expected);
  free(text);
  *html = (hc_html){0};
}

static void test_text(void **state) {
  (void)state;
  hc_html html = {0};
  hc_html_text(&html, "<script>alert(\"a\" & 'b')</script>");
  check(&html, "&lt;script&gt;alert(&quot;a&quot; &amp; &#39;b&#39;)&lt;/script&gt;");
  hc_html_print(&html, "%s of %d", "<b>", 3);
  check(&html, "&lt;b&gt; of 3");
  hc_html_element(&html, "td", "n", "1 < 2");
  check(&html, "<td class=\"n\">1 &lt; 2</td>");
  hc_html_name(&html, "\xD7\xA9\xD7\x9C");
  check(&html, "<bdi>\xD7\xA9\xD7\x9C</bdi>");
}

static void test_attributes(void **state) {
  (void)state;
  hc_html html = {0};
  hc_html_open(&html, "a");
  hc_html_attribute(&html, "title", "\" onclick=\"x\n'>");
  hc_html_attributef(&html, "id", "%s-%d", "<", 1);
  hc_html_text(&html, "x");
  hc_html_close(&html);
  check(&html, "<a title=\"&quot; onclick=&quot;x\n&#39;&gt;\" id=\"&lt;-1\">x</a>");
}

/* Overlong forms, surrogates, what is beyond Unicode, lone bytes, control characters and non-characters. */
static void test_bytes(void **state) {
  (void)state;
  hc_html html = {0};
#define BAD "\xEF\xBF\xBD"
  hc_html_text(&html, "\xC0\xBC");
  check(&html, BAD BAD);
  hc_html_text(&html, "\xED\xA0\x80|\xF4\x90\x80\x80|\xFF|\xE2\x82");
  check(&html, BAD BAD BAD "|" BAD BAD BAD BAD "|" BAD "|" BAD BAD);
  hc_html_text(&html, "a\x01"
                      "b\x7F\tc\xC2\x85\xEF\xBF\xBF");
  check(&html, "a" BAD "b" BAD "\tc" BAD BAD);
  hc_html_text(&html, "\xF0\x9F\x91\xB7 \xE2\x82\xAC");
  check(&html, "\xF0\x9F\x91\xB7 \xE2\x82\xAC");
}

static void test_script(void **state) {
  (void)state;
  hc_html html = {0};
  hc_html_json(&html, "{\"a\": \"</script><!--&\"}");
  check(&html, "{\"a\": \"\\u003c/script\\u003e\\u003c!--\\u0026\"}");
  hc_html_script(&html, "a = '</SCRIPT>' + '<!--' + (1 < 2)");
  check(&html, "a = '<\\/SCRIPT>' + '<\\!--' + (1 < 2)");
}

static void test_depth(void **state) {
  (void)state;
  hc_html html = {0};
  for (int i = 0; i < HC_HTML_DEPTH + 1; i++) hc_html_open(&html, "div");
  for (int i = 0; i < HC_HTML_DEPTH + 1; i++) hc_html_close(&html);
  assert_null(hc_buffer_finish(&html.out));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text),   cmocka_unit_test(test_attributes), cmocka_unit_test(test_bytes),
      cmocka_unit_test(test_script), cmocka_unit_test(test_depth),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
