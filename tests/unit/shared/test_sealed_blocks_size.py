"""Sealed blocks hold the longest CER, and say nothing of what does not fit them."""

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey

from shared.events.blocks import Identity, Reason
from shared.events.sealed import Sealed
from shared.security.sealing import ALGORITHMS, BlockNotReadable, KeyRing


def test_a_block_of_hundreds_of_kilobytes_opens() -> None:
    keys = KeyRing.generate("reason")
    long = Reason(text="é" * 300_000)
    assert keys.open(Reason, Sealed(token=keys.seal(long))) == long


def test_a_block_of_another_form_is_refused_without_its_values() -> None:
    key = ECKey.generate_key("P-256", {"kid": "identity-1"})
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": "identity-1"}
    token = jwe.encrypt_compact(header, b'{"prenom": ["CANARI"]}', key, algorithms=ALGORITHMS)
    with pytest.raises(BlockNotReadable) as refused:
        KeyRing({}, {"identity": [key]}).open(Identity, Sealed(token=token))
    assert "CANARI" not in str(refused.value)
    assert refused.value.__cause__ is None
