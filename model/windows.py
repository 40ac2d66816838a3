"""Which parts of a long text are read: the head, the tail, and evenly between."""


def window_starts(tokens: int, room: int, most: int) -> list[int]:
    """Where windows of ``room`` tokens begin in a text of ``tokens``; at most ``most`` of them.

    The first begins the text and, where there are two or more, the last ends it, so the time a
    text takes is bounded whatever its length.
    """
    if tokens <= room:
        return [0]
    count = min(most, -(-tokens // room))
    if count == 1:
        return [0]
    return [round(i * (tokens - room) / (count - 1)) for i in range(count)]
