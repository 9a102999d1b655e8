"""What runs on the other side: each module here is started with `python -m` as a child process."""
