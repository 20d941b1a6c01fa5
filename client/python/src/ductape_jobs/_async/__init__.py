"""The asyncio clients, from which the blocking ones are made (stubs.py): one text, two forms."""
