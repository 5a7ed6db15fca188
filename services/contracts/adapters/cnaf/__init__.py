"""The monthly flow of the CAF and the MSA (XML, windows-1252): read as a stream, checked against its schema."""
