"""Commission sessions on paper: the list that the members receive, and the minutes that are signed."""

from datetime import datetime

from services.documents.domain import labels
from services.documents.domain.edition import EditionKind
from services.documents.domain.sheet import Letterhead, Part, Row, Sheet, cleaned, rows
from shared.kernel.clock import legal_date


class Member(Part):
    """Who sits in the session."""

    name: str
    quality: str
    present: bool = True


class Case(Part):
    """A CER before the session. `opinion`, `motives`, `heard` and `votes` are the minutes' (empty on the agenda)."""

    person: str
    number: str
    referent: str
    subject: str
    requests: tuple[str, ...] = ()
    opinion: str = ""
    motives: tuple[str, ...] = ()
    heard: str = ""
    votes: str = ""


class Session(Part):
    """A session as it is planned or was held (`at` in UTC)."""

    commission: str
    at: datetime
    place: str
    chair: str
    secretary: str = ""
    members: tuple[Member, ...]
    cases: tuple[Case, ...]


class SessionSheet(Sheet):
    """The agenda or the minutes."""

    facts: tuple[Row, ...]
    members: tuple[Member, ...]
    cases: tuple[Case, ...]
    counts: tuple[Row, ...]
    chair: str
    secretary: str


def agenda(session: Session, letterhead: Letterhead) -> SessionSheet:
    """The session's list, as it is sent to the members."""
    return _sheet(EditionKind.ORDRE_DU_JOUR, session, letterhead)


def minutes(session: Session, letterhead: Letterhead) -> SessionSheet:
    """What was said of each case, by whom."""
    return _sheet(EditionKind.PROCES_VERBAL, session, letterhead)


def _sheet(kind: EditionKind, session: Session, letterhead: Letterhead) -> SessionSheet:
    day = legal_date(session.at)
    held = kind is EditionKind.PROCES_VERBAL
    name = f"{labels.KINDS[kind]} – {session.commission}"
    subject = f"{name} du {labels.long_date(day)}"
    facts = {
        "Commission": session.commission,
        "Séance": f"{labels.full_date(day)}, {labels.hour(session.at)}",
        "Lieu": session.place,
        "Présidence": session.chair,
        "Secrétariat": session.secretary,
        "Dossiers": str(len(session.cases)),
    }
    sheet = SessionSheet(
        kind=kind,
        title=labels.KINDS[kind],
        subject=subject,
        about=subject,
        foot=f"{subject} · document confidentiel",
        day=day,
        letterhead=letterhead,
        facts=rows(facts),
        members=session.members,
        cases=tuple(_case(case) if held else _planned(case) for case in session.cases),
        counts=_counts(session) if held else (),
        chair=session.chair,
        secretary=session.secretary,
    )
    return cleaned(sheet)


def _case(case: Case) -> Case:
    return case.model_copy(update={"opinion": labels.OPINIONS.get(case.opinion, case.opinion)})


def _planned(case: Case) -> Case:
    """An agenda says nothing of an opinion, even when it is printed again after the session."""
    return case.model_copy(update={"opinion": "", "motives": (), "heard": "", "votes": ""})


def _counts(session: Session) -> tuple[Row, ...]:
    given = [case.opinion for case in session.cases]
    present = [member for member in session.members if member.present]
    facts = {"Membres présents": f"{len(present)} sur {len(session.members)}"}
    facts |= {label: str(given.count(code)) for code, label in labels.OPINIONS.items()}
    return rows(facts)
