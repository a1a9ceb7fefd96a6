# Plugins see the SDK header and plugins/lib, never the core. Each exports one
# symbol; what they share is compiled into each of them.
module_cppflags = -I$(top_srcdir)/plugins -I$(top_srcdir)/sdk/include
module_cflags = $(AM_CFLAGS) -fvisibility=hidden
module_ldflags = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined \
	-export-symbols-regex '^gw_plugin$$'
module_headers = plugins/lib/buf.h plugins/lib/call.h plugins/lib/mem.h \
	plugins/lib/number.h

include plugins/gate/local.mk
