"""Parsers: each turns one way of writing into records, by a declaration and without code of the addon's."""
