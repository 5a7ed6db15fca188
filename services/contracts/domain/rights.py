"""Who may do what, and on whose dossiers: one table, deny by default.

A référent sees the dossiers of their territory and writes those that they accompany; a secretary sees those of their
territory, without the social texts; the insertion service and its head see all. A secretary scans what comes by post
and sees what a dossier holds, but opens no social content.

A member of a commission reads the CERs of a session that they sit in, their dossiers and the pièces of these CERs, from
its convening to its closing (`OPENED`, as validation tells it): the texts, not the note, nor what is decided. What a
scope reaches is in `shared/security/reach.py`.
"""

from collections.abc import Mapping

from services.contracts.domain.agents.model import Agent
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.files.model import Kind
from shared.kernel.errors import Forbidden, NotFound
from shared.security import reach
from shared.security.principal import Principal, Role
from shared.security.reach import Relation, Scope, Scopes, relation, roles_of

_REFERENT, _SECRETARIAT = Role.REFERENT, Role.SECRETARIAT
_SERVICE, _CHEF, _ADMIN = Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE, Role.ADMIN

_SEEN = {_REFERENT: Scope.TERRITORY, _SECRETARIAT: Scope.TERRITORY, _SERVICE: Scope.ALL, _CHEF: Scope.ALL}
_READ = {**_SEEN, Role.COMMISSION: Scope.OPENED}
_EXPORTED = {_SECRETARIAT: Scope.TERRITORY, _SERVICE: Scope.ALL, _CHEF: Scope.ALL}
_WRITTEN = {_REFERENT: Scope.OWN}
_COMPLETED = {_REFERENT: Scope.OWN, _SECRETARIAT: Scope.TERRITORY, _SERVICE: Scope.ALL}
_MATCHED = {_SECRETARIAT: Scope.TERRITORY, _SERVICE: Scope.ALL, Role.ADMIN: Scope.ALL}
_SETTLED = {Role.ADMIN: Scope.ALL}
_SCANNED = {_REFERENT: Scope.OWN, _SECRETARIAT: Scope.TERRITORY, _SERVICE: Scope.ALL}
_KEPT = {_ADMIN: Scope.ALL}
_TAKEN_IN = {_SERVICE: Scope.ALL, _ADMIN: Scope.ALL}
# Of an agent, not of a dossier: their own absence, or that of one of their territories.
_REPLACED = {_REFERENT: Scope.OWN, _SECRETARIAT: Scope.TERRITORY, _SERVICE: Scope.ALL, _ADMIN: Scope.ALL}
# Whoever has a screen.
_AGENTS = (_REFERENT, _SECRETARIAT, _SERVICE, _CHEF, Role.COMMISSION, Role.ADMIN)
_HELD = {_CHEF: Scope.ALL, _ADMIN: Scope.ALL}

SCOPES: Scopes = {
    # Ids and counts only: the admin reads nothing of whom they erase.
    "erase-dossier": {_ADMIN: Scope.ALL},
    "list-erasures": {_ADMIN: Scope.ALL},
    "hold-dossier": _HELD,
    "read-holds": _HELD,
    "lift-hold": _HELD,
    "restore-dossier": _HELD,
    "list-dossiers": _SEEN,
    "read-dossier": _READ,
    "read-dossier-history": _SEEN,
    "create-dossier": {_REFERENT: Scope.TERRITORY, _SECRETARIAT: Scope.TERRITORY, _SERVICE: Scope.ALL},
    "change-contact": _COMPLETED,
    "change-identity": _COMPLETED,
    "change-household": _COMPLETED,
    "orient": _COMPLETED,
    "move-dossier": {_SECRETARIAT: Scope.TERRITORY, _SERVICE: Scope.ALL},
    "list-duplicates": _SETTLED,
    "dismiss-duplicate": _SETTLED,
    "merge-dossiers": _SETTLED,
    "list-matchings": _MATCHED,
    "read-matching": _MATCHED,
    "resolve-matching": _MATCHED,
    "name-referent": {_REFERENT: Scope.TERRITORY, _SECRETARIAT: Scope.TERRITORY, _SERVICE: Scope.ALL},
    "list-cers": _SEEN,
    "list-work": _SEEN,
    "count-work": _SEEN,
    "read-cer": _READ,
    "read-history": {_REFERENT: Scope.TERRITORY, _SERVICE: Scope.ALL, _CHEF: Scope.ALL},
    "read-revisions": {_REFERENT: Scope.TERRITORY, _SERVICE: Scope.ALL, _CHEF: Scope.ALL},
    "create-cer": _WRITTEN,
    "prefill-cer": _WRITTEN,
    "revise-cer": _WRITTEN,
    "delete-cer": _WRITTEN,
    "prepare-signature": _WRITTEN,
    "cancel-signature": _WRITTEN,
    "reopen-cer": _WRITTEN,
    "submit-cer": _WRITTEN,
    "set-dernier-contrat": {_REFERENT: Scope.OWN, _SERVICE: Scope.ALL},
    "read-reference": dict.fromkeys(_AGENTS, Scope.ALL),
    "read-prompts": dict.fromkeys(_AGENTS, Scope.ALL),
    "change-reference": {Role.ADMIN: Scope.ALL},
    "list-files": _READ,
    "read-file": _READ,
    "read-file-content": _READ,
    "add-file": _SCANNED,
    "describe-file": _SCANNED,
    "remove-file": _SCANNED,
    "list-agents": dict.fromkeys((_REFERENT, _SECRETARIAT, _SERVICE, _CHEF, _ADMIN), Scope.ALL),
    "read-agent": _KEPT,
    "keep-agent": _KEPT,
    "deactivate-agent": _KEPT,
    "reactivate-agent": _KEPT,
    "import-agents": _KEPT,
    "list-replacements": _REPLACED,
    "make-replacement": _REPLACED,
    "end-replacement": _REPLACED,
    "upload-import": _TAKEN_IN,
    "list-imports": _TAKEN_IN,
    "read-import": _TAKEN_IN,
    "read-differences": _TAKEN_IN,
    "apply-import": _TAKEN_IN,
    "read-refused": _TAKEN_IN,
    "read-audit": {_ADMIN: Scope.ALL},
    "read-audit-head": {_ADMIN: Scope.ALL, Role.PARTNER: Scope.ALL},
    "export-dossiers": _EXPORTED,
    "export-cers": _EXPORTED,
    "read-decision": _WRITTEN,
    "list-to-read": {_REFERENT: Scope.OWN, _SERVICE: Scope.ALL, _CHEF: Scope.ALL},
    "list-tasks": {_SERVICE: Scope.ALL, _CHEF: Scope.ALL},
    "close-task": {_SERVICE: Scope.ALL, _CHEF: Scope.ALL},
}

