"""Where requests, events and operators come in: decode, call, nothing else."""
