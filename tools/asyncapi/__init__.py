"""The events' documentation, generated from their registry: AsyncAPI 3, JSON Schemas, compatibility gate."""
