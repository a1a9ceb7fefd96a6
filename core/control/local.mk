# core/control
