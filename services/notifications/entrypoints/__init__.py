"""Where requests, events and work rows come in: decode, call, nothing else."""
