"""What documents is told by its environment."""

from pathlib import Path

from pydantic import Field

from services.documents.adapters.rendering.html import Look
from services.documents.domain.sheet import Letterhead
from shared.runtime.settings import CommonSettings


class Settings(CommonSettings):
    """Documents' settings."""

    departement: str = Field(default="Département", description="Name, as it goes after « le »: Département de …")
    direction: str = Field(default="", description="The direction or service, under the name")
    appeal_address: str = Field(default="", description="Where a recours is sent; lines separated by `|`")
    logo: Path | None = Field(default=None, description="PNG, JPEG or SVG file")
    accent: str = Field(default="#1b3a6b", pattern=r"^#[0-9a-fA-F]{6}$", description="Colour of titles and rules")
    fonts: tuple[Path, ...] = Field(
        default=(Path("/usr/share/fonts/truetype/noto"), Path("/usr/share/fonts/truetype/ancient-scripts")),
        description="Folders of Noto Sans and Symbola",
    )
    link_minutes: int = Field(default=5, ge=1, le=60, description="How long a download link is valid")
    render_processes: int = Field(default=2, ge=1, description="Some 130 MB each")
    render_seconds: float = Field(default=60.0, gt=0, description="Time limit of one render")
    render_memory_mib: int = Field(default=1024, ge=512, description="Addresses that a process may take (RLIMIT_AS)")
    render_recycle: int = Field(default=500, ge=1, description="Renders after which a process is replaced")

    @property
    def letterhead(self) -> Letterhead:
        """The Département as it signs."""
        lines = tuple(line.strip() for line in self.appeal_address.split("|") if line.strip())
        return Letterhead(departement=self.departement, direction=self.direction, appeal_address=lines)

    @property
    def look(self) -> Look:
        """What changes the templates' look."""
        return Look(logo=self.logo, accent=self.accent)
