"""What whoever runs the shop does to its database: migrate while it is open, back up, restore."""
