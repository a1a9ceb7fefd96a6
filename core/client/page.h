/* SPDX-License-Identifier: BSD-2-Clause
 *
 * page.h -- a report as one HTML file that needs nothing else.
 */
#ifndef CLIENT_PAGE_H
#define CLIENT_PAGE_H

#include "base/text.h"

#include <jansson.h>

/* The whole document, from what `report --json` says. Members that are
 * absent, or of another type, are left out of the page. */
void page(struct text *, const json_t *report);

#endif
