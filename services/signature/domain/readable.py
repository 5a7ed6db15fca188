"""The evidence as people read it: French tables and sentences, made from nothing but the JSON that is signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.signature.domain.link import PERSON
from services.signature.domain.rules import ENTERED_BY
from services.signature.domain.telling import sentence
from shared.kernel.clock import PARIS
from shared.sms.outcome import Delivery, SmsStatus

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """A fact and its name."""

    label: str
    value: str


@dataclass(frozen=True)
class Place:
    """From where somebody acted: its number stands in the tables."""

    number: int
    address: str
    device: str


@dataclass(frozen=True)
class PageRow:
    """A page that was served."""

    page: int
    who: str
    first: str
    last: str
    times: int
    long: str
    place: int | None


@dataclass(frozen=True)
class StepRow:
    """A thing that happened."""

    at: str
    who: str
    what: str
    place: int | None


@dataclass(frozen=True)
class CodeRows:
    """A code that was sent, and what became of it."""

    sequence: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Readable:
    """What the readable PDF shows."""

    numero: int
    reference: str
    drawn_up: str
    summary: str
    facts: tuple[Row, ...]
    fingerprints: tuple[Row, ...]
    cautions: tuple[str, ...]
    sms: str
    codes: tuple[CodeRows, ...]
    pages: tuple[PageRow, ...]
    steps: tuple[StepRow, ...]
    places: tuple[Place, ...]


def readable(told: Told) -> Readable:
    """What an evidence tells, in French; times are those of Paris. Raises KeyError for another format."""
    names = _Names(told)
    places = _places(told)
    return Readable(
        numero=told["cer"]["numero"],
        reference=told["signature_id"],
        drawn_up=at(told["drawn_up_at"]),
        summary=_summary(told),
        facts=_facts(told),
        fingerprints=_fingerprints(told),
        cautions=_cautions(told["phone"]),
        sms=told["consent"]["sms_text"],
        codes=tuple(CodeRows(code["sequence"], _code(code, names)) for code in told["codes"]),
        pages=tuple(_page(page, names, places) for page in told["pages_shown"]),
        steps=tuple(
            StepRow(short(step["at"]), names.of(step), sentence(step), places.get(_origin(step)))
            for step in told["steps"]
        ),
        places=tuple(Place(number, *origin) for origin, number in places.items()),
    )


def at(instant: str) -> str:
    """An instant in a sentence."""
    return f"{datetime.fromisoformat(instant).astimezone(PARIS):%d/%m/%Y à %H h %M min %S s}"


def short(instant: str) -> str:
    """An instant in a table."""
    return f"{datetime.fromisoformat(instant).astimezone(PARIS):%d/%m/%Y %H:%M:%S}"


def lasting(milliseconds: int) -> str:
    """A duration, in the two largest units that it has."""
    seconds = round(milliseconds / 1000)
    hours, minutes, left = seconds // 3600, seconds // 60 % 60, seconds % 60
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {left:02d} s" if minutes else f"{left} s"


class _Names:
    """Who agents are, as far as the evidence says it."""

    def __init__(self, told: Told) -> None:
        self._known = {told["referent"]["id"]: told["referent"]["name"], PERSON.subject: "la personne"}

    def of(self, step: Told) -> str:
        """Who did this, and for whom."""
        if step["agent"] is None:
            return "le service"
        stands_in = step.get("on_behalf_of")
        return self.name(step["agent"]) + (f", pour {self.name(stands_in)}" if stands_in else "")

    def name(self, agent: str) -> str:
        return str(self._known.get(agent, f"agent {agent}"))


def _summary(told: Told) -> str:
    consent, times = told["consent"], told["consent"]["tries"]
    tries = "au premier essai" if times == 1 else f"au {times}e essai"
    who = ENTERED_BY.get(consent["code_entered_by"], consent["code_entered_by"])
    return (
        f"Le {at(consent['signed_at'])} (heure de Paris), le code envoyé par SMS au {told['phone']['masked']} a été "
        f"{who}, {tries}. Le contrat avait auparavant été servi page par page, jusqu'à la dernière."
    )


def _facts(told: Told) -> tuple[Row, ...]:
    person, referent, phone = told["person"], told["referent"], told["phone"]
    since = phone.get("known_since")
    rows = (
        ("Personne", " ".join((person["civilite"], person["prenom"], person["nom"]))),
        ("Référent", f"{referent['name']}, {referent['quality']}" if referent["quality"] else referent["name"]),
        ("Contrat", f"CER n° {told['cer']['numero']}, tentative de signature n° {told['cer']['attempt']}"),
        ("Signé le", f"{at(told['consent']['signed_at'])} (heure de Paris)"),
        ("Code", ENTERED_BY.get(told["consent"]["code_entered_by"], told["consent"]["code_entered_by"])),
        ("Mobile", phone["masked"]),
        (
            "Numéro connu depuis",
            f"le {date.fromisoformat(since):%d/%m/%Y}" if since else "une date non gardée",
        ),
    )
    return tuple(Row(*row) for row in rows)


def _fingerprints(told: Told) -> tuple[Row, ...]:
    shown, sealed = told["shown"], told["sealed"]
    pages = "1 page" if shown["pages"] == 1 else f"{shown['pages']} pages"
    return (
        Row(f"Document lu ({pages}, {_octets(shown['size'])})", shown["sha256"]),
        Row(f"Document scellé ({_octets(sealed['size'])})", sealed["sha256"]),
    )


def _octets(size: int) -> str:
    return f"{size:,} octets".replace(",", "\u202f")


def _cautions(phone: Told) -> tuple[str, ...]:
    found = []
    if phone["entered_the_same_day"]:
        found.append("Le numéro de mobile a été saisi ou changé le jour même de la demande de signature.")
    if phone["shared_by_several_dossiers"]:
        found.append("Le numéro de mobile figure aussi dans un autre dossier.")
    return tuple(found)


def _code(code: Told, names: _Names) -> tuple[Row, ...]:
    sent = SmsStatus(code["sms"]).label
    if "provider" in code:
        sent += f" par le fournisseur « {code['provider']} »"
    if "provider_receipt" in code:
        sent += f", sous son numéro {code['provider_receipt']}"
    delivery = Delivery(code["delivery"]).label if "delivery" in code else "aucun au moment où ce dossier a été établi"
    rows = [
        Row("Demandé", f"le {at(code['asked_at'])}, par {names.name(code['asked_by'])}"),
        Row("Valable jusqu'au", at(code["expires_at"])),
        Row("SMS", sent),
        Row("Accusé de réception", delivery),
        Row("Essais", str(code["tries"])),
    ]
    if "link_opened_at" in code:
        rows.append(Row("Lien ouvert", f"le {at(code['link_opened_at'])}, sur le téléphone de la personne"))
    return tuple(rows)


def _page(page: Told, names: _Names, places: Mapping[tuple[str, str], int]) -> PageRow:
    who, times = names.name(page["agent"]), (short(page["first_at"]), short(page["last_at"]), page["times"])
    return PageRow(page["page"], who, *times, lasting(page["shown_for_ms"]), places.get(_origin(page)))


def _places(told: Told) -> dict[tuple[str, str], int]:
    """Each place once, in the order in which it is met."""
    found: dict[tuple[str, str], int] = {}
    for one in (*told["pages_shown"], *told["steps"]):
        if "address" in one or "device" in one:
            found.setdefault(_origin(one), len(found) + 1)
    return found


def _origin(one: Told) -> tuple[str, str]:
    return one.get("address", "inconnue"), one.get("device", "non précisé")
