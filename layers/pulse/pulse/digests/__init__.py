"""The digest: what has become of a tenant's alerts in a day or a week, by mail."""
