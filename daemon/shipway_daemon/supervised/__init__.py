"""What systemd and launchd give a daemon, and what they want to be told."""
