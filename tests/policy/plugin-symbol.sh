#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A plugin exports one symbol, gw_plugin, and needs none of ours.
. "$(dirname "$0")/policy.sh"
need nm

extra() {
	grep -vx gw_plugin || :
}

must_find extra gw_helper
must_pass extra gw_plugin

exported() {
	nm -D --defined-only "$1" | awk '{ sub(/@.*/, "", $NF); print $NF }'
}

# The programs of core don't export anything to them, so what looks like
# ours is a symbol that nobody will resolve.
ours() {
	nm -D -u "$1" | awk '{ print $2 }' |
		grep -E '^(gw|engine|store|pool|conf)_' || :
}

ls plugins/*/.libs/*.so >"$tmp/all" 2>/dev/null ||
	skip "no plugin has been built here"
while read -r so; do
	exported "$so" >"$tmp/exported"
	extra <"$tmp/exported" | sed "s|^|$so exports |"
	grep -qx gw_plugin "$tmp/exported" ||
		echo "$so does not export gw_plugin"
	ours "$so" | sed "s|^|$so needs |"
done <"$tmp/all" >"$tmp/found"
conclude "$tmp/found"
