"""Lines of a child are cut and counted."""

from shipway_daemon.workers.logs import MAX_LINE, Lines


def test_lines_are_put_together_from_pieces():
    """Where the reads fall does not matter."""
    lines = Lines()
    told = [line for piece in (b"on", b"e\ntw", b"o\r\n", b"rest") for line in lines.feed(piece)]
    assert told == ["one", "two"]
    assert list(lines.end()) == ["rest"]


def test_a_long_line_is_cut_once():
    """Its first part is kept and says so, the rest is dropped, the next line is whole."""
    lines = Lines()
    told = [line for _ in range(10) for line in lines.feed(b"x" * 1000)]
    told += lines.feed(b"x\nnext\n")
    assert told == ["x" * MAX_LINE + "…", "next"]
