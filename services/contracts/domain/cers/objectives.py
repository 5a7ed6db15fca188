"""Objectives and étapes one by one: added, changed, removed, put in another order. Each keeps its id.

Source: the guide, « Ajouter un objectif » and the bin.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from services.contracts.domain.cers.draft import Draft, Etape, Item, Objective
from shared.kernel.errors import FieldProblem, Invalid, NotFound

MAX_ITEMS = 20

ItemT = TypeVar("ItemT", bound=Item)
Change = Callable[[Draft], Draft]


def identified(sent: Sequence[ItemT], kept: Sequence[ItemT], new_id: Callable[[], UUID]) -> tuple[ItemT, ...]:
    """What was sent, each with its id: its own, else that of the one kept that says the same or has its place."""
    ids = [one.id for one in sent]
    for fits in (_says_the_same, _has_its_place):
        for index, one in enumerate(sent):
            if ids[index] is None:
                ids[index] = next((k.id for k in kept if k.id not in ids and fits(one, index, k, kept)), None)
    return tuple(one.model_copy(update={"id": own or new_id()}) for one, own in zip(sent, ids, strict=True))


def _says_the_same(one: Item, _: int, other: Item, __: Sequence[Item]) -> bool:
    return one.bare() == other.bare()


def _has_its_place(_: Item, index: int, other: Item, kept: Sequence[Item]) -> bool:
    return index < len(kept) and kept[index] is other


def identified_objectives(
    sent: Sequence[Objective], kept: Sequence[Objective], new_id: Callable[[], UUID]
) -> tuple[Objective, ...]:
    """Objectives with their ids, and their étapes with theirs."""
    former = {objective.id: objective.etapes for objective in kept}
    return tuple(
        one.model_copy(update={"etapes": identified(one.etapes, former.get(one.id, ()), new_id)})
        for one in identified(sent, kept, new_id)
    )


def repeated_ids(draft: Draft) -> list[FieldProblem]:
    """Ids that two objectives, or two étapes of one objective, claim."""
    problems = [_repeated("objectives")] if _repeats(draft.objectives) else []
    for index, objective in enumerate(draft.objectives):
        if _repeats(objective.etapes):
            problems.append(_repeated(f"objectives.{index}.etapes"))
    return problems


def _repeats(items: Sequence[Item]) -> bool:
    ids = [one.id for one in items if one.id is not None]
    return len(ids) != len(set(ids))


def _repeated(field: str) -> FieldProblem:
    return FieldProblem(field, "repeated-id", "Deux éléments ont le même identifiant : gardez-le pour un seul.")


def added_objective(objective: Objective, new_id: Callable[[], UUID]) -> Change:
    """« Ajouter un objectif », at the end of the list. The change raises Invalid when the list is full."""

    def change(draft: Draft) -> Draft:
        (one,) = identified_objectives((objective,), (), new_id)
        return _with(draft, _appended(draft.objectives, one, "objectives"))

    return change


def changed_objective(objective_id: UUID, objective: Objective, new_id: Callable[[], UUID]) -> Change:
    """This objective as it is written now; its étapes without an id take their twins'. The change raises NotFound."""

    def change(draft: Draft) -> Draft:
        kept = _one(draft.objectives, objective_id)
        mine = objective.model_copy(update={"id": objective_id})
        (one,) = identified_objectives((mine,), (kept,), new_id)
        return _with(draft, _replaced(draft.objectives, one))

    return change


def removed_objective(objective_id: UUID) -> Change:
    """The bin. The change raises NotFound."""
    return lambda draft: _with(draft, _removed(draft.objectives, objective_id))


def ordered_objectives(order: Sequence[UUID]) -> Change:
    """The same objectives in this order. The change raises Invalid."""
    return lambda draft: _with(draft, _ordered(draft.objectives, order))


def in_objective(objective_id: UUID, change: Callable[[tuple[Etape, ...]], tuple[Etape, ...]]) -> Change:
    """A change of the étapes of this objective. The change raises NotFound, Invalid."""

    def changed(draft: Draft) -> Draft:
        kept = _one(draft.objectives, objective_id)
        one = kept.model_copy(update={"etapes": change(kept.etapes)})
        return _with(draft, _replaced(draft.objectives, one))

    return changed


def added_etape(objective_id: UUID, etape: Etape, new_id: Callable[[], UUID]) -> Change:
    """An étape at the end of its objective's. The change raises NotFound, Invalid."""
    one = etape if etape.id is not None else etape.model_copy(update={"id": new_id()})
    return in_objective(objective_id, lambda etapes: _appended(etapes, one, "etapes"))


def changed_etape(objective_id: UUID, etape_id: UUID, etape: Etape) -> Change:
    """This étape as it is written now. The change raises NotFound."""
    one = etape.model_copy(update={"id": etape_id})
    return in_objective(objective_id, lambda etapes: _replaced(etapes, one))


def removed_etape(objective_id: UUID, etape_id: UUID) -> Change:
    """Without this étape. The change raises NotFound."""
    return in_objective(objective_id, lambda etapes: _removed(etapes, etape_id))


def ordered_etapes(objective_id: UUID, order: Sequence[UUID]) -> Change:
    """The same étapes in this order. The change raises NotFound, Invalid."""
    return in_objective(objective_id, lambda etapes: _ordered(etapes, order))


def _with(draft: Draft, objectives: tuple[Objective, ...]) -> Draft:
    return draft.model_copy(update={"objectives": objectives})


def _one(items: Sequence[ItemT], item_id: UUID) -> ItemT:
    for one in items:
        if one.id == item_id:
            return one
    raise NotFound("Cet objectif ou cette étape n'est plus dans le CER : rechargez-le.")


def _appended(items: tuple[ItemT, ...], one: ItemT, field: str) -> tuple[ItemT, ...]:
    if len(items) >= MAX_ITEMS:
        raise Invalid(
            f"La liste est pleine : {MAX_ITEMS} au plus.", [FieldProblem(field, "too-many", f"{MAX_ITEMS} au plus.")]
        )
    return (*items, one)


def _replaced(items: tuple[ItemT, ...], one: ItemT) -> tuple[ItemT, ...]:
    if one.id is not None:
        _one(items, one.id)
    return tuple(one if other.id == one.id else other for other in items)


def _removed(items: tuple[ItemT, ...], item_id: UUID) -> tuple[ItemT, ...]:
    _one(items, item_id)
    return tuple(other for other in items if other.id != item_id)


def _ordered(items: tuple[ItemT, ...], order: Sequence[UUID]) -> tuple[ItemT, ...]:
    by_id = {one.id: one for one in items}
    if len(order) != len(items) or set(order) != set(by_id):
        raise Invalid(
            "L'ordre doit nommer chaque élément de la liste une fois : rechargez le CER, puis recommencez.",
            [FieldProblem("order", "not-the-same", "Donnez chaque identifiant de la liste, une seule fois.")],
        )
    return tuple(by_id[item_id] for item_id in order)
