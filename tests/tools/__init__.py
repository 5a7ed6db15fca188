"""Programs that judge what the system makes."""
