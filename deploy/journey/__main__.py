"""`make demo` and `make journey`: the main job, with what happened in plain words and in `var/demo/report.json`."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy.embedded.system import AlreadyUpError, Options, down, up
from deploy.journey.report import Report, Step
from deploy.journey.steps import Journey
from deploy.journey.system import Running

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Runs the main job; without `--running` starts the system first and stops it afterwards."""
    parser = argparse.ArgumentParser(prog="python -m deploy.journey")
    parser.add_argument("--running", action="store_true", help="sur le système qui tourne déjà")
    parser.add_argument("--zipkin", action="store_true", help="avec Zipkin, pour regarder les traces")
    parser.add_argument("--keep", action="store_true", help="laisser tourner le système à la fin")
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="dossier de l'état (var)")
    arguments = parser.parse_args()
    started = time.monotonic()
    owned = False
    if not arguments.running:
        try:
            up(Options(var=arguments.var, zipkin=arguments.zipkin, detach=True))
            owned = True
        except AlreadyUpError:
            print("le système tourne déjà")
    try:
        ok = run(arguments.var)
    finally:
        if owned and not arguments.keep:
            down(arguments.var)
    print(f"{'terminé' if ok else 'échec'} en {time.monotonic() - started:.0f} s")
    return 0 if ok else 1


def run(var: Path) -> bool:
    """The steps; stops at the first that fails."""
    running = Running.find(var)
    report = Report(var / "demo", running.state.addresses.get("zipkin"))
    journey = Journey(running, report)
    print("\nDu fichier de la CAF à la lettre de décision :\n")
    try:
        for name, act in steps(journey):
            with report.step(name) as step:
                act(step)
    except Exception:  # noqa: BLE001 - the step printed it, and the report holds it
        return False
    finally:
        print(f"\ncompte rendu : {report.folder / 'report.json'}\nmails et SMS : {running.state.addresses['outbox']}")
    return True


def steps(journey: Journey) -> tuple[tuple[str, Callable[[Step], None]], ...]:
    """The main job in order."""
    return (
        ("Le flux mensuel de la CAF est importé, deux fois : la seconde ne change rien", journey.import_flow),
        ("Le référent prend le dossier et complète le mobile et le mail", journey.complete_contact),
        ("Le référent écrit le CER avec la personne", journey.write),
        ("« Processus de signature » : l'édition est faite et montrée page par page", journey.read_pages),
        ("La personne reçoit un code par SMS, le référent le saisit, le PDF est scellé", journey.sign),
        ("La personne reçoit le CER signé, le référent un lien", journey.receive_signed),
        ("Le référent le passe à l'état soumis à l'étude", journey.submit),
        ("Le service insertion le transmet au chef de service", journey.route),
        ("Le chef de service décide, une seule fois", journey.decide),
        ("Le CER est validé ; l'édition et le mail suivent", journey.receive_decision),
    )


if __name__ == "__main__":
    sys.exit(main())
