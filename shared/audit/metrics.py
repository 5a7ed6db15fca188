"""How much each role reads, for the alert on a curious insider. Labels are closed sets: no agent, no person."""

from prometheus_client import Counter

ENTRIES = Counter("cer_audit_entries_total", "Entries of the audit", ["service", "role", "outcome"])
SHOWN = Counter("cer_dossiers_shown_total", "Dossiers in answers, a page counting each", ["service", "role"])
