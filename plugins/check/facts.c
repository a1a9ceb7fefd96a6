/* SPDX-License-Identifier: BSD-2-Clause
 *
 * facts.c -- check `facts`: observations that were recorded, from a CSV file.
 *
 *      date,value,expected,missing,arrived_at
 *      2026-01-15,1,9,20260115_G2;20260115_G3,2026-01-16T07:00:00Z
 *
 * The first record names the columns, in any order; others than these are
 * ignored, and all but date and value may be left out. A row counts from its
 * arrived_at on (without one: always); of those that count for the date, the
 * one that arrived last is the observation. For demonstrations, tests, and
 * numbers that people keep by hand.
 *
 * No row is not the same as zero: option `absent` says which it is here. A
 * row without a value, or one that can't be read, is "could not tell", with
 * its line.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "lib/csv.h"
#include "lib/instant.h"
#include "lib/number.h"
#include "lib/template.h"

enum { FILE_MOST = 64 * 1024 * 1024 };

enum { DATE, VALUE, EXPECTED, MISSING, ARRIVED_AT, COLUMNS };

static const char *const names[COLUMNS] = { "date", "value", "expected",
	"missing", "arrived_at" };

/* The observation so far. */
struct fact {
	bool found;
	int line;
	int64_t arrived_at;
	bool has_value, has_expected;
	double value, expected;
	char *missing;          /* owned; NULL: none */
};

static void
fact_free(struct fact *f)
{
	free(f->missing);
}

