"""Pages about the API: what it does, to be tried, and what each problem means."""
