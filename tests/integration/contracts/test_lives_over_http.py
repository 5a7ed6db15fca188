"""The same lives on the whole service: HTTP, events in, PostgreSQL. `make states` runs the long form."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.signing import give_up_overdue
from shared.events.documents import EditionFailed
from shared.events.envelope import Event
from shared.events.signature import (
    SignatureCompleted,
    SignatureExpired,
    SignatureFailed,
    SignatureOpened,
    SignatureRefused,
    SignatureVoided,
)
from shared.events.validation import (
    CerDecided,
    CerReturnedForComplement,
    CerSentToChefDeService,
    CerSentToCommission,
    CerTakenBack,
    StudyOpened,
)
from shared.runtime.roles import ProcessRole
from tests.builders.lives import OK, REFUSED, Life, Lives
from tests.builders.tokens import Issuer
from tests.integration.contracts.conftest import COMPLETE, Contracts, contracts_at
from tests.integration.contracts.test_signing import of as of_attempt
from tests.integration.contracts.test_study import of as of_submission

pytestmark = pytest.mark.integration

RUNS, STEPS = int(os.environ.get("CER_STATES_HTTP_RUNS", "6")), 25

SIGNATURE: dict[str, type[Event]] = {
    "opened": SignatureOpened,
    "completed": SignatureCompleted,
    "edition_failed": EditionFailed,
    "refused": SignatureRefused,
    "expired": SignatureExpired,
    "failed": SignatureFailed,
    "voided": SignatureVoided,
}
STUDY: dict[str, Any] = {
    "study_opened": StudyOpened,
    "to_commission": CerSentToCommission,
    "to_chef": CerSentToChefDeService,
    "taken_back": CerTakenBack,
    "returned": CerReturnedForComplement,
    "decided": CerDecided,
}
_matricules = count(1_000_000)


class Service:
    """One CER of the running service."""

    def __init__(self, contracts: Contracts, run: Callable[[Awaitable[Any]], Any]) -> None:
        self.contracts, self.run = contracts, run

    def begin(self) -> None:
        """A new person, and their CER."""
        self.run(self._begin())

    async def _begin(self) -> None:
        dossier = await self.contracts.accompanied(str(next(_matricules)))
        self.cer = await self.contracts.cer(dossier, situation="texte 0", priority=None)
        self.path = f"/cers/{self.cer['id']}"

    def do(self, step: str, **args: Any) -> str:
        """How the step ends."""
        if "attempt" in args or "submission" in args:
            return str(self.run(self._told(step, **args)))
        return str(self.run(self._acted(step, **args)))

    async def _told(self, step: str, **args: Any) -> str:
        if "attempt" in args:
            changes = {"expires_at": self.contracts.clock.now() + timedelta(hours=24)} if step == "opened" else {}
            event = of_attempt(self.cer, SIGNATURE[step], args["attempt"], **changes)
        else:
            event = of_submission(self.contracts, self.cer, STUDY[step], **args)
        ending = await self.contracts.hear(event)
        # An operator drops what was parked: what follows is not held back.
        async with self.contracts.database.begin() as uow:
            await uow.session.execute(text("DELETE FROM parked_event"))
        return OK if ending == "done" else ending

    async def _acted(self, step: str, **args: Any) -> str:
        if step == "deadline":
            self.contracts.clock.instant += timedelta(hours=26)
            await give_up_overdue(self.contracts.database, stores_of, self.contracts.clock)
            return OK
        now = await self.contracts.read(self.cer)
        version = now["version"]
        requests: dict[str, tuple[str, str, Any, int | None]] = {
            "save": ("PUT", self.path, self._body(**args) if step == "save" else None, version),
            "late_save": ("PUT", self.path, {**COMPLETE, "situation": "trop tard"}, version - 1),
            "prepare": ("POST", f"{self.path}/signature", None, None),
            "cancel": ("DELETE", f"{self.path}/signature", None, version),
            "reopen": ("POST", f"{self.path}/reopening", {"reason": "Une erreur."}, None),
            "submit": ("POST", f"{self.path}/submission", None, None),
            "set_dernier_contrat": (
                "PUT",
                f"{self.path}/dernier-contrat",
                {"dernier_contrat": args.get("value")},
                version,
            ),
            "read_decision": ("POST", f"{self.path}/decision/reading", None, None),
            "delete": ("DELETE", self.path, None, version),
        }
        method, path, body, seen = requests[step]
        answer = await self.contracts.send(method, path, body, version=seen)
        assert answer.status_code in {200, 201, 202, 204, 409, 412}, answer.text
        if answer.status_code == 412:
            assert answer.json()["conflict"]["kept_version"] == version
        return OK if answer.status_code < 300 else REFUSED

    def _body(self, text: str, tick: str, priority: str | None) -> dict[str, Any]:
        dernier = self.last.dernier_contrat
        return {**COMPLETE, "situation": text, "accord": tick, "priority": priority, "dernier_contrat": dernier}

    def life(self) -> Life:
        """What is seen of it over HTTP, and how many lines its history has."""
        now: Life = self.run(self._life())
        self.last = now
        return now

    async def _life(self) -> Life:
        now = await self.contracts.read(self.cer)
        lines = await self.contracts.scalar(
            "SELECT count(*) FROM cer_history WHERE cer_id = :cer", cer=UUID(self.cer["id"])
        )
        return Life(
            state=now["state"],
            signing=now["signing"]["state"],
            attempt=now["signing"]["attempt"],
            submission=now["submission"],
            accord="_".join(part for part in (now["accord"], now["accord_origin"]) if part),
            text=now["situation"],
            priority=now["priority"],
            dernier_contrat=now["dernier_contrat"],
            revision=now["revision"],
            version=now["version"],
            outcome=now["decision"]["outcome"] if now["decision"] else None,
            read=now["decision_read_at"] is not None,
            lines=lines,
        )


@pytest.fixture
def service(service_database_url: str, tmp_path: Path) -> Iterator[Service]:
    """The service in a loop of its own, which the machine drives step by step."""
    with asyncio.Runner() as runner:
        issuer = Issuer()
        running = contracts_at(service_database_url, tmp_path, "127.0.0.1:1", frozenset({ProcessRole.API}), issuer)
        contracts = runner.run(running.__aenter__())

        async def awaited(one: Awaitable[Any]) -> Any:
            return await one

        yield Service(contracts, lambda one: runner.run(awaited(one)))
        runner.run(running.__aexit__(None, None, None))
        runner.run(issuer.verifier.close())


def test_any_steps_in_any_order_leave_the_service_as_the_model_says(service: Service) -> None:
    class ServiceLives(Lives):
        def __init__(self) -> None:
            self.driver = service
            super().__init__()

    run_state_machine_as_test(
        ServiceLives,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
