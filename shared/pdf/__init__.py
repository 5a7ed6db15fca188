"""What PDFs that are both archivable (PDF/A) and accessible (PDF/UA) have in common."""
