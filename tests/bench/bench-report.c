/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bench-report.c -- a report over a million events, against reading them.
 *
 * An export of a year is written: a million events, nine in ten of them
 * measurements. One side reads its lines and parses them, and no more; the
 * other also folds them and makes the report of a month from them. The two
 * take turns. Usage: bench-report DIR
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "report/report.h"
#include "timing.h"

enum { EVENTS = 1000000, DATES = 365, PHASES = 6, CHECKS = 20, ROUNDS = 1 };

#define DAY_MS 86400000LL
#define BEGIN_MS 1767225600000LL        /* 2026-01-01 */

static const char *const phase_names[PHASES] = { "raw", "analytics",
	"precompute", "predict", "publish", "grade" };

/*-------------------------------------------------------------- the journal */

static void
put_check(FILE *f, int i, const char *date, int64_t at)
{
	(void)fprintf(f, "{\"seq\":%d,\"at\":%lld,\"kind\":\"check\","
	    "\"pipeline\":\"nba\",\"date\":\"%s\",\"subject\":\"c%d\","
	    "\"key\":\"check/nba/%s/c%d\",\"data\":{\"raw\":\"%s\","
	    "\"measured\":true,\"value\":%d.0,\"expected\":100.0,"
	    "\"missing\":%d,\"extra\":0,\"changed_at\":%lld,\"in_row\":1,"
	    "\"fault\":false},\"chain\":\"0123456789abcdef\"}\n", i + 1,
	    (long long)at, date, i % CHECKS, date, i % CHECKS,
	    i % 3 ? "pass" : "fail", i % 101, 100 - i % 101, (long long)at);
}

static void
put_phase(FILE *f, int i, const char *date, int64_t at)
{
	(void)fprintf(f, "{\"seq\":%d,\"at\":%lld,\"kind\":\"phase\","
	    "\"pipeline\":\"nba\",\"date\":\"%s\",\"subject\":\"%s\","
	    "\"key\":\"phase/nba/%s/%s\",\"data\":{\"state\":\"%s\","
	    "\"marks\":[],\"done_at\":%lld,\"ended_at\":null},"
	    "\"chain\":\"0123456789abcdef\"}\n", i + 1, (long long)at, date,
	    phase_names[i % PHASES], date, phase_names[i % PHASES],
	    i % 4 ? "done" : "pending", (long long)at);
}

/* Incidents last for ten of their rows. */
static void
put_incident(FILE *f, int i, const char *date, int64_t at)
{
	int number = i / 1000 + 1;

	(void)fprintf(f, "{\"seq\":%d,\"at\":%lld,\"kind\":\"incident\","
	    "\"pipeline\":\"nba\",\"date\":\"%s\",\"subject\":\"grade\","
	    "\"key\":\"incident/%d\",\"data\":{\"number\":%d,\"kind\":"
	    "\"phase\",\"root\":\"%s\",\"open\":%s,\"gave_up\":false,"
	    "\"clearing\":%s,\"severity\":\"warning\",\"told_count\":1,"
	    "\"opened_at\":%lld,\"closed_at\":%s,\"clear_since\":%s},"
	    "\"chain\":\"0123456789abcdef\"}\n", i + 1, (long long)at, date,
	    number, number, phase_names[number % PHASES],
	    i % 1000 < 900 ? "true" : "false", i % 1000 < 900 ? "false" :
	    "true", (long long)at, i % 1000 < 900 ? "null" : "1767225600000",
	    i % 1000 < 900 ? "null" : "1767225600000");
}

static void
put_attempt(FILE *f, int i, const char *date, int64_t at)
{
	(void)fprintf(f, "{\"seq\":%d,\"at\":%lld,\"kind\":\"attempt\","
	    "\"pipeline\":\"nba\",\"date\":\"%s\",\"subject\":\"fix\","
	    "\"key\":\"attempt/%d\",\"data\":{\"id\":%d,\"recovery\":\"fix\","
	    "\"phase\":null,\"state\":\"closed\",\"outcome\":\"recovered\","
	    "\"intent_at\":%lld,\"ended_at\":%lld,\"closed_at\":%lld,"
	    "\"by_person\":false,\"actor\":\"\"},"
	    "\"chain\":\"0123456789abcdef\"}\n", i + 1, (long long)at, date,
	    i / 100 + 1, i / 100 + 1, (long long)at, (long long)at,
	    (long long)at);
}

