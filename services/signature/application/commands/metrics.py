"""What is counted of one-time codes: never a number, a code or an id."""

from prometheus_client import Counter

# `sent`, `failed` or `unknown` for its SMS; `verified`, `wrong` or `locked` for what was typed.
CODES = Counter("cer_otp_total", "One-time codes, by what became of them", ["what"])
# `hour` or `day`: whose budget is spent. Any of it has to be looked at: no code leaves.
SMS_BUDGET_SPENT = Counter("cer_sms_budget_spent_total", "Codes refused by the budget of SMS", ["period"])
