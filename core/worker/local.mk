# core/worker
