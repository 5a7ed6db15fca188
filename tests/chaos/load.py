"""Agents at work while everything is killed: CERs written, submitted, routed, decided, sometimes by two at once."""

import asyncio
import random
from typing import Any
from uuid import UUID

from deploy.journey.steps import draft
from shared.security.principal import Role
from tests.chaos.client import Client, Refused
from tests.chaos.journal import Journal
from tests.chaos.planting import Planter
from tests.chaos.system import System

WRITERS = 3
DECIDERS = 4
# The pace of each writer: the load must not be what limits how often things are killed.
WRITER_PAUSE = 0.15


class Load:
    """Runs until `stop` is set, then finishes what is begun."""

    def __init__(self, system: System, journal: Journal, dossiers: list[UUID], planter: Planter, seed: int) -> None:
        self._system = system
        self._journal = journal
        self._dossiers = dossiers
        self._planter = planter
        self._dice = random.Random(seed)
        self._submitted: asyncio.Queue[UUID] = asyncio.Queue()
        self.stop = asyncio.Event()
        self._writers_left = WRITERS
        self.faults: list[str] = []

    async def run(self) -> None:
        """All agents at once."""
        referent = Client(self._system, Role.REFERENT, "referent-nord", territory="nord")
        insertion = Client(self._system, Role.SERVICE_INSERTION, "service_insertion")
        chefs = [Client(self._system, Role.CHEF_DE_SERVICE, f"chef-{number}") for number in (1, 2)]
        async with asyncio.TaskGroup() as agents:
            for _ in range(WRITERS):
                agents.create_task(self._write(referent))
            for _ in range(DECIDERS):
                agents.create_task(self._decide(insertion, chefs))
        for client in (referent, insertion, *chefs):
            await client.close()

    async def _write(self, referent: Client) -> None:
        while not self.stop.is_set():
            dossier_id = self._dice.choice(self._dossiers)
            created = (
                await referent.post("contracts", f"/dossiers/{dossier_id}/cers", draft({}) | {"accord": "oui"})
            ).json()
            cer_id = UUID(created["id"])
            self._journal.created.add(cer_id)
            self._journal.ack("create")
            # One in ten is forged, one in ten signed out of turn, from the first ones on.
            if len(self._journal.created) % 10 == 2:
                await self._forge(cer_id, dossier_id)
            elif len(self._journal.created) % 10 == 4:
                await self._sign_out_of_turn(referent, cer_id, dossier_id)
            await self._submit(referent, cer_id)
            await asyncio.sleep(WRITER_PAUSE)
        self._writers_left -= 1

    async def _submit(self, referent: Client, cer_id: UUID) -> None:
        await referent.post("contracts", f"/cers/{cer_id}/submission")
        self._journal.submitted.add(cer_id)
        self._journal.ack("submit")
        self._submitted.put_nowait(cer_id)

    async def _forge(self, cer_id: UUID, dossier_id: UUID) -> None:
        """A forged decision arrives before the CER is submitted: what is genuine has to wait behind it."""
        self._journal.victims.add(cer_id)
        await self._planter.forged_decision(cer_id, dossier_id)

    async def _sign_out_of_turn(self, referent: Client, cer_id: UUID, dossier_id: UUID) -> None:
        """The edition comes before the request; then the attempt is given up, and its edition comes again."""
        early = await self._planter.edition(cer_id, dossier_id, attempt=1)
        body = draft({}) | {"accord": "nc"}
        seen = await referent.get("contracts", f"/cers/{cer_id}")
        await self._save(referent, cer_id, body, seen.headers["etag"])
        await referent.post("contracts", f"/cers/{cer_id}/signature")
        self._journal.ack("prepare_signature")
        if early:
            self._journal.halves.add(cer_id)
        while True:
            seen = await referent.get("contracts", f"/cers/{cer_id}")
            if seen.json()["signing"]["state"] in {"none", "signed"}:
                break
            try:
                await referent.delete("contracts", f"/cers/{cer_id}/signature", seen.headers["etag"])
            except Refused:
                continue
            self._journal.ack("cancel_signature")
            break
        if await self._planter.edition(cer_id, dossier_id, attempt=1):
            self._journal.superseded.add(cer_id)
        seen = await referent.get("contracts", f"/cers/{cer_id}")
        await self._save(referent, cer_id, body | {"accord": "oui"}, seen.headers["etag"])

    async def _save(self, referent: Client, cer_id: UUID, body: dict[str, Any], etag: str) -> None:
        """A PUT whose answer was lost may have been done: then its version has moved on and the accord is there."""
        while True:
            try:
                await referent.put("contracts", f"/cers/{cer_id}", body, etag)
            except Refused as refusal:
                if refusal.status != 412:
                    raise
                seen = await referent.get("contracts", f"/cers/{cer_id}")
                if seen.json()["accord"] == body["accord"]:
                    return
                etag = seen.headers["etag"]
            else:
                self._journal.ack("revise")
                return

    async def _decide(self, insertion: Client, chefs: list[Client]) -> None:
        while True:
            try:
                cer_id = self._submitted.get_nowait()
            except asyncio.QueueEmpty:
                if self._writers_left == 0:
                    return
                await asyncio.sleep(0.05)
                continue
            study = await self._study(insertion, cer_id)
            await self._route(insertion, study["id"])
            await self._race(chefs, cer_id, study["id"])

    async def _study(self, insertion: Client, cer_id: UUID) -> dict[str, Any]:
        while True:
            found = (await insertion.get("validation", "/studies", cer_id=str(cer_id))).json()["studies"]
            if found:
                study: dict[str, Any] = found[0]
                return study
            await asyncio.sleep(0.1)

    async def _route(self, insertion: Client, study_id: str) -> None:
        path = f"/studies/{study_id}"
        etag = (await insertion.get("validation", path)).headers["etag"]
        try:
            await insertion.post("validation", f"{path}/chef-de-service", etag=etag)
        except Refused as refusal:
            self.faults.append(f"routing was refused: {refusal} {refusal.code}")
            return
        self._journal.ack("route")

    async def _race(self, chefs: list[Client], cer_id: UUID, study_id: str) -> None:
        """One decides, and every fifth time two at the same moment, who do not agree."""
        alone = cer_id in self._journal.victims or self._dice.random() > 0.2
        outcomes = ["valide"] if alone else ["valide", "non_valide"]
        done = await asyncio.gather(
            *(self._try(chef, study_id, outcome) for chef, outcome in zip(chefs, outcomes, strict=False))
        )
        accepted = [outcome for outcome in done if outcome is not None]
        if not accepted:
            self.faults.append(f"nobody could decide {cer_id}")
            return
        self._journal.decided[cer_id] = accepted[0]
        self._journal.ack("decide")
        if len(accepted) > 1:
            self._journal.second_decisions.add(cer_id)

    async def _try(self, chef: Client, study_id: str, outcome: str) -> str | None:
        path = f"/studies/{study_id}"
        etag = (await chef.get("validation", path)).headers["etag"]
        decision = {"outcome": outcome, "comment": "Décision prise pendant l'essai.", "motives": ["Motif d'essai"]}
        try:
            await chef.post("validation", f"{path}/decision", decision, etag)
        except Refused:
            return None
        return outcome
