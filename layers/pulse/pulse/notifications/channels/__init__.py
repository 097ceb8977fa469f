"""The kinds of channel, a folder each; `registry` knows them all."""
