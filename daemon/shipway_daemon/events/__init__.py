"""History: one table that is both the audit log and the live feed."""
