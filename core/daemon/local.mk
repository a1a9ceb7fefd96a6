# core/daemon
noinst_HEADERS += core/daemon/supervisor.h
include core/daemon/rows.mk
