"""The directory of agents as every service follows it: closed accounts, territories, replacements."""
