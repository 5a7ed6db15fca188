"""What is counted of one-time codes and of sealed files: never a number, a code or an id."""

from prometheus_client import Counter, Gauge

# `sent`, `failed` or `unknown` for its SMS; `verified`, `wrong` or `locked` for what was typed.
CODES = Counter("cer_otp_total", "One-time codes, by what became of them", ["what"])
# `hour` or `day`: whose budget is spent. Any of it has to be looked at: no code leaves.
SMS_BUDGET_SPENT = Counter("cer_sms_budget_spent_total", "Codes refused by the budget of SMS", ["period"])
# Any of them has to be stamped anew: `cer signature extend --stored`.
PROOFS_ENDING = Gauge("cer_signature_proofs_ending", "Signatures with a sealed file whose last proof ends soon")
