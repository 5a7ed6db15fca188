"""Every state with every verb: what the table holds is done, all the rest is refused."""

from collections.abc import Callable
from itertools import product

import pytest

from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.signing import SIGNING, SigningState, SigningVerb
from services.contracts.domain.cers.states import ACTIONS, ADVICE, LABELS, TRANSITIONS, State, Verb, move
from shared.events.sealed import seal
from shared.kernel.errors import ImpossibleMove
from tests.builders import contracts as a

PAIRS = list(product(State, Verb))

# What the guide says, written a second time by hand: (verb, states it is allowed from, where it leads).
EXPECTED: dict[Verb, dict[State, State]] = {
    Verb.REVISE: {State.PROPOSITION: State.PROPOSITION},
    Verb.DELETE: {State.PROPOSITION: State.SUPPRIME},
    Verb.PREPARE_SIGNATURE: {State.PROPOSITION: State.PROPOSITION},
    Verb.OPEN_SIGNATURE: {State.PROPOSITION: State.PROPOSITION},
    Verb.COMPLETE_SIGNATURE: {State.PROPOSITION: State.PROPOSITION},
    Verb.PROLONG_SIGNATURE: {state: state for state in State if state is not State.SUPPRIME},
    Verb.END_SIGNATURE: {State.PROPOSITION: State.PROPOSITION},
    Verb.REOPEN: {State.PROPOSITION: State.PROPOSITION},
    Verb.SUBMIT: {State.PROPOSITION: State.SOUMIS_A_ETUDE},
    Verb.OPEN_STUDY: {State.SOUMIS_A_ETUDE: State.SOUMIS_A_ETUDE},
    Verb.SEND_TO_COMMISSION: {
        State.SOUMIS_A_ETUDE: State.ETUDE_EN_COMMISSION,
        State.ATTENTE_DECISION: State.ETUDE_EN_COMMISSION,
    },
    Verb.SEND_TO_CHEF_DE_SERVICE: {
        State.SOUMIS_A_ETUDE: State.ATTENTE_DECISION,
        State.ETUDE_EN_COMMISSION: State.ATTENTE_DECISION,
    },
    Verb.TAKE_BACK: {
        State.ETUDE_EN_COMMISSION: State.SOUMIS_A_ETUDE,
        State.ATTENTE_DECISION: State.SOUMIS_A_ETUDE,
    },
    Verb.RETURN_FOR_COMPLEMENT: {
        State.SOUMIS_A_ETUDE: State.PROPOSITION,
        State.ETUDE_EN_COMMISSION: State.PROPOSITION,
        State.ATTENTE_DECISION: State.PROPOSITION,
    },
    Verb.VALIDATE: {State.ETUDE_EN_COMMISSION: State.VALIDE, State.ATTENTE_DECISION: State.VALIDE},
    Verb.REJECT: {State.ETUDE_EN_COMMISSION: State.NON_VALIDE, State.ATTENTE_DECISION: State.NON_VALIDE},
    Verb.SET_DERNIER_CONTRAT: {State.PROPOSITION: State.PROPOSITION, State.VALIDE: State.VALIDE},
    Verb.READ_DECISION: {State.VALIDE: State.VALIDE, State.NON_VALIDE: State.NON_VALIDE},
    Verb.SHORTEN: {State.VALIDE: State.VALIDE},
}


@pytest.mark.parametrize(("state", "verb"), PAIRS)
def test_the_table_says_what_the_guide_says(state: State, verb: Verb) -> None:
    assert TRANSITIONS.get((state, verb)) == EXPECTED[verb].get(state)


def _path(state: State) -> str:
    return "commission" if state is State.ETUDE_EN_COMMISSION else "chef_de_service"


def _ready(cer: Cer, verb: Verb) -> Cer:
    """A proposition in the sub-state, or with the accord, that the verb asks for; other states as they are."""
    if cer.state is not State.PROPOSITION:
        return cer
    by_verb: dict[Verb, Callable[[], Cer]] = {
        Verb.OPEN_SIGNATURE: a.preparing,
        Verb.COMPLETE_SIGNATURE: a.opened,
        Verb.END_SIGNATURE: a.opened,
        Verb.REOPEN: a.signed,
        Verb.SUBMIT: a.signed,
    }
    return by_verb.get(verb, a.proposition)()


def _prolonged(cer: Cer) -> bool:
    """The files of its signature are stamped anew, whatever its state."""
    cer.proof = a.proof()
    return cer.signature_prolonged(a.LONGER, a.LONGER, a.act())


