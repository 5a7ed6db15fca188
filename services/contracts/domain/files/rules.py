"""The named refusals about pièces jointes: each says what to do with the file or instead."""

from collections.abc import Mapping

from shared.kernel.errors import Forbidden, Refusal


class FileTooLarge(Refusal):
    """More bytes than the site allows (RFC 9110 §15.5.14)."""

    code = "file-too-large"
    title = "Fichier trop volumineux"
    status = 413


class UploadTooSlow(Refusal):
    """The bytes did not all come in time (RFC 9110 §15.5.9)."""

    code = "file-too-slow"
    title = "Envoi trop lent"
    status = 408


class UploadCut(Refusal):
    """The sender left before the end."""

    code = "file-cut"
    title = "Envoi interrompu"
    status = 400


class UploadsBusy(Refusal):
    """As many files are being received as the service takes at a time."""

    code = "files-busy"
    title = "Trop d'envois en même temps"
    status = 503


class FileRefused(Refusal):
    """The content cannot be kept as it is."""

    status = 422


class FileEmpty(FileRefused):
    """No byte was sent."""

    code = "file-empty"
    title = "Fichier vide"


class FileWrongType(FileRefused):
    """Neither PDF, JPEG nor PNG, whatever its name says (RFC 9110 §15.5.16)."""

    code = "file-wrong-type"
    title = "Type de fichier refusé"
    status = 415


class FileUnreadable(FileRefused):
    """Truncated or damaged: nobody could read it later."""

    code = "file-unreadable"
    title = "Fichier illisible"


class FileTooManyPixels(FileRefused):
    """An image whose size on a screen would exhaust whoever opens it."""

    code = "file-too-many-pixels"
    title = "Image trop grande"


class FileAnimated(FileRefused):
    """Only one of its images would be seen."""

    code = "file-animated"
    title = "Image animée"


class PdfProtected(FileRefused):
    """Encrypted, with or without a password to open it: it can be neither checked nor kept for years."""

    code = "pdf-protected"
    title = "PDF protégé"


class PdfActive(FileRefused):
    """It does something by itself, or carries another file."""

    code = "pdf-active"
    title = "PDF avec contenu actif"


class FileTwoInOne(FileRefused):
    """Another file hides in it: what is shown is not what another program would open."""

    code = "file-two-in-one"
    title = "Fichier composite"


class FileTooComplex(FileRefused):
    """Checking it took more time or memory than a scan ever does."""

    code = "file-too-complex"
    title = "Fichier trop complexe"


class SeveralSerials(FileRefused):
    """Sheets of several CERs vierges, perhaps of several persons."""

    code = "file-several-serials"
    title = "Plusieurs CER papier"


_RESCAN = "numérisez de nouveau le document, ou imprimez-le en PDF"

REFUSALS: Mapping[str, tuple[type[FileRefused], str]] = {
    kind.code: (kind, detail)
    for kind, detail in (
        (FileEmpty, "Le fichier est vide : choisissez-en un autre, ou numérisez de nouveau le document."),
        (
            FileWrongType,
            "Le fichier n'est ni un PDF, ni une image JPEG ou PNG, quel que soit son nom : enregistrez-le dans l'un "
            "de ces formats. Envoyez le fichier lui-même comme corps de la demande.",
        ),
        (FileUnreadable, f"Le fichier est incomplet ou abîmé : {_RESCAN}."),
        (FileTooManyPixels, "L'image a trop de points : numérisez le document à 300 points par pouce."),
        (FileAnimated, "L'image est animée : enregistrez-la comme image fixe."),
        (PdfProtected, f"Le PDF est protégé : retirez la protection, ou {_RESCAN}."),
        (
            PdfActive,
            f"Le PDF contient un programme, un formulaire actif ou un autre fichier : {_RESCAN}.",
        ),
        (FileTwoInOne, f"Le fichier en contient un autre : {_RESCAN}."),
        (
            SeveralSerials,
            "Le fichier contient plusieurs CER vierges, de numéros différents : numérisez-les séparément, chacun dans "
            "le dossier de sa personne.",
        ),
        (FileTooComplex, f"Le fichier est trop long ou trop lourd à vérifier : {_RESCAN}."),
    )
}


def refusal(code: str) -> FileRefused:
    """The refusal of this code, with what to do. Raises KeyError."""
    kind, detail = REFUSALS[code]
    return kind(detail)


class TooManyFiles(Refusal):
    """A dossier holds so many files at most."""

    code = "too-many-files"
    title = "Trop de pièces jointes"


class FileNotAvailable(Refusal):
    """Still being analysed, refused or deleted: there is nothing to open."""

    code = "file-not-available"
    title = "Pièce non disponible"


class FileHeld(Refusal):
    """A CER that was submitted relies on it."""

    code = "file-held"
    title = "Pièce retenue par un CER"


class NotYourFile(Forbidden):
    """Beside who accompanies the person, only who added a file takes it away."""

    code = "not-your-file"
    title = "Pièce ajoutée par quelqu'un d'autre"
