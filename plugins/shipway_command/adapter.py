"""The adapter: asks the program of the settings, and takes its answers for the store's."""

import os
from typing import ClassVar

import msgspec
from shipway_plugins import Adapter, EnvironmentContext, Reporter
from shipway_plugins.errors import NotSupported, PluginError, StoreBusy, StoreRefused
from shipway_plugins.words import (
    Capabilities,
    EnvironmentStatus,
    Finding,
    ItemAction,
    LiveState,
    Plan,
    PublishState,
    Receipt,
    ReceiptItem,
    Severity,
    StatusReport,
)

from shipway_command import answers, options
from shipway_command.conversation import Conversation
from shipway_command.options import CommandOptions
from shipway_command.program import NotStarted, Program
from shipway_command.protocol import VERSION, Call, Question
from shipway_command.taken import Taken

#: Deadlines in seconds, below those that end the lane.
STATUS_SECONDS = 15.0
LIVE_SECONDS = 100.0


class Command(Adapter):
    """Runs a program for every call.

    What the class can do is the widest that any program can; what this one lacks by its settings
    is refused by `check`, and again before it is run.
    """

    kind = "command"
    title = "Command"
    options_type: ClassVar[type[msgspec.Struct]] = CommandOptions
    capabilities: ClassVar[Capabilities] = Capabilities(
        states=True, targets=True, unpublish=True, downgrade=True, cancel=True
    )

    def __init__(self, options_: CommandOptions, context: EnvironmentContext) -> None:
        super().__init__(options_, context)
        options.check(options_)
        self._set = options_
        self._taken = Taken(context.data_dir / "receipts")

    def status(self) -> StatusReport:
        """Ask the program; one that is not asked is Available when it can be run."""
        try:
            if self._set.status:
                return answers.status(self._ask(Call.STATUS, None, STATUS_SECONDS))
            reason = f"{self._program().name} can be run; it is not asked for its status."
        except StoreBusy as busy:
            return _report(EnvironmentStatus.BUSY, busy)
        except PluginError as problem:
            return _report(EnvironmentStatus.UNKNOWN, problem)
        return StatusReport(status=EnvironmentStatus.AVAILABLE, reason=reason)

    def check(self, plan: Plan) -> list[Finding]:
        """Name what the program does not do, by the settings."""
        lacks = []
        if not self._set.targets and plan.state is PublishState.ACTIVE:
            lacks.append(("states", "knows no states, so it takes no Active publish"))
        if not self._set.targets and plan.targets:
            lacks.append(("targets", "knows no targets"))
        touched = {item.channel for item in plan.items if item.action is not ItemAction.KEEP}
        if self._set.channels and (strange := touched - set(self._set.channels)):
            lacks.append(("channels", f"does not take {', '.join(sorted(strange))}"))
        return [self._finding(setting, what) for setting, what in lacks]

    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Run the program for a publish, once for each attempt."""
        if (known := self._taken.receipt(plan.key)) is not None:
            return known
        if problems := self.check(plan):
            raise StoreRefused(problems[0].sentence, problems[0].remedy)
        question = self._question(Call.PUBLISH, app=plan.app, key=plan.key, plan=plan)
        return self._change(question, _sent(plan), report)

    def unpublish(self, app: str, key: str, report: Reporter) -> Receipt:
        """Run the program for an unpublish, once for each attempt."""
        if not self._set.unpublish:
            raise NotSupported(
                f"{self._set.program} does not unpublish.",
                "Where it does, set unpublish=true.",
            )
        if (known := self._taken.receipt(key)) is not None:
            return known
        question = self._question(Call.UNPUBLISH, app=app, key=key)
        return self._change(question, Receipt(key=key, items=[]), report)

    def live(self, app: str) -> LiveState:
        """Ask the program what its store holds.

        Raises:
            NotSupported: It cannot say.
            StoreUnreachable: It failed.
        """
        if not self._set.live:
            raise NotSupported(
                f"{self._set.program} cannot read back, so nothing is verified.",
                "Where it can, set live=true.",
            )
        ended = self._ask(Call.LIVE, app, LIVE_SECONDS)
        return answers.live(ended, app, keeps_states=self._set.targets)

    # ---------------------------------------------------------------------- parts

    def _change(self, question: Question, sent: Receipt, report: Reporter) -> Receipt:
        report.stage(f"Run {self._set.program}", question.call)
        ended = self._run(question, report, self._set.seconds)
        return self._taken.keep(answers.receipt(ended, sent))

    def _ask(self, call: Call, app: str | None, seconds: float) -> answers.Ended:
        return self._run(self._question(call, app=app), None, min(seconds, self._set.seconds))

    def _run(self, question: Question, report: Reporter | None, seconds: float) -> answers.Ended:
        program = self._program(question.call)
        talk = Conversation(report, self._set.credentials.values())
        asked = msgspec.json.encode(question) + b"\n"
        code = program.run(asked, talk, seconds)
        return answers.Ended(question.call, program.name, code, talk)

    def _program(self, *call: str) -> Program:
        """Make what is to be run.

        Raises:
            NotStarted: There is no such program.
        """
        found = options.find(self._set)
        if found is None:
            raise NotStarted(
                f"There is no program {self._set.program} that can be run.",
                "Look at the setting program; make the file executable with `chmod +x`.",
            )
        self.context.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        variables = {**os.environ, **self._set.environment, **self._set.credentials}
        return Program([found, *self._set.arguments, *call], variables, self.context.data_dir)

    def _question(
        self,
        call: Call,
        *,
        app: str | None = None,
        key: str | None = None,
        plan: Plan | None = None,
    ) -> Question:
        return Question(
            version=VERSION,
            call=call,
            environment=self.context.name,
            app=app,
            key=key,
            plan=plan,
        )

    def _finding(self, setting: str, what: str) -> Finding:
        name = "targets" if setting == "states" else setting
        return Finding(
            severity=Severity.ERROR,
            rule=f"command-lacks-{setting}",
            sentence=f"{self._set.program} {what}.",
            remedy=f"Leave that out, or change the setting {name} where the program can.",
        )


def _report(status: EnvironmentStatus, problem: PluginError) -> StatusReport:
    return StatusReport(status=status, reason=problem.message, remedy=problem.hint)


def _sent(plan: Plan) -> Receipt:
    items = [
        ReceiptItem(channel=item.channel, digest=item.version.digest)
        for item in plan.items
        if item.action is ItemAction.PUBLISH and item.version is not None
    ]
    return Receipt(key=plan.key, items=items)
