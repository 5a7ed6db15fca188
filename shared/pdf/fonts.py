"""The fonts that an edition may use, and no other: what else a machine has does not change the bytes.

Noto Sans sets the text and most scripts, Symbola the emoji.
"""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

FAMILIES = ("NotoSans*-Regular.ttf", "NotoSans*-Bold.ttf", "Symbola*.ttf")
REQUIRED = "NotoSans-Regular.ttf"

_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folders}
<cachedir>{cache}</cachedir>
<selectfont>
<rejectfont><glob>*</glob></rejectfont>
<acceptfont>{globs}</acceptfont>
</selectfont>
</fontconfig>
"""


class FontsMissing(Exception):  # noqa: N818 - named like the other refusals
    """The machine has not the fonts that editions are set in."""


def font_files(folders: Sequence[Path]) -> list[Path]:
    """The font files in use.

    Raises FontsMissing.
    """
    files = sorted({path for folder in folders for family in FAMILIES for path in folder.rglob(family)})
    if not any(path.name == REQUIRED for path in files):
        raise FontsMissing("Noto Sans is not installed: on Debian, install fonts-noto-core and fonts-symbola")
    return files


def write_configuration(folders: Sequence[Path], into: Path) -> Path:
    """Writes a fontconfig file that knows these fonts only; `FONTCONFIG_FILE` has to name it before pango loads."""
    into.mkdir(parents=True, exist_ok=True)
    path = into / "fonts.conf"
    path.write_text(
        _CONFIGURATION.format(
            folders="\n".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders),
            cache=escape(str(into / "cache")),
            globs="".join(f"<glob>*/{family}</glob>" for family in FAMILIES),
        )
    )
    return path
