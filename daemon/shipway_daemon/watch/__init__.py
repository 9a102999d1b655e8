"""Build folders: hints from the kernel, truth from scans, and the rule that says "finished"."""
