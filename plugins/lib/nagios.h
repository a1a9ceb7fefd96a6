/* SPDX-License-Identifier: BSD-2-Clause
 *
 * nagios.h -- the output of a monitoring plugin: TEXT|PERFDATA. Pure.
 */
#ifndef PLUGIN_LIB_NAGIOS_H
#define PLUGIN_LIB_NAGIOS_H

#include <stdbool.h>
#include <stddef.h>

/* The first line's text, without perfdata and trailing blanks. Borrowed. */
void nagios_text(const char *output, const char **ret, size_t *ret_len);

enum nagios_found { NAGIOS_FOUND, NAGIOS_ABSENT, NAGIOS_NO_NUMBER };

/* The value of the first entry (label NULL), or of the one with the label.
 * NAGIOS_NO_NUMBER: it is there as `U` or is no number. */
enum nagios_found nagios_value(const char *output, const char *label,
    double *ret);

#endif
