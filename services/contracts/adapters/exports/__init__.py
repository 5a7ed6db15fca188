"""The files of exports: CSV as French spreadsheets open it, XLSX."""
