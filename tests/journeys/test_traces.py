"""One trace for each action, carried across Kafka to whatever follows from it, and nobody in it."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from deploy.journey.client import wait_for
from deploy.journey.steps import MAIL
from tests.journeys import straws
from tests.journeys.callers import Caller
from tests.journeys.conftest import Done
from tests.journeys.straws import found, word

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

Span = dict[str, Any]

SIGNING = "Processus de signature"
DECIDING = "Le chef de service décide"


def spans(done: Done) -> Iterator[tuple[str, Span]]:
    """Each span with its service."""
    for straw in straws.traces(done.running):
        for line in straw.content.splitlines():
            yield straw.where.removeprefix("trace:"), json.loads(line)


def of_step(done: Done, words: str) -> list[tuple[str, Span]]:
    """The spans of a step, by service."""
    trace_id = f"0x{done.step(words).trace_id}"
    return [(service, span) for service, span in spans(done) if span["context"]["trace_id"] == trace_id]


def acts(done: Done, words: str) -> set[tuple[str, str]]:
    """What each service did in the trace of a step."""
    return {(service, span["name"]) for service, span in of_step(done, words)}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            SIGNING,
            {
                ("contracts", "POST /cers/{cer_id}/signature"),
                ("documents", "process cer.contracts.cer.v1"),
                ("documents", "work render"),
                ("signature", "process cer.contracts.cer.v1"),
                ("signature", "process cer.documents.v1"),
                ("contracts", "process cer.signature.v1"),
                ("notifications", "process cer.signature.v1"),
            },
        ),
        (
            "Le référent le passe à l'état soumis",
            {
                ("contracts", "POST /cers/{cer_id}/submission"),
                ("validation", "process cer.contracts.cer.v1"),
                ("contracts", "process cer.validation.v1"),
            },
        ),
        (
            "La personne reçoit un code",
            {
                ("signature", "POST /signatures/{signature_id}/signature"),
                ("signature", "work seal"),
                ("contracts", "process cer.signature.v1"),
                ("notifications", "process cer.signature.v1"),
                ("notifications", "work mail"),
            },
        ),
        (
            DECIDING,
            {
                ("validation", "POST /studies/{study_id}/decision"),
                ("contracts", "process cer.validation.v1"),
                ("documents", "process cer.contracts.cer.v1"),
                ("documents", "work render-later"),
                ("signature", "process cer.contracts.cer.v1"),
                ("notifications", "process cer.documents.v1"),
                ("notifications", "work mail"),
            },
        ),
    ],
)
def test_an_action_is_one_trace_in_every_service_that_it_reaches(
    main_job: Done, step: str, expected: set[tuple[str, str]]
) -> None:
    wait_for(lambda: expected <= acts(main_job, step) or None, f"les traces : {expected}", seconds=30)


@pytest.mark.parametrize("step", [SIGNING, DECIDING])
def test_what_follows_hangs_on_what_it_follows_from(main_job: Done, step: str) -> None:
    found_here = of_step(main_job, step)
    known = {span["context"]["span_id"] for _, span in found_here}

    loose = [span["name"] for _, span in found_here if span["parent_id"] not in known]

    # What came from outside hangs on the caller's span; all else on a span of ours.
    assert loose
    assert all(name.split()[0] in {"GET", "POST", "PUT"} for name in loose)


def test_nobody_is_named_in_a_log_or_a_trace(main_job: Done, referent: Caller) -> None:
    name, phone = "TIFOUR", main_job.journey.phone
    searched = referent.get("contracts", f"/dossiers?name={name}&matricule=205599000000000")
    assert name in searched.text
    missing = referent.get("contracts", f"/dossiers/{uuid4()}").json()["trace_id"]
    wait_for(lambda: found(word(missing), straws.traces(main_job.running)) or None, "les traces", seconds=30)
    kept = [*straws.traces(main_job.running), *straws.logs(main_job.running)]

    assert found(word(main_job.journey.cer_id), kept) >= {"trace:contracts", "trace:validation"}
    national = f"0{phone[3:]}"
    pairs = " ".join(national[start : start + 2] for start in range(0, 10, 2))
    for who in (name, MAIL, MAIL.split("@")[0], phone, national, pairs, "205599000000000", "Camille Vernoux"):
        assert found(word(who), kept) == set(), who
