/* SPDX-License-Identifier: BSD-2-Clause
 *
 * secrets.c -- an instance's options with the secrets that they refer to.
 *
 * A configuration holds references; what they refer to is read for each call
 * anew, put into a copy of the options that lives as long as the call, and
 * wiped with it. What was read is also handed to the worker pool, which masks
 * it in whatever comes back.
 */
#include "daemon/secrets.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "config/conf.h"

static void
wipe(const json_t *j)
{
	const char *key;
	const json_t *v;
	size_t i;

	json_object_foreach((json_t *)j, key, v)
		wipe(v);
	json_array_foreach(j, i, v)
		wipe(v);
	if (json_is_string(j))
		explicit_bzero((char *)json_string_value(j),
		    json_string_length(j));
}

void
secrets_forget(json_t *options)
{
	if (options && options->refcount == 1)
		wipe(options);
	json_decref(options);
}

static bool
unreadable(struct secrets *k, const char *reference, const char *why)
{
	struct text t = { 0 };

	text_addf(&t, "secret '%s' %s", reference, why);
	k->why = text_take(&t);
	return false;
}

/* Puts the secret in the place of its reference. */
static bool
reveal(struct secrets *k, const json_t *place, json_t **ret)
{
	const char *reference = json_string_value(place);
	const char *why = NULL;
	char *secret = NULL;

	if (k->n == SECRETS_MAX)
		return unreadable(k, reference, "is one too many");
	if (conf_secret(reference, &secret, &why) < 0)
		return unreadable(k, reference, why ? why : "can't be read");
	*ret = json_string(secret);
	explicit_bzero(secret, strlen(secret));
	free(secret);
	if (*ret == NULL)
		return unreadable(k, reference, "is not UTF-8 text");
	k->v[k->n++] = json_string_value(*ret);
	return true;
}

static const json_t *
reference_in(const json_t *v)
{
	return json_is_object(v) && json_object_size(v) == 1 ?
	    json_object_get(v, "secret") : NULL;
}

void
secrets_each(const json_t *options, void (*each)(void *arg,
    const char *option, const char *reference), void *arg)
{
	const char *key;
	const json_t *v;
	size_t i;

	json_object_foreach((json_t *)options, key, v) {
		const json_t *place = reference_in(v);

		if (json_is_string(place))
			each(arg, key, json_string_value(place));
		else
			secrets_each(v, each, arg);
	}
	json_array_foreach(options, i, v)
		secrets_each(v, each, arg);
}

static void
count(void *arg, const char *option, const char *reference)
{
	size_t *n = arg;

	(void)option;
	(void)reference;
	(*n)++;
}

/* In place, in a copy. */
static bool
reveal_all(struct secrets *k, json_t *j)
{
	json_t *v, *secret;
	const char *key;
	size_t i;

	json_object_foreach(j, key, v) {
		const json_t *place = reference_in(v);

		if (!json_is_string(place)) {
			if (!reveal_all(k, v))
				return false;
			continue;
		}
		if (!reveal(k, place, &secret))
			return false;
		(void)json_object_set_new(j, key, secret);
	}
	json_array_foreach(j, i, v)
		if (!reveal_all(k, v))
			return false;
	return true;
}

json_t *
secrets_reveal(const json_t *options, struct secrets *k)
{
	json_t *copy;
	size_t n = 0;

	*k = (struct secrets){ .n = 0 };
	secrets_each(options, count, &n);
	if (n == 0)
		return json_incref((json_t *)(uintptr_t)options);
	copy = json_deep_copy(options);
	if (reveal_all(k, copy))
		return copy;
	secrets_forget(copy);
	return NULL;
}
