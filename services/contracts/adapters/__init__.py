"""The outside: database, telephone numbers, the flow of the CAF and the MSA."""
