"""Every metric of the service, in one place. Labels are bounded: never a document."""

from prometheus_client import Counter, Gauge, Histogram

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
SLOW = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50)
JOURNEY = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 900, 3600, 21600, 86400)
SIZES = (1, 2, 5, 10, 20, 40, 80, 160, 320)

# ingress. Result: accepted, repeat, parked, ignored; or unknown (address), unsigned, unreadable,
# too_large, unavailable; missed: what the sequence of Xero's webhooks passed over.
EVENTS_RECEIVED = Counter(
    "bridge_events_received_total",
    "Webhooks received, by what became of them.",
    ["connection", "entity", "trigger", "result"],
)
ACCEPT_SECONDS = Histogram(
    "bridge_accept_seconds", "From a webhook's arrival to its answer.", buckets=FAST
)
JOURNAL_GROUP_SIZE = Histogram(
    "bridge_journal_group_size", "Events that shared one commit.", buckets=SIZES
)
KNOCKS_PUBLISHED = Counter(
    "bridge_knocks_published_total", "Messages handed to the broker.", ["result"]
)
EVENTS_UNPUBLISHED = Gauge(
    "bridge_events_unpublished", "Undecided events whose message the broker has not confirmed."
)

# sweeper: what waits, measured over all connections
SWEEP_LAST_SUCCESS = Gauge(
    "bridge_sweep_last_success_timestamp_seconds",
    "When the sweeper last measured what waits; the gauges beside it are as old.",
)
CONNECTION_ENABLED = Gauge(
    "bridge_connection_enabled", "1 while the connection is enabled, else 0.", ["connection"]
)
CONNECTION_PROBLEMS = Gauge(
    "bridge_connection_problems",
    "What a person must mend about a connection as a whole.",
    ["connection"],
)
QUEUE_AGE = Gauge(
    "bridge_queue_age_seconds",
    "Age of the oldest undecided event of an entity: what its processors scale on.",
    ["entity"],
)
EVENTS_PARKED = Gauge(
    "bridge_events_parked", "Events that can't be decided and wait for a person.", ["connection"]
)

# processors
DECISIONS = Counter(
    "bridge_decisions_total",
    "Decisions, by action, outcome and reason.",
    ["connection", "entity", "action", "outcome", "code"],
)
DECIDE_SECONDS = Histogram(
    "bridge_decide_seconds", "One transaction that decides a document's events.", buckets=FAST
)
EVENTS_UNDECIDED = Gauge(
    "bridge_events_undecided", "Events that wait for their decision.", ["connection"]
)
EVENTS_UNDECIDED_AGE = Gauge(
    "bridge_events_undecided_age_seconds", "Age of the oldest undecided event.", ["connection"]
)

# outbox
COMMANDS = Counter(
    "bridge_commands_total",
    "Commands that ended or were parked.",
    ["connection", "kind", "outcome"],
)
COMMANDS_OPEN = Gauge(
    "bridge_commands_open", "Commands that are not finished.", ["connection", "state"]
)
OUTBOX_HEAD_AGE = Gauge(
    "bridge_outbox_head_age_seconds", "Age of the oldest command that may go.", ["connection"]
)
COMMANDS_PARKED = Gauge(
    "bridge_commands_parked",
    "Commands that wait for a person, by kind of cause.",
    ["connection", "cause_kind"],
)
WEBHOOK_TO_XERO_SECONDS = Histogram(
    "bridge_webhook_to_xero_seconds", "From a webhook's arrival to Xero's yes.", buckets=JOURNEY
)
LEASE_HELD = Gauge(
    "bridge_lease_held", "1 while this process speaks to the connection's Xero.", ["connection"]
)

# Xero
XERO_REQUESTS = Counter(
    "bridge_xero_requests_total",
    "Requests to Xero, by answer. Over the applied commands: calls for each document.",
    ["connection", "method", "endpoint", "status"],
)
XERO_REQUEST_SECONDS = Histogram(
    "bridge_xero_request_seconds", "A request to Xero.", ["endpoint"], buckets=SLOW
)
XERO_BATCH_SIZE = Histogram(
    "bridge_xero_batch_size", "Commands that travelled in one request.", buckets=SIZES
)
XERO_ATTEMPTS = Counter(
    "bridge_xero_attempts_total",
    "Writes sent to Xero, by what came of each sending.",
    ["connection", "outcome"],
)
XERO_AMBIGUOUS = Counter(
    "bridge_xero_ambiguous_total", "Requests whose outcome was neither yes nor no.", ["connection"]
)
XERO_LOOKUPS = Counter(
    "bridge_xero_lookups_total",
    "Commands looked up in Xero, by what was found.",
    ["connection", "result"],
)
XERO_CALLS_LEFT = Gauge(
    "bridge_xero_calls_left", "Calls that Xero still allows.", ["connection", "window"]
)
XERO_CALLS_RESERVED = Gauge(
    "bridge_xero_calls_reserved",
    "Calls of the day that are kept for look-ups: live work stops there.",
    ["connection"],
)
XERO_THROTTLED_SECONDS = Counter(
    "bridge_xero_throttled_seconds_total", "Time that Xero told us to wait.", ["connection"]
)

# the comparison of both sides
DRIFT = Gauge(
    "bridge_drift",
    "Documents that the newest comparison found missing, extra or different in Xero.",
    ["connection", "entity", "kind"],
)

# what runs by the clock
# Not `job`: Prometheus has that name for the process that it asks.
JOB_RUNS = Counter("bridge_job_runs_total", "Runs of scheduled jobs.", ["schedule", "outcome"])
JOB_SECONDS = Histogram(
    "bridge_job_seconds", "A run of a scheduled job.", ["schedule"], buckets=JOURNEY
)

# Zoho
ZOHO_REQUESTS = Counter(
    "bridge_zoho_requests_total",
    "Requests to Zoho's API, by answer; lost and never_left where there was none.",
    ["connection", "method", "endpoint", "status"],
)
ZOHO_REQUEST_SECONDS = Histogram(
    "bridge_zoho_request_seconds", "A request to Zoho's API.", ["endpoint"], buckets=SLOW
)
# Why: lacking, same_second, unknown. Result: read, or the name of the error.
ZOHO_READINGS = Counter(
    "bridge_zoho_readings_total",
    "Documents read from Zoho because a decision needed more than its webhook told.",
    ["why", "result"],
)
WEBHOOKS_MISSED = Counter(
    "bridge_webhooks_missed_total",
    "Changes in Zoho that no webhook told and the sweep found, by module.",
    ["connection", "module"],
)
ZOHO_CALLS_LEFT = Gauge(
    "bridge_zoho_calls_left", "Calls that Zoho still allows.", ["connection", "window"]
)
ZOHO_THROTTLED_SECONDS = Counter(
    "bridge_zoho_throttled_seconds_total", "Time that Zoho told us to wait.", ["connection"]
)
