"""Finds PostgreSQL and RabbitMQ for the tests, or brings private ones and ends them afterwards."""
