/* SPDX-License-Identifier: BSD-2-Clause
 *
 * log.c -- one line per event on standard error, with the prefix <N> that
 * service managers read as a priority when standard error isn't a terminal.
 *
 * What comes from outside may hold anything: each line is cleaned, so that
 * one event stays one line.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static enum log_level least = LOG_INFO;

static const char *const names[] = { "debug", "info", "warning", "error" };
static const char *const prefixes[] = { "<7>", "<6>", "<4>", "<3>" };

void
log_set_level(enum log_level level)
{
	least = level;
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	struct text line CLEANUP_TEXT = { 0 };
	char buf[4096];
	va_list ap;

	if (level < least)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	if (isatty(STDERR_FILENO))
		text_addf(&line, "%s: ", names[level]);
	else
		text_add(&line, prefixes[level]);
	text_add_clean(&line, buf, strlen(buf));
	text_add(&line, "\n");
	(void)!write(STDERR_FILENO, line.s, line.len);
}
