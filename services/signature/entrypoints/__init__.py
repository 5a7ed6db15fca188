"""Ways in: HTTP, Kafka, the command line."""
