"""CSV and XLSX files of any business software, read by a mapping that is kept as a file."""
