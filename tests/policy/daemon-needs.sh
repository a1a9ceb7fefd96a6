#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The daemon needs few libraries and loads no code: it never calls dlopen,
# nor, by way of the name service switch, lets libc do it.
. "$(dirname "$0")/policy.sh"
need nm
need readelf

# Libraries beyond those agreed; the last line is what a build with
# sanitizers or another compiler's helpers adds.
foreign() {
	grep -vE '^lib(config|jansson|uv|sqlite3|pq)\.so\.' |
	grep -vE '^(lib(c|m|pthread|dl|rt)|ld-linux[a-z0-9-]*)\.so\.' |
	grep -vE '^lib(asan|ubsan|gcc_s)\.so\.' || :
}

# Functions that load code, or make libc load it.
loading() {
	grep -xE -e 'dl(m?open|sym|vsym)|uv_dl(open|sym)' \
		-e 'get(addr|name)info(_a)?|uv_get(addr|name)info' \
		-e 'get(pw|gr|sp)(nam|uid|gid|ent)(_r)?|getgrouplist' \
		-e 'get(host|serv|proto|net|rpc|alias)(by|ent)[a-z_0-9]*' \
		-e 'initgroups|innetgr|[sg]etnetgrent(_r)?|iconv_open' || :
}

must_find foreign libcurl.so.4
must_find foreign libsystemd.so.0
must_pass foreign libjansson.so.4
must_find loading dlopen
must_find loading getaddrinfo
must_find loading getgrnam
must_find loading uv_dlopen
must_find loading gethostbyname_r
must_find loading getpwuid_r
must_pass loading getpid
must_pass loading getgroups

daemon=core/daemon/gatewardend
[ -f $daemon ] || skip "run it in a build directory"
readelf -d $daemon | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' >"$tmp/needed"
nm -D -u $daemon | awk '{ sub(/@.*/, "", $2); print $2 }' >"$tmp/called"
grep -qx 'libuv\.so\..*' "$tmp/needed" && grep -qx uv_run "$tmp/called" || {
	echo "$0: what $daemon needs can't be read"
	exit 1
}
foreign <"$tmp/needed" | sed 's/^/the daemon needs the library /' \
	>"$tmp/found"
loading <"$tmp/called" | sed 's/^/the daemon calls /' >>"$tmp/found"
conclude "$tmp/found"
