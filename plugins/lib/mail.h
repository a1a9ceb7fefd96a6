/* SPDX-License-Identifier: BSD-2-Clause
 *
 * mail.h -- pieces of an internet message, from data of any origin.
 */
#ifndef PLUGIN_LIB_MAIL_H
#define PLUGIN_LIB_MAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"

enum { MAIL_DATE_TEXT = 40 };

/* "Subject: " and the text as one or more encoded words (RFC 2047), folded;
 * cut to `most` bytes at a character, with a marker. What isn't UTF-8
 * becomes "?", control characters blanks: no header ever ends early. */
void mail_header(struct buf *, const char *name, const char *text,
    size_t most);

/* The same without a name; `used`: bytes of its line that are taken. */
void mail_value(struct buf *, const char *text, size_t most, size_t used);

/* "Mon, 19 Jan 2026 22:45:00 +0000" (RFC 5322). */
const char *mail_date(int64_t ms, char buf[MAIL_DATE_TEXT]);

/* Is it "local@domain", of printable ASCII without blanks and brackets? */
bool mail_address(const char *);

#endif
