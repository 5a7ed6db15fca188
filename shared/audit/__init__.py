"""The audit of reads and writes: a chain of entries in which no change goes unseen, the same in every service."""
