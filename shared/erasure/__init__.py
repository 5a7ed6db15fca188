"""Erasing one person: what a service holds of them, deleted, and never let in again."""
