"""What the inside asks for: one protocol a noun."""
