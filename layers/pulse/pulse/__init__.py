"""Pulse's domain: one folder per concept, named as the product names it.

Inside a concept there are three kinds of module: *rules* (pure functions and frozen values), *store* (SQL and AWS
clients for the concept's own tables) and *verbs* (what a caller may ask for). Imports go one way: functions → verbs →
store and rules → the shared rooms `database`, `events`, `api`, `settings`, `clock`, `errors`, `logging`.
"""
