"""Metrics: numbers in the log that CloudWatch picks up (its embedded metric format)."""

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from pulse.settings import settings


def count(name: str, value: int = 1) -> None:
    """Count something, by stage."""
    stage: dict[str, str] = {"stage": settings().stage}
    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace="Pulse", default_dimensions=stage):
        pass
