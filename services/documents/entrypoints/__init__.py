"""HTTP, consumers, command line: decode, call, nothing else."""
