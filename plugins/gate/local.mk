# Gates: one pure source each.

plugin_LTLIBRARIES += plugins/gate/gate-all.la
plugins_gate_gate_all_la_SOURCES = plugins/gate/all.c plugins/gate/gate.c plugins/gate/gate.h
plugins_gate_gate_all_la_CPPFLAGS = $(module_cppflags)
plugins_gate_gate_all_la_CFLAGS = $(module_cflags)
plugins_gate_gate_all_la_LDFLAGS = $(module_ldflags)
plugins_gate_gate_all_la_LIBADD = plugins/lib/libplugin.la -lm

plugin_LTLIBRARIES += plugins/gate/gate-any.la
plugins_gate_gate_any_la_SOURCES = plugins/gate/any.c plugins/gate/gate.c plugins/gate/gate.h
plugins_gate_gate_any_la_CPPFLAGS = $(module_cppflags)
plugins_gate_gate_any_la_CFLAGS = $(module_cflags)
plugins_gate_gate_any_la_LDFLAGS = $(module_ldflags)
plugins_gate_gate_any_la_LIBADD = plugins/lib/libplugin.la -lm

plugin_LTLIBRARIES += plugins/gate/gate-quorum.la
plugins_gate_gate_quorum_la_SOURCES = plugins/gate/quorum.c plugins/gate/gate.c plugins/gate/gate.h
plugins_gate_gate_quorum_la_CPPFLAGS = $(module_cppflags)
plugins_gate_gate_quorum_la_CFLAGS = $(module_cflags)
plugins_gate_gate_quorum_la_LDFLAGS = $(module_ldflags)
plugins_gate_gate_quorum_la_LIBADD = plugins/lib/libplugin.la -lm

plugin_LTLIBRARIES += plugins/gate/gate-ladder.la
plugins_gate_gate_ladder_la_SOURCES = plugins/gate/ladder.c plugins/gate/gate.c plugins/gate/gate.h
plugins_gate_gate_ladder_la_CPPFLAGS = $(module_cppflags)
plugins_gate_gate_ladder_la_CFLAGS = $(module_cflags)
plugins_gate_gate_ladder_la_LDFLAGS = $(module_ldflags)
plugins_gate_gate_ladder_la_LIBADD = plugins/lib/libplugin.la -lm

plugin_LTLIBRARIES += plugins/gate/gate-reconcile.la
plugins_gate_gate_reconcile_la_SOURCES = plugins/gate/reconcile.c plugins/gate/gate.c plugins/gate/gate.h
plugins_gate_gate_reconcile_la_CPPFLAGS = $(module_cppflags)
plugins_gate_gate_reconcile_la_CFLAGS = $(module_cflags)
plugins_gate_gate_reconcile_la_LDFLAGS = $(module_ldflags)
plugins_gate_gate_reconcile_la_LIBADD = plugins/lib/libplugin.la -lm

# The same sources, to be linked into a program.
noinst_LIBRARIES += plugins/gate/libgates.a
plugins_gate_libgates_a_SOURCES = plugins/gate/all.c plugins/gate/any.c \
	plugins/gate/quorum.c plugins/gate/ladder.c \
	plugins/gate/reconcile.c plugins/gate/gate.c \
	plugins/gate/gate.h plugins/lib/buf.c plugins/lib/number.c
plugins_gate_libgates_a_CPPFLAGS = $(module_cppflags) -DGATE_BUILTIN
plugins_gate_libgates_a_CFLAGS = $(module_cflags)
