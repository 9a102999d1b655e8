"""The guide of the first run: from an empty home to a published app in three steps."""
