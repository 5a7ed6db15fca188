"""What documents is told by its environment."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from services.documents.adapters.rendering.html import Look
from services.documents.domain.blank import MOST_COPIES
from services.documents.domain.contrast import FAINTEST_INK, PAPER, READABLE, contrast
from services.documents.domain.sheet import Letterhead
from shared.runtime.settings import CommonSettings

COLOUR = r"^#[0-9a-fA-F]{6}$"


class Settings(CommonSettings):
    """Documents' settings."""

    departement: str = Field(default="Département", description="Name, as it goes after « le »: Département de …")
    direction: str = Field(default="", description="The direction or service, under the name")
    delegation: str = Field(
        default="",
        description="After the quality of who signs: « par délégation du président du conseil départemental »",
    )
    address: str = Field(default="", description="Of the service that writes, on letters; lines separated by `|`")
    phone: str = Field(default="", description="The number that a person calls, on letters")
    city: str = Field(default="", description="Where letters are written: « Privas, le … »")
    appeal_address: str = Field(default="", description="Where a recours is sent; lines separated by `|`")
    templates: Path | None = Field(
        default=None, description="Folder of the département's own templates: each replaces the shipped one of its name"
    )
    logo: Path | None = Field(default=None, description="PNG, JPEG or SVG file")
    accent: str = Field(default="#1b3a6b", pattern=COLOUR, description="Colour of titles and rules")
    tint: str = Field(default="#f4f6f9", pattern=COLOUR, description="Background of the decision's block")
    fonts: tuple[Path, ...] = Field(
        default=(Path("/usr/share/fonts/truetype/noto"), Path("/usr/share/fonts/truetype/ancient-scripts")),
        description="Folders of Noto Sans and Symbola",
    )
    link_minutes: int = Field(default=5, ge=1, le=60, description="How long a download link is valid")
    print_days: int = Field(default=7, ge=1, le=90, description="How long the PDF of a print batch is kept")
    print_memory_mib: int = Field(default=2048, ge=512, description="Addresses that merging may take (RLIMIT_AS)")
    blank_copies: int = Field(
        default=10, ge=1, le=MOST_COPIES, description="Copies of the CER vierge in the file that a territory keeps"
    )
    render_processes: int = Field(default=2, ge=1, description="Some 130 MB each")
    render_seconds: float = Field(default=60.0, gt=0, description="Time limit of one render")
    render_memory_mib: int = Field(default=1024, ge=512, description="Addresses that a process may take (RLIMIT_AS)")
    render_recycle: int = Field(default=500, ge=1, description="Renders after which a process is replaced")

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        """Refuses at start the colours in which a document could not be read (WCAG 2.1, 1.4.3)."""
        for colour, background, where in (
            (self.accent, PAPER, "CER_ACCENT sur le papier blanc"),
            (self.accent, self.tint, "CER_ACCENT sur CER_TINT"),
            (FAINTEST_INK, self.tint, "le texte sur CER_TINT"),
        ):
            if (found := contrast(colour, background)) < READABLE:
                raise ValueError(
                    f"{where} : contraste de {found:.1f}, il en faut {READABLE} pour que tous lisent (WCAG 2.1 AA)."
                )
        return self

    @property
    def letterhead(self) -> Letterhead:
        """The Département as it signs."""
        return Letterhead(
            departement=self.departement,
            direction=self.direction,
            delegation=self.delegation,
            address=_lines(self.address),
            phone=self.phone,
            city=self.city,
            appeal_address=_lines(self.appeal_address),
        )

    @property
    def look(self) -> Look:
        """What changes the templates' look."""
        return Look(logo=self.logo, accent=self.accent, tint=self.tint, templates=self.templates)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("|") if line.strip())
