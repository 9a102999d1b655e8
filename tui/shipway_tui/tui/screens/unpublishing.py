"""Taking an app out of an environment, once its address was typed."""

from msgspec.structs import replace
from shipway_client.wire import Job, UnpublishRequest

from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.queueing import submit_or_queue


async def unpublish(place: Place, environment: str, app: str) -> Job | None:
    """Ask first, then the daemon; where the environment is Busy, offer to wait in its queue."""
    question = f"Take {app} out of {environment}?\nTo replace it, publish again instead."
    if not await place.app.push_screen_wait(ConfirmPrompt(question, "Unpublish", typed=app)):
        return None
    request = UnpublishRequest(app=app, environment=environment, confirm_remove=app)
    jobs = place.desk.client.jobs
    submit = submit_or_queue(place.app, lambda queue: jobs.unpublish(replace(request, queue=queue)))
    return await place.ask(submit)
