"""What a cycle finds: plan x data x metrics give figures, positions, statuses and words."""
