/* SPDX-License-Identifier: BSD-2-Clause
 *
 * page_private.h -- shared by the page_*.c files: how data gets into HTML,
 * and the parts of the page in their order.
 */
#ifndef CLIENT_PAGE_PRIVATE_H
#define CLIENT_PAGE_PRIVATE_H

#include <stdint.h>

#include "client/page.h"

/*----------------------------------------------------------- page_html.c */

/* Text as it may stand between tags and in quoted attributes: nothing in it
 * is markup, control characters and those that turn the direction of what
 * follows are shown as \xNN and \u202e. */
void html(struct text *, const char *);
/* The same in an element of its own, so that its direction stays inside. */
void html_data(struct text *, const char *);

/* "85 %", never 100 for less; "26 h"; "4.2". The unit as in the report. */
void html_value(struct text *, double value, const char *unit);
/* "01-17 11:00". */
void html_when(struct text *, const char *instant);
/* A word with its sign and colour: "<span class=...>x missed</span>". */
void html_chip(struct text *, const char *word, const char *shown);
/* The sign of a word ("met", "late", "gold", "critical", ...), and the class
 * of its colour: good, warn, bad, info, mute, gold, silver or bronze. */
const char *html_sign(const char *word, const char **ret_class);

/* A table whose rows become cards on a narrow screen; headings end with
 * NULL. The cells name theirs. */
void html_table(struct text *, const char *caption,
    const char *const *headings);
void html_cell(struct text *, const char *heading);
void html_cell_end(struct text *);
void html_table_end(struct text *);

void html_section(struct text *, const char *id, const char *heading,
    const char *lead);

/*------------------------------------------------------------- the parts */

extern const char *const page_style[];                  /* page_style.c */
void page_dates(struct text *, const json_t *report);   /* page_dates.c */
void page_targets(struct text *, const json_t *report); /* page_numbers.c */
void page_numbers(struct text *, const json_t *report);
void page_coverage(struct text *, const json_t *report); /* page_plots.c */
void page_durations(struct text *, const json_t *report);
void page_incidents(struct text *, const json_t *report); /* page_lists.c */
void page_recoveries(struct text *, const json_t *report);
void page_rest(struct text *, const json_t *report);
void page_notes(struct text *, const json_t *report);

#endif
