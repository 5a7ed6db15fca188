"""Documents of every kind, short, long and odd: what is measured in the PDF."""

from typing import Any

from services.documents.domain import samples
from services.documents.domain.edition import EditionKind
from services.documents.domain.sheet import Sheet
from tests.builders import documents as build

ODD = (
    "Łódź, ğış, œuvre, ẽ̱, e\u0301, — «\u202fguillemets\u202f», 1\u202f234,50\u00a0€, "
    "½, ①, →, ✓, 😀👍🏽👩\u200d👩\u200d👧, 汉字 かな, "
    "\x00\x07\u202eretourné\u202c, <b>gras</b> & {{ 7*7 }}, \ue000\ufffe, fin\n"
    "مرحبا بكم في القسم\nשלום עולם\nПривет мир\nΓειά σου Κόσμε\nनमस्ते दुनिया\nສະບາຍດີ\n\n\n\tfin"
)


def objective(**changes: Any) -> Any:
    return build.OBJECTIVE.model_copy(update=changes)


CASES: dict[str, Sheet] = {
    f"{kind}-{name}": sheet for kind in EditionKind for name, sheet in samples.samples(kind).items()
} | {
    "minimal": build.sheet(
        situation="Recherche un emploi.",
        evaluation="Partagée.",
        expression="La personne ne souhaite rien exprimer.",
        objectives=(objective(etapes=(), diagnostics=(), diagnostic_labels=(), referent_does="Oriente."),),
    ),
    "twelve": build.sheet(
        objectives=(build.OBJECTIVE,) * 12, situation=samples.LONG[:6_000], evaluation=samples.LONG[:3_000]
    ),
    "no_spaces": build.sheet(
        situation="A" * 20_000,
        evaluation="é" * 20_000,
        objectives=(objective(theme_label="T" * 200, person_does="W" * 20_000, diagnostic_labels=("D" * 300,)),),
    ),
    "odd": build.sheet(
        situation=ODD,
        evaluation=ODD,
        expression=ODD,
        objectives=(objective(theme_label=ODD, person_does=ODD, referent_does=ODD),),
    ),
}  # fmt: skip

LETTERS = tuple(
    name
    for name, sheet in CASES.items()
    if sheet.kind in {EditionKind.CONVOCATION, EditionKind.RELANCE, EditionKind.NOTIFICATION_DECISION}
)
