"""One machine as the cloud: database, AWS emulator, deploy, demo fleet, status. Started through the Makefile."""
