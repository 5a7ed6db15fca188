"""What is counted of pièces jointes: codes and states, never an id."""

from prometheus_client import Counter

FILES_REFUSED = Counter("cer_files_refused_total", "Pièces jointes refused at their reception", ["code"])
FILES_SCANNED = Counter("cer_files_scanned_total", "Pièces jointes after their virus scan", ["result"])
FILES_SWEPT = Counter("cer_files_swept_total", "Files that no row pointed at, destroyed")
