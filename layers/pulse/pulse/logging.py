"""One logger for the whole process: a JSON line per decision, with a stable event name and its ids."""

from aws_lambda_powertools import Logger

logger = Logger(service="pulse", log_uncaught_exceptions=False)
