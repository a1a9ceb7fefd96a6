/* SPDX-License-Identifier: BSD-2-Clause
 *
 * answers.c -- the last words of checks, gates and attempts, by name.
 *
 * The engine sees numbers, counts and a hash; texts (missing items, remarks,
 * evidence, reasons) stay here and beside the rows in the journal, from
 * which a restart fills this again. Keyed by names and dates, so that a
 * reload leaves everything in its place.
 *
 * It judges nothing and doesn't know when an answer is out of date: that is
 * what the engine's row says.
 */
#include "daemon/answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

enum { ID_TEXT = 24 };

static json_t *
object(void)
{
	json_t *j = json_object();

	if (j == NULL)
		abort();
	return j;
}

void
answers_init(struct answers *a)
{
	a->checks = object();
	a->gates = object();
	a->attempts = object();
}

void
answers_free(struct answers *a)
{
	json_decref(a->checks);
	json_decref(a->gates);
	json_decref(a->attempts);
	json_decref(a->permit);
}

static const char *
key_of(struct text *t, const char *name, struct date date)
{
	char buf[DATE_TEXT];

	text_addf(t, "%s %s", date_text(date, buf), name);
	return text_str(t);
}

void
answer_put(json_t *map, const char *name, struct date date, json_t *answer)
{
	CLEANUP_TEXT struct text t = { 0 };

	if (json_object_set_new(map, key_of(&t, name, date), answer) < 0)
		abort();
}

json_t *
answer_get(const json_t *map, const char *name, struct date date)
{
	CLEANUP_TEXT struct text t = { 0 };

	return json_object_get(map, key_of(&t, name, date));
}

void
answer_drop(json_t *map, const char *name, struct date date)
{
	CLEANUP_TEXT struct text t = { 0 };

	(void)json_object_del(map, key_of(&t, name, date));
}

/*--------------------------------------------------------------- attempts */

static const char *
id_text(uint64_t id, char buf[ID_TEXT])
{
	(void)snprintf(buf, ID_TEXT, "%llu", (unsigned long long)id);
	return buf;
}

json_t *
attempt_known(const struct answers *a, uint64_t id)
{
	char buf[ID_TEXT];

	return json_object_get(a->attempts, id_text(id, buf));
}

json_t *
attempt_facts(struct answers *a, uint64_t id)
{
	json_t *facts = attempt_known(a, id);
	char buf[ID_TEXT];

	if (facts)
		return facts;
	facts = object();
	if (json_object_set_new(a->attempts, id_text(id, buf), facts) < 0)
		abort();
	return facts;
}

void
attempt_forget(struct answers *a, uint64_t id)
{
	char buf[ID_TEXT];

	(void)json_object_del(a->attempts, id_text(id, buf));
}

/*------------------------------------------------------------------- items */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* FNV-1a over the text and its end. */
static uint64_t
hash_text(uint64_t h, const char *s)
{
	do {
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	} while (*s++);
	return h;
}

uint64_t
items_hash(const json_t *items, int64_t count)
{
	size_t n = json_array_size(items), k = 0, i;
	CLEANUP_FREE const char **v = NULL;
	uint64_t h = 0xcbf29ce484222325u;
	const json_t *item;

	if (n == 0 && count <= 0)
		return 0;
	v = calloc(n + 1, sizeof *v);
	if (v == NULL)
		abort();
	json_array_foreach(items, i, item)
		if (json_is_string(item))
			v[k++] = json_string_value(item);
	qsort(v, k, sizeof *v, by_text);
	for (i = 0; i < k; i++)
		h = hash_text(h, v[i]);
	h = (h ^ (uint64_t)count) * 0x100000001b3u;
	return h ? h : 1;
}
