"""A study that is on the agenda of a session: who moves it takes it off the agenda, in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from services.validation.application.ports import Studies
from services.validation.domain.model import Study
from services.validation.domain.sessions.model import Session
from services.validation.domain.sessions.parts import Act
from shared.events.envelope import Event
from shared.kernel.errors import RaceLost


@dataclass(frozen=True)
class Held:
    """A study, locked, and the session that has it on its agenda, locked before it; most are on none."""

    studies: Studies
    study: Study
    session: Session | None

    @classmethod
    async def lock(cls, studies: Studies, study_id: UUID) -> Self:
        """Both, in the order in which whoever acts on the session locks them. Raises NotFound, RaceLost."""
        sessions = studies.sessions
        holding = await sessions.holding([study_id])
        session = await sessions.get(holding[study_id]) if holding else None
        study = await studies.get(study_id)
        await _still(studies, [study_id], holding)
        return cls(studies, study, session)

    @classmethod
    async def lock_many(cls, studies: Studies, study_ids: Sequence[UUID]) -> Mapping[UUID, Self]:
        """Those of these studies that there are: sessions before studies, each by their ids. Raises RaceLost."""
        holding = await studies.sessions.holding(study_ids)
        sessions = {one: await studies.sessions.get(one) for one in sorted(set(holding.values()))}
        found = await studies.among(list(study_ids))
        await _still(studies, study_ids, holding)
        return {
            study_id: cls(studies, study, sessions[holding[study_id]] if study_id in holding else None)
            for study_id, study in found.items()
        }

    def leave(self, act: Act) -> list[Event]:
        """The study moved: what the session tells of it, if it was on an agenda.

        Raises OpinionBelongsToSession, SessionNotClosed, OpinionAlreadyGiven.
        """
        return [] if self.session is None else self.session.let_go(self.study.id, self.study.state, act)

    async def save(self) -> None:
        """Stores the study's move, and the session's that followed from it. Raises RaceLost."""
        await self.studies.save(self.study)
        if self.session is not None:
            await self.studies.sessions.save(self.session)


async def _still(studies: Studies, study_ids: Sequence[UUID], holding: Mapping[UUID, UUID]) -> None:
    if await studies.sessions.holding(study_ids) != holding:
        raise RaceLost("Ce CER vient d'entrer dans l'ordre du jour d'une séance, ou d'en sortir : rechargez-le.")
