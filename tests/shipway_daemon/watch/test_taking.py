"""What becomes of a finished file: dealt with, tried again later, or not finished after all."""

from shipway_client.errors import Refused, Unavailable
from shipway_daemon.blobs.staging import SourceChanged
from shipway_daemon.catalog.folders import FolderRow
from shipway_daemon.watch.taking import RETRY_SECONDS, Taking

PATH, SIGNATURE = b"/out/app.apk", "1:2:3:4:5"
ROW = FolderRow(
    id=1,
    path="/out",
    glob=None,
    channel=None,
    profile=None,
    unknown="create",
    quiet=2.0,
    candidate=False,
)


class Desk:
    """Answers with errors, one after another, and then takes."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.refused = []

    async def take(self, path, arrival):
        if self.errors:
            raise self.errors.pop(0)

    async def refuse(self, arrival, error):
        self.refused.append(error.message)


async def test_a_file_that_changed_while_it_was_read_waits_for_its_quiet_time_only():
    """A writer that closes twice: the second content is no fault, and nobody is told of one."""
    taking = Taking(ROW, {}, Desk(SourceChanged("It changed while it was read.")))

    assert await taking.take(PATH, SIGNATURE) == 0.0
    assert list(taking.reasons()) == []
    assert taking.is_news(PATH, SIGNATURE)


async def test_what_cannot_be_taken_now_is_tried_again_later_and_later():
    full = Unavailable("The disk is full.")
    taking = Taking(ROW, {}, Desk(full, full))

    assert await taking.take(PATH, SIGNATURE) == RETRY_SECONDS
    assert await taking.take(PATH, SIGNATURE) == 2 * RETRY_SECONDS
    assert list(taking.reasons()) == ["The disk is full."]
    assert await taking.take(PATH, SIGNATURE) == 0.0
    assert list(taking.reasons()) == []
    assert not taking.is_news(PATH, SIGNATURE)


async def test_what_was_refused_is_not_asked_about_again():
    desk = Desk(Refused("It is no binary."))
    taking = Taking(ROW, {}, desk)

    assert await taking.take(PATH, SIGNATURE) == 0.0
    assert desk.refused == ["It is no binary."]
    assert not taking.is_news(PATH, SIGNATURE)
