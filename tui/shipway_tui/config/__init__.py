"""What a user sets for the terminal: `config.toml`, read without ever failing, and checked."""
