"""What agents send of dossiers."""

from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.application.ports import Filter
from services.contracts.entrypoints.http.bodies import Body, Line


class DossiersQuery(Body):
    """Which dossiers are asked for, among those that the agent sees."""

    matricule: str | None = Field(default=None, pattern=r"^[0-9]{1,15}$", description="As written, zeros included")
    name: Line | None = Field(default=None, min_length=2, description="Start of the birth name or married name")
    territory: Line | None = None
    after: UUID | None = Field(default=None, description="The last dossier of the page before (`next`)")
    limit: int = Field(default=50, ge=1, le=200)

    def filter(self) -> Filter:
        """As the queries take it."""
        return Filter(matricule=self.matricule, name_prefix=self.name, territory=self.territory)


class ContactIn(Body):
    """Mail and telephone as they are now: null erases."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"mail": "jeanne@example.org", "telephone": "06 39 98 00 01"}]}
    )

    mail: Line | None
    telephone: Line | None


class ReferentIn(Body):
    """Who accompanies the person from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"referent_id": "referent-nord"}]})

    referent_id: Line = Field(min_length=1)
