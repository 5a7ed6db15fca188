"""`python -m deploy.embedded up|down|status`."""

import argparse
import sys
from pathlib import Path

from deploy.embedded.component import StartFailedError, say
from deploy.embedded.state import State
from deploy.embedded.system import AlreadyUpError, Options, down, print_addresses, print_status, up

VAR = Path(__file__).resolve().parents[2] / "var"


def main() -> int:
    """Run the command; returns the exit code."""
    arguments = _parser().parse_args()
    if arguments.command == "down":
        say("tout est arrêté" if down(arguments.var) else "rien ne tournait")
        return 0
    if arguments.command == "status":
        return 0 if print_status(arguments.var) else 1
    return _up(arguments)


def _up(arguments: argparse.Namespace) -> int:
    options = Options(
        var=arguments.var,
        postgres=arguments.postgres,
        kafka=arguments.kafka,
        zipkin=arguments.zipkin,
        backing_only=arguments.backing_only,
        detach=arguments.detach,
    )
    try:
        up(options)
    except AlreadyUpError:
        say("le système tourne déjà :")
        print_addresses(State.load(options.var))
    except StartFailedError as error:
        say(f"échec : {error}")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.embedded", description="Tout le système sur une machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("up", help="démarre tout ; Ctrl-C arrête tout")
    start.add_argument("--detach", action="store_true", help="rend la main ; « down » arrête")
    start.add_argument("--backing-only", action="store_true", help="sans les services")
    start.add_argument("--postgres", metavar="URL", help="serveur existant, par son administrateur : postgresql://…")
    start.add_argument("--kafka", metavar="HOST:PORT", help="serveur Kafka existant")
    start.add_argument("--zipkin", action="store_true", help="avec Zipkin, pour regarder les traces")
    stop = commands.add_parser("down", help="arrête tout")
    status = commands.add_parser("status", help="dit ce qui tourne")
    for command in (start, stop, status):
        command.add_argument("--var", type=Path, default=VAR, help="dossier de l'état (var)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
