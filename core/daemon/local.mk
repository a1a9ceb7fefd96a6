# core/daemon
