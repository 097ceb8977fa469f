"""Targets: systems that are asked again and again by an addon, from the cloud or by a site gateway."""
