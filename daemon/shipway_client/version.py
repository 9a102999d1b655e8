"""The version of Shipway, in the one place that every package reads it from."""

VERSION = "0.1.0"
