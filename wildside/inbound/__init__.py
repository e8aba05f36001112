"""Who calls: parse, one call inward, render."""
