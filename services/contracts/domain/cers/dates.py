"""The conventions of the guide for a CER's dates, as defaults and warnings; only what cannot be is refused.

Source: the guide, "La date de début et de fin de CER" and "Date de signature".
"""

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

from services.contracts.domain.cers.draft import MAX_MONTHS, MIN_MONTHS, Draft, Nature
from shared.kernel.errors import FieldProblem


def first_of_month(day: date) -> date:
    """The 1st of this month."""
    return day.replace(day=1)


def first_of_next_month(day: date) -> date:
    """The 1st of the month after this one."""
    return first_of_month(first_of_month(day) + timedelta(days=31))


def end_after(start: date, months: int) -> date:
    """The last day of a contract of so many months: 3 months from 1 April end on 30 June."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    day = min(start.day, monthrange(year, month)[1])
    return date(year, month, day) - timedelta(days=1)


def duration_of(draft: Draft) -> int | None:
    """Its months, where they still lead from the start to the end: an arbitrated start is not the one they counted."""
    start, months = draft.date_debut, draft.duration_months
    if start is None or months is None or end_after(start, months) != draft.date_fin:
        return None
    return months


def conventional_start(nature: Nature, signed_on: date) -> date:
    """The 1st of the month after the signature; of the month of signature for a rétablissement."""
    return first_of_month(signed_on) if nature is Nature.RETABLISSEMENT else first_of_next_month(signed_on)


def with_defaults(draft: Draft) -> Draft:
    """The start by convention where none was entered, and the end that the duration gives."""
    start = draft.date_debut
    if start is None and draft.date_signature is not None:
        start = conventional_start(draft.nature, draft.date_signature)
    end = draft.date_fin
    if start is not None and draft.duration_months is not None:
        end = end_after(start, draft.duration_months)
    return draft.model_copy(update={"date_debut": start, "date_fin": end})


def impossible_dates(draft: Draft, today: date) -> list[FieldProblem]:
    """What no CER can have. `today` is the legal date."""
    problems = []
    signed, start, end = draft.date_signature, draft.date_debut, draft.date_fin
    if signed is not None and signed > today:
        problems.append(
            FieldProblem("date_signature", "future", "La date de signature est celle du rendez-vous : jamais future.")
        )
    if start is not None and end is not None and end <= start:
        problems.append(FieldProblem("date_fin", "before-start", "La date de fin doit être après la date de début."))
    return problems + _impossible_request(draft)


def _impossible_request(draft: Draft) -> list[FieldProblem]:
    """The date demandée: for a rétablissement only, earlier than the start, which it may become by decision alone."""
    if draft.nature is not Nature.RETABLISSEMENT:
        if draft.date_demandee is None:
            return []
        return [
            FieldProblem(
                "date_demandee", "not-retablissement", "Une date demandée ne vaut que pour un CER de rétablissement."
            )
        ]
    if draft.date_signature is None or draft.date_debut is None:
        return []
    problems = []
    if draft.date_debut < first_of_month(draft.date_signature):
        problems.append(
            FieldProblem(
                "date_debut",
                "use-date-demandee",
                "Un rétablissement commence le 1er du mois de signature. Saisissez une date antérieure comme date "
                "demandée, avec son motif : le chef de service en décide.",
            )
        )
    if draft.date_demandee is not None and draft.date_demandee >= draft.date_debut:
        problems.append(
            FieldProblem("date_demandee", "not-earlier", "La date demandée doit être avant la date de début.")
        )
    return problems


class Life(StrEnum):
    """Where a valid CER stands on a day: nobody moves it, the dates do."""

    A_VENIR = "a_venir"
    EN_COURS = "en_cours"
    ECHU = "echu"


def life(draft: Draft, today: date) -> Life:
    """Of a valid CER, on this legal date. Without an end it lives on; one replaced from its first day is échu."""
    if draft.date_fin is not None and draft.date_fin < today:
        return Life.ECHU
    if draft.date_debut is not None and today < draft.date_debut:
        return Life.A_VENIR if draft.date_fin is None or draft.date_fin >= draft.date_debut else Life.ECHU
    return Life.EN_COURS


def unusual_dates(draft: Draft) -> list[FieldProblem]:
    """What departs from the conventions: said, not refused."""
    notices = []
    signed, start, end = draft.date_signature, draft.date_debut, draft.date_fin
    if signed is not None and start is not None and start != conventional_start(draft.nature, signed):
        usual = conventional_start(draft.nature, signed)
        notices.append(
            FieldProblem("date_debut", "not-conventional", f"Par convention, ce CER commencerait le {usual:%d/%m/%Y}.")
        )
    if start is not None and end is None:
        notices.append(
            FieldProblem("date_fin", "no-end", "Sans date de fin, ce CER figurera dans la liste « sans date de fin ».")
        )
    if start is not None and end is not None and end > start and not _usual_length(start, end):
        notices.append(FieldProblem("date_fin", "unusual-length", f"Un CER dure de {MIN_MONTHS} à {MAX_MONTHS} mois."))
    return notices


def _usual_length(start: date, end: date) -> bool:
    return end_after(start, MIN_MONTHS) <= end <= end_after(start, MAX_MONTHS)
