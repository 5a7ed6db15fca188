"""What agents send to route many studies, what the admin sends of rules, and what comes back."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.validation.application.commands import Order
from services.validation.application.commands.many import MOST, Result
from services.validation.application.commands.routing import Routing
from services.validation.application.ports.routing import Edition
from services.validation.domain.routing.model import Conditions, Route, Rule, RuleBook
from services.validation.domain.states import State
from services.validation.domain.values import Path
from services.validation.entrypoints.http.bodies import Body, Code, Words
from shared.events.blocks import AgentCard

Codes = Annotated[list[Code], Field(max_length=200)]
Mode = Literal["all", "each"]
SOME_ID = "01980000-0000-7000-8000-000000000000"


class RoutingItem(Body):
    """One study: the version that the agent saw, and where it goes."""

    study_id: UUID
    version: int = Field(ge=1, le=2**31 - 1)
    to: Path
    kind: Code | None = Field(default=None, description="Of the commission, where it goes to one")
    reason: Words = Field(default="", description="Mandatory for one that was routed already")


class RouteMany(Body):
    """Studies to route: `all` or nothing, or `each` with its own result."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"mode": "each", "items": [{"study_id": SOME_ID, "version": 1, "to": "commission", "kind": "ep"}]}
            ]
        }
    )

    mode: Mode
    items: list[RoutingItem] = Field(min_length=1, max_length=MOST)

    def wanted(self, by: AgentCard, at: datetime) -> list[Routing]:
        """As the command takes them."""
        return [
            Routing(Order(one.study_id, one.version, by, at), Route(one.to, one.kind), one.reason) for one in self.items
        ]


class ResultProblem(BaseModel):
    """Why nothing was done to one study: as a problem document says it."""

    type: str
    title: str
    detail: str


class ResultLine(BaseModel):
    """What became of one study."""

    study_id: UUID
    done: bool
    state: State | None
    version: int | None
    problem: ResultProblem | None

    @classmethod
    def of(cls, result: Result) -> Self:
        """The line of a result."""
        study, refusal = result.study, result.refusal
        return cls(
            study_id=result.order.study_id,
            done=study is not None,
            state=study.state if study else None,
            version=study.version if study else None,
            problem=ResultProblem(type=f"urn:cer:problem:{refusal.code}", title=refusal.title, detail=refusal.detail)
            if refusal
            else None,
        )


class Results(BaseModel):
    """What became of each, in the order of the request."""

    done: int
    refused: int
    results: list[ResultLine]

    @classmethod
    def of(cls, results: list[Result]) -> Self:
        """The answer for these results."""
        lines = [ResultLine.of(one) for one in results]
        done = sum(line.done for line in lines)
        return cls(done=done, refused=len(lines) - done, results=lines)


class ConditionsIn(Body):
    """All that are given have to be met; of one of them, any value will do."""

    natures: Codes = Field(default_factory=list)
    territories: Codes = Field(default_factory=list)
    priorities: Codes = Field(default_factory=list)
    requests: Codes = Field(default_factory=list)
    accords: Codes = Field(default_factory=list)

    def conditions(self) -> Conditions:
        """As the domain takes them."""
        return Conditions(
            natures=tuple(self.natures),
            territories=tuple(self.territories),
            priorities=tuple(self.priorities),
            requests=tuple(self.requests),
            accords=tuple(self.accords),
        )


class RuleIn(Body):
    """A rule: when it is met, and what it proposes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "label": "Suspension en cours : équipe pluridisciplinaire",
                    "conditions": {"priorities": ["suspension_en_cours"]},
                    "to": "commission",
                    "kind": "ep",
                    "usable_from": "2026-04-01",
                }
            ]
        }
    )

    label: str = Field(min_length=1, max_length=200)
    conditions: ConditionsIn = Field(default_factory=ConditionsIn)
    to: Path
    kind: Code | None = None
    usable_from: date | None = Field(default=None, description="First day; today if none is given")
    usable_until: date | None = Field(default=None, description="Last day; none while it has no end")

    def rule(self, rule_id: UUID, today: date) -> Rule:
        """As the domain takes it."""
        return Rule(
            id=rule_id,
            label=self.label,
            conditions=self.conditions.conditions(),
            route=Route(self.to, self.kind),
            usable_from=self.usable_from or today,
            usable_until=self.usable_until,
        )


class OrderIn(Body):
    """Every rule, in the order in which they are looked at."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rule_ids": [SOME_ID]}]})

    rule_ids: list[UUID] = Field(max_length=1_000)


class RuleView(BaseModel):
    """A rule of the book."""

    id: UUID
    label: str
    conditions: ConditionsIn
    to: Path
    kind: str | None
    usable_from: date
    usable_until: date | None

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """The view of a rule."""
        held = rule.conditions
        return cls(
            id=rule.id,
            label=rule.label,
            conditions=ConditionsIn(
                natures=list(held.natures),
                territories=list(held.territories),
                priorities=list(held.priorities),
                requests=list(held.requests),
                accords=list(held.accords),
            ),
            to=rule.route.path,
            kind=rule.route.kind,
            usable_from=rule.usable_from,
            usable_until=rule.usable_until,
        )


class RuleBookView(BaseModel):
    """The rules in their order; `version` is also the ETag."""

    version: int
    rules: list[RuleView]

    @classmethod
    def of(cls, book: RuleBook) -> Self:
        """The view of a version."""
        return cls(version=book.version, rules=[RuleView.of(rule) for rule in book.rules])


class EditionView(RuleBookView):
    """A version of the book, who made it and when (UTC)."""

    by: str
    at: datetime

    @classmethod
    def of_edition(cls, edition: Edition) -> Self:
        """The view of a version."""
        seen = RuleBookView.of(edition.book)
        return cls(version=seen.version, rules=seen.rules, by=edition.by, at=edition.at)


class EditionsQuery(Body):
    """A page of the versions, the last first."""

    before: int | None = Field(default=None, ge=1, le=2**31 - 1, description="The `next` of the page before")
    limit: int = Field(default=20, ge=1, le=100)


class Editions(BaseModel):
    """A page; `next` is the `before` of the following one."""

    versions: list[EditionView]
    next: int | None
