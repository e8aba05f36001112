"""The operator's console: pages for administrators, to be read in a browser."""
