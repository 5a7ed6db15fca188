"""The person's accord on the CER, with its origin: a smaller machine beside the CER's states.

Source: the guide, "Le recueil de l'accord de la personne sur le CER": `NC` while a signature by SMS is to follow,
otherwise `oui` or `non` by check-box.
"""

from enum import StrEnum


class Accord(StrEnum):
    """The accord and how it was given."""

    NC = "nc"
    OUI_CASE = "oui_case"
    NON_CASE = "non_case"
    OUI_SMS = "oui_sms"

    @property
    def value_shown(self) -> str:
        """`oui`, `nc` or `non`."""
        return self.value.split("_")[0]

    @property
    def origin(self) -> str | None:
        """`case`, `sms`, or none while it is not known."""
        return self.value.split("_")[1] if "_" in self.value else None


class Tick(StrEnum):
    """What the check-box says when the référent saves."""

    OUI = "oui"
    NC = "nc"
    NON = "non"


BY_TICK: dict[Tick, Accord] = {Tick.OUI: Accord.OUI_CASE, Tick.NC: Accord.NC, Tick.NON: Accord.NON_CASE}


def after_revision(accord: Accord, tick: Tick, *, shown_changed: bool) -> Accord:
    """The accord after a save: a tick that repeats the one known is an echo of it, another is a new answer.

    When what the edition shows changed, an answer given for the former text falls back to `nc`.
    """
    if tick.value != accord.value_shown:
        return BY_TICK[tick]
    return Accord.NC if shown_changed else accord
