"""Messages, on their database and a real SMTP server."""
