"""Words that stand nowhere else, put where the software must keep them to itself."""

import secrets
import string

# Neither vowels nor lower case: no hyphenation and no change of case cuts such a word in a PDF.
_LETTERS = "".join(set(string.ascii_uppercase) - set("AEIOUY"))


def canary() -> str:
    """A word that no text, key or fingerprint holds by chance."""
    return "".join(secrets.choice(_LETTERS) for _ in range(14))


NOTE = canary()
"""In the commentaire's note: for its author, the insertion service and its head."""

NOTE_REFERENT = canary()
"""In the note référent: for the référent, beside the decision."""

EXPRESSION = canary()
"""In the person's expression, which editions show: what is looked for like the others, and has to be found."""

COMMENT = canary()
"""In the commented decision, which the decision's edition shows."""

CANARIES = {
    "note": f"Situation sensible ({NOTE}) : merci de me rappeler avant de décider.",
    "note_referent": f"Penser à l'aide à la mobilité ({NOTE_REFERENT}).",
}
TEXTS = {
    "expression": f"Je souhaite retrouver un emploi près de chez moi. {EXPRESSION}",
    "comment": f"Objectifs cohérents avec la situation. {COMMENT}",
}
