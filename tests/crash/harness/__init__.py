"""The crash harness: drives a server that is killed again and again, and writes down what clients and sinks saw."""
