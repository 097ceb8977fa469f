"""Evaluation: what rules make of samples, in the stream and over stored telemetry."""
