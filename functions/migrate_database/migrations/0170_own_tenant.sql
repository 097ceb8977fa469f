-- A tenant's administrator changes these of the tenant's own row; its status stays the operators'.

GRANT UPDATE (name, timezone, ip_allowlist, version) ON tenants TO pulse_app;
