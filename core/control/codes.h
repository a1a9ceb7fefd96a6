/* SPDX-License-Identifier: BSD-2-Clause
 *
 * codes.h -- codes of refusals on the control socket, for both ends.
 *
 * JSON-RPC's own codes, and ours. `data` has {"argument", "expected",
 * "nearest"} where an argument is wrong.
 */
#ifndef CONTROL_CODES_H
#define CONTROL_CODES_H

enum {
	RPC_PARSE = -32700, RPC_INVALID = -32600, RPC_NO_METHOD = -32601,
	RPC_PARAMS = -32602, RPC_INTERNAL = -32603,
	RPC_FORBIDDEN = -32001, /* the level isn't enough */
	RPC_BUSY = -32002,      /* too many clients or calls */
	RPC_NO_SUCH = -32003,   /* object or date isn't there */
	RPC_CONFLICT = -32004,  /* something else goes on */
	RPC_REFUSED = -32005,   /* never, as things are */
	RPC_JOURNAL = -32006    /* the journal can't be written */
};

#endif
