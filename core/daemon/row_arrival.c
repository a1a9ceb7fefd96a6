/* SPDX-License-Identifier: BSD-2-Clause
 *
 * row_arrival.c -- the curve of a date's arrival: "steps", pairs of minutes
 * after the due time and of thousandths that had come in by then.
 */
#include <errno.h>

#include "base/json.h"
#include "daemon/row_shapes.h"

void
put_arrival(struct row_io *io, const struct record *r)
{
	const struct arrival_row *row = &r->u.arrival;
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < row->n; i++)
		(void)json_array_append_new(list, json_pack("[ii]",
		    (int)row->steps[i].at_min, (int)row->steps[i].permille));
	(void)json_object_set_new(io->data, "steps", list);
}

static bool
get_step(const json_t *v, struct arrival_step *ret)
{
	const json_t *at = json_array_get(v, 0), *part = json_array_get(v, 1);

	*ret = (struct arrival_step){ (int32_t)json_integer_value(at),
		(int32_t)json_integer_value(part) };
	return json_is_integer(at) && json_is_integer(part) &&
	    json_array_size(v) == 2 &&
	    ret->at_min == json_integer_value(at) && ret->permille >= 0 &&
	    ret->permille <= 1000;
}

void
get_arrival(struct row_io *io, struct record *r)
{
	struct arrival_row *row = &r->u.arrival;
	const json_t *list = io_member(io, io->data, "steps"), *v;
	size_t i;

	row->n = 0;
	if (!json_is_array(list) || json_array_size(list) > ARRIVAL_STEPS) {
		io_wrong(io, "steps");
		return;
	}
	json_array_foreach(list, i, v) {
		if (!get_step(v, &row->steps[row->n++])) {
			io_wrong(io, "steps");
			return;
		}
	}
}
