"""The structured log: one JSON object a line on stderr."""

import logging
import sys
from datetime import UTC, datetime

import msgspec


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object: time, level, logger, message, and the error if any."""

    def format(self, record: logging.LogRecord) -> str:
        """Encode one record."""
        line: dict[str, str] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def start(level: int = logging.INFO) -> None:
    """Send every log record to stderr from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("aiosqlite", "watchfiles", "asyncio", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
