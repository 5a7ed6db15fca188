"""Territories over HTTP: read by every agent, kept by the admin."""

from typing import Annotated, Self

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from services.contracts.application.commands import reference as commands
from services.contracts.application.ports import Telephones
from services.contracts.domain.dossiers.contact import Telephone
from services.contracts.domain.reference.territories import Office, Territory
from services.contracts.entrypoints.http.bodies import Body
from services.contracts.entrypoints.http.counter import Counter, counter
from services.contracts.entrypoints.http.reference.bodies import Label, OneLine, TerritoryCode, TerritoryInPath
from services.contracts.entrypoints.http.reference.views import Changes
from shared.database.unit_of_work import UnitOfWork
from shared.http.once import Once, once
from shared.http.versions import if_match, set_etag
from shared.kernel.errors import NotFound

router = APIRouter(tags=["reference"])

Reader = Annotated[Counter, Depends(counter("read-reference"))]
Keeper = Annotated[Counter, Depends(counter("change-reference"))]
Seen = Annotated[int, Depends(if_match)]


class OfficeBody(Body):
    """A place that receives the public, as letters name it."""

    name: Label
    address: list[OneLine] = Field(default=[], max_length=7, description="Lines of the postal address")
    telephone: str | None = Field(default=None, max_length=40)


class TerritoryIn(Body):
    """A territory as it shall be."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Territoire Nord",
                    "active": True,
                    "offices": [
                        {
                            "name": "Maison du Département",
                            "address": ["2 rue de l'Exemple", "07200 Aubenas"],
                            "telephone": "04 65 71 00 02",
                        }
                    ],
                }
            ]
        }
    )

    name: Label
    active: bool = True
    offices: list[OfficeBody] = Field(default=[], max_length=50)

    def kept(self, telephones: Telephones) -> tuple[Office, ...]:
        """The offices, their numbers read. Raises Invalid."""
        return tuple(_office(office, telephones) for office in self.offices)


class NewTerritory(TerritoryIn):
    """A territory to open."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "nord", "name": "Territoire Nord"}]})

    code: TerritoryCode


class TerritoryView(BaseModel):
    """A territory; numbers as they are read in France."""

    code: str
    version: int
    name: str
    active: bool
    offices: list[OfficeBody]

    @classmethod
    def of(cls, territory: Territory, telephones: Telephones) -> Self:
        """As kept."""
        return cls(
            code=territory.code,
            version=territory.version,
            name=territory.name,
            active=territory.active,
            offices=[
                OfficeBody(
                    name=office.name, address=list(office.address), telephone=_shown(office.telephone, telephones)
                )
                for office in territory.offices
            ],
        )


class Territories(BaseModel):
    """All territories, by code."""

    territories: list[TerritoryView]


@router.get("/territories")
async def read_territories(here: Reader) -> Territories:
    """All territories: those that take no new dossier too."""
    async with here.reading() as stores:
        found = await stores.reference.territories()
    return Territories(territories=[TerritoryView.of(one, here.tools.telephones) for one in found])


@router.get("/territories/{code}")
async def read_territory(here: Reader, code: TerritoryInPath, response: Response) -> TerritoryView:
    """One territory."""
    async with here.reading() as stores:
        found = await stores.reference.territory(code)
    if found is None:
        raise NotFound(f"Aucun territoire n'a le code « {code} ».")
    return _answer(response, found, here)


@router.get("/territories/{code}/history")
async def read_territory_history(here: Reader, code: TerritoryInPath) -> Changes:
    """Who changed what, oldest first."""
    async with here.reading() as stores:
        return Changes.of(await stores.reference.territory_history(code))


@router.post("/territories", status_code=201, response_model=TerritoryView)
async def open_territory(here: Keeper, body: NewTerritory, only: Annotated[Once, Depends(once)]) -> Response:
    """Opens a territory."""

    async def command(uow: UnitOfWork) -> tuple[TerritoryView, int]:
        telephones = here.tools.telephones
        wanted = Territory(body.code, body.name, body.active, body.kept(telephones))
        opened = await commands.open_territory(here.desk(uow), wanted)
        return TerritoryView.of(opened, telephones), opened.version

    return await only.run(command, status=201)


@router.put("/territories/{code}")
async def change_territory(
    here: Keeper, code: TerritoryInPath, body: TerritoryIn, response: Response, seen: Seen
) -> TerritoryView:
    """Renames a territory, changes its offices, closes it (`active` false) or opens it again."""
    wanted = Territory(code, body.name, body.active, body.kept(here.tools.telephones))
    async with here.acting() as desk:
        changed = await commands.change_territory(desk, seen, wanted)
    return _answer(response, changed, here)


@router.delete("/territories/{code}", status_code=204)
async def remove_territory(here: Keeper, code: TerritoryInPath, seen: Seen) -> None:
    """Removes a territory that nothing ever held; refused otherwise, saying what holds it."""
    async with here.acting() as desk:
        await commands.remove_territory(desk, code, seen)


def _answer(response: Response, territory: Territory, here: Counter) -> TerritoryView:
    set_etag(response, territory.version)
    return TerritoryView.of(territory, here.tools.telephones)


def _office(office: OfficeBody, telephones: Telephones) -> Office:
    read = telephones.read(office.telephone)
    return Office(office.name, tuple(office.address), read.number if read else None)


def _shown(number: str | None, telephones: Telephones) -> str | None:
    return telephones.shown(Telephone(number, mobile=False)) if number else None
