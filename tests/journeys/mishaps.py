"""Everything goes wrong around a note, a code and a note référent: refused bodies, lost SMS, a database that fails."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import httpx

from deploy.embedded.databases import database_secret
from deploy.journey.client import wait_for
from deploy.journey.steps import draft
from deploy.journey.system import Running
from tests.fixtures.topics import until
from tests.journeys.callers import Caller, refused
from tests.journeys.canaries import CANARIES, NOTE, NOTE_REFERENT
from tests.journeys.casework import MAIL, Casework
from tests.journeys.straws import digits


@dataclass(frozen=True)
class Typed:
    """A code, where it was typed, and how."""

    code: str
    path: str
    written: tuple[str, ...]

    @property
    def fingerprints(self) -> set[str]:
        """Plain ones, by which six digits could be found again: of the code, of the body that carried it, and of the
        request as idempotency keys take it.
        """
        bodies = [httpx.Request("POST", "http://service.test", json={"code": one}).content for one in self.written]
        requests = [f"POST {self.path}\n".encode() + body for body in bodies]
        return {hashlib.sha256(part).hexdigest() for part in (self.code.encode(), *bodies, *requests)}


@asynccontextmanager
async def planted(running: Running, service: str, table: str, condition: str) -> AsyncIterator[None]:
    """Has a service's database refuse rows that it took before, as nothing foresees; PostgreSQL quotes them whole."""
    connection = await asyncpg.connect(running.state.secret(database_secret(service)).replace("+asyncpg", ""))
    await connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT planted CHECK ({condition}) NOT VALID")
    try:
        yield
    finally:
        await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT planted")
        await connection.close()


async def around_a_note(casework: Casework, insertion: Caller) -> None:
    """The commentaire's note is sent in every wrong way; no answer repeats it, save what its author tried to save."""
    path, sent = f"/dossiers/{casework.dossier_id}/cers", draft(casework.texts)
    note, referent = CANARIES["note"], casework.referent
    answers = [
        referent.post("contracts", path, {**sent, "note": note * 50}),
        referent.post("contracts", path, {**sent, "note": [note]}),
        referent.post("contracts", path, {**sent, "nature": note}),
        referent.post("contracts", path, {**sent, "priority": NOTE}),
        referent.post("contracts", path, {**sent, "autre": note}),
        referent.post("contracts", path, content=b'{"note": "' + note.encode()),
        referent.post("contracts", path, content=b'{"note": "' + note.encode("latin-1") + b'"}'),
    ]
    assert [answer.status_code for answer in answers] == [422] * len(answers)
    answers.append(insertion.post("contracts", path, sent))
    answers.append(referent.send("POST", "contracts", path, sent))
    answers.append(Caller(casework.running).post("contracts", path, sent))
    assert [answer.status_code for answer in answers[7:]] == [403, 400, 401]
    late = referent.send("PUT", "contracts", f"/cers/{casework.cer()['id']}", sent, etag='"0"')
    refused(late, 412, "race-lost", "rechargez")
    assert NOTE in late.json()["conflict"]["sent"]["note"]
    async with planted(casework.running, "contracts", "cer", f"note NOT LIKE '%{NOTE}%'"):
        answers.append(referent.post("contracts", path, sent))
    refused(answers[-1], 500, "unforeseen", "la référence au support")
    assert not any(NOTE in answer.text for answer in answers)


