"""A CER filled on paper: its scan in the dossier that the agent chooses, with the serial of its sheet."""

import pytest

from services.contracts.domain.files.model import Kind
from tests.builders import scans as a
from tests.integration.contracts.conftest import Contracts
from tests.integration.contracts.filing import Filing

pytestmark = pytest.mark.integration


async def test_the_scan_of_a_cer_vierge_has_its_serial_and_a_copy_of_the_sheet_the_same(contracts: Contracts) -> None:
    filing = Filing(contracts)
    dossier = await contracts.accompanied()
    for content in (a.encoded(a.turned(180), "PDF"), a.encoded(a.turned(90), "JPEG")):
        file = await filing.added(dossier, content, kind=Kind.CER_PAPIER)
        assert file["serial"] == str(a.SERIAL)
        assert (await filing.read(file))["serial"] == str(a.SERIAL)


async def test_without_a_code_that_can_be_read_it_is_added_all_the_same(contracts: Contracts) -> None:
    file = await Filing(contracts).added(await contracts.accompanied(), a.encoded(a.sheet()), kind=Kind.CER_PAPIER)
    assert file["serial"] is None


async def test_only_a_cer_on_paper_is_looked_at(contracts: Contracts) -> None:
    file = await Filing(contracts).added(await contracts.accompanied(), a.encoded(a.sheet(str(a.SERIAL))))
    assert file["serial"] is None


async def test_the_sheets_of_two_persons_are_not_one_file(contracts: Contracts) -> None:
    filing, dossier = Filing(contracts), await contracts.accompanied()
    both = a.encoded(a.sheet(str(a.SERIAL)), "PDF", append_images=[a.sheet(str(a.OTHER))])
    refused = await filing.upload(dossier, both, kind=Kind.CER_PAPIER)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:cer:problem:file-several-serials")
    assert "séparément" in refused.json()["detail"]
