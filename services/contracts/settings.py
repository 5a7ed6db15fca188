"""What contracts is told by its environment."""

from pathlib import Path

from pydantic import Field

from shared.runtime.settings import CommonSettings


class Settings(CommonSettings):
    """Contracts' settings."""

    signing_prepare_minutes: int = Field(
        default=30, ge=1, description="How long the edition to sign may take before the attempt is given up"
    )
    signing_grace_minutes: int = Field(
        default=60, ge=1, description="How long after a request's end signature may take to say how it ended"
    )
    files_max_mib: int = Field(default=10, ge=1, le=50, description="Largest pièce jointe, in MiB")
    clamav: str = Field(
        default="none",
        pattern=r"^(none|/.+|.+:[0-9]{1,5})$",
        description="clamd that scans pièces jointes: host:port, path of its Unix socket, or none",
    )
    weekly_hours: bool = Field(
        default=False, description="Whether the weekly hours of the contrat d'engagement are used"
    )
    duplicates_seconds: float = Field(
        default=10.0,
        gt=0,
        description="How often the next dossiers are compared with those that are alike",
    )
    deadlines_seconds: float = Field(
        default=30.0, gt=0, description="How often attempts past their deadline are sought"
    )
    retention_months: int = Field(
        default=24, ge=1, description="How long after its last event a dossier stays in the active base"
    )
    retention_then: str = Field(
        default="archive", pattern="^(archive|erase)$", description="What becomes of it then: archive or erase"
    )
    archive_months: int = Field(default=36, ge=1, description="How long the archive keeps a dossier")
    nir_key_file: Path | None = Field(
        default=None,
        description="Key (32 bytes or more) with which NIRs are hashed to tell persons apart; none: no NIR is read",
    )
    imports_max_mib: int = Field(default=64, ge=1, description="Largest file of an import over HTTP")
    imports_seconds: float = Field(default=1.0, gt=0, description="How often staged imports are sought")
    imports_keep_days: int = Field(
        default=7, ge=1, description="How long an imported file and its preview stay before they are deleted"
    )
