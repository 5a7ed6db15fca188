"""What the system refuses, and how it says it: stable types for programs, a way out in French for agents."""

from typing import Any
from uuid import uuid4

import pytest

from deploy.journey.steps import draft
from deploy.journey.system import Running
from tests.journeys.callers import Caller, Tokens, fields, refused
from tests.journeys.casework import Casework
from tests.journeys.conftest import Done

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

TO_SIGN = {"date_signature", "date_debut", "situation", "evaluation", "objectives", "expression"}


@pytest.fixture(scope="module")
def casework(main_job: Done, referent: Caller) -> Casework:
    """A dossier that the flow of the main job brought, on which nothing else happens."""
    made = Casework(main_job.running, referent, "NOEL")
    made.take()
    return made


@pytest.fixture(scope="module")
def submitted(casework: Casework) -> dict[str, Any]:
    """A CER that the référent has submitted."""
    return casework.submitted()


@pytest.fixture(scope="module")
def decided(casework: Casework, insertion: Caller, chef: Caller) -> tuple[str, str]:
    """The path of a study that the chef de service has decided, and its version now."""
    study = casework.study(casework.submitted()["id"], insertion)
    etag = insertion.get("validation", study).headers["etag"]
    routed = insertion.post("validation", f"{study}/chef-de-service", etag=etag).raise_for_status()
    decision = {"outcome": "valide", "comment": "Objectifs cohérents."}
    done = chef.post("validation", f"{study}/decision", decision, etag=routed.headers["etag"]).raise_for_status()
    return study, done.headers["etag"]


class TestWriting:
    def test_signing_without_the_persons_expression(self, casework: Casework) -> None:
        cer = casework.cer(expression="")
        answer = casework.referent.post("contracts", f"/cers/{cer['id']}/signature")
        problem = refused(answer, 409, "cer-incomplete", "Complétez le CER avant la signature.")
        assert fields(problem) == {"expression": "missing"}
        assert "ne souhaite rien exprimer" in problem["errors"][0]["message"]

    @pytest.mark.parametrize(
        ("changes", "missing", "advice"),
        [
            ({"objectives": []}, {"objectives": "missing"}, "Ajoutez au moins un objectif."),
            ({"priority": None}, {"priority": "missing"}, "Choisissez la priorité."),
            ({"accord": "nc"}, {"accord": "accord-nc"}, "Recueillez l'accord de la personne"),
        ],
    )
    def test_submitting_without(
        self, casework: Casework, changes: dict[str, Any], missing: dict[str, str], advice: str
    ) -> None:
        cer = casework.cer(**{"accord": "oui"} | changes)
        answer = casework.referent.post("contracts", f"/cers/{cer['id']}/submission")
        problem = refused(answer, 409, "cer-incomplete", "Complétez le CER avant de le soumettre.")
        assert fields(problem) == missing
        assert advice in problem["errors"][0]["message"]

    def test_all_that_is_missing_is_said_at_once(self, casework: Casework) -> None:
        path = f"/dossiers/{casework.dossier_id}/cers"
        cer = casework.referent.post("contracts", path, {"nature": "premier"}).raise_for_status().json()

        to_sign = casework.referent.post("contracts", f"/cers/{cer['id']}/signature")
        to_submit = casework.referent.post("contracts", f"/cers/{cer['id']}/submission")

        assert fields(refused(to_sign, 409, "cer-incomplete", "Complétez")).keys() == TO_SIGN
        asked = fields(refused(to_submit, 409, "cer-incomplete", "Complétez"))
        assert asked.keys() == TO_SIGN | {"priority", "accord"}

    def test_editing_after_submission(self, casework: Casework, submitted: dict[str, Any]) -> None:
        path = f"/cers/{submitted['id']}"
        etag = casework.referent.get("contracts", path).headers["etag"]
        advice = "le retourner au référent pour complément"
        put = casework.referent.send("PUT", "contracts", path, draft({}), etag=etag)
        refused(put, 409, "impossible-move", advice)
        refused(casework.referent.send("DELETE", "contracts", path, etag=etag), 409, "impossible-move", advice)
        for verb in ("signature", "submission"):
            refused(casework.referent.post("contracts", f"{path}/{verb}"), 409, "impossible-move", advice)

    def test_what_no_list_or_calendar_holds(self, casework: Casework) -> None:
        wrong = {**draft({}), "priority": "secrète", "date_signature": "2099-01-01"}
        answer = casework.referent.post("contracts", f"/dossiers/{casework.dossier_id}/cers", wrong)
        problem = refused(answer, 422, "invalid", "corrigez celles qui sont indiquées")
        assert {"priority", "date_signature"} <= fields(problem).keys()

    def test_a_body_that_has_not_the_form(self, casework: Casework) -> None:
        path = f"/dossiers/{casework.dossier_id}/cers"
        answer = casework.referent.post("contracts", path, {"nature": "autre", "inconnu": 1})
        problem = refused(answer, 422, "malformed", "corrigez ceux qui sont indiqués")
        assert fields(problem) == {"nature": "enum", "inconnu": "extra_forbidden"}
        cut_short = casework.referent.post("contracts", path, content=b'{"nature": ')
        refused(cut_short, 422, "malformed", "corrigez ceux qui sont indiqués")
        latin_1 = casework.referent.post("contracts", path, content=b'{"nature": "r\xe9tablissement"}')
        refused(latin_1, 422, "malformed", "envoyez du JSON en UTF-8")


