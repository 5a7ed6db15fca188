"""Takes over the CERs of the software that came before: once each, told again by their source and external id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.contracts.application.commands.loading import remaining
from services.contracts.application.ports import Stores
from services.contracts.application.ports.agents import AgentFilter
from services.contracts.domain.agents.model import Agent
from services.contracts.domain.cers.imported import VERB, Former, take_over, take_over_again
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.dossiers.household import plain
from services.contracts.domain.dossiers.merged import Remaining
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.imports.finding import find, told_of_merged
from services.contracts.domain.imports.flow import Refused
from services.contracts.domain.imports.lines import Difference, Line, Rules
from services.contracts.domain.imports.people import CHANGED, CREATED, UNCHANGED, Outcome, refused
from services.contracts.domain.moves import Act
from shared.kernel.clock import legal_date
from shared.kernel.ids import derived_id
from shared.security.principal import Role

MOST_REFERENTS = 10_000  # more than any département has
_UNKNOWN_REFERENT = "Ce référent n'est pas connu ici : il doit s'être connecté une première fois. Nommez-le ensuite."


@dataclass
class _Known:
    """What a batch of lines is compared with."""

    dossiers: Mapping[str, list[Dossier]]
    remaining: Remaining
    cers: Mapping[UUID, Cer]
    touched: frozenset[UUID]
    referents: Mapping[str, Agent]


async def plan_cers(stores: Stores, rules: Rules, act: Act, lines: Sequence[Line]) -> list[Outcome]:
    """What each line does. A référent named in the file is given to a dossier that nobody accompanies."""
    ids = [_cer_id(rules.source, line) for line in lines]
    dossiers = await stores.dossiers.of_matricules([line.said["matricule"] for line in lines])
    known = _Known(
        dossiers,
        await remaining(stores, (one for of_one in dossiers.values() for one in of_one)),
        await stores.cers.among(ids),
        await stores.cers.moved_otherwise(ids, VERB),
        await _referents(stores),
    )
    return [_plan(line, cer_id, known, rules, act) for line, cer_id in zip(lines, ids, strict=True)]


def _cer_id(source: str, line: Line) -> UUID:
    return derived_id("imported-cer", source, line.said["external_id"])


async def _referents(stores: Stores) -> dict[str, Agent]:
    """By mail and by name, those whose name another bears left out."""
    found: dict[str, Agent] = {}
    twice: set[str] = set()
    wanted = AgentFilter(role=Role.REFERENT, active=True)
    for agent in await stores.agents.page(wanted, None, MOST_REFERENTS):
        for label in filter(None, (agent.profile.mail, agent.profile.full_name)):
            twice |= {plain(label)} & found.keys()
            found[plain(label)] = agent
    return {label: agent for label, agent in found.items() if label not in twice}


def _plan(line: Line, cer_id: UUID, known: _Known, rules: Rules, act: Act) -> Outcome:
    found = find(line, known.dossiers[line.said["matricule"]])
    if isinstance(found, Refused):
        return refused(line, found)
    dossier = known.remaining.of(found)
    cer = known.cers.get(cer_id)
    if cer is not None and cer.dossier_id != dossier.id:
        return refused(line, Refused(line.number, "other-person", _OTHER_PERSON, "external_id"))
    former = Former.of(rules.source, line.said)
    if problems := former.problems(act) + (former.final_outcome(cer) if cer else []):
        first = problems[0]
        reason = " ".join(one.message for one in problems)
        return refused(line, Refused(line.number, first.code, reason, first.field))
    outcome = Outcome(line.number, UNCHANGED, kept=[] if dossier is found else [told_of_merged(line.number)])
    _name_referent(line, dossier, outcome, known, act)
    before = _shown(cer) if cer else {}
    if cer is None:
        outcome.kind = CREATED
        outcome.cer, told = take_over(cer_id, dossier, former, act)
        outcome.events.append(told)
    else:
        outcome.cer = cer
        again = take_over_again(cer, dossier, former, act, touched=cer.id in known.touched)
        outcome.kind = CHANGED if again.events else UNCHANGED
        outcome.events.extend(again.events)
        outcome.kept += [Refused(line.number, "changed-here", _CHANGED_HERE, name) for name in again.kept]
    after = _shown(outcome.cer)
    outcome.differences += [
        Difference(line.number, outcome.kind, dossier.id, name, before.get(name), after.get(name))
        for name in after
        if before.get(name) != after.get(name)
    ]
    return outcome


_CHANGED_HERE = "Ce CER a été modifié ici depuis sa reprise : ce que dit le fichier ne le remplace pas."
_OTHER_PERSON = "Ce CER a déjà été repris pour une autre personne : vérifiez l'identifiant."


def _name_referent(line: Line, dossier: Dossier, outcome: Outcome, known: _Known, act: Act) -> None:
    label = line.said.get("referent")
    if label is None or dossier.referent_id is not None:
        return
    agent = known.referents.get(plain(label))
    if agent is None:
        outcome.kept.append(Refused(line.number, "unknown-referent", _UNKNOWN_REFERENT, "referent"))
        return
    told = dossier.name_referent(agent.id, legal_date(act.at), act)
    if told:
        outcome.dossier = dossier
        outcome.events.extend(told)
        outcome.differences.append(
            Difference(line.number, CHANGED, dossier.id, "referent", None, agent.profile.full_name)
        )


def _shown(cer: Cer) -> dict[str, str]:
    draft = cer.draft
    values = {
        "numero": draft.numero,
        "nature": draft.nature.value,
        "date_signature": draft.date_signature,
        "date_debut": draft.date_debut,
        "date_fin": draft.date_fin,
        "state": cer.state.value,
        "dernier_contrat": "oui" if draft.dernier_contrat else "non",
    }
    return {name: str(value) for name, value in values.items() if value is not None}


async def store_cers(stores: Stores, outcomes: Sequence[Outcome]) -> None:
    """Stores what the plan changed."""
    for one in outcomes:
        if one.dossier is not None:
            await stores.dossiers.save(one.dossier)
        if one.cer is not None and one.kind == CREATED:
            await stores.cers.add(one.cer)
        elif one.cer is not None and one.kind == CHANGED:
            await stores.cers.save(one.cer)
