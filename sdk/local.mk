# sdk: what a plugin author installs
gwincludedir = $(includedir)/gatewarden
gwinclude_HEADERS = sdk/include/gatewarden/plugin.h
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = sdk/gatewarden.pc
templatedir = $(datadir)/gatewarden/template
dist_template_DATA = sdk/template/hello.c
sdkdir = $(datadir)/gatewarden
dist_sdk_SCRIPTS = sdk/try-plugin
EXTRA_DIST += tests/abi/sdk_test.py
TESTS += tests/abi/sdk_test.py
