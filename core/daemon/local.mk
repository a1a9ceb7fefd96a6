# core/daemon
noinst_HEADERS += core/daemon/supervisor.h
