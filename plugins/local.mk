# Plugins see the SDK header and plugins/lib, never the core. Each exports one
# symbol; what they share is compiled into each of them.
module_cppflags = -I$(top_srcdir)/plugins -I$(top_srcdir)/sdk/include
module_cflags = $(AM_CFLAGS) -fvisibility=hidden
module_ldflags = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined \
	-export-symbols-regex '^gw_plugin$$'

include plugins/lib/local.mk
include plugins/gate/local.mk
include plugins/check/local.mk
include plugins/recovery/local.mk
include plugins/notifier/local.mk

# They are found by their .so; libtool's own description of them is of no use.
install-plugins-hook:
	cd "$(DESTDIR)$(plugindir)" && for i in $(plugin_LTLIBRARIES); do \
		rm -f "$${i##*/}"; done
uninstall-plugins-hook:
	-cd "$(DESTDIR)$(plugindir)" && for i in $(plugin_LTLIBRARIES); do \
		i=$${i##*/}; rm -f "$${i%.la}.so"; done
