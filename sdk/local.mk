# sdk: what a plugin author installs
gwincludedir = $(includedir)/gatewarden
gwinclude_HEADERS = sdk/include/gatewarden/plugin.h
