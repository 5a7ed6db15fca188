"""A référent at work on a dossier of their own, as far as a test needs."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from deploy.journey.client import wait_for
from deploy.journey.steps import Journey, draft
from deploy.journey.system import Running
from tests.journeys.callers import Caller

MAIL = "personne@exemple.example"


@dataclass
class Casework:
    """One dossier of the CAF's flow and its référent; CERs are made as they are asked for."""

    running: Running
    referent: Caller
    prenom: str
    # From the range that the regulator keeps for fiction.
    phone: str = field(default_factory=lambda: f"+3363998{secrets.randbelow(10_000):04d}")
    texts: dict[str, str] = field(default_factory=dict)
    """What its CERs say in place of the demonstration's words."""
    dossier_id: str = ""

    def take(self) -> None:
        """The référent takes the dossier and completes mobile and mail."""
        found = self.referent.get("contracts", "/dossiers?limit=200").json()["dossiers"]
        self.dossier_id = next(line["id"] for line in found if self.prenom in json.dumps(line).upper())
        path = f"/dossiers/{self.dossier_id}"
        dossier = self.referent.get("contracts", path)
        if dossier.json()["referent"] is None:
            taken = {"referent_id": "referent-nord"}
            dossier = self.referent.send(
                "PUT", "contracts", f"{path}/referent", taken, etag=dossier.headers["etag"]
            ).raise_for_status()
        contact = {"mail": MAIL, "telephone": self.phone}
        self.referent.send(
            "PUT", "contracts", f"{path}/contact", contact, etag=dossier.headers["etag"]
        ).raise_for_status()

    def cer(self, **changes: Any) -> dict[str, Any]:
        """A new CER, complete but for the changes."""
        made = self.referent.post("contracts", f"/dossiers/{self.dossier_id}/cers", {**draft(self.texts), **changes})
        created: dict[str, Any] = made.raise_for_status().json()
        return created

    def submitted(self, **changes: Any) -> dict[str, Any]:
        """A CER whose accord is given by check-box, submitted."""
        made = self.cer(**{"accord": "oui"} | changes)
        done = self.referent.post("contracts", f"/cers/{made['id']}/submission").raise_for_status()
        submitted: dict[str, Any] = done.json()
        return submitted

    def study(self, cer_id: str, insertion: Caller) -> str:
        """The path of a submitted CER's study, as soon as it is open."""

        def opened() -> str | None:
            found = insertion.get("validation", f"/studies?cer_id={cer_id}").raise_for_status().json()["studies"]
            return f"/studies/{found[0]['id']}" if found else None

        return wait_for(opened, "l'étude")

    def signing(self, cer_id: str) -> str:
        """« Processus de signature »: the path of the request, as soon as it is open."""
        self.referent.post("contracts", f"/cers/{cer_id}/signature").raise_for_status()

        def opened() -> str | None:
            found = self.referent.get("signature", f"/signatures?cer_id={cer_id}").json()["signatures"]
            return next((f"/signatures/{one['id']}" for one in found if one["state"] == "opened"), None)

        return wait_for(opened, "la demande de signature")

    def read_pages(self, signature: str) -> None:
        """Every page is shown."""
        for number in range(1, self.referent.get("signature", signature).json()["pages"] + 1):
            self.referent.get("signature", f"{signature}/pages/{number}").raise_for_status()

    def code(self) -> str:
        """The code that the person received last."""
        sms = wait_for(lambda: next(iter(self.running.messages("sms", self.phone)), None), "le SMS")
        return Journey.code_of(sms)
