"""Lists, dated texts, territories, with what is shipped; what a CER pinned of them.

Revision ID: 0007
Revises: 0006
"""

from datetime import UTC, datetime

from alembic import op

from services.contracts.adapters.tables.reference import dated_text, list_entry, reference_list
from services.contracts.domain.reference.shipped import SINCE
from services.contracts.domain.reference.shipped.lists import LISTS
from services.contracts.domain.reference.shipped.prompts import PROMPTS
from services.contracts.domain.reference.shipped.texts import LEGAL_TEXTS
from services.contracts.domain.reference.texts import Family, prompt_key

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = (
    "CREATE TABLE reference_stamp (id integer PRIMARY KEY CHECK (id = 1), stamp uuid NOT NULL)",
    "INSERT INTO reference_stamp VALUES (1, gen_random_uuid())",
    "CREATE TABLE reference_list (id text PRIMARY KEY, version integer NOT NULL)",
    """
    CREATE TABLE list_entry (
        list text NOT NULL REFERENCES reference_list (id),
        code text NOT NULL,
        position integer NOT NULL,
        labels jsonb NOT NULL,
        usable_from date NOT NULL,
        usable_until date,
        rank integer,
        used boolean NOT NULL,
        PRIMARY KEY (list, code)
    )
    """,
    """
    CREATE TABLE dated_text (
        key text NOT NULL,
        version integer NOT NULL,
        family text NOT NULL,
        effect date NOT NULL,
        paragraphs text[] NOT NULL,
        actor text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (key, version)
    )
    """,
    """
    CREATE TABLE territory (
        id text PRIMARY KEY,
        version integer NOT NULL,
        name text NOT NULL,
        active boolean NOT NULL,
        offices jsonb NOT NULL
    )
    """,
    """
    CREATE TABLE reference_change (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind text NOT NULL,
        subject text NOT NULL,
        version integer NOT NULL,
        verb text NOT NULL,
        code text,
        before jsonb,
        after jsonb,
        actor text NOT NULL,
        at timestamptz NOT NULL,
        UNIQUE (kind, subject, version)
    )
    """,
    "ALTER TABLE cer ADD COLUMN pinned jsonb",
)

# A site that already runs keeps the territories that its dossiers and agents have, under their codes until renamed.
_TERRITORIES = """
    INSERT INTO territory (id, version, name, active, offices)
    SELECT code, 1, CASE WHEN code = 'non_affecte' THEN 'Non affecté' ELSE code END, true, '[]'
    FROM (
        SELECT 'non_affecte' AS code UNION SELECT territory FROM dossier
        UNION SELECT territory FROM agent WHERE territory IS NOT NULL
    ) known
"""

# What its CERs hold was used, whatever they hold later.
_USED = (
    "UPDATE list_entry SET used = true WHERE list = 'priorities' AND code IN (SELECT priority FROM cer)",
    "UPDATE list_entry SET used = true WHERE list = 'requests' AND code IN (SELECT unnest(requests) FROM cer)",
    """
    UPDATE list_entry SET used = true WHERE list = 'themes' AND code IN (
        SELECT objective ->> 'theme' FROM cer, jsonb_array_elements(texts -> 'objectives') objective)
    """,
    """
    UPDATE list_entry SET used = true WHERE list = 'diagnostics' AND code IN (
        SELECT jsonb_array_elements_text(objective -> 'diagnostics')
        FROM cer, jsonb_array_elements(texts -> 'objectives') objective)
    """,
)

_SHIPPED_BY = {"actor": "service:contracts", "at": datetime(2026, 1, 1, tzinfo=UTC)}


def upgrade() -> None:
    """Creates the tables and puts in what is shipped."""
    for statement in _TABLES:
        op.execute(statement)
    _put_lists()
    _put_texts()
    for statement in (_TERRITORIES, *_USED):
        op.execute(statement)


def downgrade() -> None:
    """Migrations only go forward: a release expands, a later one contracts."""
    raise NotImplementedError


def _put_lists() -> None:
    op.bulk_insert(reference_list, [{"id": one.name.value, "version": one.version} for one in LISTS])
    op.bulk_insert(
        list_entry,
        [
            {
                "list": one.name.value,
                "code": entry.code,
                "position": position,
                "labels": [{"since": label.since.isoformat(), "label": label.words} for label in entry.labels],
                "usable_from": entry.usable_from,
                "usable_until": entry.usable_until,
                "rank": entry.rank,
                "used": entry.used,
            }
            for one in LISTS
            for position, entry in enumerate(one.entries)
        ],
    )


def _put_texts() -> None:
    legal = [
        (key.value, Family.LEGAL, version, effect, paragraphs)
        for key, wordings in LEGAL_TEXTS.items()
        for version, (effect, paragraphs) in enumerate(wordings, start=1)
    ]
    prompts = [(prompt_key(zone), Family.PROMPT, 1, SINCE, paragraphs) for zone, paragraphs in PROMPTS.items()]
    op.bulk_insert(
        dated_text,
        [
            {
                "key": key,
                "family": family.value,
                "version": version,
                "effect": effect,
                "paragraphs": list(paragraphs),
                **_SHIPPED_BY,
            }
            for key, family, version, effect, paragraphs in (*legal, *prompts)
        ],
    )
