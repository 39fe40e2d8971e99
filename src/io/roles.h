/* Roles of columns: from what the user states to a layout, and from a layout back to the options that state it. */
#ifndef HC_IO_ROLES_H
#define HC_IO_ROLES_H

#include "io/reader.h"

/* Whether any role of a column is stated. */
bool hc_roles_stated(const hc_roles *roles);

/* The layout that the stated roles make. HC_EUSAGE for a column that the file does not have, a role that the shape does
 * not have, or roles that do not make one. */
hc_status hc_roles_lay_out(hc_reader *reader, hc_error *err);

/* The options that state a layout, quoted for a shell: "--lists A,B --count n"; columns by place (#1,#2) where their names are
 * too long for the text, so that it is never cut. "" where the shape's own headings say
 * it all (pairs, occasions as totals, tables). */
void hc_roles_text(const hc_reader *reader, const hc_layout *layout, char *text, size_t size);

/* The columns of --by, into the layout. HC_EUSAGE for one that the file does not have, or that has a role already. */
hc_status hc_roles_take_by(const hc_reader *reader, hc_layout *layout, hc_error *err);

#endif
