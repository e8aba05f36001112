"""Verbs: one async function a file, where two steps must agree."""
