"""What must stay where it is stays there, whatever goes wrong: canaries are let loose, then looked for everywhere."""

import re
from dataclasses import dataclass
from uuid import uuid4

import pytest

from deploy.journey.client import wait_for
from deploy.journey.steps import FLOW, MAIL
from deploy.journey.system import Running
from tests.journeys import mishaps, straws
from tests.journeys.callers import Caller, Tokens
from tests.journeys.canaries import CANARIES, COMMENT, EXPRESSION, NOTE, NOTE_REFERENT, TEXTS
from tests.journeys.casework import Casework
from tests.journeys.conftest import Done
from tests.journeys.mishaps import Typed
from tests.journeys.straws import Straw, digits, found, opened, word

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Haystack:
    """All that the system keeps or shows once everything went wrong, sealed blocks opened."""

    straws: list[Straw]
    codes: tuple[Typed, ...]

    def where(self, *needles: str) -> set[str]:
        """Where any of these words lies."""
        return {place for needle in needles for place in found(word(needle), self.straws)}


@pytest.fixture(scope="module")
async def haystack(main_job: Done, referent: Caller, insertion: Caller, chef: Caller, tokens: Tokens) -> Haystack:
    """The main job and the mishaps, then all that they left."""
    running = main_job.running
    casework = Casework(running, referent, "ETA", texts=TEXTS | CANARIES)
    casework.take()
    stranger = Caller(running, tokens.token("referent-sud"))
    await mishaps.around_a_note(casework, insertion)
    typed = await mishaps.around_a_code(casework, stranger)
    await mishaps.around_a_decision(casework, insertion, chef)
    code = main_job.journey.code_of(running.messages("sms", main_job.journey.phone)[0])
    signed = Typed(code, f"/signatures/{main_job.journey.signature_id}/signature", (code,))
    _await_traces(running, referent)
    places = [
        *await straws.topics(running),
        *await straws.databases(running),
        *straws.mails(running),
        *straws.pdfs(running),
        *straws.other_files(running),
        *straws.logs(running),
        *straws.traces(running),
    ]
    return Haystack(list(opened(places, running)), (signed, typed))


def _await_traces(running: Running, caller: Caller) -> None:
    """Spans are written a moment after they end, in order: the last refusal's are there, so are those before."""
    ids = {
        service: caller.send("POST", service, path, {}).json()["trace_id"]
        for service, path in (
            ("contracts", f"/cers/{uuid4()}/submission"),
            ("signature", f"/signatures/{uuid4()}/codes"),
            ("validation", f"/studies/{uuid4()}/decision"),
            ("notifications", f"/messages/{uuid4()}/resend"),
        )
    }

    def written() -> bool | None:
        spans = {straw.where: straw.content for straw in straws.traces(running)}
        return all(one.encode() in spans[f"trace:{service}"] for service, one in ids.items()) or None

    wait_for(written, "les traces")


def test_what_is_looked_for_is_found_where_it_belongs(haystack: Haystack) -> None:
    shown = haystack.where(EXPRESSION)
    decided = haystack.where(COMMENT)

    assert {"database:contracts.cer.texts", "topic:cer.contracts.cer.v1 > content"} <= shown
    assert {"database:contracts.cer.decision", "topic:cer.validation.v1 > decision"} <= decided
    assert sum(where.startswith("pdf:") for where in shown) > sum(where.startswith("pdf:") for where in decided) > 0
    assert haystack.where("http.unforeseen") >= {"log:contracts", "log:signature", "log:validation"}
    assert haystack.where("POST /signatures/{signature_id}/signature") == {"trace:signature"}
    assert "mail:referent-nord@departement.example" in haystack.where("/cers/")


def test_the_note_of_the_commentaire_is_in_the_cer_and_its_past_contents_alone(haystack: Haystack) -> None:
    assert haystack.where(NOTE) == {"database:contracts.cer.note", "database:contracts.cer_revision.changes"}


def test_the_note_referent_is_with_the_decision_alone(haystack: Haystack) -> None:
    sealed = {where for where in haystack.where(NOTE_REFERENT) if where.endswith(" > decision")}

    assert {"topic:cer.validation.v1 > decision", "topic:cer.contracts.cer.v1 > decision"} <= sealed
    assert haystack.where(NOTE_REFERENT) - sealed == {"database:contracts.cer.decision"}


def test_a_code_is_in_its_sms_and_nowhere_else(main_job: Done, haystack: Haystack) -> None:
    # The inside of a PDF has pairs of numbers of three digits: widths of letters.
    texts = [straw for straw in haystack.straws if not straw.where.startswith("pdf objects:")]
    for typed in haystack.codes:
        assert len(found(digits(typed.code), straws.sms(main_job.running))) == 1
        assert found(digits(typed.code), texts) == set()
        assert found(digits(typed.code, gap=""), haystack.straws) == set()


def test_no_plain_fingerprint_gives_a_code_away(haystack: Haystack) -> None:
    for typed in haystack.codes:
        assert haystack.where(*typed.fingerprints) == set()


def test_what_an_edition_shows_is_in_no_log_or_trace(haystack: Haystack) -> None:
    places = {where.split(":")[0] for where in haystack.where(EXPRESSION, COMMENT)}

    assert places.isdisjoint({"log", "trace"})


def test_the_nir_of_the_flow_is_nowhere(haystack: Haystack) -> None:
    numbers = re.findall(r"<NIR>(\d{13})", FLOW.read_text("windows-1252"))

    assert len(numbers) == 3
    assert haystack.where(*numbers) == set()


def test_a_person_is_named_in_clear_in_their_dossier_and_in_what_is_made_for_them(
    main_job: Done, haystack: Haystack
) -> None:
    who = haystack.where("TIFOUR", MAIL, main_job.journey.phone)

    sealed = {where for where in who if where.endswith(" > identity")}
    topics = {"cer.contracts.dossier.v1", "cer.contracts.cer.v1", "cer.signature.v1", "cer.documents.v1"}
    assert {f"topic:{name} > identity" for name in topics} <= sealed
    # The evidence of a signature names the signatory; it lies in the object store, as the signed PDF does.
    made = {where for where in who if where.split(":")[0] in {"pdf", "pdf objects", "mail", "object"}}
    kept = who - sealed - made
    assert "database:contracts.dossier.telephone" in kept
    assert {where.split(".")[1] for where in kept} <= {"dossier", "dossier_history", "name_word"}, kept
    assert {where.split(".")[0] for where in kept} == {"database:contracts"}
