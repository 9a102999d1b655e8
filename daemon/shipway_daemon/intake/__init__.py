"""The way in for every binary: stage, hash, inspect, match to a profile, record."""
