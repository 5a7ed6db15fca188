"""The HTTP face of notifications: messages, print batches, templates, what persons do not want."""

from services.notifications.entrypoints.http import batches, messages, preferences, templates

routers = [messages.router, batches.router, templates.router, preferences.router]