static bool
read_file(const char *path, struct buf *b, struct buf *why)
{
	int fd CLEANUP_CLOSE = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char bytes[65536];
	struct stat st;
	ssize_t n = 0;

	if (fd < 0 || fstat(fd, &st) < 0) {
		buf_addf(why, "%s: %s", path, strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_MOST) {
		buf_addf(why, "%s: %s", path, S_ISREG(st.st_mode) ?
		    "is longer than 64 MiB" : "is not a regular file");
		return false;
	}
	while ((n = read(fd, bytes, sizeof bytes)) > 0 ||
	    (n < 0 && errno == EINTR))
		if (n > 0)
			buf_addn(b, bytes, (size_t)n);
	if (n == 0 && b->len > 0 && memchr(b->s, '\0', b->len) == NULL)
		return true;
	buf_addf(why, "%s: %s", path, n < 0 ? strerror(errno) :
	    b->len == 0 ? "is empty" : "holds NUL bytes");
	return false;
}

static bool
read_header(struct csv *csv, int columns[COLUMNS], struct buf *why)
{
	int i;

	if (csv_next(csv) != CSV_RECORD) {
		buf_add(why, "the header can't be read");
		return false;
	}
	for (i = 0; i < COLUMNS; i++)
		columns[i] = csv_find(csv, names[i]);
	if (columns[DATE] >= 0 && columns[VALUE] >= 0)
		return true;
	buf_add(why, "the header names no column 'date' or none 'value'");
	return false;
}

/* "" where the column or the field isn't there. */
static const char *
field(const struct csv *csv, const int columns[COLUMNS], int which)
{
	int i = columns[which];

	return i >= 0 && i < csv->n ? csv->fields[i] : "";
}

static bool
read_number(const char *s, const char *what, bool *ret_has, double *ret,
    struct buf *why)
{
	*ret_has = *s != '\0';
	if (!*ret_has || number_parse(s, strlen(s), ret))
		return true;
	buf_addf(why, "%s '", what);
	buf_add_line(why, s, strlen(s), 60);
	buf_add(why, "' is no number");
	return false;
}

/* A row of the date; kept when it counts and is newer than what we have. */
static bool
consider(const struct call *c, const struct csv *csv,
    const int columns[COLUMNS], struct fact *f, struct buf *why)
{
	const char *arrived = field(csv, columns, ARRIVED_AT);
	const char *missing = field(csv, columns, MISSING);
	int64_t at = INT64_MIN;

	if (*arrived && !instant_read(arrived, &at)) {
		buf_addf(why, "arrived_at '");
		buf_add_line(why, arrived, strlen(arrived), 60);
		buf_add(why, "' is no instant, such as 2026-01-16T07:00:00Z");
		return false;
	}
	if (at > c->host->now(c->ctx) || (f->found && at < f->arrived_at))
		return true;
	free(f->missing);
	*f = (struct fact){ .found = true, .line = csv->line,
		.arrived_at = at,
		.missing = *missing ? mem_copy(missing) : NULL };
	return read_number(field(csv, columns, VALUE), "value",
	    &f->has_value, &f->value, why) &&
	    read_number(field(csv, columns, EXPECTED), "expected",
	    &f->has_expected, &f->expected, why);
}

static bool
find_fact(const struct call *c, struct csv *csv, struct fact *f,
    struct buf *why)
{
	const char *date = c->host->param(c->ctx, "date");
	int columns[COLUMNS];
	enum csv_result r;

	if (!read_header(csv, columns, why))
		return false;
	while ((r = csv_next(csv)) == CSV_RECORD)
		if (strcmp(field(csv, columns, DATE), date) == 0 &&
		    !consider(c, csv, columns, f, why))
			return false;
	if (r == CSV_END)
		return true;
	buf_add(why, r == CSV_TOO_MANY ? "too many fields" :
	    "a quote isn't closed, or something follows it");
	return false;
}

static void
tell_missing(const struct call *c, char *list)
{
	char *save, *item;

	for (item = strtok_r(list, ";", &save); item;
	    item = strtok_r(NULL, ";", &save))
		c->host->missing(c->ctx, item);
}

static int32_t
tell(const struct call *c, struct fact *f, const char *path)
{
	const char *absent = option_or(c->host, c->ctx, "absent", "unknown");
	const char *date = c->host->param(c->ctx, "date");
	struct buf b CLEANUP_BUF = { 0 };

	if (!f->found && strcmp(absent, "zero") == 0) {
		c->host->value(c->ctx, 0);
		return GW_OK;
	}
	if (!f->has_value) {
		if (f->found)
			buf_addf(&b, "%s:%d: no value for %s", path, f->line,
			    date);
		else
			buf_addf(&b, "%s: nothing is recorded for %s yet",
			    path, date);
		return call_unknown(c, &b);
	}
	c->host->value(c->ctx, f->value);
	if (f->has_expected)
		c->host->expected(c->ctx, f->expected);
	if (f->missing)
		tell_missing(c, f->missing);
	buf_addf(&b, "%s:%d", path, f->line);
	c->host->evidence(c->ctx, "record", buf_str(&b));
	return GW_OK;
}

static int32_t
facts_call(struct gw_ctx *ctx, void *self)
{
	struct call c = call_begin(self, ctx);
	const char *path = c.host->text(ctx, "path");
	struct buf text CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	struct buf place CLEANUP_BUF = { 0 };
	struct fact fact CLEANUP(fact_free) = { 0 };
	struct csv csv CLEANUP(csv_free) = { 0 };

	if (!read_file(path, &text, &why))
		return call_unknown(&c, &why);
	csv.rest = text.s;
	if (!find_fact(&c, &csv, &fact, &why)) {
		buf_addf(&place, "%s:%d: %s", path, csv.line, buf_str(&why));
		return call_unknown(&c, &place);
	}
	return tell(&c, &fact, path);
}

static int32_t
facts_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };

	if (*option_or(host, ctx, "path", "") != '/') {
		buf_add(&why, "path: expected an absolute path");
		return open_failed(host, ctx, &why);
	}
	*ret_self = (void *)(uintptr_t)host;
	return GW_OK;
}

static const char *const absences[] = { "unknown", "zero", NULL };

static const struct gw_option options[] = {
	{ .name = "path", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the CSV file, absolute" },
	{ .name = "absent", .type = GW_T_ENUM, .choices = absences,
	  .fallback = "\"unknown\"",
	  .help = "what it means that nothing is recorded for a date" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "facts", .version = "1",
	.summary = "observations that were recorded, from a CSV file",
	.options = options, .open = facts_open, .call = facts_call
);