class TestSigning:
    def test_each_wrong_step_says_which_comes_first(self, casework: Casework, tokens: Tokens) -> None:
        cer = casework.cer()
        signature = casework.signing(cer["id"])
        codes, entered = f"{signature}/codes", f"{signature}/signature"
        referent = casework.referent

        refused(referent.post("signature", codes), 409, "not-read-to-the-end", "jusqu'à la dernière page")
        refused(
            referent.post("signature", entered, {"code": "123456"}), 409, "no-code-sent", "demandez d'abord un code"
        )
        casework.read_pages(signature)
        referent.post("signature", codes).raise_for_status()
        refused(referent.post("signature", codes), 429, "resend-too-soon", "Attendez 30 secondes")

        wrong = "000000" if casework.code() != "000000" else "111111"
        for left in ("4 essais", "3 essais"):
            refused(referent.post("signature", entered, {"code": wrong}), 422, "wrong-code", f"Il reste {left}")
        short = refused(referent.post("signature", entered, {"code": "12 34"}), 422, "malformed", "corrigez")
        assert fields(short).keys() == {"code"}

        etag = referent.get("contracts", f"/cers/{cer['id']}").headers["etag"]
        put = referent.send("PUT", "contracts", f"/cers/{cer['id']}", {**draft({}), "expression": "Autre."}, etag=etag)
        refused(put, 409, "signature-under-way", "annulez-la pour modifier")
        colleague = Caller(casework.running, tokens.token("referent-nord", sub="referent-nord-2"))
        refused(colleague.post("signature", codes), 403, "forbidden", "Seul le référent de ce CER")
        other = Caller(casework.running, tokens.token("referent-sud"))
        refused(other.post("signature", entered, {"code": casework.code()}), 404, "not-found", "revenez au CER")
        refused(other.get("signature", signature), 404, "not-found", "revenez au CER")
        referent.send("DELETE", "contracts", f"/cers/{cer['id']}/signature", etag=etag).raise_for_status()


class TestDeciding:
    def test_without_the_role(self, casework: Casework, submitted: dict[str, Any], insertion: Caller) -> None:
        study = casework.study(submitted["id"], insertion)
        etag = insertion.get("validation", study).headers["etag"]
        decision = {"outcome": "valide", "comment": "Sans le rôle."}
        for agent, code, what in (
            (insertion, "delegation-required", "transmettez-lui ce CER"),
            (casework.referent, "forbidden", "adressez-vous au service insertion"),
        ):
            answer = agent.post("validation", f"{study}/decision", decision, etag=etag)
            refused(answer, 403, code, what)
        assert insertion.get("validation", study).json()["decision"] is None

    def test_before_it_is_the_chefs_turn(
        self, casework: Casework, submitted: dict[str, Any], insertion: Caller, chef: Caller
    ) -> None:
        study = casework.study(submitted["id"], insertion)
        seen = chef.get("validation", study).headers["etag"]
        decision = {"outcome": "valide", "comment": "Trop tôt."}
        path = f"{study}/decision"
        refused(chef.post("validation", path, decision, etag=seen), 409, "impossible-move", "transmettre au chef")
        refused(chef.post("validation", path, decision, etag='"0"'), 412, "race-lost", "rechargez-la")
        refused(chef.post("validation", path, decision), 428, "version-required", "If-Match")

    def test_twice(self, decided: tuple[str, str], chef: Caller, insertion: Caller) -> None:
        study, etag = decided
        other = {"outcome": "non_valide", "comment": "Finalement non."}
        for version in (etag, '"1"'):
            answer = chef.post("validation", f"{study}/decision", other, etag=version)
            refused(answer, 409, "already-decided", "Rechargez le dossier")
        answer = insertion.post("validation", f"{study}/return", {"reason": "Pièce absente."}, etag=etag)
        refused(answer, 409, "already-decided", "Rechargez le dossier")
        assert chef.get("validation", study).json()["decision"]["outcome"] == "valide"


