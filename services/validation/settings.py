"""What validation is told by its environment: nothing of its own beside what every service is told."""

from shared.runtime.settings import CommonSettings


class Settings(CommonSettings):
    """Validation's settings."""
