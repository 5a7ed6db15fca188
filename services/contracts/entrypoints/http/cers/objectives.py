"""Objectives and étapes of a draft over HTTP, one by one; the whole draft can be saved as well."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from services.contracts.application.commands import cers as commands
from services.contracts.domain.cers import objectives as changes
from services.contracts.entrypoints.http.cers import answers
from services.contracts.entrypoints.http.cers.answers import Edit
from services.contracts.entrypoints.http.cers.bodies import EtapeIn, ObjectiveIn, OrderIn
from services.contracts.entrypoints.http.cers.views import CerView
from services.contracts.entrypoints.http.counter import Counter, counter
from shared.http.once import Once, once
from shared.http.versions import if_match
from shared.kernel.ids import new_id

router = APIRouter(prefix="/cers/{cer_id}/objectives", tags=["objectifs"])

OnlyOnce = Annotated[Once, Depends(once)]
Writer = Annotated[Counter, Depends(counter("revise-cer"))]


@dataclass(frozen=True)
class Page:
    """A draft before who writes it, at the version that they have."""

    cer_id: UUID
    seen: int
    response: Response
    here: Counter

    async def save(self, change: changes.Change, body: BaseModel | None = None) -> CerView:
        """The draft with this change. Raises RaceLost with both versions."""
        return await answers.update(
            self.response,
            self.here,
            Edit(self.cer_id, self.seen, body),
            lambda desk: commands.edit(desk, self.cer_id, self.seen, change),
        )


async def page(cer_id: UUID, response: Response, seen: Annotated[int, Depends(if_match)], here: Writer) -> Page:
    """The dependency of every change that starts from a version."""
    return Page(cer_id, seen, response, here)


OnPage = Annotated[Page, Depends(page)]


@router.post("", status_code=201, response_model=CerView)
async def add_objective(cer_id: UUID, body: ObjectiveIn, only: OnlyOnce, here: Writer) -> Response:
    """« Ajouter un objectif », at the end of the list."""
    change = changes.added_objective(body.objective(), new_id)
    return await answers.once(only, here, lambda desk: commands.edit(desk, cer_id, None, change), status=201)


@router.put("/order")
async def order_objectives(body: OrderIn, at: OnPage) -> CerView:
    """Puts the objectives in this order."""
    return await at.save(changes.ordered_objectives(body.order), body)


@router.put("/{objective_id}")
async def change_objective(objective_id: UUID, body: ObjectiveIn, at: OnPage) -> CerView:
    """Saves one objective, with its étapes."""
    return await at.save(changes.changed_objective(objective_id, body.objective(), new_id), body)


@router.delete("/{objective_id}")
async def remove_objective(objective_id: UUID, at: OnPage) -> CerView:
    """The bin."""
    return await at.save(changes.removed_objective(objective_id))


@router.post("/{objective_id}/etapes", status_code=201, response_model=CerView)
async def add_etape(cer_id: UUID, objective_id: UUID, body: EtapeIn, only: OnlyOnce, here: Writer) -> Response:
    """Adds an étape at the end of the objective's."""
    change = changes.added_etape(objective_id, body.etape(), new_id)
    return await answers.once(only, here, lambda desk: commands.edit(desk, cer_id, None, change), status=201)


@router.put("/{objective_id}/etapes/order")
async def order_etapes(objective_id: UUID, body: OrderIn, at: OnPage) -> CerView:
    """Puts the étapes of an objective in this order."""
    return await at.save(changes.ordered_etapes(objective_id, body.order), body)


@router.put("/{objective_id}/etapes/{etape_id}")
async def change_etape(objective_id: UUID, etape_id: UUID, body: EtapeIn, at: OnPage) -> CerView:
    """Saves one étape: its label, when it is due, whether it is done."""
    return await at.save(changes.changed_etape(objective_id, etape_id, body.etape()), body)


@router.delete("/{objective_id}/etapes/{etape_id}")
async def remove_etape(objective_id: UUID, etape_id: UUID, at: OnPage) -> CerView:
    """Removes one étape."""
    return await at.save(changes.removed_etape(objective_id, etape_id))
