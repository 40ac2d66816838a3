"""What may be wrong with a question."""

from model.errors import FenzhenError


class UnknownClueError(FenzhenError):
    """No clue has that id."""

    code = "unknown_clue"
    title = "Unknown clue"

    def __init__(self) -> None:
        super().__init__("没有这个编号的线索，请核对 clue_id")


class InvalidQueryError(FenzhenError):
    """A filter, cursor or limit that cannot be used."""

    code = "invalid_query"
    title = "Invalid query"
