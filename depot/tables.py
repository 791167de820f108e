"""Every table of the ledger, as SQLAlchemy Core.

Core only, on purpose: a `depot lend` that had to import the ORM would spend most of its half second on
it. Constraints are named as sentences, because their names come back in errors and are translated into
the refusals that a rule would have given (see `sqlite.conflict_of`).

Two kinds of table, never mixed. Derived tables hold what the events say and can be thrown away and made
anew (`depot rebuild`). Reference tables hold a current row and, beside it, a row in `revision`. Times are
whole milliseconds since 1970 UTC (`*_at`), days are ISO dates (`*_on`, `due`). The tables whose key is
text are WITHOUT ROWID: one tree fewer to write a page of, and a deed's cost is pages.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    or_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex, SchemaItem

from depot.states import State

metadata = MetaData()


@compiles(CreateIndex, "postgresql")
def _partial_there_too(create: CreateIndex, compiler: Any, **said: Any) -> str:
    """Give PostgreSQL's index the condition that SQLite's has.

    Written at the index itself it would make every start import that dialect, 30 ms of `depot lend`.
    """
    where = create.element.dialect_options["sqlite"]["where"]
    create.element.dialect_options["postgresql"]["where"] = where
    return str(compiler.visit_create_index(create, **said))


_STATES = ", ".join(f"'{state}'" for state in State)


def _derived_or_reference(name: str, *parts: SchemaItem) -> Table:
    return Table(name, metadata, *parts, sqlite_with_rowid=False)


# --- the journal ---

event = Table(
    "event",
    metadata,
    Column("station", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("fork", Integer, nullable=False, server_default="0"),
    Column("key", Text, nullable=False),
    Column("deed", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("tick", BigInteger, nullable=False),
    Column("at", Text, nullable=False),
    Column("trusted", Boolean, nullable=False, server_default="1"),
    Column("item", Text),
    Column("loan", Text),
    Column("hold", Text),
    Column("body", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("station", "seq", "fork", name="a_station_numbers_its_events_once"),
    UniqueConstraint("key", name="an_event_is_recorded_once"),
)
Index("events_of_an_item_in_order", event.c.item, event.c.tick)
Index(
    "events_of_a_hold",
    event.c.hold,
    sqlite_where=event.c.hold.is_not(None),
)
Index(
    "events_of_no_thing",
    event.c.kind,
    sqlite_where=event.c.item.is_(None) & event.c.hold.is_(None),
)

# --- derived: what the events say ---

item_state = _derived_or_reference(
    "item_state",
    Column("item", Text, primary_key=True),
    Column(
        "state",
        Text,
        CheckConstraint(f"state IN ({_STATES})", name="a_state_is_one_of_the_known"),
        nullable=False,
    ),
    Column("depot", Text),
    Column("shelf", Text),
    Column("loan", Text),
    Column("hold", Text),
    Column("infected", Boolean, nullable=False),
    Column("parked", Boolean, nullable=False),
    Column("inspected_on", Text),
    Column("since", BigInteger, nullable=False),
    Column("tick", BigInteger, nullable=False),
    Column("station", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    CheckConstraint("(state = 'on_loan') = (loan IS NOT NULL)", name="an_item_on_loan_has_its_loan"),
    CheckConstraint("(state = 'set_aside') = (hold IS NOT NULL)", name="an_item_set_aside_has_its_hold"),
)

loan = _derived_or_reference(
    "loan",
    Column("key", Text, primary_key=True),
    Column("item", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("deed", Text, nullable=False),
    Column("depot", Text),
    Column("out_at", BigInteger, nullable=False),
    Column("days", Integer, nullable=False),
    Column("policy", Text, nullable=False),
    Column("due", Text),
    Column("flags", Text, nullable=False),
    Column("renewals", Integer, nullable=False),
    Column("returned_at", BigInteger),
    Column(
        "ended",
        Text,
        CheckConstraint(
            "ended IN ('returned', 'implied', 'lost', 'kept', 'undone')",
            name="a_loan_ends_in_one_of_the_known_ways",
        ),
    ),
    CheckConstraint("(ended IS NULL) = (returned_at IS NULL)", name="a_loan_ends_at_a_time"),
)
Index(
    "one_open_loan_per_item",
    loan.c.item,
    unique=True,
    sqlite_where=loan.c.ended.is_(None),
)

hold = _derived_or_reference(
    "hold",
    Column("key", Text, primary_key=True),
    Column("product", Text, nullable=False),
    Column("depot", Text),
    Column("slip", Text, nullable=False),
    Column("placed_at", BigInteger, nullable=False),
    Column("placed_by_station", Text, nullable=False),
    Column("placed_seq", BigInteger, nullable=False),
    Column(
        "state",
        Text,
        CheckConstraint(
            "state IN ('waiting', 'ready', 'fetched', 'expired', 'cancelled')",
            name="a_hold_is_in_one_of_the_known_states",
        ),
        nullable=False,
    ),
    Column("item", Text),
    Column("pick_up_by", Text),
    Column("tick", BigInteger, nullable=False),
    Column("station", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    CheckConstraint("(state = 'ready') = (item IS NOT NULL)", name="a_hold_that_is_ready_has_its_item"),
)
Index(
    "holds_in_the_queue",
    hold.c.product,
    hold.c.placed_at,
    sqlite_where=hold.c.state.in_(("waiting", "ready")),
)

owed_part = _derived_or_reference(
    "owed_part",
    Column("loan", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("item", Text, nullable=False),
    Column(
        "pieces", Integer, CheckConstraint("pieces > 0", name="a_part_owed_is_at_least_one"), nullable=False
    ),
)

quantity = _derived_or_reference(
    "quantity",
    Column("depot", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("tick", BigInteger, nullable=False),
    Column("station", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

discrepancy = _derived_or_reference(
    "discrepancy",
    Column("kind", Text, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("item", Text),
    Column("hold", Text),
    Column("said", Text, nullable=False),
)
Index("discrepancies_of_an_item", discrepancy.c.item)

# --- persons: the only tie between a deed and somebody ---

link = _derived_or_reference(
    "link",
    Column("key", Text, primary_key=True),
    Column("borrower", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)
Index("links_of_a_borrower", link.c.borrower)

borrower = _derived_or_reference(
    "borrower",
    Column("id", Text, primary_key=True),
    Column(
        "standing",
        Text,
        CheckConstraint("standing IN ('starter', 'confirmed')", name="a_borrower_is_starter_or_confirmed"),
        nullable=False,
    ),
    Column("name", Text),
    Column("phone", Text),
    Column("email", Text),
    Column("language", Text),
    Column("made_at", BigInteger, nullable=False),
    Column("confirmed_at", BigInteger),
    Column("blocked", Text),
    Column("died_on", Text),
    Column("merged_into", Text),
    Column("pin", Text),
    Column("birth_year", Integer),
    Column("last_month", Text),
    CheckConstraint(
        "(standing = 'confirmed') = (confirmed_at IS NOT NULL)",
        name="a_confirmed_borrower_was_confirmed_once",
    ),
)
Index("borrowers_by_phone", borrower.c.phone)
Index("borrowers_to_be_confirmed", borrower.c.made_at, sqlite_where=borrower.c.standing == "starter")
Index("borrowers_who_have_died", borrower.c.died_on, sqlite_where=borrower.c.died_on.is_not(None))

card = _derived_or_reference(
    "card",
    Column("code", Text, primary_key=True),
    Column("borrower", Text),
    Column("printed_at", BigInteger, nullable=False),
    Column("given_at", BigInteger),
    Column("blocked", Text),
    Column("expires_on", Text),
    CheckConstraint("(borrower IS NULL) = (given_at IS NULL)", name="a_card_is_given_to_somebody"),
)
Index("cards_of_a_borrower", card.c.borrower)

staff = _derived_or_reference(
    "staff",
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("badge", Text, nullable=False),
    Column("pin", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("ended_at", BigInteger),
    UniqueConstraint("badge", name="a_badge_is_one_persons"),
)

look_up = _derived_or_reference(
    "look_up",
    Column("key", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("borrower", Text),
    Column("why", Text, nullable=False),
)

attempt = _derived_or_reference(
    "attempt",
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
Index("attempts_of_a_kind", attempt.c.kind, attempt.c.at)

call_back = _derived_or_reference(
    "call_back",
    Column("key", Text, primary_key=True),
    Column("asked_at", BigInteger, nullable=False),
    Column("phone", Text, nullable=False),
    Column("done_at", BigInteger),
)

ring = _derived_or_reference(
    "ring",
    Column("key", Text, primary_key=True),
    Column(
        "why",
        Text,
        CheckConstraint(
            "why IN ('hold_ready', 'pick_up_moved', 'due_moved', 'kept')",
            name="somebody_is_rung_for_one_of_the_known_reasons",
        ),
        nullable=False,
    ),
    Column("subject", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    Column("done_by", Text),
)
Index("rings_to_be_made", ring.c.subject, sqlite_where=ring.c.done_at.is_(None))

# --- reference: the current row, its history in revision ---

product = _derived_or_reference(
    "product",
    Column("code", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("iso9999", Text, nullable=False),
    Column(
        "loan_days",
        Integer,
        CheckConstraint("loan_days > 0", name="a_loan_lasts_at_least_a_day"),
        nullable=False,
    ),
    Column("self_service", Boolean, nullable=False),
    Column("cleaning_class", Text, nullable=False),
    Column("inspection_days", Integer, nullable=False),
    Column("max_weight_kg", Integer),
    Column("pieces", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("counted", Boolean, nullable=False, server_default="0"),
    UniqueConstraint("label", name="a_product_label_is_one_products"),
)

product_text = _derived_or_reference(
    "product_text",
    Column("product", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("note", Text),
    Column("note_reviewed", Boolean, nullable=False, server_default="0"),
)

product_part = _derived_or_reference(
    "product_part",
    Column("product", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column(
        "pieces",
        Integer,
        CheckConstraint("pieces > 0", name="a_part_of_a_line_is_at_least_one"),
        nullable=False,
    ),
)

part_text = _derived_or_reference(
    "part_text",
    Column("part", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("name", Text, nullable=False),
)

product_relation = _derived_or_reference(
    "product_relation",
    Column("product", Text, primary_key=True),
    Column("other", Text, primary_key=True),
    Column(
        "kind",
        Text,
        CheckConstraint("kind IN ('needs', 'suits')", name="products_need_or_suit_each_other"),
        nullable=False,
    ),
)

product_identifier = _derived_or_reference(
    "product_identifier",
    Column("scheme", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("product", Text, nullable=False),
)

item = _derived_or_reference(
    "item",
    Column("code", Text, primary_key=True),
    Column("product", Text, nullable=False),
    Column("serial", Text),
    Column("lot", Text),
    Column("owner", Text),
    Column("price_ore", BigInteger),
    Column("home", Text),
)
Index("items_of_a_product", item.c.product)

depot = _derived_or_reference(
    "depot",
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("open_weekdays", Text, nullable=False),
)

shelf = _derived_or_reference(
    "shelf",
    Column("code", Text, primary_key=True),
    Column("depot", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("product", Text),
)

place = _derived_or_reference(
    "place",
    Column("depot", Text, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("name", Text, nullable=False),
)

closed_day = _derived_or_reference(
    "closed_day",
    Column("depot", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("open", Boolean, nullable=False),
)

recall = _derived_or_reference(
    "recall",
    Column("key", Text, primary_key=True),
    Column("product", Text, nullable=False),
    Column("lot", Text),
    Column("serial", Text),
    Column("opened_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("serial_to", Text),
    Column("why", Text),
)
Index("recalls_of_a_product", recall.c.product)

revision = _derived_or_reference(
    "revision",
    Column("table", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", Text),
    Column("body", Text),
)

# --- the house's own ---

station = _derived_or_reference(
    "station",
    Column("id", Text, primary_key=True),
    Column("depot", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("ours", Boolean, nullable=False),
    Column("touched", BigInteger, nullable=False),
)

series = _derived_or_reference(
    "series",
    Column("kind", Text, primary_key=True),
    Column("series", Integer, primary_key=True),
    Column("next", Integer, nullable=False),
)

outbox = _derived_or_reference(
    "outbox",
    Column("station", Text, primary_key=True),
    Column("shipped_seq", BigInteger, nullable=False),
)

label_job = _derived_or_reference(
    "label_job",
    Column("key", Text, primary_key=True),
    Column("event", Text),
    Column("design", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("lapses_at", BigInteger),
    Column(
        "state",
        Text,
        CheckConstraint(
            "state IN ('waiting', 'printing', 'sent', 'printed', 'unsure', 'lapsed', 'cancelled')",
            name="a_label_job_is_in_one_of_the_known_states",
        ),
        nullable=False,
    ),
    Column("subjects", Text),
    Column("printer", Text),
    Column("medium", Text),
    Column("skip", Integer),
    Column("language", Text),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_at", BigInteger),
    Column("why", Text),
    Column("said", Text),
    Column("held_by", Text),
    Column("taken_at", BigInteger),
    Column("remote", Text),
    Column("done_at", BigInteger),
    CheckConstraint("event IS NOT NULL OR subjects IS NOT NULL", name="a_label_is_of_a_deed_or_of_things"),
    CheckConstraint(
        "(state IN ('printing', 'sent')) = (held_by IS NOT NULL)",
        name="a_label_in_work_is_in_somebodys_hands",
    ),
)
Index(
    "label_jobs_to_be_printed",
    label_job.c.made_at,
    sqlite_where=label_job.c.state.in_(("waiting", "printing", "sent")),
)
Index(
    "label_jobs_to_be_looked_at",
    label_job.c.made_at,
    sqlite_where=or_(label_job.c.state == "unsure", label_job.c.subjects.is_not(None)),
)

stocktake = _derived_or_reference(
    "stocktake",
    Column("key", Text, primary_key=True),
    Column("depot", Text, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    Column("begun_by", Text, nullable=False),
    Column("ended_at", BigInteger),
    Column("ended_by", Text),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="a_stocktake_is_ended_by_somebody"),
)
Index(
    "one_open_stocktake_per_depot",
    stocktake.c.depot,
    unique=True,
    sqlite_where=stocktake.c.ended_at.is_(None),
)

stocktake_shelf = _derived_or_reference(
    "stocktake_shelf",
    Column("stocktake", Text, primary_key=True),
    Column("shelf", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
)

stocktake_seen = _derived_or_reference(
    "stocktake_seen",
    Column("stocktake", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("shelf", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
)

stocktake_decision = _derived_or_reference(
    "stocktake_decision",
    Column("stocktake", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("difference", Text, nullable=False),
    Column("decided", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("event", Text),
)

refusal = _derived_or_reference(
    "refusal",
    Column("day", Text, primary_key=True),
    Column("station", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("n", Integer, nullable=False),
)

foreign_return = _derived_or_reference(
    "foreign_return",
    Column("event", Text, primary_key=True),
    Column("hms", Text, nullable=False),
    Column("serial", Text),
    Column("at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
)

resolution = _derived_or_reference(
    "resolution",
    Column("kind", Text, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("decided", Text, nullable=False),
)

# --- the desk's own ---

stock_level = _derived_or_reference(
    "stock_level",
    Column("depot", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("minimum", Integer, nullable=False),
    Column("target", Integer, nullable=False),
    CheckConstraint("minimum >= 0", name="a_minimum_is_no_less_than_none"),
    CheckConstraint("target >= minimum", name="a_target_is_no_less_than_its_minimum"),
)
restock_order = _derived_or_reference(
    "restock_order",
    Column("key", Text, primary_key=True),
    Column("depot", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("ordered_at", BigInteger, nullable=False),
    Column("ordered_by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("ended_at", BigInteger),
    Column("ended_by", Text),
    CheckConstraint("pieces > 0", name="an_order_is_for_one_piece_at_least"),
    CheckConstraint(
        "state IN ('ordered', 'received', 'cancelled')", name="an_order_is_in_one_of_the_known_states"
    ),
    CheckConstraint("(state = 'ordered') = (ended_at IS NULL)", name="an_order_ends_at_a_time"),
)
checklist_point = _derived_or_reference(
    "checklist_point",
    Column("purpose", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("text", Text, nullable=False),
    CheckConstraint(
        "purpose IN ('cleaning', 'inspection')", name="a_checklist_is_for_one_of_the_known_purposes"
    ),
)
repair_order = _derived_or_reference(
    "repair_order",
    Column("key", Text, primary_key=True),
    Column("item", Text, nullable=False),
    Column("fault", Text, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("opened_by", Text),
    Column("state", Text, nullable=False),
    Column("part", Text),
    Column("cost_ore", BigInteger),
    Column("closed_at", BigInteger),
    Column("closed_by", Text),
    CheckConstraint(
        "state IN ('open', 'waiting_for_part', 'done', 'given_up')",
        name="a_repair_is_in_one_of_the_known_states",
    ),
    CheckConstraint(
        "(state IN ('done', 'given_up')) = (closed_at IS NOT NULL)", name="a_repair_is_closed_at_a_time"
    ),
)
Index(
    "one_open_repair_per_item",
    repair_order.c.item,
    unique=True,
    sqlite_where=repair_order.c.closed_at.is_(None),
)
inspection = _derived_or_reference(
    "inspection",
    Column("event", Text, primary_key=True),
    Column("item", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("points", Text, nullable=False),
    Column("remark", Text),
)
Index("inspections_of_an_item", inspection.c.item)
note = _derived_or_reference(
    "note",
    Column("key", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Text),
    Column("text", Text, nullable=False),
)
Index("notes_of_a_subject", note.c.subject)
kit = _derived_or_reference(
    "kit",
    Column("key", Text, primary_key=True),
    Column("depot", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("split_at", BigInteger),
)
kit_piece = _derived_or_reference(
    "kit_piece",
    Column("item", Text, primary_key=True),
    Column("kit", Text, nullable=False),
    Column("missing_at", BigInteger),
)
Index("pieces_of_a_kit", kit_piece.c.kit)
collector = _derived_or_reference(
    "collector",
    Column("key", Text, primary_key=True),
    Column("borrower", Text),
    Column("made_at", BigInteger, nullable=False),
)
Index("collected_by_a_borrower", collector.c.borrower)
product_fee = _derived_or_reference(
    "product_fee",
    Column("product", Text, primary_key=True),
    Column("fee_ore", BigInteger, nullable=False),
    Column("deposit_ore", BigInteger, nullable=False),
    CheckConstraint("fee_ore >= 0 AND deposit_ore >= 0", name="a_fee_is_never_negative"),
)
fee = _derived_or_reference(
    "fee",
    Column("key", Text, primary_key=True),
    Column("loan", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("amount_ore", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("why", Text),
    Column("settled_at", BigInteger),
    Column("settled_by", Text),
    CheckConstraint("kind IN ('fee', 'deposit', 'compensation')", name="a_fee_is_of_one_of_the_known_kinds"),
    CheckConstraint(
        "state IN ('owed', 'paid', 'waived', 'paid_back')", name="a_fee_is_in_one_of_the_known_states"
    ),
    CheckConstraint("(state = 'owed') = (settled_at IS NULL)", name="a_fee_is_settled_at_a_time"),
)
Index("fees_of_a_loan", fee.c.loan)
recall_call = _derived_or_reference(
    "recall_call",
    Column("recall", Text, primary_key=True),
    Column("loan", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    CheckConstraint(
        "outcome IN ('reached', 'not_reached', 'letter')",
        name="a_recall_reaches_somebody_in_one_of_the_known_ways",
    ),
)
desk_work = _derived_or_reference(
    "desk_work",
    Column("key", Text, primary_key=True),
    Column("depot", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("body", Text, nullable=False),
)
Index(
    "work_that_was_laid_aside",
    desk_work.c.depot,
    desk_work.c.changed_at,
    sqlite_where=desk_work.c.ended_at.is_(None),
)
handed_over = _derived_or_reference(
    "handed_over",
    Column("station", Text, primary_key=True),
    Column("staff", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

about = _derived_or_reference(
    "about",
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

DERIVED = (item_state, loan, hold, owed_part, quantity, discrepancy)
REFERENCE = (
    product,
    product_text,
    product_relation,
    product_identifier,
    product_part,
    part_text,
    item,
    depot,
    shelf,
    place,
    closed_day,
    borrower,
    card,
    staff,
    recall,
    stock_level,
    checklist_point,
    kit,
    kit_piece,
    product_fee,
)
