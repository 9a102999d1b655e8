"""Publishing: plan, findings, admission, lanes, verification by reading back."""