class TestHeaders:
    def test_a_post_without_its_key_and_a_put_without_its_version(
        self, casework: Casework, submitted: dict[str, Any]
    ) -> None:
        path = f"/cers/{submitted['id']}"
        for service, post in (("contracts", f"{path}/submission"), ("signature", f"/signatures/{uuid4()}/codes")):
            answer = casework.referent.send("POST", service, post, {})
            refused(answer, 400, "idempotency-key-required", "Idempotency-Key")
        put = casework.referent.send("PUT", "contracts", path, draft({}))
        refused(put, 428, "version-required", "If-Match")
        stale = casework.referent.send("PUT", "contracts", path, draft({}), etag='"0"')
        refused(stale, 412, "race-lost", "rechargez")

    def test_a_key_that_served_another_request(self, casework: Casework) -> None:
        path, key = f"/dossiers/{casework.dossier_id}/cers", str(uuid4())
        first = casework.referent.send("POST", "contracts", path, draft({}), key=key)
        again = casework.referent.send("POST", "contracts", path, draft({}), key=key)
        other = casework.referent.send("POST", "contracts", path, draft({"expression": "Autre."}), key=key)

        assert (first.status_code, again.status_code) == (201, 201)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.json() == first.json()
        refused(other, 422, "idempotency-key-reused", "employez une nouvelle clé")


class TestTokens:
    @pytest.mark.parametrize("service", ["contracts", "signature", "documents", "validation", "notifications"])
    def test_a_token_that_is_absent_or_not_ours_opens_no_service(
        self, system: Running, tokens: Tokens, service: str
    ) -> None:
        paths = {
            "contracts": "/dossiers",
            "signature": f"/signatures?cer_id={uuid4()}",
            "documents": f"/editions?cer_id={uuid4()}",
            "validation": "/studies",
            "notifications": "/messages",
        }
        again = "reconnectez-vous"
        persona = "chef_de_service"
        assert Caller(system, tokens.token(persona)).get(service, paths[service]).status_code == 200
        for token, advice in (
            (None, "Connectez-vous"),
            ("pas.un.jeton", again),
            (tokens.token(persona, exp=1_600_000_000), again),
            (tokens.token(persona, exp=None), again),
            (tokens.token(persona, aud="autre"), again),
            (tokens.token(persona, iss="http://127.0.0.1/autre"), again),
            (tokens.of_a_stranger(persona), again),
            (tokens.token(persona, role="roi"), "demandez-le au service informatique"),
        ):
            answer = Caller(system, token).get(service, paths[service])
            refused(answer, 401, "not-authenticated", advice)
            assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_what_is_of_another_territory_does_not_exist(
        self, casework: Casework, submitted: dict[str, Any], tokens: Tokens
    ) -> None:
        south = Caller(casework.running, tokens.token("referent-sud"))
        dossier, cer = f"/dossiers/{casework.dossier_id}", f"/cers/{submitted['id']}"
        for path in (dossier, f"{dossier}/cers", cer, f"{cer}/history"):
            refused(south.get("contracts", path), 404, "not-found", "pas de votre territoire")
        for path in (f"{cer}/submission", f"{cer}/signature"):
            refused(south.post("contracts", path), 404, "not-found", "pas de votre territoire")
        put = south.send("PUT", "contracts", cer, draft({}), etag='"1"')
        refused(put, 404, "not-found", "pas de votre territoire")
        assert south.get("contracts", "/dossiers").json()["dossiers"] == []

    def test_a_colleague_reads_and_does_not_write(
        self, casework: Casework, submitted: dict[str, Any], tokens: Tokens
    ) -> None:
        colleague = Caller(casework.running, tokens.token("referent-nord", sub="referent-nord-2"))
        cer = f"/cers/{submitted['id']}"
        assert colleague.get("contracts", cer).json()["note"] is None
        refused(colleague.post("contracts", f"{cer}/submission"), 403, "forbidden", "de vous nommer")
