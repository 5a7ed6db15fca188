"""Households and persons told apart, contact data kept, référents named."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.contracts.domain.cers.accord import Tick
from services.contracts.domain.cers.notices import Neighbour, next_numero, notices
from services.contracts.domain.cers.states import State
from services.contracts.domain.dossiers.contact import Contact, Telephone, read_mail
from services.contracts.domain.dossiers.household import Match, Person, PersonKey, match
from services.contracts.domain.dossiers.model import UNASSIGNED_TERRITORY, Dossier
from services.contracts.domain.dossiers.rules import LandlineOverMobile
from shared.kernel.errors import Invalid
from tests.builders import contracts as a

TELEPHONE = Telephone(a.MOBILE, mobile=True)
FIXED = Telephone(a.LANDLINE, mobile=False)


def known(*persons: Person) -> dict[PersonKey, Person]:
    return {person.key: person for person in persons}


def test_accents_case_and_hyphens_do_not_make_another_person() -> None:
    before = a.person(nom_naissance="LE GOFF-MARTIN", prenoms=("NOËL",))
    now = a.person(nom_naissance="Le Goff Martin", prenoms=("Noel",))

    assert match([now], known(before)) == [Match.KNOWN]


def test_spouses_are_two_persons() -> None:
    spouses = [a.person(), a.person(nom_naissance="AUTRE", prenoms=("PAUL",), date_naissance=date(1988, 1, 2))]

    assert match(spouses, {}) == [Match.NEW, Match.NEW]
    assert match(spouses, known(spouses[0])) == [Match.KNOWN, Match.NEW]


def test_two_of_one_name_and_date_are_told_apart_by_hand() -> None:
    twins = [a.person(), a.person(nom_usage="AUTRE")]

    assert match(twins, {}) == [Match.AMBIGUOUS, Match.AMBIGUOUS]
    assert match(twins, known(twins[0])) == [Match.AMBIGUOUS, Match.AMBIGUOUS]


@pytest.mark.parametrize(
    "change", [{"nom_naissance": "ESSAY"}, {"prenoms": ("JANE",)}, {"date_naissance": date(1990, 5, 4)}]
)
def test_somebody_who_looks_like_a_known_person_that_the_flow_no_longer_names_is_matched_by_hand(
    change: dict[str, object],
) -> None:
    corrected = a.person(**change)

    assert match([corrected], known(a.person())) == [Match.AMBIGUOUS]
    assert match([a.person(), corrected], known(a.person())) == [Match.KNOWN, Match.NEW]


def test_the_flow_changes_what_it_says_and_never_the_contact_data() -> None:
    dossier = a.dossier()
    contact = dossier.contact

    (event,) = dossier.apply_flow(a.person(adresse=("2 RUE NEUVE", "07200 AUBENAS")), None, a.act())

    assert (event.changed, event.aggregate_version) == (("adresse",), 4)
    assert dossier.contact == contact
    assert event.identity.block is not None
    assert event.identity.block.telephone == a.MOBILE
    assert dossier.apply_flow(dossier.person, None, a.act()) == []


def test_an_import_fills_a_territory_and_moves_none() -> None:
    unassigned = a.dossier(territory=UNASSIGNED_TERRITORY)
    (event,) = unassigned.apply_flow(unassigned.person, "aubenas", a.act())
    assert (event.territory, event.changed) == ("aubenas", ("territory",))

    assert unassigned.apply_flow(unassigned.person, "privas", a.act()) == []
    assert unassigned.territory == "aubenas"


def test_a_person_is_registered_unassigned_unless_the_import_says_where() -> None:
    dossier, event = Dossier.register(a.DOSSIER_ID, a.household(), a.person(), None, a.NOW)

    assert (dossier.territory, event.aggregate_version, event.referent_id) == (UNASSIGNED_TERRITORY, 1, None)
    assert event.identity.block is not None
    assert event.identity.block.matricule == "001234500000000"


def test_contact_data_is_recorded_with_its_date_and_agent() -> None:
    dossier = a.dossier(contact=Contact())

    (event,) = dossier.change_contact("a@example.org", TELEPHONE, a.act())

    assert event.changed == ("mail", "telephone")
    assert (dossier.contact.changed_at, dossier.contact.changed_by) == (a.NOW, a.REFERENT)
    assert dossier.change_contact("a@example.org", TELEPHONE, a.act("another")) == []
    assert dossier.contact.changed_by == a.REFERENT


def test_a_landline_is_kept_but_never_over_a_mobile() -> None:
    dossier = a.dossier(contact=Contact())
    dossier.change_contact(None, FIXED, a.act())
    assert dossier.contact.mobile is None

    dossier.change_contact(None, TELEPHONE, a.act())
    with pytest.raises(LandlineOverMobile):
        dossier.change_contact(None, FIXED, a.act())
    assert dossier.contact.mobile == a.MOBILE


def test_a_landline_stands_beside_the_mobile_and_stays_when_one_comes() -> None:
    dossier = a.dossier(contact=Contact())
    dossier.change_contact(None, FIXED, a.act())

    (event,) = dossier.change_contact(None, TELEPHONE, a.act())
    assert (event.changed, dossier.contact.fixe, dossier.contact.mobile) == (("telephone", "fixe"), FIXED, a.MOBILE)

    dossier.change_contact(None, TELEPHONE, a.act(), fixe=None)
    assert (dossier.contact.fixe, dossier.contact.mobile) == (None, a.MOBILE)
    with pytest.raises(Invalid):
        dossier.change_contact(None, TELEPHONE, a.act(), fixe=TELEPHONE)


def test_a_number_counts_as_entered_on_the_day_it_changed_in_paris() -> None:
    evening = datetime(2026, 3, 12, 23, 30, tzinfo=UTC)
    contact = Contact().changed("a@example.org", TELEPHONE, evening, a.REFERENT)
    later = contact.changed("b@example.org", TELEPHONE, evening + timedelta(days=3), a.REFERENT)

    assert later.telephone_since == date(2026, 3, 13)


@pytest.mark.parametrize("mail", ["jeanne", "jeanne@", "a b@example.org", "a@example", "a@@example.org", "é@x..fr"])
def test_what_is_no_mail_is_refused(mail: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_mail(mail)
    assert mail not in refused.value.detail


def test_a_mail_is_trimmed_and_may_be_empty() -> None:
    assert read_mail("  Jeanne.Fictive@example.org ") == "Jeanne.Fictive@example.org"
    assert read_mail("  ") is None


def test_naming_the_same_referent_again_changes_nothing() -> None:
    dossier = a.dossier(referent_id=None)

    (event,) = dossier.name_referent(a.REFERENT, a.TODAY, a.act())
    assert (event.referent_id, dossier.referent_since) == (a.REFERENT, a.TODAY)
    assert dossier.name_referent(a.REFERENT, a.TODAY + timedelta(days=9), a.act()) == []
    assert dossier.referent_since == a.TODAY


@pytest.mark.parametrize(
    ("mine", "theirs", "to_call", "beside"),
    [
        (Telephone(a.LANDLINE, mobile=False), Telephone(a.MOBILE, mobile=True), a.MOBILE, a.LANDLINE),
        (Telephone(a.MOBILE, mobile=True), Telephone(a.LANDLINE, mobile=False), a.MOBILE, a.LANDLINE),
        (None, Telephone(a.MOBILE, mobile=True), a.MOBILE, None),
        (Telephone(a.MOBILE, mobile=True), None, a.MOBILE, None),
    ],
)
def test_a_merge_keeps_the_mobile_of_either_and_the_landline_beside(
    mine: Telephone | None, theirs: Telephone | None, to_call: str, beside: str | None
) -> None:
    kept, absorbed = a.dossier(contact=Contact(None, mine)), a.dossier(contact=Contact(None, theirs))

    kept.absorb(absorbed, a.act())

    fixe = kept.contact.fixe.number if kept.contact.fixe else None
    assert (kept.contact.mobile, fixe) == (to_call, beside)


def test_a_merge_takes_what_the_one_that_stays_does_not_say() -> None:
    said: dict[str, object] = {"nom_usage": "MARIEE", "adresse": ("1 rue Neuve",), "situation_familiale": "seul"}
    person = a.person(**said, date_entree_rsa=date(2024, 5, 1))
    kept = a.dossier(person=a.person(nom_usage=None, adresse=()), territory=UNASSIGNED_TERRITORY)
    absorbed = a.dossier(person=person, territory="sud")

    changed, _ = kept.absorb(absorbed, a.act())

    assert kept.person == person
    assert (kept.territory, changed.territory) == ("sud", "sud")


def neighbour(**changes: object) -> Neighbour:
    fields = {"numero": 1, "state": State.VALIDE, "date_debut": date(2026, 1, 1), "date_fin": date(2026, 5, 31)}
    return Neighbour(**{**fields, **changes})  # type: ignore[arg-type]


def test_the_number_proposed_is_the_last_plus_one() -> None:
    assert next_numero([]) == 1
    assert next_numero([neighbour(numero=3), neighbour(numero=2)]) == 4


def test_a_complete_cer_of_a_person_who_can_be_reached_calls_for_no_remark() -> None:
    assert notices(a.proposition(), a.dossier().contact, []) == []


def test_a_repeated_number_an_overlap_and_missing_contact_data_are_said() -> None:
    codes = [notice.code for notice in notices(a.proposition(), Contact(), [neighbour()])]

    assert codes == ["repeated", "overlap", "mobile-missing", "mail-missing"]


@pytest.mark.parametrize(
    "other",
    [
        neighbour(numero=9, state=State.NON_VALIDE),
        neighbour(numero=9, date_fin=date(2026, 3, 31)),
        neighbour(numero=9, date_debut=date(2026, 10, 1), date_fin=None),
    ],
)
def test_periods_that_do_not_meet_do_not_overlap(other: Neighbour) -> None:
    assert notices(a.proposition(), a.dossier().contact, [other]) == []


def test_a_modification_replaces_the_cer_in_force_without_a_remark() -> None:
    cer = a.proposition(nature="modification", numero=2)

    assert notices(cer, a.dossier().contact, [neighbour()]) == []


def test_a_ticked_accord_with_a_mobile_offers_the_sms_once() -> None:
    contact = a.dossier().contact

    assert [n.code for n in notices(a.proposition(Tick.OUI), contact, [])] == ["sms-possible"]
    assert notices(a.proposition(Tick.OUI, no_phone_at_interview=True), contact, []) == []


def test_of_a_cer_that_was_submitted_its_number_and_dates_are_said_and_no_longer_how_to_reach_the_person() -> None:
    said = [notice.code for notice in notices(a.submitted(), Contact(), [neighbour()])]

    assert said == ["repeated", "overlap"]
