"""Editions, their texts and what they show: pure."""
