"""The steps of the main job, each on what the one before left."""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.embedded.personas import TERRITORIES
from deploy.journey.client import UnexpectedAnswer, wait_for
from deploy.journey.report import Report, Step
from deploy.journey.system import Running
from shared.kernel.clock import SystemClock, legal_date

FLOW = Path(__file__).resolve().parents[2] / "tests" / "data" / "cnaf" / "RSABEM.xml"
MATRICULE = "205599000000000"
MAIL = "sophie.tifour@personne.example"


@dataclass
class Journey:
    """One CER on its way."""

    running: Running
    report: Report
    texts: dict[str, str] = field(default_factory=dict)
    dossier_id: str = ""
    cer_id: str = ""
    signature_id: str = ""
    # From the range that the regulator keeps for fiction, another one each time: codes are limited by number and day.
    phone: str = field(default_factory=lambda: f"+3363998{secrets.randbelow(10_000):04d}")

    def import_flow(self, step: Step) -> None:
        """The monthly flow of the CAF, imported twice: the second time changes nothing."""
        for code, name in TERRITORIES.items():
            opened = self.running.cer("contracts", "territories", "open", code, name)
            if opened.returncode != 0:
                raise RuntimeError(opened.stdout + opened.stderr)
        path = self.report.folder / "import.json"
        arguments = ("import", "cnaf", str(FLOW), "--territory", "nord", "--report", str(path))
        for _ in range(2):
            done = self.running.cer("contracts", *arguments, traceparent=step.traceparent)
            if done.returncode not in (0, 2):
                raise RuntimeError(done.stdout + done.stderr)
        report = json.loads(path.read_text())
        self.report.say(", ".join(f"{value} {name}" for name, value in _counts(report).items()))
        step.files.append(str(path))

    def complete_contact(self, step: Step) -> None:
        """The référent takes the dossier and completes mobile and mail."""
        referent = self.running.agent("referent-nord", step.traceparent)
        found = referent.get("contracts", "/dossiers", matricule=MATRICULE).json()["dossiers"]
        self.dossier_id = next(line["id"] for line in found if "SOPHIE" in json.dumps(line).upper())
        path = f"/dossiers/{self.dossier_id}"
        dossier = referent.get("contracts", path)
        if dossier.json().get("referent") is None:
            dossier = referent.put(
                "contracts", f"{path}/referent", {"referent_id": "referent-nord"}, dossier.headers["etag"]
            )
        contact = {"mail": MAIL, "telephone": self.phone}
        referent.put("contracts", f"{path}/contact", contact, dossier.headers["etag"])
        step.ids["dossier"] = self.dossier_id
        self.report.say(f"foyer {MATRICULE} : {len(found)} personnes, un dossier pour chacune")

    def write(self, step: Step) -> None:
        """The référent writes the CER with the person."""
        referent = self.running.agent("referent-nord", step.traceparent)
        created = referent.post("contracts", f"/dossiers/{self.dossier_id}/cers", draft(self.texts)).json()
        self.cer_id = step.ids["cer"] = created["id"]
        self.report.say(f"CER n° {created['numero']}, du {created['date_debut']} au {created['date_fin']}")
        for warning in created["warnings"]:
            self.report.say(f"avertissement : {warning['message']}")

    def read_pages(self, step: Step) -> None:
        """« Processus de signature »: the edition is made and every page is shown."""
        referent = self.running.agent("referent-nord", step.traceparent)
        referent.post("contracts", f"/cers/{self.cer_id}/signature")

        def opened() -> dict[str, Any] | None:
            requests = referent.get("signature", "/signatures", cer_id=self.cer_id).json()["signatures"]
            return next((request for request in requests if request["state"] == "opened"), None)

        request = wait_for(opened, "l'ouverture de la demande de signature")
        self.signature_id = step.ids["signature"] = request["id"]
        for number in range(1, request["pages"] + 1):
            page = referent.get("signature", f"/signatures/{self.signature_id}/pages/{number}")
            self.report.keep(step, f"page-{number}.png", page.content)

    def sign(self, step: Step) -> None:
        """The code arrives by SMS, the référent types what the person says, the PDF is sealed."""
        referent = self.running.agent("referent-nord", step.traceparent)
        path = f"/signatures/{self.signature_id}"
        referent.post("signature", f"{path}/codes")
        sms = wait_for(lambda: next(iter(self.running.messages("sms", self.phone)), None), "le SMS")
        code = self.code_of(sms)
        self.report.say("SMS reçu : " + sms["text"].replace(code, "••••••"))
        wrong = "000000" if code != "000000" else "111111"
        self.refused(lambda: referent.post("signature", f"{path}/signature", {"code": wrong}), "wrong-code")
        referent.post("signature", f"{path}/signature", {"code": code})

        def completed() -> bool | None:
            return referent.get("signature", path).json()["state"] == "completed" or None

        wait_for(completed, "le cachet du PDF")
        signed = self.report.keep(step, "cer-signe.pdf", referent.get("signature", f"{path}/document").content)
        verified = self.running.cer("signature", "verify", str(signed))
        self.report.say(verified.stdout.splitlines()[0])
        if verified.returncode:
            raise RuntimeError(verified.stdout + verified.stderr)

    def receive_signed(self, step: Step) -> None:
        """The person has the signed PDF by mail, the référent a link."""
        mail = wait_for(lambda: self.mail_with_pdf(MAIL, 0), "le mail à la personne")
        self.report.keep(step, "mail-cer-signe.pdf", self.running.attachment(mail))
        referent = "referent-nord@departement.example"
        link = wait_for(lambda: next(iter(self.mails_of_cer(referent)), None), "le mail au référent")
        self.report.say(f"à la personne : « {mail['subject']} » ; au référent : « {link['subject']} »")

    def submit(self, step: Step) -> None:
        """« Passer à l'état soumis à l'étude », once the signature is known."""
        referent = self.running.agent("referent-nord", step.traceparent)

        def agreed() -> bool | None:
            return referent.get("contracts", f"/cers/{self.cer_id}").json()["accord"] == "oui" or None

        wait_for(agreed, "l'accord dans le CER")
        referent.post("contracts", f"/cers/{self.cer_id}/submission")
        etag = referent.get("contracts", f"/cers/{self.cer_id}").headers["etag"]
        body = draft(self.texts)
        self.refused(lambda: referent.put("contracts", f"/cers/{self.cer_id}", body, etag), "impossible-move")

    def route(self, step: Step) -> None:
        """The insertion service sends it to the chef de service."""
        insertion = self.running.agent("service_insertion", step.traceparent)

        def opened() -> str | None:
            found = insertion.get("validation", "/studies", cer_id=self.cer_id).json()["studies"]
            return str(found[0]["id"]) if found else None

        study = step.ids["study"] = wait_for(opened, "l'étude")
        path = f"/studies/{study}"
        etag = insertion.get("validation", path).headers["etag"]
        routed = insertion.post("validation", f"{path}/chef-de-service", etag=etag)
        decision = {"outcome": "valide", "comment": "Sans le rôle."}
        self.refused(
            lambda: insertion.post("validation", f"{path}/decision", decision, routed.headers["etag"]),
            "delegation-required",
        )

    def decide(self, step: Step) -> None:
        """The chef de service decides, once."""
        chef = self.running.agent("chef_de_service", step.traceparent)
        study = chef.get("validation", "/studies", cer_id=self.cer_id).json()["studies"][0]["id"]
        path = f"/studies/{study}"
        etag = chef.get("validation", path).headers["etag"]
        decision = {
            "outcome": "valide",
            "comment": self.texts.get("comment", "Objectifs cohérents avec la situation ; poursuivre la formation."),
            "note_referent": self.texts.get("note_referent", "Penser à l'aide à la mobilité du Département."),
        }
        decided = chef.post("validation", f"{path}/decision", decision, etag).headers["etag"]
        other = {**decision, "outcome": "non_valide"}
        self.refused(lambda: chef.post("validation", f"{path}/decision", other, decided), "already-decided")

    def receive_decision(self, step: Step) -> None:
        """The CER is `valide`; its edition and the mail follow."""
        referent = self.running.agent("referent-nord", step.traceparent)

        def valid() -> bool | None:
            return referent.get("contracts", f"/cers/{self.cer_id}").json()["state"] == "valide" or None

        wait_for(valid, "l'état validé")

        def rendered() -> dict[str, Any] | None:
            editions = referent.get("documents", "/editions", cer_id=self.cer_id).json()["editions"]
            return next((one for one in editions if one["kind"] == "cer_decision_valide"), None)

        edition = wait_for(rendered, "l'édition de la décision")
        step.ids["edition"] = edition["id"]
        content = referent.get("documents", f"/editions/{edition['id']}/content").content
        self.report.keep(step, "cer-decision-valide.pdf", content)
        mail = wait_for(lambda: self.mail_with_pdf(MAIL, 1), "le mail de la décision")
        if self.running.attachment(mail) != content:
            raise RuntimeError("le PDF envoyé n'est pas l'édition")
        self.report.say(f"à la personne : « {mail['subject']} »")

    def mails_of_cer(self, to: str) -> list[dict[str, Any]]:
        """Mails to this address that are about this CER, newest first."""
        found = self.running.messages("mail", to)
        return [mail for mail in found if self.cer_id in json.dumps(mail)]

    def mail_with_pdf(self, to: str, earlier: int) -> dict[str, Any] | None:
        """The newest mail with an attachment, when `earlier` ones of this run came before it."""
        found = [mail for mail in self.running.messages("mail", to) if mail["attachments"]]
        fresh = [mail for mail in found if mail["at"] >= self.report.started_at]
        return fresh[0] if len(fresh) > earlier else None

    @staticmethod
    def code_of(sms: dict[str, Any]) -> str:
        """The six digits of an SMS."""
        found = re.search(r"\b(\d{3}) ?(\d{3})\b", sms["text"])
        if found is None:
            raise RuntimeError("le SMS ne porte aucun code")
        return found.group(1) + found.group(2)

    def refused(self, act: Callable[[], Any], code: str) -> None:
        """The system must refuse this, under this code; says so."""
        try:
            act()
        except UnexpectedAnswer as refusal:
            if refusal.code != code:
                raise
            self.report.say(f"refusé comme prévu ({refusal.response.status_code}) : {refusal.problem['detail']}")
            return
        raise RuntimeError(f"ceci aurait dû être refusé : {code}")


