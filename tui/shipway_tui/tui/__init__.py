"""The full-screen application; `shipway_tui.tui.app` is the door, and nothing is imported here."""
