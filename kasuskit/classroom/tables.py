"""The five tables of a class database."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

SCHEMA_VERSION = 2
NEW_IN_2 = frozenset({"device"})
metadata = MetaData()

# A `uid` is the same in every copy of a class, whatever the numbers are there: copies are merged by it.
class_info = Table(
    "class_info",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("schema_version", Integer, nullable=False),
    Column("created", String(40), nullable=False),
    Column("secret", String(64), nullable=False),
    Column("uid", String(32), nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("uid", String(32), nullable=False, unique=True),
    Column("code", String(6), nullable=False, unique=True),
    Column("account", String(120), unique=True),
    Column("name", String(60), nullable=False),
    Column("village", String(60), nullable=False),
    Column("joined", String(40), nullable=False),
    sqlite_autoincrement=True,
)

# A browser in which a person has entered.
device = Table(
    "device",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("added", String(40), nullable=False),
    sqlite_autoincrement=True,
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("uid", String(32), nullable=False, unique=True),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("case", String(60), nullable=False),
    Column("form", String(60), nullable=False),
    Column("form_version", String(60), nullable=False),
    Column("started", String(40), nullable=False),
    Column("ended", String(40)),
    Column("now_clock", String(40), nullable=False),
    sqlite_autoincrement=True,
)

# A person has at most one attempt at a case open, also when two tabs open it in the same moment.
Index(
    "attempt_open",
    attempt.c.person,
    attempt.c.case,
    attempt.c.form,
    unique=True,
    sqlite_where=attempt.c.ended.is_(None),
    postgresql_where=attempt.c.ended.is_(None),
)

entry = Table(
    "entry",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("attempt", ForeignKey("attempt.id"), nullable=False),
    Column("tab", String(64), nullable=False),
    Column("n", Integer, nullable=False),
    Column("op", String(10), nullable=False),
    Column("at", String(200), nullable=False),
    Column("value", Text, nullable=False),
    Column("received", String(40), nullable=False),
    UniqueConstraint("attempt", "tab", "n", name="entry_once"),
    sqlite_autoincrement=True,
)
