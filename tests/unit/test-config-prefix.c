/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-config-prefix.c -- files that were cut off, or damaged.
 *
 * Every prefix of the nba sample, the same with its brackets closed (so that
 * it parses, and half an object meets the later stages), and copies with
 * random damage are loaded. Whatever comes of it: no
 * crash, no leak, and either a configuration or at least one finding, each
 * with a sentence. GATEWARDEN_SEED repeats a run.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"
#include "config-help.h"

enum { FILE_MOST = 1 << 20, DAMAGED = 1500 };

static void
load_whatever(const char *path)
{
	CLEANUP_DIAG struct diag d;
	struct conf *c;
	size_t i;

	diag_init(&d);
	c = conf_load_resolved(path, &fake_finder, &d);
	if ((c == NULL) != (d.errors > 0))
		fail_msg("%s: %s with %zu errors", path, c ? "loads" :
		    "does not load", d.errors);
	for (i = 0; i < d.n; i++)
		assert_true(d.v[i].sentence[0] != '\0');
	conf_free(c);
}

/* The whole sample in one text, as people might keep it. */
static char *
sample(struct dirent **v, int n, const char *dir, size_t *ret_len)
{
	struct text t = { 0 };
	int i;

	for (i = 0; i < n; i++) {
		char *bytes CLEANUP_FREE = NULL;
		char path[512];
		size_t len;

		if (strstr(v[i]->d_name, ".conf") == NULL)
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", dir,
		    v[i]->d_name);
		assert_int_equal(file_read(path, FILE_MOST, &bytes, &len), 0);
		text_addn(&t, bytes, len);
	}
	*ret_len = t.len;
	return text_take(&t);
}

static char *
read_sample(size_t *ret_len)
{
	char *dir CLEANUP_FREE = source_path("conf.d/nba");
	struct dirent **v;
	int n = scandir(dir, &v, NULL, alphasort), i;
	char *text;

	assert_true(n > 0);
	text = sample(v, n, dir, ret_len);
	for (i = 0; i < n; i++)
		free(v[i]);
	free(v);
	return text;
}

static void
put(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void
test_every_prefix(void **state)
{
	const char *dir = dir_make();
	char *text CLEANUP_FREE = NULL;
	char path[128];
	size_t len, i;

	(void)state;
	text = read_sample(&len);
	(void)snprintf(path, sizeof path, "%s/a.conf", dir);
	for (i = 0; i < len; i++) {
		put(path, text, i);
		load_whatever(path);
	}
	dir_remove(dir);
}

/* The brackets that are open, and whether a value could end here. */
struct open {
	char closers[64];
	size_t n;
	bool string, comment;
};

static void
follow(struct open *o, char c)
{
	const char *open = "({[", *p;

	if (o->comment) {
		o->comment = c != '\n';
	} else if (o->string) {
		o->string = c != '"';
	} else if (c == '"') {
		o->string = true;
	} else if (c == '#') {
		o->comment = true;
	} else if ((p = strchr(open, c)) != NULL && c != '\0') {
		assert_true(o->n < sizeof o->closers);
		o->closers[o->n++] = ")}]"[p - open];
	} else if (o->n > 0 && c == o->closers[o->n - 1]) {
		o->n--;
	}
}

static void
put_closed(const char *path, const char *bytes, size_t len,
    const struct open *o)
{
	FILE *f = fopen(path, "w");
	size_t i;

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	for (i = o->n; i-- > 0;)
		(void)fputc(o->closers[i], f);
	assert_int_equal(fclose(f), 0);
}

static void
test_every_prefix_closed(void **state)
{
	const char *dir = dir_make();
	char *text CLEANUP_FREE = NULL;
	struct open o = { .n = 0 };
	char path[128];
	size_t len, i;

	(void)state;
	text = read_sample(&len);
	(void)snprintf(path, sizeof path, "%s/a.conf", dir);
	for (i = 0; i < len; i++) {
		if (!o.string && !o.comment) {
			put_closed(path, text, i, &o);
			load_whatever(path);
		}
		follow(&o, text[i]);
	}
	dir_remove(dir);
}

static uint64_t
next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* A few places changed: to a byte that means something, or to a copy of
 * what stands elsewhere, or taken away. */
static size_t
damage(char *s, size_t len, uint64_t *x)
{
	static const char bytes[] = "(){}[]\"=;:,#/*\\ \n@.-+019eLx%\x01\xff";
	uint64_t times = 1 + next_random(x) % 4;

	while (times-- > 0) {
		size_t at = next_random(x) % len, n, from;

		switch (next_random(x) % 3) {
		case 0:
			s[at] = bytes[next_random(x) % (sizeof bytes - 1)];
			break;
		case 1:
			from = next_random(x) % len;
			n = next_random(x) % 40;
			if (at + n < len && from + n < len)
				memmove(s + at, s + from, n);
			break;
		default:
			n = next_random(x) % 40;
			if (at + n < len) {
				memmove(s + at, s + at + n, len - at - n);
				len -= n;
			}
			break;
		}
	}
	return len;
}

static void
test_damaged(void **state)
{
	const char *dir = dir_make(), *seed = getenv("GATEWARDEN_SEED");
	uint64_t x = seed ? strtoull(seed, NULL, 10) : 20260116;
	char *text CLEANUP_FREE = NULL;
	char path[128];
	size_t len;
	int i;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)x);
	text = read_sample(&len);
	(void)snprintf(path, sizeof path, "%s/a.conf", dir);
	for (i = 0; i < DAMAGED; i++) {
		char *copy CLEANUP_FREE = malloc(len);

		assert_non_null(copy);
		memcpy(copy, text, len);
		put(path, copy, damage(copy, len, &x));
		load_whatever(path);
	}
	dir_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_prefix),
		cmocka_unit_test(test_every_prefix_closed),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
