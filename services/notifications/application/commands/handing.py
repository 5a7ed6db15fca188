"""The remise: a code is asked for on the page of the link, typed, and opens the download for some minutes.

A code is in memory and in its SMS alone. Its row is committed, of unknown fate, before the SMS leaves; a try is counted
and committed before it is compared (OWASP ASVS 5.0, 6.6.3).
"""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from prometheus_client import Counter
from pydantic import SecretStr

from services.notifications.application.ports import Files, FilesAway, StoresOf
from services.notifications.domain.remise import rules
from services.notifications.domain.remise.model import SESSION, Binding, Remise, RemiseCode, RemiseLinks, sms_text
from shared.audit.slip import enter_with
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.events.blocks import Identity
from shared.kernel.clock import Clock, legal_date
from shared.kernel.errors import Refusal
from shared.kernel.ids import new_id
from shared.quotas.counting import Quotas
from shared.security.onetime import CODES_A_NUMBER_A_DAY, MAX_TRIES, new_code, phone_mark, same
from shared.security.sealing import KeyRing
from shared.sms.ceilings import Ceilings
from shared.sms.gateway import SmsGateway
from shared.sms.outcome import SmsStatus
from shared.sms.text import measure
from shared.telemetry.logs import get_logger

log = get_logger(__name__)

REMISES = Counter("cer_remises_total", "What happens with links to signed CERs: codes sent, tries, downloads", ["what"])


@dataclass(frozen=True)
class Handing:
    """What it works with."""

    database: Database
    stores_of: StoresOf
    keys: KeyRing
    links: RemiseLinks
    sms: SmsGateway
    files: Files
    clock: Clock
    ceilings: Ceilings


class Try(NamedTuple):
    """A try that was counted, and what it is compared with."""

    number: int
    code_id: UUID
    expected: str
    binding: Binding


async def of_link(means: Handing, token: SecretStr) -> Remise:
    """What a link leads to, whether it still serves or not. Raises RemiseUnknown."""
    async with means.database.begin() as uow:
        return await _of_link(means, uow, token)


async def of_session(means: Handing, session: SecretStr) -> Remise:
    """What a session was opened for, whether it is over or not. Raises SessionOver where nobody opened it."""
    async with means.database.begin() as uow:
        return await means.stores_of(uow).remises.of_session(means.links.session_hashed(session))


def number(means: Handing, remise: Remise) -> str:
    """The number that a code goes to. Raises RemiseOver."""
    remise.check_open(means.clock.now())
    return _phone(means, remise)


async def send_code(means: Handing, token: SecretStr) -> None:
    """Sends a code to the mobile that the mail's event knew. Raises RemiseOver, AskAgain."""
    made, secret = new_id(), new_code()
    async with means.database.begin() as uow:
        enter_with(uow)
        remise, now = await _of_link(means, uow, token), means.clock.now()
        remise.check_code_allowed(now)
        binding = _binding(means, remise)
        said = sms_text(secret, remise.numero)
        await _use_quotas(means, uow, (remise.territory, binding.phone), measure(said.get_secret_value()).segments)
        hashed = binding.hashed(means.links.pepper, secret)
        code = RemiseCode(made, len(remise.codes) + 1, hashed, now)
        await means.stores_of(uow).remises.add_code(remise.id, code)
    outcome = await means.sms.send(binding.phone, said, str(made))
    async with means.database.begin() as uow:
        await means.stores_of(uow).remises.note_sms(made, outcome)
    REMISES.labels(f"code-{outcome.status.value}").inc()
    if outcome.status is SmsStatus.FAILED:
        raise rules.CodeNotSent


async def count_try(means: Handing, uow: UnitOfWork, token: SecretStr) -> Try:
    """Moves the counter of tries, to be committed before `judge`. Raises RemiseOver, CodeExpired."""
    remise = await _of_link(means, uow, token)
    code = remise.code_to_compare(means.clock.now())
    number = await means.stores_of(uow).remises.count_try(remise.id)
    if number is None:
        raise rules.RemiseLocked
    return Try(number, code.id, code.keyed_hash, _binding(means, remise))


async def judge(means: Handing, tried: Try, typed: SecretStr, nonce: str) -> SecretStr:
    """Compares the code typed; the right one opens a session, whose token is given. Raises WrongCode, RemiseLocked."""
    if not same(tried.binding.hashed(means.links.pepper, typed), tried.expected):
        REMISES.labels("wrong").inc()
        if tried.number >= MAX_TRIES:
            raise rules.RemiseLocked
        raise rules.WrongCode(MAX_TRIES - tried.number)
    session = means.links.session(tried.code_id, nonce)
    hashed, until = means.links.session_hashed(session), means.clock.now() + SESSION
    async with means.database.begin() as uow:
        await means.stores_of(uow).remises.open_session(tried.binding.remise_id, tried.code_id, hashed, until)
    REMISES.labels("opened").inc()
    return session


async def judged(means: Handing, token: SecretStr, nonce: str) -> SecretStr:
    """The session that this form opened already, sent twice by a hasty finger. Raises SessionOver, WrongCode."""
    async with means.database.begin() as uow:
        remise = await _of_link(means, uow, token)
        session = means.links.session(remise.codes[-1].id, nonce)
        try:
            await means.stores_of(uow).remises.of_session(means.links.session_hashed(session))
        except rules.SessionOver:
            raise rules.WrongCode(MAX_TRIES - remise.tries) from None
    return session


async def download(means: Handing, remise: Remise) -> bytes:
    """The sealed PDF of what a session was opened for, verified. Raises RemiseOver, DocumentAway."""
    remise.check_session(means.clock.now())
    try:
        content = await means.files.get(remise.document.file)
    except (FilesAway, Refusal) as problem:
        log.warning("remise.document_not_read", problem=type(problem).__name__, message_id=str(remise.id))
        raise rules.DocumentAway from problem
    async with means.database.begin() as uow:
        enter_with(uow)
        await means.stores_of(uow).remises.note_download(remise.id, means.clock.now())
    REMISES.labels("downloaded").inc()
    return content


async def _of_link(means: Handing, uow: UnitOfWork, token: SecretStr) -> Remise:
    return await means.stores_of(uow).remises.of_link(means.links.hashed(token))


def _phone(means: Handing, remise: Remise) -> str:
    """A remise is made for who has a mobile; the number is opened from its sealed block each time."""
    return means.keys.open(Identity, remise.identity).telephone or ""


def _binding(means: Handing, remise: Remise) -> Binding:
    return Binding(remise.id, _phone(means, remise), remise.document.file.sha256)


async def _use_quotas(means: Handing, uow: UnitOfWork, of: tuple[str, str], segments: int) -> None:
    """Takes one of each count, always in this order. A refusal undoes those before it, with the transaction."""
    (territory, phone), now = of, means.clock.now()
    quotas, day = Quotas(uow.session), legal_date(now)
    if not await quotas.use("number", phone_mark(means.links.pepper, phone), day, CODES_A_NUMBER_A_DAY):
        raise rules.TooManyCodesForNumber
    for scope, key, limit, units in means.ceilings.counts(territory, now, segments):
        if not await quotas.use(scope, key, day, limit, units):
            log.error("remise.codes_suspended", scope=scope, limit=limit)
            REMISES.labels("suspended").inc()
            raise rules.CodesSuspended
