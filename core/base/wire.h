/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wire.h -- what gatewardend and gatewarden-host say to each other.
 *
 * The link is an AF_UNIX SOCK_SEQPACKET socket pair. One packet is one JSON
 * object with one member, the message; at most WIRE_MAX bytes. Boundaries
 * are the kernel's, so there is nothing to reassemble: an oversized packet
 * is found by MSG_TRUNC. Members that the receiver doesn't know are ignored,
 * messages that it doesn't know are faults.
 *
 *      gatewarden-host [--fd N] [--parent PID] [--kind KIND] FILE.so
 *
 * serves on descriptor N (3 unless told) until `quit` or end of file.
 * Standard output and error are the plugin's; the host writes there only
 * what the plugin logs, one line each.
 *
 *   host -> daemon, once, within GREET_MS:
 *     {"hello": {"protocol": 1, "abi": 1, "kind": "check", "name": "sql",
 *                "version": "0.1.0"}}
 *     {"unfit": {"why": "..."}}         can't be loaded; the host exits 3
 *
 *   daemon -> host, and its answer; one is outstanding at a time:
 *     {"open": {"instance": 1, "name": "pdc", "budget_ms": 5000,
 *               "options": {..}}}       as in pool.h; secrets resolved
 *       {"opened": {"instance": 1}}
 *       {"refused": {"instance": 1, "why": "..."}}      not open
 *     {"call": {"instance": 1, "id": 17, "probe": false,
 *               "budget_ms": 5000, "input": {..}}}      as in pool.h
 *       {"done": {"id": 17, "left": false, "result": {..}}}  as in pool.h;
 *               "left": processes of the plugin were still there
 *
 *   daemon -> host, without an answer:
 *     {"close": {"instance": 1}}
 *     {"quit": {}}                      closes all; the host exits 0
 *
 * Options: string, enum and secret are strings; int, duration (ms) and size
 * (bytes) integers; number a real or integer; bool true or false; list an
 * array of strings; database {"name", "driver", "path", "dsn"}; groups an
 * array of objects of these. One that isn't set is absent or null.
 *
 * Input of a call:
 *     {"date": "2026-01-16", "now": "2026-01-17T10:00:00Z", "now_ms": n,
 *      "anchor": ms, "pipeline": "nba",
 *      "params": {"phase": "predict", "missing": ["a", "b"], ..},
 *      "inputs": [{"name": "pdc", "item": "pdc", "result": "pass",
 *                  "value": 3, "expected": 5, "missing": 2,
 *                  "age_ms": 24000, "due": ms}]}         gates only
 *
 * A descriptor that the host finds open beyond its link (a locked attempt
 * file, see pool.h) is left open and passes to all processes below it.
 * SIGTERM asks to stop: `cancelled` turns true, and a host without a call
 * exits. Trying it by hand needs nothing but a socket pair:
 *
 *     a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
 *     p = subprocess.Popen([host, "--fd", str(b.fileno()), plugin],
 *                          pass_fds=[b.fileno()])
 *     b.close()
 *     hello = json.loads(a.recv(65536))
 *     a.send(json.dumps({"open": {...}}).encode())
 */
#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include <jansson.h>
#include <stddef.h>

enum {
	WIRE_PROTOCOL = 1,
	WIRE_FD = 3,            /* the host's end, unless told */
	WIRE_ATTEMPT_FD = 4,    /* the attempt's locked file, if any */
	WIRE_MAX = 65536,       /* bytes of a packet */
	WIRE_GREET_MS = 10000,  /* from spawn to hello */
	WIRE_UNFIT_EXIT = 3,    /* exit code after "unfit" */
	WIRE_LOST_EXIT = 4      /* its end of the link was closed below it */
};

/* Makes {name: body}; takes body; returns owned. */
json_t *wire_message(const char *name, json_t *body);

/* Encodes for the wire. *ret is owned (free()). Returns 0, or -EMSGSIZE
 * with *ret_len set and nothing to free. */
int wire_encode(const json_t *message, char **ret, size_t *ret_len);

/* Sends without SIGPIPE. Returns 0 or -errno (-EMSGSIZE: too long). */
int wire_send(int fd, const json_t *message);

/* Receives one packet into buf[WIRE_MAX + 1], NUL-terminated. Returns its
 * length, 0 at the end, or -errno; -EMSGSIZE with *ret_len the length of an
 * oversized packet, which is gone. */
int wire_receive(int fd, char *buf, size_t *ret_len);

/* The one member of a message: its name (borrowed) and body (borrowed, an
 * object). Returns NULL when it isn't of that form. */
const char *wire_open(const json_t *message, json_t **ret_body);

#endif
