"""What is counted of one-time codes: never a number, a code or an id."""

from prometheus_client import Counter

# `sent`, `failed` or `unknown` for its SMS; `verified`, `wrong` or `locked` for what was typed.
CODES = Counter("cer_otp_total", "One-time codes, by what became of them", ["what"])
