/* SPDX-License-Identifier: BSD-2-Clause
 *
 * measured.c -- a check's answer in the engine's terms.
 *
 * What wasn't told is NaN, -1 or absent, never zero; what is no answer was
 * not told.
 */
#include "daemon/measured.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "daemon/answers.h"

static int64_t
count_of(const json_t *answer, const char *list, const char *count)
{
	const json_t *items = json_object_get(answer, list);

	return json_int(answer, count, json_is_array(items) ?
	    (int64_t)json_array_size(items) : -1);
}

static int32_t
stated_result(const json_t *answer)
{
	const char *word = json_text(answer, "stated", NULL);
	int32_t i;

	for (i = RESULT_PASS; word && i <= RESULT_FAIL; i++)
		if (strcmp(word, result_name((enum result)i)) == 0)
			return i;
	return NONE;
}

struct measurement
measurement_read(const json_t *answer, bool fault)
{
	int64_t missing = count_of(answer, "missing", "missing_count");

	return (struct measurement){
		.told = !fault && strcmp(json_text(answer, "status", ""),
		    "ok") == 0,
		.fault = fault,
		.stated = stated_result(answer),
		.value = json_num(answer, "value", NAN),
		.expected = json_num(answer, "expected", NAN),
		.missing = missing,
		.extra = count_of(answer, "extra", "extra_count"),
		.items_hash = items_hash(json_object_get(answer, "missing"),
		    missing),
		.anchor = json_int(answer, "anchor", INSTANT_NONE),
	};
}
