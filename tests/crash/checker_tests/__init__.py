"""Hand-made histories for every rule: one that holds, and those that break it."""
