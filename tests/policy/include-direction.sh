#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Includes point one way, and plugins see the SDK's header only.
. "$(dirname "$0")/policy.sh"

# What each directory of core/ may include from others.
allowed() {
	case $1 in
	base)		echo ;;
	calendar)	echo base ;;
	engine)		echo base calendar ;;
	config)		echo base calendar engine/graph.h ;;
	journal)	echo base ;;
	# pure: the graph and the targets, events, and the words of rows
	report)		echo base calendar config/conf.h engine \
				journal/store.h daemon/finder.h ;;
	notify)		echo base calendar engine config/conf.h ;;
	worker)		echo base ;;
	control)	echo base ;;
	host)		echo base gatewarden/plugin.h ;;
	client)		echo base control/client.h control/codes.h \
				control/verbs.h journal/store.h \
				report/report.h ;;
	# our gates see what they see in the host; rows, words, views and plugins by
	# name are the daemon's parts that know no supervisor
	simulate)	echo base calendar engine config journal notify \
				gatewarden/plugin.h host/ctx.h host/options.h \
				daemon/finder.h daemon/findings.h \
				daemon/incident.h daemon/message.h \
				daemon/outbox_route.h daemon/rows.h \
				daemon/status.h daemon/view.h \
				daemon/words.h client/show.h ;;
	web)		echo base control client/rpc.h ;;
	# the engine, the gates and the facts of a simulation; a host
	prove)		echo base calendar engine config simulate \
				worker/spawn.h daemon/finder.h ;;
	daemon)		echo base calendar engine config journal notify \
				report worker control ;;
	esac
}

# The engine and the calendar don't depend on how they were configured.
configured() {
	case $1 in engine|calendar) return 1 ;; esac
}

# Reads "FILE HEADER" and prints those that point the wrong way.
wrong_way() {
	while read -r file header; do
		dir=${file#core/}
		dir=${dir%%/*}
		case $header in
		"$dir"/*)	continue ;;
		config.h)	configured "$dir" && continue ;;
		esac
		ok=
		for a in $(allowed "$dir"); do
			case $header in "$a"|"$a"/*) ok=1 ;; esac
		done
		[ -n "$ok" ] || echo "$file includes $header"
	done
}

# The same for plugins/: other parts of plugins/, and nothing of ours.
beyond_sdk() {
	while read -r file header; do
		case $header in
		gatewarden/plugin.h|lib/*.h)	continue ;;
		check/*.h|gate/*.h|recovery/*.h|notifier/*.h)	continue ;;
		config.h)	continue ;;
		esac
		echo "$file includes $header"
	done
}

must_find wrong_way 'core/base/text.c calendar/civil.h'
must_find wrong_way 'core/engine/step.c journal/store.h'
must_find wrong_way 'core/engine/step.c config.h'
must_find wrong_way 'core/config/read.c engine/engine.h'
must_find wrong_way 'core/host/load.c worker/pool.h'
must_find wrong_way 'core/journal/rules.c engine/record.h'
must_find wrong_way 'core/client/main.c daemon/view.h'
must_find wrong_way 'core/worker/pool.c ../daemon/view.h'
must_find wrong_way 'core/notify/rule.c journal/store.h'
must_find wrong_way 'core/notify/rule.c config/load.h'
must_find wrong_way 'core/new/x.c base/text.h'
must_find wrong_way 'core/simulate/world.c daemon/supervisor.h'
must_find wrong_way 'core/simulate/world.c prove/rules.h'
must_find wrong_way 'core/prove/play.c daemon/supervisor.h'
must_pass wrong_way 'core/config/read.c engine/graph.h'
must_pass wrong_way 'core/notify/rule.c config/conf.h'
must_pass wrong_way 'core/daemon/rows.c journal/store.h'
must_find beyond_sdk 'plugins/check/sql.c base/json.h'
must_find beyond_sdk 'plugins/check/sql.c worker/pool.h'
must_pass beyond_sdk 'plugins/check/sql.c lib/db.h'

# "FILE HEADER" for each include of our own in a tree.
includes() {
	(cd "$srcdir" && grep -rEo --include='*.[ch]' \
		'^[[:space:]]*#[[:space:]]*include[[:space:]]*"[^"]*"' "$1" ||
		:) | sed 's/^\([^:]*\):.*"\(.*\)"$/\1 \2/'
}

includes core >"$tmp/core"
includes plugins >"$tmp/plugins"
[ -s "$tmp/core" ] || {
	echo "$0: no include was found in '$srcdir/core'"
	exit 1
}
wrong_way <"$tmp/core" >"$tmp/found"
beyond_sdk <"$tmp/plugins" >>"$tmp/found"
conclude "$tmp/found"
