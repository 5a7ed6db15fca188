"""The whole system on one machine, without a container engine."""
