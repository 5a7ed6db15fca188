"""The pages of the remise: what stands beside this file, over the shared base."""

from pathlib import Path
from typing import Final

from shared.pages.serving import Pages

PAGES: Final = Pages(Path(__file__).resolve().parent, "/r/style.css", "Contrat signé (CER)")
