# core/daemon
include core/daemon/verbs.mk
include core/daemon/rows.mk
include core/daemon/supervisor.mk
include core/daemon/program.mk
