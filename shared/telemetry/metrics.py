"""Metrics for Prometheus. Labels are closed sets: services, types, codes; never an id."""

from prometheus_client import Counter, Gauge, Histogram

EVENTS = Counter("cer_events_total", "Events handled, by how they ended", ["consumer", "type", "ending"])
RETRIES = Counter("cer_reaction_retries_total", "Reactions started again", ["consumer", "cause"])
REACTION_SECONDS = Histogram("cer_reaction_seconds", "From the message in hand to its commit", ["consumer"])
LAG_SECONDS = Gauge("cer_consumer_lag_seconds", "Age of the last message handled, when it was handled", ["consumer"])
PUBLISHED = Counter("cer_outbox_published_total", "Outbox rows published")
OUTBOX_OLDEST = Gauge("cer_outbox_oldest_seconds", "Age of the oldest row that waits to be published")
OUTBOX_PENDING = Gauge("cer_outbox_pending", "Rows that wait to be published")
OUTBOX_SET_ASIDE = Gauge("cer_outbox_set_aside", "Rows that Kafka refused for themselves, with those held behind")
PARKED = Gauge("cer_parked_events", "Events that wait for an operator")
WAITING_OLDEST = Gauge("cer_waiting_oldest_seconds", "Age of the oldest half that waits for the other")
WORK = Counter("cer_work_total", "Work rows finished, by how they ended", ["kind", "ending"])
WORK_READY = Gauge("cer_work_ready", "Work rows that wait", ["kind"])
SMS = Counter(
    "cer_sms_total", "SMS handed over, by provider and by what is known of them", ["provider", "status", "fault"]
)
SMS_RECEIPTS = Counter("cer_sms_receipts_total", "Delivery receipts, by provider and state", ["provider", "state"])
