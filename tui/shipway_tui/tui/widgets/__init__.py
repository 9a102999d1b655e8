"""The parts that screens are made of; each is one widget a file."""
