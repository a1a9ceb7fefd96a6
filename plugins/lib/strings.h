/* SPDX-License-Identifier: BSD-2-Clause
 *
 * strings.h -- NULL-terminated lists of strings, owned.
 */
#ifndef PLUGIN_LIB_STRINGS_H
#define PLUGIN_LIB_STRINGS_H

#include "lib/mem.h"

/* Grows a list (NULL: empty) by a copy. *n is its length. */
static inline void
strings_add(char ***list, size_t *n, const char *s)
{
	*list = mem_grow(*list, *n + 2, sizeof **list);
	(*list)[(*n)++] = mem_copy(s);
	(*list)[*n] = NULL;
}

static inline void
strings_free(char **list)
{
	size_t i;

	for (i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

static inline void
cleanup_strings(char ***list)
{
	strings_free(*list);
}

#define CLEANUP_STRINGS CLEANUP(cleanup_strings)

#endif
