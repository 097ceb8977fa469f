"""Settings of all tests."""

from hypothesis import HealthCheck, settings

# Machines are noisy: what a test shows never depends on how fast it ran.
settings.register_profile("pulse", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("pulse")