def _counts(report: dict[str, Any]) -> dict[str, int]:
    names = {"created": "créés", "changed": "modifiés", "unchanged": "inchangés", "refused": "refusés"}
    return {
        label: value if isinstance(value := report[name], int) else len(value)
        for name, label in names.items()
        if name in report
    }


def draft(texts: dict[str, str]) -> dict[str, Any]:
    """A complete CER of a made-up person; `texts` replaces fields, for tests."""
    written: dict[str, Any] = {
        "nature": "premier",
        "date_signature": legal_date(SystemClock().now()).isoformat(),
        "duration_months": 6,
        "priority": "normale",
        "requests": ["rappel"],
        "note": "Situation sensible : merci de me rappeler avant de décider.",
        "situation": "Madame vit seule avec un enfant, loue un logement social et a le permis sans véhicule. Elle est "
        "accompagnée depuis huit mois. Depuis le dernier rendez-vous, elle a suivi deux ateliers d'emploi.",
        "evaluation": "Les ateliers ont été suivis jusqu'au bout. La garde de l'enfant le mercredi reste un frein.",
        "objectives": [
            {
                "theme": "emploi",
                "person_does": "Envoie trois candidatures par mois et prépare les entretiens.",
                "referent_does": "Relit les candidatures et présente l'atelier du territoire.",
                "etapes": [{"label": "Atelier « entretien d'embauche »"}],
            },
            {
                "theme": "garde_enfants",
                "person_does": "Dépose un dossier à la crèche municipale.",
                "referent_does": "Appuie la demande auprès du service petite enfance.",
            },
        ],
        "expression": "Je souhaite retrouver un emploi d'aide-soignante près de chez moi.",
    }
    return {**written, **{name: text for name, text in texts.items() if name in written}}
