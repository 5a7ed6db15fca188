"""What is counted of one-time codes: never a number, a code or an id."""

from prometheus_client import Counter

CODES = Counter("cer_otp_total", "One-time codes, by what became of them", ["what"])
EVENTS = ("sent", "failed", "unknown", "verified", "wrong", "locked")
