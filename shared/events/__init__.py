"""The events that services exchange: their envelope, their models, their registry."""
