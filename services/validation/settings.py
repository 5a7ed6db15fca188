"""What validation is told by its environment, beside what every service is told."""

from pydantic import Field

from services.validation.domain.ageing import Thresholds
from services.validation.domain.states import State
from shared.runtime.settings import CommonSettings


class Settings(CommonSettings):
    """Validation's settings."""

    ageing_to_route_days: int = Field(default=7, ge=1, le=3_650, description="Late when not routed for so many days")
    ageing_decision_days: int = Field(default=15, ge=1, le=3_650, description="Late when not decided for so many days")
    ageing_commission_days: int = Field(default=45, ge=1, le=3_650, description="Late in commission after so many days")
    ageing_urgent_days: int = Field(default=2, ge=1, le=3_650, description="The same for what is urgent, in any state")
    ageing_urgent_priorities: list[str] = Field(default=["urgente"], description="Codes of priority that are urgent")
    ageing_seconds: float = Field(default=600.0, gt=0, description="How often late studies are looked for")

    def thresholds(self) -> Thresholds:
        """When a study is late."""
        return Thresholds(
            {
                State.A_ORIENTER: self.ageing_to_route_days,
                State.ATTENTE_DECISION: self.ageing_decision_days,
                State.EN_COMMISSION: self.ageing_commission_days,
            },
            self.ageing_urgent_days,
            frozenset(self.ageing_urgent_priorities),
        )
