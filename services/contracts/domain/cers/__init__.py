"""The CER: what is written, its states, its signature, its accord, its dates."""
