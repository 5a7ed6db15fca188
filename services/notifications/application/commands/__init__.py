"""What is done with a message: sending it, sending it again."""
