"""Contracts: households, dossiers, agents, the CERs and their state."""
