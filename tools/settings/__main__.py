"""`python -m tools.settings`: writes docs/settings.md anew."""

from tools.settings.reference import REFERENCE, reference

REFERENCE.write_text(reference())