async def around_a_code(casework: Casework, stranger: Caller) -> Typed:
    """A code whose SMS arrives although its sending failed is typed in every wrong way, then right, then again."""
    signature = casework.signing(casework.cer()["id"])
    casework.read_pages(signature)
    _faults(casework.running, sms="accept-then-drop")
    casework.referent.post("signature", f"{signature}/codes").raise_for_status()
    _faults(casework.running, sms="ok")
    code, path, referent = casework.code(), f"{signature}/signature", casework.referent
    grouped = f" {code[:3]} {code[3:]} "
    answers = [
        referent.post("signature", path, {"code": int(code)}),
        referent.post("signature", path, {"code": code, "autre": code}),
        referent.post("signature", path, {"code": [code]}),
        referent.post("signature", path, content=b'{"code": "' + code.encode()),
        referent.post("signature", path, content=b'{"code": "' + code.encode() + b'\xe9"}'),
    ]
    assert [answer.status_code for answer in answers] == [422] * len(answers)
    answers += [
        referent.send("POST", "signature", path, {"code": code}),
        Caller(casework.running).post("signature", path, {"code": code}),
        stranger.post("signature", path, {"code": code}),
        referent.post("signature", path, {"code": f"{(int(code) + 1) % 1_000_000:06d}"}),
    ]
    assert [answer.status_code for answer in answers[5:]] == [400, 401, 404, 422]
    referent.get("signature", f"{signature}?code={code}").raise_for_status()
    async with planted(casework.running, "signature", "signature_request", "tries < 2"):
        answers.append(referent.post("signature", path, {"code": code}))
    refused(answers[-1], 500, "unforeseen", "la référence au support")
    answers.append(referent.post("signature", path, {"code": grouped}).raise_for_status())
    wait_for(lambda: casework.running.messages("mail", MAIL) or None, "le mail avec le PDF scellé")
    answers.append(referent.post("signature", path, {"code": code}))
    refused(answers[-1], 409, "impossible-move", "Rechargez la page du CER")
    assert not any(digits(code).search(answer.content) for answer in answers)
    return Typed(code, path, (code, grouped))


async def around_a_decision(casework: Casework, insertion: Caller, chef: Caller) -> None:
    """A note référent is sent in every wrong way; then the decision is right, and contracts cannot store it."""
    study = casework.study(casework.submitted()["id"], insertion)
    etag = insertion.get("validation", study).headers["etag"]
    seen = insertion.post("validation", f"{study}/chef-de-service", etag=etag).raise_for_status().headers["etag"]
    note, path = CANARIES["note_referent"], f"{study}/decision"
    right = {"outcome": "valide", "comment": "Objectifs cohérents.", "note_referent": note}
    answers = [
        chef.post("validation", path, {**right, "outcome": note}, etag=seen),
        chef.post("validation", path, {**right, "note_referent": note * 500}, etag=seen),
        chef.post("validation", path, {**right, "outcome": "non_valide", "comment": " "}, etag=seen),
        chef.post("validation", path, {**right, "date_debut": "2026-01-01"}, etag=seen),
        chef.post("validation", path, right),
        chef.post("validation", path, right, etag='"0"'),
        insertion.post("validation", path, right, etag=seen),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 428, 412, 403]
    async with planted(casework.running, "validation", "decision", "outcome = ''"):
        answers.append(chef.post("validation", path, right, etag=seen))
    refused(answers[-1], 500, "unforeseen", "la référence au support")
    async with planted(casework.running, "contracts", "cer", f"decision::text NOT LIKE '%{NOTE_REFERENT}%'"):
        answers.append(chef.post("validation", path, right, etag=seen).raise_for_status())
        await _parked(casework.running, answers[-1].json()["cer_id"])
    assert not any(NOTE_REFERENT in answer.text for answer in answers)


def _faults(running: Running, **faults: str) -> None:
    httpx.post(f"{running.state.addresses['outbox']}/faults", json=faults).raise_for_status()


async def _parked(running: Running, cer_id: str) -> None:
    """Waits until contracts has given up the event and shows it to operators."""
    connection = await asyncpg.connect(running.state.secret(database_secret("contracts")).replace("+asyncpg", ""))
    query = "SELECT count(*) FROM parked_event WHERE key = $1"

    async def shown() -> bool:
        return bool(await connection.fetchval(query, cer_id.encode()))

    await until(shown)
    await connection.close()
