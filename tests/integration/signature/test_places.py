"""A request follows its dossier: who accompanies the person now has it signed."""

import pytest

from shared.events.contracts import DossierChanged
from shared.security.principal import Role
from tests.builders.events import REFERENT_ID, sample
from tests.builders.signature import ATTEMPT_ID
from tests.integration.signature.conftest import Signature

pytestmark = pytest.mark.integration

NEW = "referent-tanargue"


async def test_the_new_referent_acts_on_a_request_and_the_former_one_does_not_find_it(signature: Signature) -> None:
    await signature.open()
    moved = {"territory": "privas", "referent_id": NEW, "changed": ("territory", "referent_id")}

    assert await signature.hear(sample(DossierChanged, aggregate_version=3, **moved)) == "done"

    assert (await signature.post("refusal", {}, subject=REFERENT_ID, territory="nord")).status_code == 404
    path = f"/signatures/{ATTEMPT_ID}"
    assert (await signature.get(path, subject="a-colleague", territory="privas")).status_code == 200
    assert (await signature.get(path, Role.REFERENT, REFERENT_ID, territory="nord")).status_code == 404
    assert (await signature.post("refusal", {}, subject=NEW, territory="ailleurs")).status_code == 200
