# core/daemon
include core/daemon/rows.mk
include core/daemon/supervisor.mk
