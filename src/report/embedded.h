/* Files of this folder that are in the program as they stand; `make` writes them as arrays, ended by a zero byte. */
#ifndef HC_REPORT_EMBEDDED_H
#define HC_REPORT_EMBEDDED_H

extern const char hc_embedded_page_html[], hc_embedded_page_css[], hc_embedded_page_js[];

#endif
