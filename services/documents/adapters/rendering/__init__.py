"""From a sheet to a PDF/A-2a that is also PDF/UA-1, in processes of its own."""
