"""The object store: PDFs, evidence and scans, by claim check (URI and sha256)."""