RIGHTS = roles_of(SCOPES)

# What these answer names no person: they leave no line in the audit. Every other operation does.
IMPERSONAL: frozenset[str] = frozenset(
    {
        "count-work",
        "list-agents",
        "list-imports",
        "list-replacements",
        "read-agent",
        "read-audit-head",
        "read-import",
        "read-prompts",
        "read-reference",
    }
)

# The texts of a CER are social content: a secretary places appointments without them.
READS_TEXTS = frozenset({_REFERENT, _SERVICE, _CHEF, Role.COMMISSION})
# With its note référent, which is not for a commission.
READS_DECISION = READS_TEXTS - {Role.COMMISSION}
# Beside its author.
READS_NOTE = frozenset({_SERVICE, _CHEF})
# What is scanned is social content too, but for who the person is: which a commission has no need of.
OPENS_ONLY: Mapping[Role, frozenset[Kind]] = {
    _SECRETARIAT: frozenset({Kind.IDENTITE}),
    Role.COMMISSION: frozenset(Kind) - {Kind.IDENTITE},
}
_NOT_OPENED = {
    _SECRETARIAT: "Cette pièce relève du suivi social : le secrétariat n'en voit que l'intitulé.",
    Role.COMMISSION: "Une pièce d'identité n'est pas examinée en commission : vous n'en voyez que l'intitulé.",
}
# The others take away what they added themselves.
TAKES_AWAY_ANY_FILE = frozenset({_REFERENT})


def by_opening(agent: Principal, operation: str) -> bool:
    """Whether this agent does it only to what was opened to them."""
    return SCOPES[operation].get(agent.role) is Scope.OPENED


def check(agent: Principal, operation: str, dossier: Dossier, *, opened: bool = False) -> None:
    """Raises NotFound for a dossier that the agent may not know of, Forbidden for one that they may only read.

    `opened`: it was opened to them; it counts for nothing but `by_opening`.
    """
    near = relation(agent, dossier.territory, dossier.referent_id)
    reach.check(
        SCOPES[operation].get(agent.role),
        Relation.OPENED if opened and by_opening(agent, operation) else near,
        unknown=NotFound("Ce dossier n'existe pas, ou il n'est pas de votre territoire."),
        not_theirs=Forbidden(
            "Seul le référent qui accompagne cette personne peut le faire : demandez au service insertion ou au "
            "secrétariat de vous nommer."
        ),
    )


def opens(agent: Principal, kind: Kind) -> bool:
    """Whether this agent's role may open a pièce of this kind."""
    return kind in OPENS_ONLY.get(agent.role, Kind)


def check_content(agent: Principal, kind: Kind) -> None:
    """Raises Forbidden for a pièce that this agent may know of, but not open."""
    if not opens(agent, kind):
        raise Forbidden(_NOT_OPENED[agent.role])


def check_agent(agent: Principal, operation: str, concerned: Agent) -> None:
    """The same for what is done to an agent: oneself, one of one's territories, all. Raises Forbidden."""
    scope = SCOPES[operation].get(agent.role)
    if scope is None:
        raise Forbidden("Votre rôle ne permet pas cette action.")
    if scope is Scope.ALL or concerned.id == agent.subject:
        return
    if scope is Scope.TERRITORY and agent.territories & set(concerned.profile.territories):
        return
    raise Forbidden("Cet agent n'est pas de votre territoire : adressez-vous au service insertion.")
