"""A delivery under way: each piece's label is scanned when it is glued on, and the piece stands on its shelf."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from depot import codes
from depot.outcomes import Moved
from depot.states import State
from inventory import deliveries, identifiers, money, names, receiving, restock
from inventory.benches import own_numbers, wording
from inventory.benches.choosing import line_labelled
from inventory.benches.makers import bind_here
from inventory.benches.returning import name_of
from inventory.deliveries import Delivery, How, Piece
from inventory.desk.bench import At, Bench, Choice, Fill, Question, Turn, Undo, bad, good, read
from inventory.desk.views import Act, Column, Field, Row, Said, Side, Table, Takes, Tone, View
from inventory.identifiers import Number
from inventory.receiving import Answer, No, Told

if TYPE_CHECKING:
    from depot.codes import Scan


class Unpacking(Bench):
    """A delivery under way: each piece's label is scanned when it is glued on, and stands on the shelf from then on.

    Args:
        key: the delivery's.
    """

    is_run = True

    def __init__(self, at: At, key: str) -> None:
        super().__init__(at)
        self._key = key
        self._pieces: tuple[Piece, ...] = ()
        self._ticked_off = 0
        mint(at, key)  # where the power went while codes were minted

    # --- what is shown ---

    def _look(self) -> Delivery:
        found = self.at.ask(lambda conn: deliveries.find(conn, self._key))
        if found is None:
            raise LookupError(f"no delivery {self._key}")
        return found

    def view(self) -> View:
        """Show how far it has come, and every piece."""
        t, delivery = self.at.t, self._look()
        self._pieces = self.at.ask(lambda conn: deliveries.pieces(conn, self._key))
        name = name_of(self.at, delivery.line)
        columns = (
            Column(t("Digits"), 10),
            Column(t("State"), 34),
            Column(t("Shelf"), 10),
            Column(t("Serial number")),
            Column(t("Lot"), 16, from_width=90),
        )
        rows = tuple(self._row(at, piece) for at, piece in enumerate(self._pieces))
        return View(
            t("Receiving: %(name)s", name=name),
            lead=self._lead(delivery),
            facts=self._facts(delivery),
            table=Table(columns, rows, t("Nothing is scanned yet.")),
            side=self._side(delivery),
            counts=((t("on the shelf"), delivery.done), (t("of"), delivery.of)),
            acts=self._acts(delivery),
        )

    def _lead(self, delivery: Delivery) -> str:
        t = self.at.t
        if delivery.ended:
            return t("All of them are in.")
        if delivery.waits is not None:
            serial, lot = delivery.waits
            return t("Now scan our label on the piece with %(number)s.", number=serial or lot)
        if delivery.how is How.BIND:
            return t("Glue a label on the next piece, and scan it.")
        return t("Glue its label on the next piece, and scan it.")

    def _facts(self, delivery: Delivery) -> tuple[tuple[str, str], ...]:
        t = self.at.t
        sign = self.at.ask(lambda conn: names.of_shelf(conn, delivery.shelf))
        more = [delivery.owner or ""]
        if delivery.price_ore is not None:
            country = self.at.station.country
            more.append(money.written(delivery.price_ore, language=self.at.language, country=country))
        if delivery.on:
            more.append(f"{date.fromisoformat(delivery.on):%d.%m.%Y}")
        said = "   ".join(one for one in more if one)
        facts = [(t("Shelf"), sign)]
        if said:
            facts.append((t("Delivery"), said))
        return tuple(facts)

    def _row(self, at: int, piece: Piece) -> Row:
        if piece.void:
            said = self.at.t("taken out")
        elif piece.state is State.RECEIVED:
            said = self.at.t("waits for its scan")
        else:
            said = wording.state_said(self.at, piece.state)
        cells = (codes.spoken(piece.code), said, piece.shelf or "", piece.serial or "", piece.lot or "")
        return Row(f"{at}", cells)

    def _side(self, delivery: Delivery) -> tuple[Side, ...]:
        if not delivery.aside:
            return ()
        lines = tuple(
            f"{codes.spoken(code)}  {self._aside_said(Told(why))}" for code, why in reversed(delivery.aside)
        )
        return (Side(self.at.t("Put aside"), lines, strong=True),)

    def _aside_said(self, why: Told) -> str:
        t = self.at.t
        match why:
            case Told.ON_LOAN:
                return t("on loan")
            case Told.OTHER_LINE:
                return t("another line")
            case Told.USED_UP:
                return t("label used up")
            case _:
                return t("another delivery")

    def _acts(self, delivery: Delivery) -> tuple[Act, ...]:
        t = self.at.t
        acts = [
            Act("label", t("Print its label again")),
            Act("numbers", t("Serial number and lot")),
            Act("out", t("It did not come")),
            Act("number", t("More or fewer pieces")),
            Act("shelf", t("Another shelf")),
        ]
        if not delivery.ended:
            acts.append(Act("finish", t("No more will come")))
        ordered = self._ordered(delivery)
        if delivery.ended and ordered is not None:
            acts.append(Act("ordered", self._order_said(ordered)))
        return tuple(acts)

    def _order_said(self, order: restock.Order) -> str:
        return self.at.n(
            "The order of %(n)d piece has come", "The order of %(n)d pieces has come", order.pieces
        )

    def _ordered(self, delivery: Delivery) -> restock.Order | None:
        """Find the oldest open order for the line, as long as a piece of this delivery has ticked off none."""
        if self._ticked_off >= delivery.done:
            return None
        waiting = self.at.ask(lambda conn: restock.orders(conn, self.at.station))
        return next((one for one in waiting if one.product == delivery.line), None)

    # --- scans ---

    def scanned(self, scan: Scan) -> Turn | None:
        """Take a label of ours, a maker's label, or another shelf for the rest."""
        match scan:
            case codes.ItemCode():
                return self.scanned_label(scan.code)
            case codes.Gtin() | codes.Udi():
                return self._maker(scan)
            case codes.ShelfCode():
                return self._put_at(scan.code)
            case codes.ProductCode():
                line = self.at.ask(lambda conn: line_labelled(conn, scan.code))
                return self._of_line(line)
            case codes.NavLabel() | codes.Giai() | codes.Grai() | codes.Unreadable():
                country = self.at.station.country
                line = self.at.ask(lambda conn: identifiers.meant(conn, scan, country).line)
                if line is not None:
                    return self._of_line(line)
                is_owners = not isinstance(scan, codes.Unreadable)
                return bad(self.at.t("This is another owner's.")) if is_owners else None
            case _:
                return None

    def digits_typed(self, scan: Scan) -> Turn | None:
        """Ask what is the matter with a label that waits for its scan: digits do not prove that it reads."""
        if not isinstance(scan, codes.ItemCode) or not self._waits_for(scan.code):
            return self.scanned(scan)
        t, code = self.at.t, scan.code
        if self._look().how is How.BIND:
            spoiled = ("another", t("Throw it away and take another label"))
        else:
            spoiled = ("again", t("Print its label again"))
        options = (spoiled, ("reads", t("It reads; it is the scanner that does not")))

        def chosen(what: str) -> Turn:
            if what == "reads":
                return self.scanned_label(code)
            return Turn(go=printing(self.at, (code,))) if what == "again" else Turn()

        lead = t("Only its scan proves that a label reads.")
        return Turn(go=Choice(self.at, codes.spoken(code), options, chosen, lead=lead))

    def _waits_for(self, code: str) -> bool:
        """Say whether the scan of a label would put a piece of this delivery on its shelf."""
        piece = next((one for one in self._pieces if one.code == code), None)
        if piece is not None:
            return piece.state is State.RECEIVED and not piece.void
        is_new = self._look().how is How.BIND and not self._look().ended
        return is_new and not self.at.ask(lambda conn: deliveries.label_is_used(conn, code))

    def scanned_label(self, code: str) -> Turn:
        """Take the scan of one of our labels."""
        now, by = self.at.now(), self.at.by
        answer = self.at.perform(
            lambda conn, station: receiving.scan(conn, station, self._key, code, now=now, by=by)
        )
        if answer.told in (Told.SHELVED, Told.BOUND):
            return self._shelved(answer)
        return self._wrong(answer)

    def _shelved(self, answer: Answer) -> Turn:
        t = self.at.t
        digits = codes.spoken(answer.code)
        count = t("%(done)d of %(all)d", done=answer.done, all=answer.of)
        if answer.recalled:
            said = t("The maker has called this one back: keep it apart. %(count)s.", count=count)
        elif answer.place:
            said = t(
                "Somebody waits for this one: put it at %(place)s. %(count)s.",
                place=answer.place,
                count=count,
            )
        elif answer.done >= answer.of:
            said = t("%(digits)s is on the shelf. That was the last: %(count)s.", digits=digits, count=count)
        else:
            said = t("%(digits)s is on the shelf. %(count)s.", digits=digits, count=count)
        tone = Tone.BAD if answer.recalled else Tone.GOOD
        return Turn(Said(said, tone), undo=self._taking_back(answer))

    def _taking_back(self, answer: Answer) -> Undo:
        t, digits = self.at.t, codes.spoken(answer.code)
        bound = answer.told is Told.BOUND

        def undo() -> Turn:
            now, by = self.at.now(), self.at.by
            back = receiving.unbind_label if bound else receiving.unshelve
            done = self.at.perform(
                lambda conn, station: back(
                    conn, station, self._key, answer.code, deed=answer.deed, now=now, by=by
                )
            )
            if not done:
                return bad(t("Too late: something has happened to it since."))
            if bound:
                return good(
                    t("Tear the label %(digits)s off and throw it away; it is used up.", digits=digits)
                )
            return good(t("%(digits)s waits for its scan again.", digits=digits))

        if bound:
            return Undo(t("Was %(digits)s the wrong label? It cannot be used again.", digits=digits), undo)
        return Undo(t("Does %(digits)s not stand on the shelf after all?", digits=digits), undo)

    def _wrong(self, answer: Answer) -> Turn:
        t, digits = self.at.t, codes.spoken(answer.code)
        name = name_of(self.at, answer.line) if answer.line else ""
        match answer.told:
            case Told.ALREADY:
                return bad(t("%(digits)s is counted already.", digits=digits))
            case Told.OTHER_LINE:
                return bad(t("This is %(name)s. Put it aside and go on.", name=name))
            case Told.ON_LOAN:
                return bad(
                    t("This is %(name)s, on loan. Put it aside, and scan it on the first page.", name=name)
                )
            case Told.NOT_THESE:
                return bad(t("This one is not of this delivery. Put it aside and go on."))
            case Told.USED_UP:
                return bad(t("This label is used up. Throw it away and take another."))
            case Told.UNUSED:
                return bad(
                    t("No thing has this label. Glue on one of those that were printed for this delivery.")
                )
            case Told.SERIAL_TAKEN:
                return bad(t("Serial number %(serial)s is another thing's.", serial=answer.serial))
            case _:
                return bad(t("All %(all)d have their label. If more have come, press 4.", all=answer.of))

    # --- the maker's label ---

    def _maker(self, scan: codes.Gtin | codes.Udi) -> Turn:
        now, by, before = self.at.now(), self.at.by, self._look()
        last = own_numbers.taking_back(self.at, before.seen[-1]) if before.seen else None
        answer = self.at.perform(lambda conn, _: receiving.read_maker(conn, self._key, scan, now=now, by=by))
        t = self.at.t
        number = ", ".join(one for one in (answer.serial, answer.lot) if one)
        match answer.told:
            case Told.GIVEN:
                digits = codes.spoken(answer.code)
                said = t("%(digits)s has number %(number)s.", digits=digits, number=number)
                return replace(read(said), undo=last)
            case Told.WAITS:
                said = t("Number %(number)s goes to the label that you scan next.", number=number)
                return replace(read(said), undo=self._not_waiting(before, number))
            case Told.NEW_NUMBER:
                return self._ask_to_bind(scan)
            case Told.SERIAL_TAKEN:
                digits = codes.spoken(answer.code)
                return bad(
                    t("Number %(number)s is that of %(digits)s already.", number=number, digits=digits)
                )
            case Told.NOT_PARTED:
                return bad(own_numbers.not_parted(self.at))
            case _:
                return self._of_line(answer.line)

    def _not_waiting(self, before: Delivery, number: str) -> Undo:
        def undo() -> Turn:
            now = self.at.now()
            self.at.perform(lambda conn, _: receiving.waits_as_before(conn, before, now=now))
            return good(self.at.t("Undone."))

        return Undo(self.at.t("Does number %(number)s go to no label?", number=number), undo)

    def _of_line(self, line: str | None) -> Turn:
        t, mine = self.at.t, self._look().line
        if line == mine:
            return read(t("Yes, that is %(name)s.", name=name_of(self.at, line)))
        return bad(
            t("No, that is %(name)s.", name=name_of(self.at, line)) if line else t("No line has this label.")
        )

    def _ask_to_bind(self, scan: codes.Gtin | codes.Udi) -> Turn:
        t, line = self.at.t, self._look().line
        number = Number(identifiers.GTIN, scan.gtin14)

        def yes() -> Turn:
            bound = bind_here(self.at, number, line)
            then = self._maker(scan)
            return replace(bound, said=then.said if then.said.text else bound.said)

        asked = t(
            "Nobody has said yet which line this barcode is. Is it %(name)s?", name=name_of(self.at, line)
        )
        return Turn(Said("", Tone.READ), go=Question(self.at, t("A new barcode"), asked, yes))

    # --- the digits ---

    def opened(self, row: str) -> Turn | None:
        """Open a piece's card."""
        from inventory.benches.thing import Thing

        piece = self._piece(row)
        return Turn(go=Thing(self.at, piece.code)) if piece is not None else None

    def _piece(self, row: str | None) -> Piece | None:
        at = int(row) if row is not None else -1
        return self._pieces[at] if 0 <= at < len(self._pieces) else None

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Do what a digit says, to the chosen piece or to the delivery."""
        of_delivery: dict[str, Callable[[], Turn]] = {
            "number": self._ask_number,
            "shelf": self._ask_shelf,
            "finish": self._ask_finish,
            "ordered": self._order_has_come,
        }
        if act in of_delivery:
            return of_delivery[act]()
        piece = self._piece(row)
        if piece is None or piece.void:
            return bad(self.at.t("Choose a piece with the arrows first."))
        of_piece: dict[str, Callable[[Piece], Turn]] = {
            "label": lambda one: Turn(go=printing(self.at, (one.code,))),
            "numbers": lambda one: Turn(go=own_numbers.ask(self.at, one.code)),
            "out": self._ask_out,
        }
        return of_piece[act](piece)

    def printing(self, row: str | None) -> Turn | None:
        """Print the labels of what waits for its scan, or else of the chosen piece."""
        waits = tuple(one.code for one in self._pieces if one.state is State.RECEIVED and not one.void)
        piece = self._piece(row)
        wanted = tuple(sorted(waits)) or ((piece.code,) if piece is not None else ())
        return Turn(go=printing(self.at, wanted)) if wanted else None

    def _ask_out(self, piece: Piece) -> Turn:
        t, digits = self.at.t, codes.spoken(piece.code)

        def undo() -> Turn:
            now, by = self.at.now(), self.at.by
            done = self.at.perform(
                lambda conn, station: receiving.put_back_in(
                    conn, station, self._key, piece.code, now=now, by=by
                )
            )
            return good(t("Undone.")) if done else bad(t("Too late: something has happened to it since."))

        def yes() -> Turn:
            now, by = self.at.now(), self.at.by
            outcome = self.at.perform(
                lambda conn, station: receiving.take_out(conn, station, self._key, piece.code, now=now, by=by)
            )
            if not isinstance(outcome, Moved):
                return bad(t("Too late: something has happened to it since."))
            said = t("%(digits)s is written off as not delivered. Throw its label away.", digits=digits)
            return good(said, Undo(t("Did %(digits)s come after all?", digits=digits), undo))

        asked = (
            t("Did %(digits)s not come, or was it one too many?", digits=digits),
            t("A spoiled label is no reason: print it again with 1, and it keeps its code."),
        )
        return Turn(go=Question(self.at, t("It did not come"), asked, yes))

    def _ask_number(self) -> Turn:
        t, delivery = self.at.t, self._look()

        def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
            now, by, pieces = self.at.now(), self.at.by, int(typed["pieces"] or "0")
            why = self.at.perform(
                lambda conn, station: receiving.set_number(conn, station, self._key, pieces, now=now, by=by)
            )
            if why is not None:
                return {"pieces": no_said(self.at, why)}
            new = mint(self.at, self._key)
            undo = self._as_before(delivery, t("Is %(n)d not the right number after all?", n=pieces))
            said = good(self.at.n("%(n)d piece in all.", "%(n)d pieces in all.", pieces), undo)
            return replace(said, go=printing(self.at, new)) if new else said

        line = Field("pieces", t("Number of pieces"), f"{delivery.of}", takes=Takes.DIGITS, longest=3)
        lead = t("How many have come in all? Of fewer, labels that were never scanned are taken out.")
        return Turn(go=Fill(self.at, t("More or fewer pieces"), (line,), done, lead=lead))

    def _ask_shelf(self) -> Turn:
        t, delivery = self.at.t, self._look()
        offered = self.at.ask(lambda conn: deliveries.places(conn, self.at.station, delivery.line))
        options = [(one.code, one.name) for one in offered]
        lead = t("What is shelved stays where it is; the rest goes there. Or scan a shelf at any time.")
        return Turn(go=Choice(self.at, t("Another shelf"), options, self._put_at, lead=lead))

    def _put_at(self, code: str) -> Turn:
        before = self._look().shelf
        why = self._set_shelf(code)
        if why is not None:
            return bad(no_said(self.at, why))

        def undo() -> Turn:
            self._set_shelf(before)
            return good(self.at.t("Undone."))

        sign, was = self.at.ask(lambda conn: (names.of_shelf(conn, code), names.of_shelf(conn, before)))
        question = self.at.t("Does the rest go to %(shelf)s as before?", shelf=was)
        return good(self.at.t("From now on they go to %(shelf)s.", shelf=sign), Undo(question, undo))

    def _set_shelf(self, code: str) -> No | None:
        now = self.at.now()
        return self.at.perform(
            lambda conn, station: receiving.set_shelf(conn, station, self._key, code, now=now)
        )

    def _ask_finish(self) -> Turn:
        t, delivery = self.at.t, self._look()
        missing = delivery.of - delivery.done

        def yes() -> Turn:
            now, by = self.at.now(), self.at.by
            self.at.perform(lambda conn, station: receiving.finish(conn, station, self._key, now=now, by=by))
            undo = self._as_before(delivery, t("Will more come after all?"))
            return good(t("The delivery is done."), undo)

        asked = [
            self.at.n(
                "%(n)d piece has not come. Is that all?", "%(n)d pieces have not come. Is that all?", missing
            )
        ]
        if delivery.how is How.PRINT:
            asked.append(
                t("Their codes are written off as not delivered. If they may still come, press Esc.")
            )
        return Turn(go=Question(self.at, t("No more will come"), asked, yes))

    def _as_before(self, before: Delivery, question: str) -> Undo:
        def undo() -> Turn:
            now, by = self.at.now(), self.at.by
            why = self.at.perform(
                lambda conn, station: receiving.as_before(conn, station, before, now=now, by=by)
            )
            return good(self.at.t("Undone.")) if why is None else bad(no_said(self.at, why))

        return Undo(question, undo)

    def _order_has_come(self) -> Turn:
        t, delivery = self.at.t, self._look()
        order = self._ordered(delivery)
        if order is None:
            return bad(t("No order for this line is open."))
        now, by, pieces = self.at.now(), self.at.by, min(delivery.done - self._ticked_off, order.pieces)
        how = restock.OrderState.RECEIVED
        self.at.perform(
            lambda conn, _: restock.end_order(conn, order.key, how, by=by, now=now, pieces=pieces)
        )
        self._ticked_off += pieces

        def undo() -> Turn:
            self.at.perform(lambda conn, _: restock.reopen_order(conn, order.key))
            self._ticked_off -= pieces
            return good(t("Undone."))

        left = order.pieces - pieces
        said = (
            self.at.n("%(n)d piece is still on order.", "%(n)d pieces are still on order.", left)
            if left
            else t("The order is ticked off.")
        )
        return good(said, Undo(t("Has the order not come after all?"), undo))


def mint(at: At, key: str) -> tuple[str, ...]:
    """Mint what a delivery lacks, a few codes a commit; returns the new ones."""
    before = at.ask(lambda conn: deliveries.find(conn, key))
    if before is not None and before.to_mint <= 0 and before.queued >= len(before.codes):
        return ()
    now, by = at.now(), at.by
    while at.perform(lambda conn, station: receiving.mint(conn, station, key, now=now, by=by)):
        pass
    after = at.ask(lambda conn: deliveries.find(conn, key))
    there = before.codes if before is not None else ()
    return tuple(code for code in (after.codes if after is not None else ()) if code not in there)


def printing(at: At, wanted: tuple[str, ...]) -> Bench:
    """Open what prints the labels of things."""
    from inventory.benches.printing import Print

    return Print(at, "asset", wanted)


def no_said(at: At, why: No) -> str:
    """Say why a delivery is not begun, or not changed so."""
    t = at.t
    match why:
        case No.NUMBER:
            return t("From 1 to %(most)d pieces.", most=receiving.MOST)
        case No.FEWER_THAN_DONE:
            return t("More than that stand on the shelf already.")
        case No.NO_SHELF:
            return t("This shelf is not one of this depot's.")
        case _:
            return t("That is no line whose pieces are labelled.")
