"""The directory of agents and their replacements over HTTP."""
