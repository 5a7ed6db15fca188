"""The words of messages: shipped templates, the département's own over them, each version kept, each checked."""
