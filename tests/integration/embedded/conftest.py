"""One set of backing components for the tests of this folder."""

from collections.abc import Iterator

import pytest

from deploy.embedded.backing import Backing, start_backing


@pytest.fixture(scope="package")
def backing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backing]:
    with start_backing(tmp_path_factory.mktemp("embedded"), idp=True, outbox=True) as running:
        yield running
