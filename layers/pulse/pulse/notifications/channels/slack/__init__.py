"""Slack: an incoming webhook, or an app's bot that brings its message up to date."""
