"""Filing: profiles and versions, and which binary belongs where. Every door comes through here."""
