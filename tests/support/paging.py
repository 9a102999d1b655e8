"""Lists, read as a client reads them."""


def walk(read, key, between, limit):
    """Read page after page as a client does, and let something happen after each."""
    seen, after = [], None
    for _ in range(1_000):
        page = read(after, limit)
        assert 0 <= len(page.items) <= limit
        seen += [key(item) for item in page.items]
        if page.after is None:
            return seen
        assert len(page.items) == limit, "a page in the middle is full"
        after = page.after
        between()
    raise AssertionError("the list never ends")