static void
write_journal(FILE *f)
{
	int i;

	(void)fprintf(f, "{\"export\":\"gatewarden journal\",\"format\":1}\n");
	for (i = 0; i < EVENTS; i++) {
		int64_t at = BEGIN_MS + DATES * DAY_MS / EVENTS * i;
		char date[DATE_TEXT];

		(void)date_text((struct date){ (int32_t)(at / DAY_MS) }, date);
		if (i % 100 < 90)
			put_check(f, i, date, at);
		else if (i % 100 < 98)
			put_phase(f, i, date, at);
		else if (i % 100 < 99)
			put_incident(f, i, date, at);
		else
			put_attempt(f, i, date, at);
	}
}

/*--------------------------------------------------------- the configuration */

static void
fill_conf(struct conf *c, struct pipeline_def *p, struct phase_def *phases,
    struct check_def *checks, struct recovery_def *rec)
{
	static char names[CHECKS][8];
	static const int32_t repairs[] = { 0 };
	int i;

	*p = (struct pipeline_def){ .name = "nba", .zone_name = "UTC",
		.calendar = NONE, .n_phases = PHASES };
	zone_utc(&p->zone);
	for (i = 0; i < PHASES; i++)
		phases[i] = (struct phase_def){ .name = phase_names[i],
			.done_kind = DONE_CHECKS, .done_checks = repairs,
			.n_done_checks = 1, .start = NONE,
			.due = { .kind = DUE_WALL, .days = 1,
			    .time_s = 3600 * (6 + i) } };
	for (i = 0; i < CHECKS; i++) {
		(void)snprintf(names[i], sizeof names[i], "c%d", i);
		checks[i] = (struct check_def){ .name = names[i] };
	}
	*rec = (struct recovery_def){ .name = "fix", .repairs = repairs,
		.n_repairs = 1 };
	*c = (struct conf){ .graph = { .pipelines = p, .phases = phases,
		.checks = checks, .recoveries = rec, .n_pipelines = 1,
		.n_phases = PHASES, .n_checks = CHECKS,
		.n_recoveries = 1 } };
}

/*----------------------------------------------------------------- measuring */

static double
read_all(FILE *f, struct report *r)
{
	CLEANUP_FREE char *line = NULL;
	double t = seconds();
	size_t cap = 0;
	ssize_t n;

	rewind(f);
	while ((n = getline(&line, &cap, f)) > 0) {
		CLEANUP_JSON json_t *j = json_loadb(line, (size_t)n, 0, NULL);

		assert(j);
		if (r)
			(void)report_line(r, j);
	}
	return seconds() - t;
}

static double
make_month(struct report *r)
{
	struct report_query q = report_period(0, PERIOD_MONTH,
	    (struct date){ (int32_t)((BEGIN_MS + 350 * DAY_MS) / DAY_MS) });
	double t = seconds();
	json_t *j = report_make(r, &q);

	t = seconds() - t;
	json_decref(j);
	return t;
}

int
main(int argc, char *argv[])
{
	struct pipeline_def p;
	struct phase_def phases[PHASES];
	struct check_def checks[CHECKS];
	struct recovery_def rec;
	double parse = 0, fold = 0, make = 0;
	struct conf conf;
	char path[4096];
	FILE *f;
	int i;

	assert(argc == 2);
	(void)argc;
	(void)snprintf(path, sizeof path, "%s/million.jsonl", argv[1]);
	f = fopen(path, "w+");
	assert(f);
	write_journal(f);
	fill_conf(&conf, &p, phases, checks, &rec);
	for (i = 0; i < ROUNDS; i++) {
		struct report *r = report_new(&conf, INSTANT_NONE);

		parse += read_all(f, NULL);
		fold += read_all(f, r);
		report_end(r);
		make += make_month(r);
		report_free(r);
	}
	(void)fclose(f);
	(void)remove(path);
	figure("a million events read", parse / ROUNDS, "s");
	figure("a million events folded", fold / ROUNDS, "s");
	figure("report of a month, of a million events", make / ROUNDS * 1000, "ms");
	return 0;
}
