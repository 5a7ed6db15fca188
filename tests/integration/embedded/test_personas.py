"""Every persona gets tokens that the services accept, by script and by browser."""

from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from deploy.embedded.backing import Backing
from deploy.embedded.personas import PERSONAS, TERRITORIES, Persona
from shared.security.principal import Role
from shared.security.tokens import NotAuthenticated, TokenVerifier

pytestmark = pytest.mark.integration

CALLBACK = "http://127.0.0.1:1/callback"

every_persona = pytest.mark.parametrize("persona", PERSONAS.values(), ids=PERSONAS)


async def _check(backing: Backing, token: str, persona: Persona) -> None:
    verifier = TokenVerifier(backing.idp.issuer, "cer")
    principal = await verifier.principal(token)
    await verifier.close()

    assert principal.subject == persona.id
    assert principal.role == persona.role
    assert principal.full_name == persona.name
    assert principal.mail == persona.email
    assert principal.quality == persona.quality
    assert principal.territory == persona.territory


@every_persona
async def test_a_script_gets_a_token(backing: Backing, persona: Persona) -> None:
    await _check(backing, backing.idp.token(persona.id), persona)


@every_persona
async def test_a_browser_gets_the_same(backing: Backing, persona: Persona) -> None:
    client = httpx.AsyncClient(base_url=f"{backing.idp.issuer}/")
    wanted = {"client_id": "cer", "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid", "state": "s"}

    page = await client.get("authorize", params=wanted)
    assert f'name="username" value="{persona.id}"' in page.text
    sent_back = await client.post("authorize", params=wanted, data={"username": persona.id})
    (code,) = parse_qs(urlsplit(sent_back.headers["location"]).query)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    answer = await client.post("token", data={**form, "client_id": "cer", "client_secret": "x"})
    await client.aclose()

    await _check(backing, answer.json()["access_token"], persona)


async def test_someone_else_gets_nothing_that_is_accepted(backing: Backing) -> None:
    form = {"grant_type": "client_credentials", "client_id": "nobody", "client_secret": "x"}
    async with httpx.AsyncClient() as client:
        token = (await client.post(f"{backing.idp.issuer}/token", data=form)).json()["access_token"]

    verifier = TokenVerifier(backing.idp.issuer, "cer")
    with pytest.raises(NotAuthenticated):
        await verifier.principal(token)
    await verifier.close()


async def test_tokens_outlive_a_restart(backing: Backing) -> None:
    token = backing.idp.token("admin")

    backing.idp.kill()
    backing.idp.restart()

    await _check(backing, token, PERSONAS["admin"])


def test_an_unknown_persona_is_refused(backing: Backing) -> None:
    with pytest.raises((KeyError, HTTPError)):
        backing.idp.token("inconnu")


def test_every_role_has_a_persona_in_each_territory_that_it_has() -> None:
    found = {(persona.role, persona.territory) for persona in PERSONAS.values()}
    local = {Role.REFERENT, Role.SECRETARIAT}

    assert found == {(role, place) for role in local for place in TERRITORIES} | {
        (role, None) for role in Role if role not in local
    }
