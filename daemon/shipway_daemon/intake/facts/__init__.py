"""Where a binary was built from: read from what lies beside it, and from the checkout around it."""
