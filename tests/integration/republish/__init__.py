"""Services that lose what they had."""
