/* SPDX-License-Identifier: BSD-2-Clause
 *
 * nagios.c -- the output of a monitoring plugin: TEXT|PERFDATA.
 *
 *      'label'=value[UOM];[warn];[crit];[min];[max] ...
 *
 * A label with blanks or `=` stands in quotes, a quote in it is doubled. What
 * stands after the first entry may be on the same line, and after a `|` on a
 * later one. Only labels and values are read: the thresholds that a plugin
 * prints are not the ones that it judges by. Real ones leave blanks in odd
 * places and print `U` for what they couldn't measure. Pure.
 */
#include "lib/nagios.h"

#include <string.h>

#include "lib/number.h"

void
nagios_text(const char *output, const char **ret, size_t *ret_len)
{
	size_t len = strcspn(output, "|\n");

	while (len > 0 && (output[len - 1] == ' ' || output[len - 1] == '\t' ||
	    output[len - 1] == '\r'))
		len--;
	*ret = output;
	*ret_len = len;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct entry {
	const char *label;      /* as written, with doubled quotes */
	size_t label_len;
	bool quoted;
	const char *value;
	size_t value_len;
};

/* From `'` to the closing one; the length with both, 0 if there is none. */
static size_t
quoted_length(const char *s)
{
	size_t i;

	for (i = 1; s[i]; i++) {
		if (s[i] != '\'')
			continue;
		if (s[i + 1] != '\'')
			return i + 1;
		i++;
	}
	return 0;
}

/* Reads an entry at *s and advances. False: there is no further one. */
static bool
next_entry(const char **s, struct entry *ret)
{
	const char *p = *s;
	size_t n;

	while (is_blank(*p))
		p++;
	n = *p == '\'' ? quoted_length(p) : strcspn(p, "= \t\r\n");
	if (n == 0 || p[n] != '=')
		return false;
	ret->quoted = *p == '\'';
	ret->label = p + ret->quoted;
	ret->label_len = n - 2 * (size_t)ret->quoted;
	p += n + 1;
	ret->value = p;
	ret->value_len = strspn(p, "+-.0123456789eE");
	/* an exponent's e, but not the one of a unit */
	while (ret->value_len > 0 && strchr("eE", p[ret->value_len - 1]))
		ret->value_len--;
	p += strcspn(p, " \t\r\n");
	*s = p;
	return true;
}

static bool
is_label(const struct entry *e, const char *label)
{
	size_t i, k = 0;

	for (i = 0; i < e->label_len; i++, k++) {
		if (e->quoted && e->label[i] == '\'')
			i++;
		if (label[k] != e->label[i])
			return false;
	}
	return label[k] == '\0';
}

/* The perfdata of the first line, then, after a second `|`, the rest. */
static const char *
next_part(const char *s)
{
	s = strchr(s, '|');
	return s ? s + 1 : NULL;
}

enum nagios_found
nagios_value(const char *output, const char *label, double *ret)
{
	const char *part = next_part(output), *s;
	struct entry e;

	for (; part; part = next_part(part))
		for (s = part; next_entry(&s, &e);) {
			if (label && !is_label(&e, label))
				continue;
			return number_parse(e.value, e.value_len, ret) ?
			    NAGIOS_FOUND : NAGIOS_NO_NUMBER;
		}
	return NAGIOS_ABSENT;
}
