"""What whoever reads may rely on, on both databases."""

from model.triager import Triager
from serving.queries.clue_list import count_by, count_clues
from serving.queries.filters import ClueFilter
from serving.storage.arrivals import store
from serving.storage.database import Database
from tests.serving.arrivals import arriving
from tests.serving.people import JIA

ALL = ClueFilter()


def test_a_total_and_its_parts_are_of_one_moment(database: Database, triager: Triager) -> None:
    _arrives(database, triager, "before")
    with database.read() as reading:
        total = count_clues(reading, JIA, ALL)
        _arrives(database, triager, "meanwhile")
        assert sum(count_by(reading, JIA, ALL, "module").values()) == total == 1


def test_the_next_to_read_sees_what_came(database: Database, triager: Triager) -> None:
    for number in range(3):
        _arrives(database, triager, f"LJ-{number}")
        with database.read() as reading:
            assert count_clues(reading, JIA, ALL) == number + 1


def _arrives(database: Database, triager: Triager, clue_id: str) -> None:
    with database.write() as connection:
        store(connection, [arriving(triager, clue_id)])
