"""The frame: settings, PostgreSQL, RabbitMQ, logs, metrics, command line. It knows no money."""
