"""The checker of the crash rounds: reads what clients, sinks and the service said, and holds the rules R1 to R10."""