CALLS: dict[Verb, Callable[[Cer], object]] = {
    Verb.REVISE: lambda cer: cer.revise(a.written(situation="Autre situation."), a.act(), a.reference()),
    Verb.DELETE: lambda cer: cer.delete(a.act(), a.party()),
    Verb.PREPARE_SIGNATURE: lambda cer: cer.prepare_signature(a.MOBILE, a.NO_FLAGS, a.DEADLINE, a.act(), a.party()),
    Verb.OPEN_SIGNATURE: lambda cer: cer.signature_opened(a.DEADLINE, a.act()),
    Verb.COMPLETE_SIGNATURE: lambda cer: cer.signature_completed(a.proof(), a.act()),
    Verb.PROLONG_SIGNATURE: _prolonged,
    Verb.END_SIGNATURE: lambda cer: cer.cancel_signature("cancelled", a.act(), a.party()),
    Verb.REOPEN: lambda cer: cer.reopen("Une erreur de date.", a.act(), a.party()),
    Verb.SUBMIT: lambda cer: cer.submit(a.act(), a.party(), a.REQUESTS),
    Verb.OPEN_STUDY: lambda cer: cer.study_opened(a.act()),
    Verb.SEND_TO_COMMISSION: lambda cer: cer.routed(Verb.SEND_TO_COMMISSION, a.act(), a.party()),
    Verb.SEND_TO_CHEF_DE_SERVICE: lambda cer: cer.routed(Verb.SEND_TO_CHEF_DE_SERVICE, a.act(), a.party()),
    Verb.TAKE_BACK: lambda cer: cer.routed(Verb.TAKE_BACK, a.act(), a.party()),
    Verb.RETURN_FOR_COMPLEMENT: lambda cer: cer.returned(seal(a.reason()), "Une pièce manque.", a.act(), a.party()),
    Verb.VALIDATE: lambda cer: cer.decided(a.told("valide", _path(cer.state)), a.act(), a.party()),
    Verb.REJECT: lambda cer: cer.decided(a.told("non_valide", _path(cer.state)), a.act(), a.party()),
    Verb.SET_DERNIER_CONTRAT: lambda cer: cer.set_dernier_contrat(value=True, act=a.act(), party=a.party()),
    Verb.READ_DECISION: lambda cer: cer.read_decision(a.act()),
    Verb.SHORTEN: lambda cer: cer.shorten(a.SIGNATURE_ID, a.TODAY, a.act(), a.party()),
}


@pytest.mark.parametrize(("state", "verb"), PAIRS)
def test_the_aggregate_obeys_the_table(state: State, verb: Verb) -> None:
    cer = _ready(a.in_state(state), verb)
    version, before = cer.version, cer.draft

    if (state, verb) in TRANSITIONS:
        CALLS[verb](cer)
        assert cer.state is TRANSITIONS[state, verb]
        (line,) = cer.moves
        assert (line.verb, line.from_state, line.to_state) == (verb.value, state, cer.state)
        assert line.act == a.act()
    else:
        with pytest.raises(ImpossibleMove) as refused:
            CALLS[verb](cer)
        assert LABELS[state] in refused.value.detail
        assert (cer.state, cer.draft, cer.moves) == (state, before, [])
    assert cer.version == version


@pytest.mark.parametrize(("state", "verb"), [pair for pair in PAIRS if pair not in TRANSITIONS])
def test_a_refusal_says_where_the_cer_is_and_what_to_do(state: State, verb: Verb) -> None:
    with pytest.raises(ImpossibleMove) as refused:
        move(state, verb)

    assert ACTIONS[verb] in refused.value.detail
    assert ADVICE[state] in refused.value.detail


SIGNING_CALLS: dict[SigningVerb, Callable[[Cer], object]] = {
    SigningVerb.PREPARE: CALLS[Verb.PREPARE_SIGNATURE],
    SigningVerb.OPEN: CALLS[Verb.OPEN_SIGNATURE],
    SigningVerb.COMPLETE: CALLS[Verb.COMPLETE_SIGNATURE],
    SigningVerb.END: lambda cer: cer.signature_ended("refused", a.act()),
    SigningVerb.VOID: CALLS[Verb.REOPEN],
}


@pytest.mark.parametrize(("state", "verb"), list(product(SigningState, SigningVerb)))
def test_the_signature_has_its_own_table(state: SigningState, verb: SigningVerb) -> None:
    cer = a.in_signing_state(state)
    attempt = cer.signing.attempt

    if (state, verb) in SIGNING:
        SIGNING_CALLS[verb](cer)
        assert cer.signing.state is SIGNING[state, verb]
        assert cer.signing.attempt == attempt + (verb is SigningVerb.PREPARE)
    else:
        with pytest.raises(ImpossibleMove):
            SIGNING_CALLS[verb](cer)
        assert cer.signing.state is state
        assert cer.moves == []
    assert (cer.signing.deadline is not None) == cer.signing.under_way
