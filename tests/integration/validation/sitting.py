"""Commission sessions driven over HTTP: the insertion service prepares, convenes, holds and closes them."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from shared.kernel.clock import FixedClock
from shared.security.principal import Role
from tests.builders.session_events import SITS_AT
from tests.integration.validation.conftest import Validation

_keys = count()

PRESIDENT = {"agent_id": "member-1", "full_name": "Alix Tanargue", "quality": "Présidente", "chair": True}
MEMBER = {"agent_id": "member-2", "full_name": "Sacha Volane", "quality": "Mission locale"}
GUEST = {"full_name": "Maé Bourges", "quality": "Personne concernée"}


@dataclass
class Sitting:
    """One session, at the version that was answered last."""

    validation: Validation
    id: str
    version: int
    members: list[str] = field(default_factory=list)

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Acts on the session as the insertion service; the version follows."""
        answer = await self.try_(method, path, body, **headers)
        assert answer.status_code == 200, answer.text
        if "etag" in answer.headers:
            self.version = int(answer.headers["etag"].strip('"'))
        return answer

    async def try_(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """The same, whatever the answer: nothing follows."""
        given = {"If-Match": f'"{self.version}"', "Idempotency-Key": f"sitting-{next(_keys)}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        issuer = self.validation.issuer.headers(Role.SERVICE_INSERTION, "agent-rieutord")
        return await self.validation.client.request(
            method, f"/sessions/{self.id}{path}", json=body, headers=issuer | given
        )

    async def add(self, *studies: str) -> None:
        """Puts CERs on the agenda."""
        await self.send("POST", "/items", {"studies": list(studies)})

    async def convene(self) -> None:
        await self.send("POST", "/convening")

    async def open(self, present: int | None = None) -> None:
        """With so many members present; all by default."""
        seen = await self.read()
        self.members = [one["id"] for one in seen["members"]]
        await self.send("POST", "/opening", {"present": self.members[:present]})

    async def say(self, study: str, opinion: str = "favorable", **more: Any) -> httpx.Response:
        """An opinion."""
        return await self.send("POST", f"/items/{study}/opinion", {"opinion": opinion, **more})

    async def read(self, role: Role = Role.SERVICE_INSERTION, subject: str = "agent-rieutord") -> dict[str, Any]:
        """The session as an agent sees it."""
        answer = await self.get(role, subject)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def get(self, role: Role, subject: str) -> httpx.Response:
        headers = self.validation.issuer.headers(role, subject)
        return await self.validation.client.get(f"/sessions/{self.id}", headers=headers)

    async def agenda(self) -> list[str]:
        """The studies of the agenda, in its order."""
        return [one["study_id"] for one in (await self.read())["items"] if one["ending"] is None]


async def prepared(validation: Validation, kind: str = "ep", **changes: Any) -> Sitting:
    """A session of today in preparation, with two agents and a guest."""
    validation.app.state.clock = FixedClock(SITS_AT)
    body = {"kind": kind, "at": SITS_AT.isoformat(), "place": "Maison du Département, Aubenas"}
    body |= {"members": [PRESIDENT, MEMBER, GUEST]} | changes
    answer = await validation.post("/sessions", body, Role.SERVICE_INSERTION)
    assert answer.status_code == 201, answer.text
    return Sitting(validation, answer.json()["id"], answer.json()["version"])


async def in_commission(validation: Validation, kind: str = "ep", **changes: Any) -> str:
    """The study of a CER that waits for a commission."""
    ids = {"cer_id": uuid4(), "dossier_id": uuid4()}
    study = await validation.open_study(**(ids | changes))
    answer = await validation.post(
        f"/studies/{study['id']}/commission", {"kind": kind}, Role.SERVICE_INSERTION, If_Match=f'"{study["version"]}"'
    )
    assert answer.status_code == 200, answer.text
    return str(study["id"])


async def opened(validation: Validation, cers: int = 1, **changes: Any) -> tuple[Sitting, list[str]]:
    """An open session with so many CERs on its agenda, all members present."""
    sitting = await prepared(validation, **changes)
    studies = [await in_commission(validation) for _ in range(cers)]
    await sitting.add(*studies)
    await sitting.convene()
    await sitting.open()
    return sitting, studies


async def study_version(validation: Validation, study: str) -> int:
    """Where the study stands."""
    return int((await validation.get(f"/studies/{study}")).json()["version"])


async def act_on_study(validation: Validation, study: str, act: str, body: dict[str, Any]) -> httpx.Response:
    """What is done to a study by itself."""
    version = f'"{await study_version(validation, study)}"'
    return await validation.post(f"/studies/{study}/{act}", body, Role.SERVICE_INSERTION, If_Match=version)


def later(days: int = 14) -> str:
    """A day after that of the session."""
    return (SITS_AT + timedelta(days=days)).isoformat()
