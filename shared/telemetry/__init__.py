"""Traces, metrics and logs. Attributes are ids, states and types: never a name, a number or a text of a person."""
