"""SMS: what can be asked of a provider, the adapters for several, their order, and how a text is cut into segments."""
