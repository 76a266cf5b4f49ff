"""What the project is measured against. Each peer is small, and written as its own documentation would have it."""
