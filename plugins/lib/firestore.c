/* SPDX-License-Identifier: BSD-2-Clause
 *
 * firestore.c -- documents of Firestore and the values in them.
 *
 * A document is read by batchGet, although it is one: a plain GET answers 404
 * both for a document and for a database that doesn't exist, and only one of
 * these says that nothing has been recorded.
 *
 * A value is an object with one member, which names its type: integerValue is
 * text, mapValue has its members in `fields`, arrayValue in `values`, and
 * both leave them out when they are empty.
 */
#include "lib/firestore.h"

#include <math.h>

#include "lib/number.h"

/* The document of an answer; NULL: the other kind, or nothing of both. */
static json_t *
find_answer(const json_t *answers, const char *name, bool *missing)
{
	const json_t *one;
	size_t i;

	*missing = false;
	json_array_foreach(answers, i, one) {
		json_t *found = json_object_get(one, "found");

		if (strcmp(google_text(found, "name", ""), name) == 0)
			return json_incref(found);
		if (strcmp(google_text(one, "missing", ""), name) == 0)
			*missing = true;
	}
	return NULL;
}

static void
full_name(const struct cloud *k, const char *database, const char *path,
    struct buf *name)
{
	buf_addf(name, "projects/%s/databases/%s/documents", k->project,
	    database);
	if (path)
		buf_addf(name, "/%s", path);
}

static json_t *
ask(const struct call *c, struct cloud *k, const char *database,
    const char *name, struct buf *why)
{
	json_t *body CLEANUP_GOOGLE_JSON = json_pack("{s:[s]}", "documents",
	    name);
	struct buf path CLEANUP_BUF = { 0 };
	struct buf text CLEANUP_BUF = { 0 };
	struct google_error error;
	json_t *answers;

	if (body == NULL) {
		buf_add(why, "its name is not UTF-8");
		return NULL;
	}
	path_add(&path, "/v1/projects/", k->project);
	path_add(&path, "/databases/", database);
	buf_add(&path, "/documents:batchGet");
	if (!google_bytes(c, k->google, "POST", buf_str(&path), body, &text,
	    &error, why))
		return NULL;
	answers = json_loadb(buf_str(&text), text.len, 0, NULL);
	if (json_is_array(answers))
		return answers;
	json_decref(answers);
	buf_add(why, "the answer is no list of documents");
	return NULL;
}

json_t *
firestore_get(const struct call *c, struct cloud *k, const char *database,
    const char *path, struct buf *why)
{
	struct buf name CLEANUP_BUF = { 0 };
	struct buf reason CLEANUP_BUF = { 0 };
	json_t *answers CLEANUP_GOOGLE_JSON = NULL, *found = NULL;
	bool missing = false;

	full_name(k, database, path, &name);
	answers = ask(c, k, database, buf_str(&name), &reason);
	if (answers)
		found = find_answer(answers, buf_str(&name), &missing);
	if (found == NULL && !missing)
		buf_addf(why, "%s: %s", path, reason.len ? buf_str(&reason) :
		    "the answer says nothing of it");
	return found;
}

/*------------------------------------------------------------------- values */

bool
firestore_is_map(const json_t *value)
{
	return json_is_object(json_object_get(value, "mapValue"));
}

bool
firestore_is_array(const json_t *value)
{
	return json_is_object(json_object_get(value, "arrayValue"));
}

const json_t *
firestore_fields(const json_t *value)
{
	return json_object_get(json_object_get(value, "mapValue"), "fields");
}

const json_t *
firestore_values(const json_t *value)
{
	return json_object_get(json_object_get(value, "arrayValue"),
	    "values");
}

const json_t *
firestore_at(const json_t *fields, const char *path)
{
	size_t len = strcspn(path, ".");
	char *key CLEANUP_FREE = strndup(path, len);
	const json_t *value = key ? json_object_get(fields, key) : NULL;

	if (value == NULL || path[len] == '\0')
		return value;
	return firestore_at(firestore_fields(value), path + len + 1);
}

bool
firestore_is_value(const json_t *value)
{
	static const char *const kinds[] = { "nullValue", "booleanValue",
		"integerValue", "doubleValue", "timestampValue",
		"stringValue", "bytesValue", "referenceValue",
		"geoPointValue", "mapValue", "arrayValue" };
	const json_t *truth = json_object_get(value, "booleanValue");
	const json_t *fields = firestore_fields(value);
	const json_t *values = firestore_values(value);
	size_t i;

	if (json_object_size(value) != 1 ||
	    (truth && !json_is_boolean(truth)) ||
	    (fields && !json_is_object(fields)) ||
	    (values && !json_is_array(values)))
		return false;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (json_object_get(value, kinds[i]))
			return true;
	return false;
}

static size_t
count_fields(const json_t *fields)
{
	void *i = json_object_iter((json_t *)(uintptr_t)fields);
	size_t n = 0;

	for (; i; i = json_object_iter_next((json_t *)(uintptr_t)fields, i))
		n += *json_object_iter_key(i) != '_';
	return n;
}

bool
firestore_number(const json_t *value, double *ret)
{
	const json_t *number = json_object_get(value, "doubleValue");
	const json_t *truth = json_object_get(value, "booleanValue");
	int64_t integer;

	if (!firestore_is_value(value))
		return false;
	if (google_integer(value, "integerValue", &integer))
		*ret = (double)integer;
	else if (json_is_number(number))
		*ret = json_number_value(number);
	else if (json_is_boolean(truth))
		*ret = json_is_true(truth);
	else if (firestore_is_map(value))
		*ret = (double)count_fields(firestore_fields(value));
	else if (firestore_is_array(value))
		*ret = (double)json_array_size(firestore_values(value));
	else
		return false;
	return fabs(*ret) <= NUMBER_EXACT;
}

bool
firestore_text(const json_t *value, struct buf *out)
{
	static const char *const kinds[] = { "stringValue", "integerValue",
		"timestampValue", "referenceValue" };
	char number[NUMBER_TEXT];
	const json_t *truth = json_object_get(value, "booleanValue");
	const json_t *real = json_object_get(value, "doubleValue");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *s = google_text(value, kinds[i], NULL);

		if (s) {
			buf_add(out, s);
			return true;
		}
	}
	if (json_is_boolean(truth))
		buf_add(out, json_is_true(truth) ? "true" : "false");
	else if (json_is_number(real))
		buf_add(out, number_text(json_number_value(real), number));
	else
		return false;
	return true;
}

bool
firestore_is_set(const json_t *value)
{
	return json_is_object(value) &&
	    json_object_get(value, "nullValue") == NULL &&
	    !json_is_false(json_object_get(value, "booleanValue"));
}
